"""Days and months of a run: every schedule is built on days and handed over by month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mischmetal.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days of consecutive months, counted from 0 at the first day of the first month."""

    months: tuple[str, ...]  # YYYY-MM
    first: date
    edges: NDArray[np.int64]  # (months + 1,) day on which each month starts, and the end

    @property
    def count(self) -> int:
        return int(self.edges[-1])

    def index(self, day: date) -> int:
        """Day number, clipped to the run: 0 for anything earlier, `count` for anything later."""
        return int(np.clip((day - self.first).days, 0, self.count))

    def month_of(self, day: int) -> int:
        return int(np.searchsorted(self.edges, day, side="right")) - 1

    def share(self, start: int, stop: int) -> NDArray[np.float64]:
        """(months,) share of each month's days in [start, stop)."""
        overlap = np.minimum(self.edges[1:], stop) - np.maximum(self.edges[:-1], start)
        length = np.diff(self.edges)
        return np.asarray(np.maximum(overlap, 0) / length, dtype=np.float64)


def days_of(months: tuple[str, ...]) -> Days:
    """The days of months that follow one another. Raises InputError where they do not."""
    if not months:
        raise InputError("months", found="none", allowed="at least one month, YYYY-MM")
    starts = [month_start(m) for m in months]
    for before, after in pairwise(starts):
        if (after.year * 12 + after.month) - (before.year * 12 + before.month) != 1:
            found = f"{after:%Y-%m} after {before:%Y-%m}"
            raise InputError("months", found=found, allowed="consecutive months")
    lengths = [monthrange(s.year, s.month)[1] for s in starts]
    return Days(months=months, first=starts[0], edges=np.concatenate([[0], np.cumsum(lengths)]))


def month_start(month: str) -> date:
    """First day of a month written YYYY-MM. Raises InputError."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InputError("months", found=month, allowed="YYYY-MM") from None
