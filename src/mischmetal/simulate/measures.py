"""Which shipments each measure of a schedule bears on, as indices of the layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mischmetal.chain import Network
from mischmetal.scenario.schedule import Cells, HoldSchedule, LicenceSchedule, QuotaSchedule, Schedule
from mischmetal.simulate.market import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Arcs:
    """The shipments under one measure. l licences, one a shipment."""

    activity: IntArray  # (l,) of the network
    place: IntArray  # (l,) among the gated shipments
    good: IntArray  # (l,)
    region: IntArray  # (l,)
    group: IntArray  # (l,); -1: a good without end-use groups, which stands for all of them
    flow: FloatArray  # (l,) t a month in the base year


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """All measures of a run with their shipments."""

    gated: list[int]  # shipments of the network behind some gate
    licences: tuple[tuple[LicenceSchedule, Arcs, Cells], ...]
    holds: tuple[tuple[HoldSchedule, Arcs], ...]
    quotas: tuple[tuple[QuotaSchedule, Arcs], ...]
    ban: Arcs
    banned: FloatArray  # (m, good, region, group) share of the month's days
    duty: Arcs
    rate: FloatArray  # (m, good, region) share of the value at the border


def find_measures(network: Network, schedule: Schedule, flow: FloatArray) -> Measures:
    """The shipments from each acting country that its measures cover."""
    ships = [j for j, a in enumerate(network.activities) if a.kind == "ship"]
    home = network.chain.controller

    def under(covered: Any, actor: str) -> list[int]:
        """Shipments out of the acting region whose good, destination and group a mask (g, r, u) covers."""
        found = []
        for j in ships:
            a = network.activities[j]
            g, r, u = _where(schedule, a.process, a.destination, a.group)
            if a.origin == actor and (covered[g, r].any() if u < 0 else covered[g, r, u]):
                found.append(j)
        return found

    acting = dict(schedule.actors)
    # a measure that was suspended before it took effect covers nothing
    licensed = [(s, under(s.covered, acting.get(s.measure, home))) for s in schedule.licences if s.kernels]
    held = [(s, under(s.covered, acting.get(s.measure, home))) for s in schedule.holds]
    banned = under(schedule.banned.any(axis=0), home)
    gated = sorted({j for _, arcs in [*licensed, *held] for j in arcs} | set(banned))
    place = {j: k for k, j in enumerate(gated)}

    def arcs(listed: list[int]) -> Arcs:
        where = [
            _where(schedule, a.process, a.destination, a.group)
            for a in (network.activities[j] for j in listed)
        ]
        good, region, group = (np.array(column, dtype=np.int64) for column in zip(*where, strict=True)) if where else (
            np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        )  # fmt: skip
        return Arcs(
            activity=np.array(listed, dtype=np.int64),
            place=np.array([place.get(j, -1) for j in listed], dtype=np.int64),
            good=good,
            region=region,
            group=group,
            flow=flow[listed] if listed else np.zeros(0),
        )

    licences = []
    for licence, listed in licensed:
        found = arcs(listed)
        licences.append((licence, found, _cells(licence, found)))
    any_duty: Any = (schedule.duty > 0).any(axis=0)
    taxed = under(np.broadcast_to(any_duty[..., None], schedule.banned.shape[1:]), home)
    return Measures(
        gated=gated,
        licences=tuple(licences),
        holds=tuple((s, arcs(listed)) for s, listed in held),
        quotas=tuple((s, arcs(under(s.covered, acting.get(s.measure, home)))) for s in schedule.quotas),
        ban=arcs(banned),
        banned=schedule.banned,
        duty=arcs(taxed),
        rate=schedule.duty,
    )


def _where(schedule: Schedule, good: str, region: str, group: str) -> tuple[int, int, int]:
    names = [g.name for g in schedule.goods]
    u = schedule.groups.index(group) if group else -1
    return names.index(good), schedule.regions.index(region), u


def _cells(licence: LicenceSchedule, arcs: Arcs) -> Cells:
    """One licence a shipment; where a good has no groups, the terms of the last group that is covered."""
    group = arcs.group.copy()
    for k in np.flatnonzero(group < 0):
        group[k] = int(np.flatnonzero(licence.covered[arcs.good[k], arcs.region[k]])[-1])
    return Cells(
        good=arcs.good, region=arcs.region, group=group,
        profile=licence.profile[arcs.good, arcs.region, group],
    )  # fmt: skip


def share_of(table: FloatArray, arcs: Arcs) -> FloatArray:
    """(l,) values of a (good, region, group) table for shipments; the mean where a good has no groups."""
    if not len(arcs.good):
        return np.zeros(0)
    group = np.maximum(arcs.group, 0)
    own = table[arcs.good, arcs.region, group]
    mean = table[arcs.good, arcs.region].mean(axis=-1)
    return np.where(arcs.group < 0, mean, own)
