"""One estimate while it is put together, and which estimate is part of which, so that nobody adds them up twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mischmetal.watch.read.phrase import Grade, Phrase


@dataclass(slots=True)
class Estimate:
    """One estimate while it is put together; phrases [first, last)."""

    first: int
    last: int
    tonnes: float
    high: float | None
    grades: list[Grade]
    start: int
    end: int
    categories: list[str] = field(default_factory=list)
    target: bool = False
    reserve: bool = False
    cutoff: Grade | None = None
    contained: list[dict[str, Any]] = field(default_factory=list)
    superseded: bool = False
    total: bool = False
    subset_of: int | None = None
    deposit: str | None = None


CATEGORIES = {
    "measured": "Measured",
    "indicated": "Indicated",
    "inferred": "Inferred",
    "proved": "Proved",
    "probable": "Probable",
}


TARGET = "Exploration Target"


_PART_WORDS = {
    "sendo", "being", "davon", "comprising", "comprises", "comprised", "consisting", "consists", "made",
}  # fmt: skip


_WHOLE_WORDS = {
    "represents", "representing", "rappresenta", "rappresentano", "representa", "entspricht",
    "accounts", "macht", "constitutes", "costituisce", "constitui",
}  # fmt: skip


_SUM_TOLERANCE = 0.02


def find_parts(phrases: list[Phrase], estimates: list[Estimate]) -> None:
    for n in range(1, len(estimates)):
        made, before = estimates[n], estimates[n - 1]
        between = phrases[before.last : made.first]
        if made.target or before.target:
            continue
        if any(p.name in _WHOLE_WORDS for p in between) and made.tonnes > before.tonnes:
            before.subset_of = n
        elif _said_part(between) and made.tonnes < before.tonnes:
            made.subset_of = _root(estimates, n - 1, made)
        elif any(p.kind == "within" for p in between) and made.tonnes > before.tonnes:
            before.subset_of = n
    under_totals(estimates)
    _higher_cuts(estimates)


def _said_part(between: list[Phrase]) -> bool:
    told = False
    for p in between:
        if p.kind == "stop":
            told = False
        if (p.kind == "incl" and p.name != "included") or p.name in _PART_WORDS:
            told = True
    return told


def _root(estimates: list[Estimate], n: int, made: Estimate) -> int:
    up = estimates[n].subset_of
    if up is not None and estimates[n].categories and made.categories and up < n:
        return up
    return n


def under_totals(estimates: list[Estimate]) -> None:
    """Rows that add up to a row in front of them or behind them are its parts."""
    size = len(estimates)
    for n, whole in enumerate(estimates):
        if whole.target or whole.tonnes <= 0:
            continue
        for step in (1, -1):
            total, k = 0.0, n + step
            rows: list[int] = []
            while 0 <= k < size and len(rows) < 6 and total < whole.tonnes * (1 + _SUM_TOLERANCE):
                row = estimates[k]
                if (
                    row.target
                    or row.superseded
                    or row.subset_of not in {None, n}
                    or row.tonnes >= whole.tonnes
                ):
                    break
                total += row.tonnes
                rows.append(k)
                k += step
                if len(rows) > 1 and abs(total - whole.tonnes) <= _SUM_TOLERANCE * whole.tonnes:
                    for r in rows:
                        estimates[r].subset_of = n
                    break


def _higher_cuts(estimates: list[Estimate]) -> None:
    """The same rock at a higher cut-off: fewer tonnes, more grade, part of what was told before."""
    for n in range(1, len(estimates)):
        made = estimates[n]
        for k in range(n - 1, max(-1, n - 12), -1):
            other = estimates[k]
            if made.subset_of is not None or other.subset_of is not None or made.target or other.target:
                continue
            if made.cutoff is None or other.cutoff is None or not made.grades or not other.grades:
                continue
            mine, theirs = made.cutoff.ppm, other.cutoff.ppm
            if mine is None or theirs is None or made.grades[0].analyte != other.grades[0].analyte:
                continue
            if (
                mine > theirs
                and made.tonnes < other.tonnes
                and (made.grades[0].ppm or 0) > (other.grades[0].ppm or 0)
            ):
                made.subset_of = k
