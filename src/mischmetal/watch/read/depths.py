"""Lengths and depths in metres down hole.

length   = [about|up to|more] number ["-"] metre
depth    = from [about] number [metre] | from surface | [at] number metre depth
interval = [from|between] number [metre] (to|"-"|and) number metre
"""

from __future__ import annotations

from mischmetal.watch.read.cursor import Cursor
from mischmetal.watch.read.phrase import Phrase
from mischmetal.watch.read.words import OF, SURFACE_LEADS


def length(r: Cursor, i: int) -> Phrase | None:
    j, up_to = i, False
    while j < i + 3 and r.kind(j) in {"about", "upto", "more", "less"}:
        up_to |= r.kind(j) == "upto"
        j += 1
    value = r.number(j)
    if value is None or (unit := r.metre(j + 1)) is None:
        return None
    factor, k = unit
    if r.kind(k) == "punct" and r.name(k) == "(" and r.kind(k + 1) == "number":
        other = r.metre(k + 2)
        if other is not None and other[0] != factor and r.name(other[1]) == ")":
            k = other[1] + 1  # the same length in the other unit
    length = value * factor
    kind = "length"
    tail = r.skip(k, {"about"}, 2)
    if r.kind(tail) == "truewidth" or (r.name(tail) == "estimated" and r.kind(tail + 1) == "truewidth"):
        kind, k = "truewidth", tail + (1 if r.kind(tail) == "truewidth" else 2)
    elif r.name(k) == "(" and r.kind(k + 1) == "truewidth" and r.name(k + 2) == ")":
        kind, k = "truewidth", k + 3
    elif r.kind(k) == "belowsurface":
        kind, k = "below", k + 1
    elif r.kind(k) == "kill" or r.name(k) in {"x", "by", "×"} or _before_distance(r, i):
        kind = "distance"
    return r.make(kind, i, k, value=length, up_to=up_to)


def _before_distance(r: Cursor, i: int) -> bool:
    """`x 40m`, `spaced 40m`, `depth of 40m`: a number of metres that is no sampled interval."""
    if i == 0 or r.breaks(i):
        return False
    before = r.tokens[i - 1]
    return before.name in {"x", "×", "by", "$", "€", "£", "¥"} or (
        before.kind == "kill" and before.name in {"spaced", "spacing", "apart"}
    )


def depth(r: Cursor, i: int) -> Phrase | None:
    kind = r.kind(i)
    if kind == "surface":
        return _from_surface(r, i, i + 1) if r.name(i).startswith(SURFACE_LEADS) else None
    if r.name(i) in OF and i and r.kind(i - 1) == "zone" and not r.breaks(i):
        return None  # an interval of 12 m, not one from 12 m
    j = i
    lead = kind in {"from", "between", "to"}
    if lead or kind == "at":
        j = r.skip(i + 1, {"about", "downhole", "from", "more"} | ({"at"} if kind == "from" else set()), 5)
        if r.kind(j) == "surface" and kind == "from":
            return _from_surface(r, i, j + 1)
    elif kind in {"about", "more", "over"}:
        j = i + 1
    low = r.number(j)
    if low is None:
        return None
    unit = r.metre(j + 1)
    k = unit[1] if unit else j + 1
    if found := _second(r, i, k, low, unit[0] if unit else None, lead=lead):
        return found
    if kind in {"at", "number", "about", "more", "over"}:
        return _said_depth(r, i, k, low, unit) if kind != "over" else None
    if kind == "to":
        return r.make("to_depth", i, k, value=low * unit[0]) if unit else None
    if unit is None:
        bare = (
            r.breaks(k) or r.kind(k) in {"punct", "incl", "and", "stop", "hole"} or r.name(k) in {"in", ";"}
        )
        return r.make("from", i, k, value=low) if kind == "from" and r.name(i) == "from" and bare else None
    if r.kind(k) == "kill" or kind == "between":
        return None
    return _end_of_from(r, i, k, low * unit[0])


def _end_of_from(r: Cursor, i: int, k: int, value: float) -> Phrase:
    if r.kind(k) == "belowsurface":
        return r.make("below", i, k + 1, value=value)
    if r.kind(k) == "downhole" and not r.breaks(k):
        k += 1
    if r.kind(k) == "belowsurface" and not r.breaks(k):
        k += 1
    return r.make("from", i, k, value=value)


def _from_surface(r: Cursor, i: int, k: int) -> Phrase:
    if r.kind(k) == "to" and (high := r.number(k + 1)) is not None and (unit := r.metre(k + 2)):
        return r.make("interval", i, unit[1], value=0.0, high=high * unit[0])
    return r.make("from", i, k, value=0.0)


def _second(r: Cursor, i: int, k: int, low: float, factor: float | None, *, lead: bool) -> Phrase | None:
    """The rest of `from 12 to 34 m`, `12 - 34 m`, `between 12 m and 34 m`."""
    between = r.kind(i) == "between"
    joint = r.kind(k) == "to" or r.name(k) == "-" or (between and r.kind(k) == "and")
    joint |= r.kind(i) == "from" and r.name(k) in {"a", "à", "al", "ao"}
    if not joint or r.breaks(k):
        return None
    j = r.skip(k + 1, {"about"}, 1)
    high = r.number(j)
    if high is None or r.breaks(j):
        return None
    unit = r.metre(j + 1)
    if unit is None:
        if not (lead and factor):
            return None
        unit = (factor, j + 1)
    behind = unit[1] + 1 if r.name(unit[1]) == "of" else unit[1]
    if high <= low:
        return None
    ranged = not lead and "of" in {r.name(i), r.name(i - 1) if i and not r.breaks(i) else ""}
    if ranged or r.kind(behind) == "kill" or r.name(behind) in {"wide", "thick"}:
        return r.make("distance", i, unit[1])  # widths of 0.6-2 m, from 320 m to 600 m of strike
    last = unit[1] + (1 if r.kind(unit[1]) == "downhole" and not r.breaks(unit[1]) else 0)
    return r.make("interval", i, last, value=low * (factor or unit[0]), high=high * unit[0])


def _said_depth(r: Cursor, i: int, k: int, low: float, unit: tuple[float, int] | None) -> Phrase | None:
    """`at 206 m depth`: told by the word after it."""
    if unit is not None and r.kind(i) == "at" and r.name(k) in {"mark", "level", "point"}:
        return r.make("from", i, k + 1, value=low * unit[0])  # at the 26.4-metre mark
    if unit is None or r.breaks(k) or r.kind(k) != "downhole":
        return None
    if not any(word in r.name(k) for word in ("depth", "tiefe", "profond", "profund", "处", "deep")):
        return None
    return r.make("from", i, k + 1, value=low * unit[0])


def keyed_width(r: Cursor, i: int) -> Phrase | None:
    """`true width of 12 m`, `(TW: ~12 m)`."""
    j = i + 1
    while (
        j < i + 6
        and not r.breaks(j)
        and (
            r.kind(j) in {"at", "about", "over", "truewidth"}
            or r.name(j) in {":", "=", "(", "is", "estimated", "to", "be", "was", "-"}
        )
    ):
        j += 1
    value = r.number(j)
    if value is None or (unit := r.metre(j + 1)) is None:
        return None
    return r.make("truewidth", i, unit[1], value=value * unit[0])
