"""Names of drill holes: printed with letters and digits, or numbers behind the word hole."""

from __future__ import annotations

from mischmetal.watch.read.cursor import Cursor
from mischmetal.watch.read.phrase import Phrase
from mischmetal.watch.read.words import COMPANY


def hole(r: Cursor, i: int) -> Phrase | None:
    token = r.tokens[i]
    if token.kind == "hole":
        before = r.tokens[i - 1] if i else None
        if (
            before is not None
            and before.name
            in {
                "licence",
                "license",
                "tenement",
                "tenements",
                "permit",
                "concession",
                "tsx",
                "asx",
            }
        ) or r.name(i + 1) in COMPANY:
            return None
        return r.make("hole", i, i + 1, name=token.name)
    j = i + 1
    while j < i + 4 and (
        (
            r.name(j) in {"no", ".", "#", ":", "id", "number", "nr", "n", "°", "º", "nº", "n°"}
            or (r.name(j) == "(" and j == i + 1)
        )
        and not r.breaks(j)
    ):
        j += 1
    if j >= r.size or r.breaks(j):
        return None
    start = r.tokens[j].start
    end = start
    while end < len(r.text) and end - start < 30 and (r.text[end].isalnum() or r.text[end] in "-_/"):
        end += 1
    name = r.text[start:end].rstrip("-_/")
    if (
        not name
        or not any(c.isdigit() for c in name)
        or token.name in {"holes", "drillholes", "drill holes", "boreholes", "fori", "furos", "bohrlöcher"}
    ):
        return None
    last = j
    while last < r.size and r.tokens[last].start < start + len(name):
        last += 1
    if r.tokens[j].kind == "number" and (
        r.kind(j + 1) in {"metre", "unit", "foot", "km"} and r.name(j + 1) != "ha"
    ):
        return None
    if r.tokens[j].kind == "number" and not name.replace("-", "").replace("_", "").isalnum():
        return None
    if not all(c.isascii() for c in name):
        return None
    return r.make("hole", i, last, name=name)
