"""The licence queue: applications, review and permits.

Axes: member, licence (one per measure, good, destination and end-use group), cohort (month of filing, with
the order book of the measure's first days as a cohort of its own).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What waits between two months."""

    pending: FloatArray  # (member, licence, cohort) t filed, not yet decided
    waiting: FloatArray  # (member, licence, cohort) t approved, not yet ready to ship
    permits: FloatArray  # (member, licence, age) t permits not yet used, by age in months


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One month's terms for every licence and cohort, all shares."""

    decided: FloatArray  # (licence, cohort) of what is pending, decided this month
    approval: FloatArray  # (licence, cohort) of what is decided
    withdrawal: FloatArray  # (licence, cohort) of what is decided
    ready: FloatArray  # (licence, cohort) of what waits, ready to ship this month


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """One month's flows of the queue, (member, licence), t."""

    applied: FloatArray
    approved: FloatArray
    denied: FloatArray
    withdrawn: FloatArray
    ready: FloatArray  # new permits that can ship from this month on


def empty_queue(members: int, licences: int, cohorts: int, ages: int) -> Queue:
    """A queue in which nothing waits.

    Equation
        pending = waiting = permits = 0
    Units
        t; shapes as in `Queue`. `ages` is the longest validity in months.
    Source
        Definition: nothing is pending before a measure's first month.
    """
    shape = (members, licences, cohorts)
    permits = np.zeros((members, licences, ages))
    return Queue(pending=np.zeros(shape), waiting=np.zeros(shape), permits=permits)


def weibull_kernel(
    shape: FloatArray, scale: FloatArray, lag: FloatArray, months: int, length: float = 30.4375
) -> FloatArray:
    r"""Share of what is filed evenly over month 0 that is decided, and ready after a lag, in month j.

    Equation
        K_j = G(j+1) - G(j),  G(j) = (1/T) \int_0^T F(j T - s - lag) ds
        F(x) = 1 - exp(-(x/scale)^shape) for x > 0, else 0
    Units
        `shape` count, `scale` and `lag` days, each (member,); `length` T days a month.
        Returns (member, months) shares.
        Raises ValueError for a shape or scale that is not positive or a negative lag.
    Source
        Weibull (1951). Constant terms and equal months; the schedule's kernels take both as they are.
    """
    k, c, w = (np.asarray(a, dtype=np.float64)[:, None, None] for a in (shape, scale, lag))
    if np.any(k <= 0) or np.any(c <= 0) or np.any(w < 0):
        raise ValueError("shape and scale must be positive and lag not negative")
    edge = np.arange(months + 1, dtype=np.float64)[None, :, None] * length
    # the integrand has a kink where x = 0: integrate over the part of the month with x > 0 only
    top = np.clip(edge - w, 0.0, length)
    filed = top * (_NODES + 1) / 2
    waited = np.maximum(edge - w - filed, 0.0)
    decided = -np.expm1(-((waited / c) ** k))
    curve = (decided * _WEIGHTS).sum(axis=2) / 2 * top[:, :, 0] / length
    return np.asarray(np.diff(curve, axis=1), dtype=np.float64)


def applications(
    use: FloatArray, target: FloatArray, stock: FloatArray, transit: FloatArray, pending: FloatArray,
    *, lead: FloatArray, closing: FloatArray,
) -> FloatArray:  # fmt: skip
    r"""What users apply for in a month.

    Equation
        app_c(t) = max(0, u_c + (S*_c + lead u_c - S_c - transit_c - pending_c) / tau)       (4)
        `lead` = one month at sea + L months of promised review; `closing` = tau. What is approved but
        not yet shipped counts as pending.
    Units
        (member, licence) t and t a month; `lead` months, `closing` months > 0, (member, 1) or broadcastable.
        Raises ValueError where `closing` is not positive.
    Source
        Stock adjustment with delivery lag, own assumption; the review time is the promised one.
    """
    if np.any(np.asarray(closing) <= 0):
        raise ValueError("closing must be positive")
    gap = target + lead * use - stock - transit - pending
    return np.asarray(np.maximum(0.0, use + gap / closing), dtype=np.float64)


def order_book(use: FloatArray, months: FloatArray) -> FloatArray:
    """What is filed at once when a measure starts.

    Equation
        book_c = L u_c
    Units
        `use` (member, licence) t a month, `months` L (member, licence) or broadcastable. Returns t.
        Raises ValueError for negative months.
    Source
        The need of the promised review time (45 working days: 2.07 months); own assumption that all file it.
    """
    if np.any(np.asarray(months) < 0):
        raise ValueError("months must not be negative")
    return np.asarray(np.maximum(use, 0.0) * months, dtype=np.float64)


def advance_queue(
    queue: Queue, filed: FloatArray, review: Review, *, capacity: FloatArray | None = None
) -> tuple[Queue, Decisions]:
    r"""One month of review: what is filed joins its cohort, a share is decided, the rest waits.

    Equation
        q = pending + filed;   dec = phi decided q,   phi = min(1, capacity / sum(decided q))
        approved = a dec, withdrawn = w dec, denied = (1 - a - w) dec
        pending' = q - approved - withdrawn - denied
        ready = ready-share (waiting + approved),  waiting' = waiting + approved - ready
        Cumulated over the months: applied = approved + denied + withdrawn + pending.
    Units
        `filed` (member, licence, cohort) t; `capacity` (member,) t a month, None: no limit. Shares in [0, 1].
        Raises ValueError for a share outside [0, 1], a + w above 1, a negative filing or capacity.
        Permits are left as they are: see `age_permits`.
    Source
        Queue with hazards by cohort; own formulation.
    """
    for name in ("decided", "approval", "withdrawal", "ready"):
        share = getattr(review, name)
        if np.any((share < 0) | (share > 1)):
            raise ValueError(f"{name} must lie in [0, 1]")
    if np.any(review.approval + review.withdrawal > 1 + 1e-12):
        raise ValueError("approval and withdrawal together must not exceed 1")
    if np.any(filed < 0) or (capacity is not None and np.any(capacity < 0)):
        raise ValueError("filed and capacity must not be negative")
    waiting_review = queue.pending + filed
    decided = waiting_review * review.decided
    if capacity is not None:
        wanted = decided.sum(axis=(1, 2))
        reach = np.divide(capacity, wanted, out=np.ones_like(wanted), where=wanted > capacity)
        decided = decided * reach[:, None, None]
    approved = decided * review.approval
    withdrawn = decided * review.withdrawal
    denied = np.maximum(decided - approved - withdrawn, 0.0)
    pending = np.maximum(waiting_review - approved - withdrawn - denied, 0.0)
    line = queue.waiting + approved
    ready = line * review.ready
    after = Queue(pending=pending, waiting=line - ready, permits=queue.permits)
    flows = Decisions(
        applied=filed.sum(axis=2), approved=approved.sum(axis=2), denied=denied.sum(axis=2),
        withdrawn=withdrawn.sum(axis=2), ready=ready.sum(axis=2),
    )  # fmt: skip
    return after, flows


def add_permits(permits: FloatArray, ready: FloatArray) -> FloatArray:
    """Permits at the start of a month's trade: last month's unused ones and the new ones at age 0.

    Equation
        permits'_0 = permits_0 + ready
    Units
        `permits` (member, licence, age) t, `ready` (member, licence) t.
    Source
        Definition.
    """
    added = permits.copy()
    added[:, :, 0] += ready
    return added


def spend_permits(permits: FloatArray, used: FloatArray) -> FloatArray:
    """Permits after a month's shipments, the oldest used first.

    Equation
        spent_a = min(permits_a, used - sum of permits older than a)
    Units
        `permits` (member, licence, age) t, `used` (member, licence) t.
        Raises ValueError where more is used than there are permits (beyond 1e-9 relative).
    Source
        Assumption: whoever holds two permits ships under the one that expires first.
    """
    total = permits.sum(axis=2)
    if np.any(used > total * (1 + 1e-9) + 1e-9):
        raise ValueError("more shipped than permitted")
    older = np.flip(np.cumsum(np.flip(permits, axis=2), axis=2), axis=2) - permits
    spent = np.clip(used[:, :, None] - older, 0.0, permits)
    return np.asarray(permits - spent, dtype=np.float64)


def age_permits(permits: FloatArray, validity: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Permits one month older, and what expired unused.

    Equation
        permits'_{a+1} = permits_a where a + 1 < validity, else expired
    Units
        `permits` (member, licence, age) t, `validity` (licence,) months, inf: never expires (the last age
        gathers). Returns (permits', expired (member, licence)).
    Source
        Validity: packaged licensing facts (6 months for single licences, 12 for general ones).
    """
    ages = permits.shape[2]
    older = np.zeros_like(permits)
    older[:, :, 1:] = permits[:, :, :-1]
    older[:, :, -1] += permits[:, :, -1]
    keep = np.arange(ages)[None, :] < validity[:, None]
    expired = np.where(keep[None], 0.0, older).sum(axis=2)
    return np.where(keep[None], older, 0.0), expired


def split_pool(permits: FloatArray, pool: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Permits of named users, and those that traders may sell into the open market.

    Equation
        own = (1 - phi) permits,  pool = phi permits
    Units
        `permits` (member, licence) t, `pool` phi (member,) share. Raises ValueError outside [0, 1].
    Source
        Assumption: the share of permits that goes to traders is not known.
    """
    if np.any((pool < 0) | (pool > 1)):
        raise ValueError("pool must lie in [0, 1]")
    traders = permits * pool[:, None]
    return permits - traders, traders
