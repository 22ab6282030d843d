"""Everything that stays the same over a run, from an anchored base year, a schedule and behaviour."""

from __future__ import annotations

import numpy as np

from mischmetal.baseline import Anchored
from mischmetal.chain import Node
from mischmetal.scenario.schedule import Schedule
from mischmetal.simulate.behaviour import Behaviour
from mischmetal.simulate.content import priced_goods
from mischmetal.simulate.layout import Cells, Layout, lay_out
from mischmetal.simulate.market import FloatArray, IntArray
from mischmetal.simulate.measures import find_measures
from mischmetal.simulate.rules.licensing import Queue, empty_queue
from mischmetal.simulate.state import State, start
from mischmetal.simulate.step import World

LONGEST = 24  # months for which the age of a permit is followed


def build_world(anchored: Anchored, schedule: Schedule, behaviour: Behaviour) -> World:
    """The world of a run."""
    network = anchored.baseline.network
    chain, index = network.chain, network.node_index()
    measures = find_measures(network, schedule, anchored.baseline.flow)
    quotas = [(s.measure, arcs.activity.tolist()) for s, arcs in measures.quotas]
    layout = lay_out(anchored, behaviour, measures.gated, quotas)
    goods = [g.name for g in schedule.goods]
    acts = network.activities
    elements = tuple(e.element for e in chain.elements if e.traded)
    priced = priced_goods(chain)
    hub = [
        j
        for j, a in enumerate(acts)
        if a.kind == "ship"
        and (a.origin, a.destination) == (chain.controller, chain.hub)
        and a.process in priced
    ]
    place = {j: k for k, j in enumerate(measures.gated)}
    hub_of = {acts[j].process: o for o, j in enumerate(hub)}
    sales = [j for j, a in enumerate(acts) if a.kind == "ship" and a.origin == chain.hub and chain.hub]
    idle = [
        j
        for j, a in enumerate(acts)
        if a.kind == "ship" and anchored.baseline.flow[j] <= 0 and j not in set(sales)
    ]
    home_of = np.full(len(layout.activity_names), -1, dtype=np.int64)
    for j, a in enumerate(acts):
        if a.kind == "ship" and layout.at[j] >= 0:
            home_of[layout.at[j]] = index[a.terms[0][0]]
    at = _positions(layout)
    cells, stocks = layout.cells, layout.stocks
    return World(
        layout=layout,
        measures=measures,
        behaviour=behaviour,
        months=schedule.months,
        risk=schedule.risk,
        cell_good=_ints(goods.index(g) for g in cells.good),
        stock_good=_ints(goods.index(network.nodes[i].good) for i in stocks.node),
        home_node=_ints(_home(cells, index, chain.controller)),
        hub_ship=layout.at[hub] if hub else _ints([]),
        hub_home=_ints(index[acts[j].terms[0][0]] for j in hub),
        hub_node=_ints(index[acts[j].terms[1][0]] for j in hub),
        hub_gate=_ints(place.get(j, -1) for j in hub),
        hub_sale=layout.at[sales] if sales else _ints([]),
        hub_stock=_ints(
            hub_of.get(network.nodes[i].good, -1) if network.nodes[i].region != chain.controller else -1
            for i in stocks.node
        ),
        idle=layout.at[idle] if idle else _ints([]),
        home_of=home_of,
        iso_node=_ints(index[acts[j].terms[0][0]] for j in layout.base[layout.iso]),
        sea_at=at[0],
        air_now_at=at[1],
        air_later_at=at[2],
        elements=elements,
        direct=tuple(
            layout.at[
                [
                    j
                    for j, a in enumerate(acts)
                    if a.kind == "ship"
                    and a.origin == chain.controller
                    and a.destination != chain.hub
                    and priced.get(a.process) == e
                ]
            ]
            for e in elements
        ),
    )


def _ints(values: object) -> IntArray:
    return np.array(list(values), dtype=np.int64)  # type: ignore[call-overload]


def _home(cells: Cells, index: dict[Node, int], controller: str) -> list[int]:
    return [index.get(Node(controller, good), -1) for good in cells.good]


def _positions(layout: Layout) -> tuple[IntArray, IntArray, IntArray]:
    """Where the classes' parts of what cells buy stand in the data of A; each (k, c)."""
    cells, A = layout.cells, layout.A

    def spots(arcs: IntArray, nodes: IntArray) -> IntArray:
        found = np.zeros(nodes.shape, dtype=np.int64)
        for k, arc in enumerate(arcs):
            span = np.arange(A.indptr[arc], A.indptr[arc + 1])
            where = {int(A.indices[s]): int(s) for s in span}
            found[k] = [where[int(i)] for i in nodes[k]]
        return found

    return spots(cells.sea, cells.pos), spots(cells.air, cells.now), spots(cells.air, cells.pos)


def first_state(world: World) -> State:
    """The state of the base year under a world's measures: nothing is pending."""
    layout = world.layout
    cohorts = len(world.months) + 1
    queues: list[Queue] = [
        empty_queue(1, len(arcs.activity), cohorts, LONGEST) for _, arcs, _ in world.measures.licences
    ]
    lag = max(round(world.behaviour["contract_lag"]), 1)
    return start(
        layout,
        goods=world.risk.shape[1],
        quotes=layout.price[world.hub_node],
        quotas=np.array([s.quantity for s, _ in world.measures.quotas]),
        idle=len(world.idle),
        history=np.tile(_base_spot(world), (lag, 1)),
        queues=tuple(queues),
    )


def _base_spot(world: World) -> FloatArray:
    """(element,) USD/kg of direct purchases in the base year; NaN where there are none."""
    layout, anchored = world.layout, world.layout.anchored
    spot = np.full(len(world.elements), np.nan)
    for e, arcs in enumerate(world.direct):
        base, volume = layout.base[arcs], layout.quantity[arcs]
        if volume.sum() > 1e-9:
            cost = layout.price[world.home_of[arcs]] + anchored.cost[base] + anchored.slope[base] * volume
            spot[e] = (cost * volume).sum() / volume.sum()
    return spot
