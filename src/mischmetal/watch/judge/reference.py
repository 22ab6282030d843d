"""What an intercept or a resource is measured against: figures that companies reported, with their n.

Companies report their best: the tables rank a result among highlights, not among all that was drilled.
Where fewer than `LEAST` figures of a kind are in a table there is no rank.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LEAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """The share of the table's figures that this one reaches or passes, and how many they are."""

    share: float  # 0 to 1
    n: int
    group: str  # what it was measured against, in words


@cache
def read(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a packaged table of this room."""
    text = files("mischmetal.watch.tables").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _share(value: float, known: list[float]) -> float:
    below = sum(other < value for other in known)
    equal = sum(other == value for other in known)
    return (below + 0.5 * equal) / len(known)


def rank_intercept(analyte: str, deposit_type: str, ppm_metres: float) -> Rank | None:
    """Grade times length (ppm m) among the reported ones of that analyte and deposit type.

    Falls back to all types of the analyte where the type is unknown; None with fewer than five.
    """
    for kind in dict.fromkeys((deposit_type, "")):
        rows = [
            float(row["length_m"]) * float(row["grade_ppm"])
            for row in read("reported_intercepts")
            if row["analyte"] == analyte and (not kind or row["deposit_type"] == kind)
        ]
        if len(rows) >= LEAST:
            words = f"{analyte}, {kind}" if kind else f"{analyte}, all deposit types"
            return Rank(share=_share(ppm_metres, rows), n=len(rows), group=words)
    return None


def rank_resource(analyte: str, contained_t: float) -> Rank | None:
    """Contained tonnes among the reported estimates of that analyte, the latest of each deposit."""
    latest: dict[str, tuple[str, float]] = {}
    for row in read("reported_resources"):
        if row["analyte"] == analyte and row["category"] != "Exploration Target":
            told = (row["date"], float(row["contained_t"]))
            # of one day the largest: the others are its parts, or the same rock at a higher cut-off
            latest[row["deposit"]] = max(told, latest.get(row["deposit"], told))
    if len(latest) < LEAST:
        return None
    known = [contained for _, contained in latest.values()]
    return Rank(share=_share(contained_t, known), n=len(known), group=f"{analyte}, contained tonnes")
