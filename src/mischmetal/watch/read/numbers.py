"""Numbers as printed in English, German, Italian, Portuguese, Spanish, French and Chinese texts.

The decimal mark is settled once per document from the numbers that leave no doubt (`148,5`, `1.63`),
and only then by the language of its words; `3.958` in a German text is three thousand, in an English one
just under four.
"""

from __future__ import annotations

import re
from collections import Counter

NUMBER = re.compile(r"\d+(?:[.,'’\u00a0\u2009\u202f]\d+)*")
_SURE_COMMA = re.compile(r"(?<![\d.,])(?:\d+,\d{1,2}|0,\d+|\d+,\d{4,}|\d{1,3}(?:\.\d{3})+,\d+)(?![\d,]|\.\d)")
_SURE_POINT = re.compile(
    r"(?<![\d.,])(?:\d+\.\d{1,2}|0\.\d+|\d+\.\d{4,}|\d{1,3}(?:,\d{3})+\.\d+)(?![\d.]|,\d)"
)

_WORDS = {
    "en": [
        "the", "of", "and", "from", "with", "at", "including", "for", "is", "in", "to", "was", "which",
        "hole", "drilling", "grade", "gold",
    ],
    "de": [
        "der", "die", "das", "und", "von", "mit", "auf", "über", "bis", "einschließlich", "wurde",
        "eine", "einen", "ab", "meter", "bohrloch", "metern", "im", "den",
    ],
    "it": [
        "il", "di", "da", "con", "del", "della", "che", "una", "nel", "metri", "foro", "sono", "al",
        "alla", "per", "un", "e", "le", "gli",
    ],
    "pt": [
        "o", "de", "do", "da", "com", "em", "uma", "não", "furo", "metros", "dos", "das", "para", "um",
        "incluindo", "e", "ao", "no", "na", "teor",
    ],
    "es": [
        "el", "de", "del", "la", "con", "los", "las", "desde", "metros", "una", "incluyendo", "sondeo",
        "y", "en", "un", "pozo", "ley",
    ],
    "fr": [
        "le", "de", "la", "les", "des", "avec", "du", "une", "sur", "mètres", "dont", "à", "trou",
        "forage", "et", "teneur", "un",
    ],
}  # fmt: skip
# numbers printed as words count only in front of a unit: "four per cent", "one metre"
WORDS: dict[str, float] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "half a": 0.5, "a": 1, "a single": 1,
    "einen": 1, "einem": 1, "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8,
    "neun": 9, "zehn": 10, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9,
    "dieci": 10, "um": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7, "oito": 8,
    "dez": 10, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "siete": 7, "ocho": 8, "diez": 10,
}  # fmt: skip
_UNIT_AHEAD = r"[ -]+(?:m\b|met[re]|mètre|per ?cent|percent|prozent|per cento|por cento|%|feet\b|foot\b|ft\b|g/t|gram|ppm|million)"
_GRADE_AHEAD = r" (?:met(?:re|er)) (?:at|of|@|grading|averaging|assaying|going|running|hit) \d"
SPELLED = re.compile(
    r"\b(?:(?:"
    + "|".join(sorted((w for w in WORDS if w not in {"a", "a single"}), key=len, reverse=True))
    + rf")(?={_UNIT_AHEAD})|a(?: single)?(?={_GRADE_AHEAD}))",
    re.IGNORECASE,
)
COMMA_LANGUAGES = frozenset({"de", "it", "pt", "es", "fr"})
_WORD = re.compile(r"[^\W\d_]+")
LARGEST = 1e15


def language(text: str) -> str:
    """Two-letter guess from the commonest small words of the first 20,000 characters; `en` in doubt."""
    head = text[:20_000]
    if sum("\u4e00" <= c <= "\u9fff" for c in head) * 8 > len(head):
        return "zh"
    seen = Counter(word.lower() for word in _WORD.findall(head))
    votes = {code: sum(seen[word] for word in set(words)) for code, words in _WORDS.items()}
    best = max(votes, key=lambda code: (votes[code], code == "en"))
    return best if votes[best] > votes["en"] else "en"


def decimal_mark(text: str) -> str:
    """`,` or `.`: what this document writes before the decimals."""
    commas = len(_SURE_COMMA.findall(text))
    points = len(_SURE_POINT.findall(text))
    if language(text) in COMMA_LANGUAGES:
        return "." if points > 2 * commas else ","
    return "," if commas > 2 * points and commas > 1 else "."


def parse(raw: str, mark: str) -> tuple[float, int]:
    """Value of the number that `raw` starts with, and how many characters of it were used.

    `raw` matches `NUMBER`. A group that cannot be part of the number (`12.5.3`, `1,2,3`) ends it.
    """
    digits = re.match(r"\d+", raw)
    assert digits is not None
    whole = digits.group()
    used = len(whole)
    groups: list[str] = []
    for match in re.finditer(r"([.,'’\u00a0\u2009\u202f])(\d+)", raw[used:]):
        groups.append(match.group(0))
    # how many of the groups are thousands: same separator, three digits each, one to three before them
    thousands = 0
    if groups and len(whole) <= 3 and whole.lstrip("0"):
        separator = groups[0][0]
        while thousands < len(groups) and groups[thousands][0] == separator and len(groups[thousands]) == 4:
            thousands += 1
        if thousands == 1 and separator == mark and (len(groups) == 1 or groups[1][0] not in ".,"):
            thousands = 0
    for group in groups[:thousands]:
        whole += group[1:]
        used += len(group)
    rest = groups[thousands:]
    if rest and rest[0][0] in ".," and not (thousands and rest[0][0] == groups[0][0]):
        used += len(rest[0])
        return bounded(f"{whole}.{rest[0][1:]}"), used
    return bounded(whole), used


def bounded(text: str) -> float:
    """The number that a text of digits with at most one point is, and no more than `LARGEST`."""
    # larger than any figure in an announcement: kept so small that no product or sum of it is infinite
    return min(float(text) if len(text) < 300 else LARGEST, LARGEST)
