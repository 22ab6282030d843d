"""Licences of a month: what is applied for, what is decided, and what may pass each gate."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mischmetal.scenario.schedule import Cells, LicenceSchedule, monthly_review
from mischmetal.simulate.behaviour import Behaviour
from mischmetal.simulate.layout import Layout
from mischmetal.simulate.market import FloatArray, IntArray
from mischmetal.simulate.measures import Arcs, Measures, share_of
from mischmetal.simulate.rules.licensing import (
    Decisions,
    Queue,
    Review,
    add_permits,
    advance_queue,
    age_permits,
    applications,
    order_book,
    spend_permits,
)
from mischmetal.simulate.rules.porthold import hold_cap
from mischmetal.simulate.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What the users behind a shipment hold and want, by shipment of a measure. t."""

    desired: FloatArray
    stock: FloatArray
    coming: FloatArray
    months: FloatArray  # on the way: 1 where goods arrive the month after


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """One measure's month: its queue after review, the flows, and what may ship freely."""

    queue: Queue
    flows: Decisions
    free: FloatArray  # (l,) t that need no single licence


def orders(
    layout: Layout, arcs: Arcs, state: State, desired_cells: FloatArray, desired_stocks: FloatArray
) -> Orders:
    """Each shipment's part of what waits at its destination, by its part of the base year's supply there."""
    network, x = layout.anchored.baseline.network, layout.anchored.baseline.flow
    index = network.node_index()
    size = len(layout.node_names)
    want, have, come, sea = (np.zeros(size) for _ in range(4))
    supply = np.full(size, np.inf)
    cells, stocks = layout.cells, layout.stocks
    np.add.at(want, cells.node, desired_cells.sum(axis=-1))
    np.add.at(have, cells.node, state.cover[0].sum(axis=-1))
    np.add.at(come, cells.node, state.coming[0].sum(axis=-1))
    sea[cells.node] = 1.0
    want[stocks.node] += desired_stocks
    have[stocks.node] += state.stock[0]
    come[stocks.node] += state.arriving[0]
    sea[stocks.node] = stocks.arrivals > 0
    inflow = np.asarray(network.A.maximum(0) @ x)
    supply[: len(inflow)] = np.maximum(inflow, 1e-12)
    node = np.array([index[network.activities[j].terms[1][0]] for j in arcs.activity], dtype=np.int64)
    part = np.minimum(arcs.flow / supply[node], 1.0) if len(node) else np.zeros(0)
    by_sea = np.zeros(size)
    by_sea[cells.node] = supply[cells.node]
    by_sea[stocks.node] = np.maximum(stocks.arrivals, 1e-12)
    arriving = np.minimum(arcs.flow / np.maximum(by_sea[node], 1e-12), 1.0) if len(node) else np.zeros(0)
    return Orders(
        desired=part * want[node],
        stock=part * have[node],
        coming=arriving * come[node],
        months=sea[node],
    )


def review_month(
    licence: LicenceSchedule,
    arcs: Arcs,
    cells: Cells,
    queue: Queue,
    order: Orders,
    month: int,
    behaviour: Behaviour,
) -> Licensed:
    """File, review and grant: the queue of one measure moves by a month."""
    covered = share_of(licence.coverage[month], arcs)
    exempt = share_of(licence.exempt[month], arcs)
    asks = np.maximum(covered - exempt, 0.0)
    held = queue.pending.sum(axis=2) + queue.waiting.sum(axis=2) + queue.permits.sum(axis=2)
    book = np.zeros_like(arcs.flow)
    if month == licence.first_month:
        months = share_of(licence.order_book, arcs)
        book = order_book(arcs.flow, months)
    filed = np.zeros_like(queue.pending)
    wanted = applications(
        arcs.flow[None], order.desired[None], order.stock[None], order.coming[None], held + book[None],
        lead=(order.months + behaviour["promised_review"])[None],
        closing=np.array([[behaviour["stock_gap_months"]]]),
    )  # fmt: skip
    filed[:, :, month] = wanted * asks
    filed[:, :, -1] += book
    limit = licence.capacity[month]
    review = Review(**monthly_review(licence, cells, month))
    after, flows = advance_queue(
        queue, filed, review, capacity=None if np.isinf(limit) else np.array([limit])
    )
    after = replace(after, permits=add_permits(after.permits, flows.ready))
    return Licensed(queue=after, flows=flows, free=(1 - asks) * arcs.flow)


def gate_limits(
    layout: Layout, measures: Measures, licensed: list[Licensed], month: int, hub: IntArray
) -> tuple[FloatArray, FloatArray]:
    """(g,) t that may pass each gate this month, and (g,) whether any measure is in force there.

    A share of the permits of a good goes to traders, who may ship it to the open market.
    """
    limit = np.full(len(layout.gate), np.inf)
    for (licence, arcs, _), now in zip(measures.licences, licensed, strict=True):
        permits = now.queue.permits[0].sum(axis=-1)
        pool = np.where(np.isin(arcs.place, hub), 0.0, licence.pool[month])
        own = permits * (1 - pool)
        for k in np.flatnonzero(np.isin(arcs.place, hub)):
            same = arcs.good == arcs.good[k]
            own[k] += (permits * pool)[same].sum()
        in_force = share_of(licence.coverage[month], arcs) > 0
        at = arcs.place[in_force]
        limit[at] = np.minimum(limit[at], (own + now.free)[in_force])
    if len(measures.ban.place):
        banned = share_of_ban(measures, month)
        at = measures.ban.place[banned > 0]
        limit[at] = np.minimum(limit[at], ((1 - banned) * measures.ban.flow)[banned > 0])
    under_licence = set()
    for licence, arcs, _ in measures.licences:
        under_licence |= set(arcs.place[share_of(licence.coverage[month], arcs) > 0].tolist())
    for hold, held in measures.holds:
        if hold.release[month] == 1.0:
            continue
        cap = hold_cap(held.flow[None], np.array([hold.held]), np.array([hold.release[month]]))[0]
        for nth, gate in enumerate(held.place.tolist()):
            if gate not in under_licence:
                limit[gate] = min(float(limit[gate]), float(cap[nth]))
    return np.where(np.isfinite(limit), limit, 0.0), np.isfinite(limit)


def share_of_ban(measures: Measures, month: int) -> FloatArray:
    """(l,) share of the month's days under a ban."""
    return share_of(measures.banned[month], measures.ban)


def close_month(
    licence: LicenceSchedule, arcs: Arcs, now: Licensed, shipped: FloatArray, hub: IntArray
) -> Queue:
    """Permits after the month's shipments, a month older; the open market's come from the traders' pool."""
    used = np.maximum(shipped - now.free, 0.0)
    total = now.queue.permits[0].sum(axis=-1)
    over = np.maximum(used - total, 0.0)
    used = np.minimum(used, total)
    for k in np.flatnonzero((over > 0) & np.isin(arcs.place, hub)):
        same = (arcs.good == arcs.good[k]) & ~np.isin(arcs.place, hub)
        left = np.maximum(total - used, 0.0) * same
        if left.sum() > 0:
            used = used + left * min(1.0, over[k] / left.sum())
    permits = spend_permits(now.queue.permits, used[None])
    validity = share_of(licence.validity, arcs)
    older, _ = age_permits(permits, validity)
    return replace(now.queue, permits=older)
