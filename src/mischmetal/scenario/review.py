r"""How long a review takes: from terms that change over time to shares by month of filing.

Equation
    F(d, s) = 1 - exp(-(Phi(s) - Phi(d))^k),   Phi(s) = integral of du / scale(u)
    An application filed on day d is decided by day s with probability F. A fast track shortens the scale
    from its date, so what already waits is sped up too; a halt (infinite scale) stops the clock.
    approved = approval dF, withdrawn = withdrawal dF, denied = (1 - approval - withdrawal) dF; shipped is
    what was approved some days before. All are means over the days on which a month's applications are filed.
Units
    Days and shares. Cohorts are months of filing, with the order book of the measure's first days last.
Source
    Weibull (1951); a review clock that runs at the speed of the day is the accelerated failure time
    model (Cox and Oakes 1984, chapter 5; cited from memory). Even filing within a month is an assumption.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mischmetal.scenario.calendar import Days

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewTerms:
    """Terms of one kind of application, day by day."""

    start: int  # day from which applications can be filed
    scale: FloatArray  # (days,) days; infinite: review halted
    approval: FloatArray  # (days,) share of what is decided
    withdrawal: FloatArray  # (days,) share of what is decided
    shape: float
    ship_days: float
    book_days: float  # days over which the order book is filed
    batches: int
    batch_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernels:
    """Shares of what a cohort files, by month; cohorts (months + 1,), the order book last."""

    approved: FloatArray  # (cohort, month)
    denied: FloatArray  # (cohort, month)
    withdrawn: FloatArray  # (cohort, month)
    shipped: FloatArray  # (cohort, month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazards:
    """The same review as shares of what waits, for a queue that carries its own state; (cohort, month)."""

    decided: FloatArray  # of what is pending
    approval: FloatArray  # of what is decided
    withdrawal: FloatArray  # of what is decided
    ready: FloatArray  # of what is approved and has not shipped


def kernels(terms: ReviewTerms, days: Days) -> Kernels:
    """Decision and shipping kernels of one kind of application."""
    clock = np.concatenate([[0.0], np.cumsum(1.0 / terms.scale)])  # at the start of each day and at the end
    decided = np.stack([*_monthly_cohorts(terms, days, clock), _order_book(terms, days, clock)])
    step = np.diff(decided, axis=1)
    approved = step * terms.approval
    withdrawn = step * terms.withdrawal
    denied = step - approved - withdrawn
    running = np.concatenate([np.zeros((len(approved), 1)), np.cumsum(approved, axis=1)], axis=1)
    at = np.arange(days.count + 1, dtype=np.float64)
    shipped = np.stack([np.interp(at - terms.ship_days, at, row, left=0.0) for row in running])
    starts = days.edges[:-1]

    def by_month(daily: FloatArray) -> FloatArray:
        return np.asarray(np.add.reduceat(daily, starts, axis=1), dtype=np.float64)

    return Kernels(
        approved=by_month(approved),
        denied=by_month(denied),
        withdrawn=by_month(withdrawn),
        shipped=np.diff(shipped[:, days.edges], axis=1),
    )


def hazards(kernels: Kernels) -> Hazards:
    """Monthly shares of what waits that reproduce the kernels where nothing limits the review."""
    decided = kernels.approved + kernels.denied + kernels.withdrawn
    pending = 1.0 - (np.cumsum(decided, axis=1) - decided)
    waiting = np.cumsum(kernels.approved, axis=1) - (np.cumsum(kernels.shipped, axis=1) - kernels.shipped)
    return Hazards(
        decided=_ratio(decided, pending),
        approval=_ratio(kernels.approved, decided),
        withdrawal=_ratio(kernels.withdrawn, decided),
        ready=_ratio(kernels.shipped, waiting),
    )


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part over whole within [0, 1]; 0 where the whole is too small to divide by."""
    share = np.divide(part, whole, out=np.zeros_like(part), where=whole > 1e-12)
    return np.asarray(np.clip(share, 0.0, 1.0), dtype=np.float64)


def _monthly_cohorts(terms: ReviewTerms, days: Days, clock: FloatArray) -> list[FloatArray]:
    """(months,) curves over day edges: share decided of what a month files, evenly over its open days."""
    curves = []
    for start, stop in zip(days.edges[:-1], days.edges[1:], strict=True):
        open_days = np.arange(max(int(start), terms.start), int(stop), dtype=np.float64) + 0.5
        curves.append(_decided(open_days, terms.shape, clock))
    return curves


def _order_book(terms: ReviewTerms, days: Days, clock: FloatArray) -> FloatArray:
    """The same for the order book, filed over the first days and taken up tier by tier."""
    width = max(round(terms.book_days), 1)
    filed = terms.start + np.arange(width, dtype=np.float64) + 0.5
    taken_up = [filed + tier * terms.batch_days for tier in range(terms.batches)]
    curves = np.stack([_decided(tier, terms.shape, clock) for tier in taken_up])
    return np.asarray(curves.mean(axis=0), dtype=np.float64)


def _decided(filed: FloatArray, shape: float, clock: FloatArray) -> FloatArray:
    """(days + 1,) mean share decided by each day edge, of applications filed at `filed`."""
    if not len(filed):
        return np.zeros_like(clock)
    edges = np.arange(len(clock), dtype=np.float64)
    waited = clock[None, :] - np.interp(filed, edges, clock)[:, None]
    # filed after the run has ended, or not yet at this edge: nothing is decided
    waited = np.where(filed[:, None] < edges[None, :], np.maximum(waited, 0.0), 0.0)
    return np.asarray(-np.expm1(-(waited**shape)).mean(axis=0), dtype=np.float64)
