"""The name of an analyte in the text: a symbol, a word, a sum, with the same name again behind it."""

from __future__ import annotations

from mischmetal.watch.read import analytes
from mischmetal.watch.read.cursor import Cursor


def analyte_name(r: Cursor, i: int, *, opens: bool = False) -> tuple[str, int] | None:
    """An analyte's name, sums joined, with a repeated name in brackets or quotes taken along."""
    if i >= r.size or (r.breaks(i) and r.tokens[i].bullet and not opens):
        return None
    token = r.tokens[i]
    if token.kind == "analyte":
        name = token.name
    elif token.text in {"lead", "Lead", "LEAD"}:
        name = "Pb"
    elif token.text in {"HM", "Cg", "GC"}:
        name = {"HM": "THM"}.get(token.text, "TGC")
    else:
        return None
    if name == "Li" and token.text.lower() == "lithium" and r.name(i + 1) == "oxide":
        return "Li2O", i + 2
    i += 1
    parts = [name]
    while r.name(i) == "+" and r.kind(i + 1) == "analyte" and r.kind(i + 2) != "number" and len(parts) < 8:
        parts.append(r.name(i + 1))
        i += 2
    name = "+".join(parts)
    name = analytes.SPELLINGS.get(name.lower(), name) if len(parts) > 1 else name
    return _alias(r, name, i)


def _alias(r: Cursor, name: str, i: int) -> tuple[str, int]:
    """`total rare earth oxide (TREO)`, `... or "TREO"`, `Pd (palladium)`, `equivalent` after a symbol."""
    if r.kind(i) == "word" and r.name(i) in {"equivalent", "equiv", "eq"} and name in analytes.SYMBOLS:
        name, i = f"{name}Eq", i + 1
    if r.name(i) in {"or", "(", "["} or r.name(i) in {'"', "“", "'", "‘"}:
        j = i
        while j < i + 3 and (r.name(j) in {"or", "(", "[", '"', "“", "'", "‘"}):
            j += 1
        if r.kind(j) == "analyte":
            k, printed = j + 1, r.name(j)
            if r.name(k) in {"equivalent", "equiv", "eq"} and printed in analytes.SYMBOLS:
                j, printed = k, f"{printed}Eq"
                k += 1
            while k < j + 4 and r.name(k) in {")", "]", '"', "”", "'", "’", "*"}:
                k += 1
            if k > j + 1:
                return printed, k
    return name, i
