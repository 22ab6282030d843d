"""Tonnes of rock, and the mass of what is in it.

tonnage   = number million tonnes [to number million tonnes]
contained = number (ounces|pounds|tonnes of) name
"""

from __future__ import annotations

from mischmetal.watch.read.cursor import Cursor
from mischmetal.watch.read.names import analyte_name
from mischmetal.watch.read.phrase import Phrase
from mischmetal.watch.read.words import LIGHT, MILLIONS

TONNES_MT = {"tonne": 1e-6, "kt": 1e-3, "wt": 1e-2, "mt": 1.0, "yt": 100.0, "bt": 1000.0}
MASSES: dict[str, tuple[float, str]] = {
    "oz": (1.0, "oz"),
    "koz": (1e3, "oz"),
    "moz": (1e6, "oz"),
    "lb": (1.0, "lb"),
    "mlb": (1e6, "lb"),
    "kgmass": (1.0, "kg"),
}


def _tonnes(r: Cursor, i: int) -> tuple[float, int] | None:
    """Factor to million tonnes and the place after the unit, `(Mt)` behind the words taken along."""
    factor = TONNES_MT.get(r.kind(i))
    if factor is None or (r.breaks(i) and r.tokens[i].bullet):
        return None
    k = i + 1
    if r.name(k) == "(" and r.kind(k + 1) in TONNES_MT and r.name(k + 2) == ")":
        k += 3
    return factor, k


def mass(r: Cursor, i: int) -> Phrase | None:
    """`81.3 Mt` (rock) or `79,600 ounces gold`, `61,492 tonnes of contained TREO` (what is in it)."""
    j, lead = i, ""
    while j < i + 3 and r.kind(j) in {"about", "between", "over", "more", "upto"}:
        lead, j = r.kind(j), j + 1
    value = r.number(j)
    if value is None:
        return None
    if (mass := MASSES.get(r.kind(j + 1))) is not None:
        return _contained(r, i, j + 2, value * mass[0], mass[1])
    unit = _tonnes(r, j + 1)
    k = unit[1] if unit else j + 1
    if unit is None and r.name(j + 1) in MILLIONS and r.kind(j + 2) in {"to", "and", "punct"}:
        unit, k = (MILLIONS[r.name(j + 1)], j + 2), j + 2  # 330 million to 1.4 billion tonnes
    high: float | None = None
    if r.kind(k) == "to" or r.name(k) == "-" or (lead == "between" and r.kind(k) == "and"):
        top = r.number(r.skip(k + 1, {"about", "between"}, 1))
        second = _tonnes(r, r.skip(k + 1, {"about", "between"}, 1) + 1) if top is not None else None
        superseded = i > 0 and r.kind(i - 1) == "from" and r.kind(k) == "to" and unit is not None
        if (
            top is not None
            and second is not None
            and top * second[0] > value * (unit or second)[0]
            and not superseded
        ):
            high, k, unit = top * second[0], second[1], (unit or second)
    if unit is not None and (what := _metal_in_front(r, i)):
        return r.make("contained_mass", i, k, value=round(value * unit[0] * 1e6, 3), name=f"t {what}")
    rate = r.kind(k) == "mtpa" or (r.name(k) in {"/", "per"} and r.kind(k + 1) == "km")
    if unit is None or rate or (high is None and r.name(k - 1) in MILLIONS):
        return None
    if high is None and (found := _contained(r, i, k, round(value * unit[0] * 1e6, 3), "t", need_name=True)):
        return found
    return r.make("tonnage", i, k, value=value * unit[0], high=high)


def _metal_in_front(r: Cursor, i: int) -> str:
    """`Li2O量达60.1万吨`, `Li2O资源量131万吨`: tonnes of what is in the rock, told before the number."""
    j = i - 1
    while j > i - 3 and j > 0 and r.tokens[j].text in {"达", "为", "约", "计"}:
        j -= 1
    if j < 1 or not (r.tokens[j].text == "量" or r.tokens[j].text in {"资源量", "储量", "金属量"}):
        return ""
    return r.tokens[j - 1].name if r.kind(j - 1) == "analyte" else ""


def _contained(
    r: Cursor, i: int, k: int, value: float, unit: str, *, need_name: bool = False
) -> Phrase | None:
    after = k
    while (
        after < k + 4
        and not r.breaks(after)
        and (r.name(after) in LIGHT or r.kind(after) in {"contained", "total"})
    ):
        after += 1
    named = analyte_name(r, after)
    if named is None or (r.kind(named[1]) == "number" and need_name):
        return None if need_name else r.make("contained_mass", i, k, value=value, name=f"{unit} ")
    return r.make("contained_mass", i, named[1], value=value, name=f"{unit} {named[0]}")
