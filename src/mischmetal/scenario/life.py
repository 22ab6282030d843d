"""The life of one measure: when it is in force, for whom, and on which terms, from its events.

Events cut the run into stretches of days on which nothing changes; every array here has one row a stretch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mischmetal.scenario.calendar import Days
from mischmetal.scenario.event import Event
from mischmetal.scenario.places import BoolArray, Space, mask
from mischmetal.scenario.review import ReviewTerms
from mischmetal.scenario.vocabulary import OPENING

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One measure over a run of days. Axes: stretch s, good g, region r, group u."""

    opening: Event
    changes: tuple[tuple[Event, BoolArray], ...]  # by date, each with its mask within the measure
    covered: BoolArray  # (g, r, u) under the measure at any time of the run
    in_force: BoolArray  # (s, g, r, u)
    cuts: tuple[int, ...]  # (s + 1,) days
    days: Days

    def coverage(self) -> FloatArray:
        """(month, g, r, u) share of each month's days in force."""
        return self._over_months(self.in_force.astype(np.float64))

    def begins(self) -> int | None:
        """First day in force after the run's first; None where there is none, or it was in force before."""
        live = [s for s in range(len(self.cuts) - 1) if self.in_force[s].any()]
        return self.cuts[live[0]] if live and self.cuts[live[0]] > 0 else None

    def terms(self, name: str, missing: float) -> FloatArray:
        """(s, g, r, u) a number stretch by stretch: the opening's, then the last change that names it."""
        opening = self.opening.numbers.get(name)
        start = missing if opening is None else opening.value
        table = np.full(self.in_force.shape, start)
        for event, bears in self.changes:
            number = event.numbers.get(name)
            if number is None:
                continue
            since, until = _span(event, self.days)
            for s, day in enumerate(self.cuts[:-1]):
                if since <= day < until:
                    table[s][bears] = number.value
        return table

    def mean(self, name: str, missing: float) -> FloatArray:
        """(month, g, r, u) mean of a number over the month's days, 0 where the measure is not in force."""
        return self._over_months(np.where(self.in_force, self.terms(name, missing), 0.0))

    def fixed(self, name: str, missing: float) -> FloatArray:
        """(g, r, u) a number that holds for the whole run: the last one named for the cell."""
        opening = self.opening.numbers.get(name)
        table = np.full(self.covered.shape, missing if opening is None else opening.value)
        for event, bears in self.changes:
            if name in event.numbers:
                table[bears] = event.numbers[name].value
        return table

    def last(self, name: str, missing: float) -> float:
        """A number of the whole measure: the last one named."""
        named = [
            e.numbers[name].value for e in (self.opening, *(c for c, _ in self.changes)) if name in e.numbers
        ]
        return named[-1] if named else missing

    def by_month(self, name: str, missing: float) -> FloatArray:
        """(month,) a number of the whole measure, from the month in which the event that names it falls."""
        table = np.full(len(self.days.months), missing)
        for event in (self.opening, *(c for c, _ in self.changes)):
            if name in event.numbers:
                table[self.days.month_of(self.days.index(event.date)) :] = event.numbers[name].value
        return table

    def profiles(self) -> tuple[IntArray, tuple[ReviewTerms, ...]]:
        """(g, r, u) row of the terms that apply to each cell, -1 where not covered; and the rows."""
        changing = [
            self.terms(n, m) for n, m in (("review_scale", np.inf), ("approval", 1.0), ("withdrawal", 0.0))
        ]
        fixed = [
            self.fixed(n, m) for n, m in (("review_shape", 1.0), ("ship_days", 0.0), ("order_book_days", 1.0))
        ]
        fixed += [self.fixed("batches", 1.0), self.fixed("batch_days", 0.0)]
        columns = np.concatenate([*changing, np.stack(fixed)])[:, self.covered]
        profile = np.full(self.covered.shape, -1, dtype=np.int64)
        if not columns.shape[1]:
            return profile, ()
        unique, which = np.unique(columns, axis=1, return_inverse=True)
        profile[self.covered] = which.ravel()
        return profile, tuple(self._review(column) for column in unique.T)

    def _review(self, column: FloatArray) -> ReviewTerms:
        stretches = len(self.cuts) - 1
        lengths = np.diff(self.cuts)
        scale, approval, withdrawal = (
            np.repeat(column[i * stretches : (i + 1) * stretches], lengths) for i in range(3)
        )
        shape, ship_days, book_days, batches, batch_days = column[3 * stretches :]
        return ReviewTerms(
            start=self.begins() or 0,
            # a review without a scale is at once: a thousandth of a day stands for it
            scale=np.maximum(scale, 1e-3),
            approval=approval,
            withdrawal=np.minimum(withdrawal, 1.0 - approval),
            shape=float(shape),
            ship_days=float(ship_days),
            book_days=float(book_days),
            batches=round(float(batches)),
            batch_days=float(batch_days),
        )

    def _over_months(self, table: FloatArray) -> FloatArray:
        shares = np.stack([self.days.share(a, b) for a, b in zip(self.cuts, self.cuts[1:], strict=False)])
        return np.asarray(np.einsum("sm,sgru->mgru", shares, table), dtype=np.float64)


def lives_of(events: tuple[Event, ...], space: Space, days: Days) -> list[Life]:
    """One life for each measure that the events open, in the order in which they open."""
    openings = [e for e in events if e.instrument in OPENING]
    return [
        _life(e, [c for c in events if c.measure == e.measure and c is not e], space, days) for e in openings
    ]


def _span(event: Event, days: Days) -> tuple[int, int]:
    return days.index(event.date), days.count if event.until is None else days.index(event.until)


def _life(opening: Event, followers: list[Event], space: Space, days: Days) -> Life:
    home = opening.actor
    own = mask(opening, space, home)
    changes = tuple((e, mask(e, space, home) & own) for e in followers)
    edges = {0, days.count, *_span(opening, days), *(day for e in followers for day in _span(e, days))}
    cuts = tuple(sorted(edges))
    start, stop = _span(opening, days)
    in_force = np.zeros((len(cuts) - 1, *space.shape), dtype=np.bool_)
    for s, day in enumerate(cuts[:-1]):
        if start <= day < stop:
            in_force[s] = own & ~_suspended(changes, day, days)
    return Life(
        opening=opening,
        changes=changes,
        covered=own & in_force.any(axis=0),
        in_force=in_force,
        cuts=cuts,
        days=days,
    )


def _suspended(changes: tuple[tuple[Event, BoolArray], ...], day: int, days: Days) -> BoolArray:
    """(g, r, u) where the last suspension or resumption in effect on a day is a suspension."""
    off = np.zeros_like(changes[0][1]) if changes else np.zeros((1, 1, 1), dtype=np.bool_)
    for event, bears in changes:
        since, until = _span(event, days)
        if event.instrument in ("suspension", "resumption") and since <= day < until:
            off[bears] = event.instrument == "suspension"
    return off
