"""From dated events to plain arrays by month, for the month loop.

Partial months: a rule bears on shipments and filings day by day, evenly within a month. The licences of
4 April 2025 cover 27 of April's 30 days, so `coverage` is 0.9 in April and 3/30 of the month's normal
shipments leave freely; a port hold from 14 April to 1 July holds what arrives at the port on 17 of
April's days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mischmetal.scenario.calendar import Days, days_of
from mischmetal.scenario.event import Event, GoodRef
from mischmetal.scenario.life import Life, lives_of
from mischmetal.scenario.places import Space, bears_on, left_out
from mischmetal.scenario.review import Hazards, Kernels, hazards, kernels
from mischmetal.scenario.scenario import Scenario

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceSchedule:
    """One licence measure. Axes: month m, good g, region r (destination), end-use group u.

    Goods, destinations and groups under the same terms share one profile of kernels. Cohorts are the
    months of filing and, last (index `len(months)`), the order book filed in the measure's first days.
    """

    measure: str
    title: str
    actor: str
    covered: BoolArray  # (g, r, u) under the measure at any time
    coverage: FloatArray  # (m, g, r, u) share of the month's days under the measure
    exempt: FloatArray  # (m, g, r, u) share of the month's volume under general licences, <= coverage
    profile: IntArray  # (g, r, u) row of `kernels`; -1 where not covered
    kernels: tuple[Kernels, ...]  # by profile; each (cohort, month)
    hazards: tuple[Hazards, ...]  # by profile; the same as shares of what waits
    first_month: int  # month in which the measure starts; -1: before or after the run
    order_book: FloatArray  # (g, r, u) months of need filed in the first days
    validity: FloatArray  # (g, r, u) months; inf where not stated
    pool: FloatArray  # (m,) share of permits that goes to traders
    capacity: FloatArray  # (m,) t decided a month; inf where not stated
    tonnes_per_application: float  # nan where not stated


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaSchedule:
    """A quota of one period, in the unit of the goods it covers."""

    measure: str
    title: str
    actor: str
    covered: BoolArray  # (g, r, u)
    quantity: float  # t in the period
    active: FloatArray  # (m,) share of the month's days in force
    month_share: FloatArray  # (m,) share of the quota's whole period that falls into the month


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSchedule:
    """A hold of shipments at the port: cap(t) = normal x (1 - held + held x release(t))."""

    measure: str
    title: str
    actor: str
    covered: BoolArray  # (g, r, u); goods under a licence are not held twice: the loop leaves them out
    held: float  # share f
    release: FloatArray  # (m,) H: shipments that leave, per month of normal shipments


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What holds in every month of a run."""

    months: tuple[str, ...]
    goods: tuple[GoodRef, ...]
    regions: tuple[str, ...]
    groups: tuple[str, ...]
    licences: tuple[LicenceSchedule, ...]
    holds: tuple[HoldSchedule, ...]
    quotas: tuple[QuotaSchedule, ...]
    banned: FloatArray  # (m, g, r, u) share of the month's days under a ban
    duty: FloatArray  # (m, g, r) on the value at the controller's border
    risk: FloatArray  # (m, g) added to perceived risk, in the month in which it became known
    actors: Mapping[str, str]  # measure -> actor
    left_out: tuple[str, ...]  # places of events that no region here stands for, one line each


def schedule(
    scenario: Scenario,
    months: tuple[str, ...],
    *,
    goods: tuple[GoodRef, ...],
    regions: tuple[str, ...],
    groups: tuple[str, ...],
) -> Schedule:
    """What a scenario means month by month for the goods, regions and groups of a network.

    Units as in `Schedule`. Raises InputError where months do not follow one another.
    """
    days = days_of(months)
    space = Space(goods=goods, regions=regions, groups=groups)
    lives = lives_of(scenario.events, space, days)
    bans = [life.coverage() for life in lives if life.opening.instrument == "ban"]
    duties = [_duty(life) for life in lives if life.opening.instrument == "duty"]
    nothing = np.zeros((len(months), *space.shape))
    return Schedule(
        months=months,
        goods=goods,
        regions=regions,
        groups=groups,
        licences=tuple(_licence(life) for life in lives if life.opening.instrument == "export_licence"),
        holds=tuple(_hold(life) for life in lives if life.opening.instrument == "port_hold"),
        quotas=tuple(_quota(life) for life in lives if life.opening.instrument == "quota"),
        banned=np.max([nothing, *bans], axis=0),
        duty=np.sum([nothing[..., 0], *duties], axis=0),
        risk=_risk(scenario.events, space, days),
        actors={life.opening.measure: life.opening.actor for life in lives},
        left_out=tuple(line for e in scenario.events if e.measure for line in left_out(e, space)),
    )


def _risk(events: tuple[Event, ...], space: Space, days: Days) -> FloatArray:
    """(month, good) increments; what was known before the run has died down and is left out."""
    risk = np.zeros((len(days.months), len(space.goods)))
    for event in events:
        day = (event.published - days.first).days
        if event.risk is not None and 0 <= day < days.count:
            touched = [bears_on(event.goods, good) for good in space.goods]
            risk[days.month_of(day), touched] += event.risk.value
    return risk


def _duty(life: Life) -> FloatArray:
    """(month, good, region) rate, weighted by the days on which it is in force, mean over groups."""
    return np.asarray(life.mean("rate", 0.0).mean(axis=3), dtype=np.float64)


def _quota(life: Life) -> QuotaSchedule:
    event = life.opening
    until = event.until or event.date.replace(month=1, day=1, year=event.date.year + 1)
    length = max((until - event.date).days, 1)
    active = np.max(life.coverage(), axis=(1, 2, 3))
    stop = life.days.index(until)
    in_month = life.days.share(life.days.index(event.date), stop) * np.diff(life.days.edges)
    return QuotaSchedule(
        measure=event.measure,
        title=event.title,
        actor=event.actor,
        covered=life.covered,
        quantity=life.last("quantity", np.nan),
        active=active,
        month_share=np.where(active > 0, in_month / length, 0.0),
    )


def _hold(life: Life) -> HoldSchedule:
    wait = life.opening.numbers["hold_days"]
    held_days = np.max(life.in_force, axis=(1, 2, 3))
    return HoldSchedule(
        measure=life.opening.measure,
        title=life.opening.title,
        actor=life.opening.actor,
        covered=life.covered,
        held=life.last("held", 0.0),
        release=release(held_days, least=wait.low, most=wait.high, days=life.days, cuts=life.cuts),
    )


def release(held: BoolArray, *, least: float, most: float, days: Days, cuts: tuple[int, ...]) -> FloatArray:
    """(month,) shipments that leave the port, per month of normal shipments, where all are held.

    A shipment that arrives while the hold is in force (`held`, by stretch between `cuts`, days) waits an
    even spread of `least` to `most` days, also past the end of the hold; others leave on the day.
    """
    left = np.zeros(days.count + 1)
    for start, stop, hold in zip(cuts, cuts[1:], held, strict=False):
        arrived = np.arange(start, stop) + 0.5
        if not hold:
            left += np.clip(np.arange(days.count + 1) - start, 0, stop - start)
            continue
        waited = np.arange(days.count + 1)[None, :] - arrived[:, None]
        width = max(most - least, 1.0)
        left += np.clip((waited - (least + most - width) / 2) / width, 0.0, 1.0).sum(axis=0)
    return np.asarray(np.diff(left[days.edges]) / np.diff(days.edges), dtype=np.float64)


def _licence(life: Life) -> LicenceSchedule:
    profile, terms = life.profiles()
    shares = tuple(kernels(t, life.days) for t in terms)
    event = life.opening
    begins = life.begins()
    return LicenceSchedule(
        measure=event.measure,
        title=event.title,
        actor=event.actor,
        covered=life.covered,
        coverage=life.coverage(),
        exempt=life.mean("exempt", 0.0),
        profile=profile,
        kernels=shares,
        hazards=tuple(hazards(k) for k in shares),
        first_month=-1 if begins is None else life.days.month_of(begins),
        order_book=np.where(life.covered, life.fixed("order_book", 0.0), 0.0),
        validity=life.fixed("validity", np.inf),
        pool=life.by_month("pool", 0.0),
        capacity=life.by_month("capacity", np.inf),
        tonnes_per_application=life.last("tonnes_per_application", np.nan),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The licences of one measure as a list: one per covered good, destination and end-use group."""

    good: IntArray  # (licence,)
    region: IntArray  # (licence,)
    group: IntArray  # (licence,)
    profile: IntArray  # (licence,)


def cells(licence: LicenceSchedule) -> Cells:
    """The covered cells of a measure in the order of the arrays (good, region, group)."""
    good, region, group = np.nonzero(licence.covered)
    return Cells(good=good, region=region, group=group, profile=licence.profile[good, region, group])


def monthly_review(licence: LicenceSchedule, listed: Cells, month: int) -> Mapping[str, FloatArray]:
    """Terms of one month for `simulate.rules.licensing.Review`: decided, approval, withdrawal, ready.

    Each (licence, cohort), share; `Review(**monthly_review(...))`.
    """
    names = ("decided", "approval", "withdrawal", "ready")
    table = {n: np.stack([getattr(h, n)[:, month] for h in licence.hazards]) for n in names}
    return {name: rows[listed.profile] for name, rows in table.items()}
