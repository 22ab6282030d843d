"""Small words that the rules of the grammar pass over or stop at; the words that carry meaning are in `lexicon`."""

from __future__ import annotations

LIGHT = frozenset({
    "a", "an", "the", "of", "di", "de", "do", "da", "della", "dello", "dell", "dei", "degli", "del",
    "grade", "grades", "content", "value", "values", "average", "combined", "contained", "total",
    "head", "high", "mit", "der", "des", "von", "um", "assay", "assays", "result", "results",
    "equal", "approximately", "as",
})  # fmt: skip
"""Between a number and the name of what it is of: 3.2 g/t *of* gold."""

CARRY = frozenset({
    "from", "in", "over", "across", "within", "and", "including", "to", "at", "with", "for",
    "using", "above", "on", "is", "was", "are", "were", "which", "that", "this", "these", "ending",
    "the", "of", "as", "below", "by", "respectively", "also", "has", "have", "than", "down",
    "drilled", "returned", "auf", "ab", "aus", "bei", "von", "da", "dal", "nel", "com", "de", "em",
    "no", "na", "incl", "via", "up", "but", "while", "near", "close", "beneath", "starting", "e",
    "und", "et", "y", "or", "near-surface", "along", "true", "estimated", "uncut", "cut",
    "intersected", "grade", "grades",
})  # fmt: skip
"""Behind a bare grade without telling that it is a grade of something else."""

COMPANY = frozenset({
    "mining", "resources", "metals", "minerals", "limited", "ltd", "corp", "inc", "energy", "plc",
})  # fmt: skip
"""Behind a name that looks like a hole and is a company: K92 *Mining*."""

GRAMS = frozenset({
    "gram", "grams", "gramm", "gramo", "gramos", "grammo", "grammi", "grama", "gramas", "grammes",
})  # fmt: skip
"""Grams as some papers print them for g/t: 0.7 *gram* gold."""

OF = frozenset({
    "von", "de", "di",
})  # fmt: skip
"""`from` in depths, `of` behind interval, section, zone."""

PARTED = {
    **dict.fromkeys(
        ("gram", "grams", "g", "gramm", "gramas", "gramo", "gramos", "grama", "grammo", "grammi", "grammes"),
        "g/t",
    ),
    **dict.fromkeys(("kilo", "kilos"), "kg/t"),
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kgs"), "kg/t"),
    **dict.fromkeys(("oz", "ounce", "ounces"), "oz/t"),
}
"""First half of a unit that has the metal inside: 9.2 *grams* gold per tonne."""

MILLIONS = {
    "million": 1.0,
    "millionen": 1.0,
    "milioni": 1.0,
    "milhões": 1.0,
    "millones": 1.0,
    "billion": 1000.0,
}
"""Million tonnes of a number word whose tonnes follow later: 330 *million* to 1.4 billion tonnes."""

SURFACE_LEADS = (
    "from ",
    "at ",
    "ab ",
    "dalla ",
    "da ",
    "a partir",
    "desde",
    "von ",
    "0m",
    "top of",
    "surface d",
)
"""How a phrase of the kind `surface` starts that is a depth of its own."""
