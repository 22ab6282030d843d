"""One month, in plain sight: orders, licences, the market, what passes to the next month."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from mischmetal.simulate.behaviour import Behaviour
from mischmetal.simulate.clear import Cleared, Workspace, clear
from mischmetal.simulate.layout import Layout
from mischmetal.simulate.market import FloatArray, IntArray, Market
from mischmetal.simulate.measures import Measures
from mischmetal.simulate.permits import Licensed, close_month, gate_limits, orders, review_month
from mischmetal.simulate.rules.asked import next_quote, next_rent
from mischmetal.simulate.rules.demand import designed_out, slow_demand
from mischmetal.simulate.rules.expectation import expected_price, perceived_risk
from mischmetal.simulate.rules.stock import desired_stock, holding_curve, target_stock
from mischmetal.simulate.rules.trade import qualified_months
from mischmetal.simulate.state import State

LEAST = 1e-4  # t: no stock is aimed at below a hundred grams
SHORT = 0.05  # users who miss more than this share of their need have stopped
CEILING = 20.0  # times the base price: what lost output is worth to those who buy what others use; assumption
BINDING = 1e-6  # USD/kg: a smaller residual rent is none


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What stays the same in every month of a run."""

    layout: Layout
    measures: Measures
    behaviour: Behaviour
    months: tuple[str, ...]
    risk: FloatArray  # (m, good) what events add to perceived risk
    cell_good: IntArray  # (k,) good of each cell
    stock_good: IntArray  # (s,)
    home_node: IntArray  # (k,) node of the same good in the licensing country; -1: not made there
    hub_ship: IntArray  # (o,) shipments into the open market, here
    hub_home: IntArray  # (o,) node they come from
    hub_node: IntArray  # (o,) node of the open market
    hub_gate: IntArray  # (o,) place among the gates; -1: no measure
    hub_sale: IntArray  # sales out of the open market, here
    hub_stock: IntArray  # (s,) o of the open market that a stock's users may buy in; -1: none
    idle: IntArray  # (r,) shipments not used in the base year, here
    home_of: IntArray  # (a,) node whose price enters an activity's tax; -1: none
    iso_node: IntArray  # (u,) node of each user at a curve
    sea_at: IntArray  # (k, c) where the classes' parts stand in the data of A
    air_now_at: IntArray  # (k, c)
    air_later_at: IntArray  # (k, c)
    elements: tuple[str, ...]
    direct: tuple[IntArray, ...]  # by element: shipments out of the licensing country past the open market


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What a month leaves behind for the results."""

    market: Market
    cleared: Cleared
    licensed: tuple[Licensed, ...]
    limit: FloatArray  # (g,) t that could pass each gate
    in_force: np.ndarray  # (g,) bool
    wanted: FloatArray  # (a,) t at the asked prices, if neither quota nor permit limited what bears them
    short: FloatArray  # (k, c) t
    left: FloatArray  # (k, c) t in hand at the end
    solves: int


def advance(
    world: World, state: State, month: int, workspace: Workspace, guess: tuple[Cleared, Cleared]
) -> tuple[State, Month]:
    """One month of a run: the next state and what happened.

    Raises NotCleared naming month and node.
    """
    layout, b = world.layout, world.behaviour
    cells = layout.cells
    # what events do to perceived risk, and risk to desired cover
    risk = perceived_risk(state.risk, world.risk[month][None], b["risk_decay"])
    want_cells, want_stocks = desired(world, risk)
    # applications, review, permits
    licensed = [
        review_month(s, arcs, listed, queue, orders(layout, arcs, state, want_cells, want_stocks), month, b)
        for (s, arcs, listed), queue in zip(world.measures.licences, state.queues, strict=True)
    ]
    limit, in_force = gate_limits(
        layout, world.measures, licensed, month, world.hub_gate[world.hub_gate >= 0]
    )
    # the market
    market = build_market(world, state, month, want_cells, want_stocks, limit, in_force)
    cleared = clear(market, workspace=workspace, guess=guess[0], month=world.months[month])
    wanted, relaxed = _wanted(world, market, cleared, in_force, workspace, guess[1], world.months[month])
    # what passes to the next month
    now = Month(
        market=market,
        cleared=cleared,
        licensed=tuple(licensed),
        limit=limit,
        in_force=in_force,
        wanted=wanted,
        short=cleared.quantity[cells.short],
        left=cleared.quantity[cells.carry]
        + (1 - b["air_share_now"])
        * cleared.quantity[cells.air][:, None]
        * _order_share(world, state, want_cells),
        solves=cleared.qp_solves + (relaxed.qp_solves if relaxed is not None else 0),
    )
    return _next_state(world, state, month, now, risk, want_cells), now


def desired(world: World, risk: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(k, c) and (s,) t that users, and traders and makers, would like to hold; traders do not hoard."""
    cells, stocks, b = world.layout.cells, world.layout.stocks, world.behaviour
    each = cells.need[:, None] / cells.cover.shape[1]
    users = desired_stock(cells.cover, each, risk[0, world.cell_good][:, None], b["hoarding"])
    felt = np.where(stocks.trader, 0.0, risk[0, world.stock_good])
    return users, desired_stock(stocks.months, stocks.flow, felt, b["hoarding"])


def _order_share(world: World, state: State, want: FloatArray) -> FloatArray:
    """(k, c) each class's part of what a cell buys: its need and its part of the gap, as ordered."""
    cells = world.layout.cells
    each = np.broadcast_to(cells.need[:, None] / cells.cover.shape[1], cells.cover.shape)
    gap = want - state.cover[0] + each - state.coming[0]
    order = np.maximum(each + gap / world.behaviour["stock_gap_months"], 1e-3 * each)
    return np.asarray(order / order.sum(axis=1, keepdims=True), dtype=np.float64)


def build_market(
    world: World, state: State, month: int, want_cells: FloatArray, want_stocks: FloatArray,
    limit: FloatArray, in_force: np.ndarray,
) -> Market:  # fmt: skip
    """The market of a month as arrays."""
    layout, b, anchored = world.layout, world.behaviour, world.layout.anchored
    cells, stocks, surplus = layout.cells, layout.stocks, layout.surplus
    n, a = layout.A.shape
    endowment, cost, slope = np.zeros(n), np.zeros(a), np.zeros(a)
    capacity, asked = np.full(a, np.inf), np.zeros(a)
    own = np.flatnonzero(layout.base >= 0)
    base = layout.base[own]
    cost[own], slope[own], capacity[own] = anchored.cost[base], anchored.slope[base], anchored.capacity[base]
    # taxes follow the price at home
    home = world.home_of[own]
    moved = np.where(home >= 0, state.price[0, home] - layout.price[home], 0.0)
    cost[own] += anchored.tax[base] * moved
    duty = world.measures.duty
    if len(duty.activity):
        rate = world.measures.rate[month][duty.good, duty.region]
        at = layout.at[duty.activity]
        cost[at] += rate * state.price[0, world.home_of[at]]
    # a route not used so far opens once it has paid for long enough
    capacity[world.idle] = np.where(state.qualified[0] >= b["qualification"], np.inf, 0.0)
    capacity[world.hub_sale] = b["open_market_reach"] * layout.quantity[world.hub_sale]
    # asked prices
    gap = state.quote[0] - (state.price[0, world.hub_home] + _freight(world, cost))
    asked[world.hub_ship] = np.where(_gated(world, in_force), np.maximum(0.0, gap), 0.0)
    for q, (_, arcs) in enumerate(world.measures.quotas):
        asked[layout.at[arcs.activity]] += state.rent[0, q]
    cost += asked
    # users with classes of cover
    each = np.broadcast_to(cells.need[:, None] / cells.cover.shape[1], cells.cover.shape)
    endowment[cells.now] = state.cover[0] + state.coming[0] - each
    target = target_stock(state.cover[0], want_cells, b["stock_gap_months"]) + each
    value = np.broadcast_to(state.cell_value[0][:, None], cells.cover.shape)
    cost[cells.hold], slope[cells.hold] = holding_curve(
        value, target, b["stock_value_slope"], np.full_like(target, LEAST)
    )
    _ways_out(world, state, each, cost, capacity)
    # stocks of traders and makers
    endowment[stocks.node] += state.stock[0] + state.arriving[0]
    target = target_stock(state.stock[0], want_stocks, b["stock_gap_months"]) + stocks.arrivals
    cost[stocks.hold], slope[stocks.hold] = holding_curve(
        _stock_value(world, state, in_force), target, b["stock_value_slope"], np.full_like(target, LEAST)
    )
    named = stocks.short >= 0
    cost[stocks.short[named]] = CEILING * np.maximum(layout.price[stocks.node[named]], 1e-3)
    capacity[stocks.short[named]] = stocks.flow[named]
    cost[surplus.sell] = b["surplus_sell"] * layout.price[surplus.node]
    cost[surplus.buy] = -b["surplus_buy"] * layout.price[surplus.node]
    slope[surplus.buy] = slope[surplus.sell] = (
        1e-4 * layout.price[surplus.node] / np.maximum(surplus.flow, 1e-9)
    )
    capacity[surplus.sell] = state.surplus[0]
    capacity[surplus.buy] = surplus.flow
    # gates
    endowment[layout.gate] = limit
    capacity[layout.passing] = np.where(in_force, 0.0, np.inf)
    for q, (schedule, _) in enumerate(world.measures.quotas):
        active = schedule.active[month] > 0
        capacity[layout.quota_passing[q]] = 0.0 if active else np.inf
        endowment[layout.quota[q]] = _quota_available(schedule.month_share, state.quota_left[0, q], month)
    iso_price = np.maximum(layout.price[world.iso_node], 1e-3)
    uses = [anchored.baseline.network.activities[j] for j in layout.base[layout.iso]]
    return Market(
        A=_with_shares(world, _order_share(world, state, want_cells)),
        endowment=endowment,
        cost=cost,
        slope=slope,
        capacity=capacity,
        iso=layout.iso,
        iso_quantity=state.use[0],
        iso_price=iso_price,
        iso_elasticity=np.array([u.elasticity for u in uses]),
        iso_cap=iso_price * np.array([max(u.lost_output, 1.0) for u in uses]),
        asked_rent=asked,
        node_names=layout.node_names,
        activity_names=layout.activity_names,
    )


def _ways_out(world: World, state: State, each: FloatArray, cost: FloatArray, capacity: FloatArray) -> None:
    """What a user does without goods: fly them in, buy whole motors, design the good out, stop."""
    cells, b = world.layout.cells, world.behaviour
    price = np.broadcast_to(cells.price[:, None], cells.cover.shape)
    cost[cells.air] = b["air_cost"]
    cost[cells.motor] = (1 + b["motor_premium"]) * price
    capacity[cells.motor] = b["motor_share"] * each
    cost[cells.redesign] = np.minimum(b["redesign_cost"] * price, cells.lost[:, None])
    capacity[cells.redesign] = state.designed_out[0] * each
    cost[cells.short] = np.broadcast_to(cells.lost[:, None], cells.cover.shape)
    capacity[cells.short] = each


def _with_shares(world: World, share: FloatArray) -> sparse.csc_array:
    """A with this month's parts of each class in what its cell buys; the pattern never changes."""
    A = world.layout.A
    kap = world.behaviour["air_share_now"]
    data = A.data.copy()
    data[world.sea_at] = share
    data[world.air_now_at] = kap * share
    data[world.air_later_at] = (1 - kap) * share
    return sparse.csc_array((data, A.indices, A.indptr), shape=A.shape)


def _quota_available(month_share: FloatArray, left: float, month: int) -> float:
    """t of a quota for this month: what is left of it, spread evenly over what is left of its period."""
    ahead = month_share[month:].sum()
    return float(left * month_share[month] / ahead) if ahead > 0 else 0.0


def _freight(world: World, cost: FloatArray) -> FloatArray:
    """(o,) USD/kg from the licensing country to the open market, taxes included, nothing asked."""
    ship = world.hub_ship
    return np.asarray(cost[ship] + _slope(world)[ship] * world.layout.quantity[ship], dtype=np.float64)


def _slope(world: World) -> FloatArray:
    slope = np.zeros(world.layout.A.shape[1])
    own = np.flatnonzero(world.layout.base >= 0)
    slope[own] = world.layout.anchored.slope[world.layout.base[own]]
    return slope


def _gated(world: World, in_force: np.ndarray) -> np.ndarray:
    """(o,) whether a measure is in force on the shipments into the open market."""
    if not len(in_force):
        return np.zeros(len(world.hub_gate), dtype=bool)
    return np.where(world.hub_gate >= 0, in_force[world.hub_gate], False)


def _wanted(
    world: World, market: Market, cleared: Cleared, in_force: np.ndarray, workspace: Workspace, guess: Cleared,
    month: str,
) -> tuple[FloatArray, Cleared | None]:  # fmt: skip
    """What would be shipped at the asked prices if nothing limited it: a second market where a limit binds."""
    layout = world.layout
    gated = _gated(world, in_force)
    gates = world.hub_gate[gated]
    binding = np.concatenate([cleared.price[layout.gate[gates]], cleared.price[layout.quota]])
    if not np.any(binding > BINDING):
        return cleared.quantity, None
    capacity = market.capacity.copy()
    capacity[layout.passing[gates]] = np.inf
    capacity[layout.quota_passing] = np.inf
    free = replace(market, capacity=capacity)
    relaxed = clear(free, workspace=workspace, guess=guess, month=f"{month}, wanted")
    return relaxed.quantity, relaxed


def _next_state(
    world: World, state: State, month: int, now: Month, risk: FloatArray, want_cells: FloatArray
) -> State:
    layout, b = world.layout, world.behaviour
    cells, stocks, surplus = layout.cells, layout.stocks, layout.surplus
    price, x = now.cleared.price, now.cleared.quantity
    share = _order_share(world, state, want_cells)
    each = cells.need[:, None] / cells.cover.shape[1]
    # stocks at the month's end
    delayed = stocks.carry >= 0
    stock = np.where(delayed, x[stocks.carry], x[stocks.hold])
    arriving = np.where(delayed, np.maximum(x[stocks.hold] - x[stocks.carry], 0.0), 0.0)
    # expectations: what is paid, not what a user without any would give
    home = world.home_node
    paid = np.where(
        home >= 0,
        cells.price + price[home] - layout.price[home],
        np.minimum(price[cells.node], cells.lost),
    )
    stock_price = np.minimum(price[stocks.node], CEILING * layout.price[stocks.node])
    use_ratio = np.clip(price[world.iso_node] / np.maximum(layout.price[world.iso_node], 1e-3), 0.05, 50.0)
    quote = _next_quote(world, state, now)
    quotas = [(s, arcs) for s, arcs in world.measures.quotas]
    shipped = np.array([x[layout.at[arcs.activity]].sum() for _, arcs in quotas])
    return State(
        cover=now.left[None],
        coming=(x[cells.sea][:, None] * share)[None],
        stock=stock[None],
        arriving=arriving[None],
        surplus=np.maximum(state.surplus + x[surplus.buy] - x[surplus.sell], 0.0),
        cell_value=expected_price(
            state.cell_value, paid[None], cells.price[None], b["expectation_speed"], b["expectation_return"]
        ),
        stock_value=expected_price(
            state.stock_value, stock_price[None], layout.price[stocks.node][None],
            b["expectation_speed"], b["expectation_return"],
        ),
        risk=risk,
        quote=quote[None],
        rent=_next_rent(world, state, month, now),
        quota_left=np.maximum(state.quota_left - shipped, 0.0) if quotas else state.quota_left,
        use=slow_demand(
            state.use, layout.quantity[layout.iso][None], use_ratio[None], now.market.iso_elasticity[None],
            long_run=b["long_run_elasticity"], speed=b["demand_speed"], up=b["demand_speed_up"],
        ),
        designed_out=designed_out(
            state.designed_out, (now.short / np.maximum(each, 1e-12))[None], b["redesign_most"], b["redesign_months"]
        ),
        qualified=qualified_months(state.qualified, _first_margin(world, now)[None]),
        price=price[None],
        history=_next_history(world, state, now),
        queues=tuple(
            close_month(s, arcs, lic, x[layout.at[arcs.activity]], world.hub_gate[world.hub_gate >= 0])
            for (s, arcs, _), lic in zip(world.measures.licences, now.licensed, strict=True)
        ),
    )  # fmt: skip


def _stock_value(world: World, state: State, in_force: np.ndarray) -> FloatArray:
    """(s,) USD/kg at which holders value their stock: what they expect, and outside China what the open market
    asks for goods that a measure bears on."""
    layout, stocks = world.layout, world.layout.stocks
    value = state.stock_value[0].copy()
    known = (world.hub_stock >= 0) & np.append(_gated(world, in_force), False)[world.hub_stock]
    o = world.hub_stock[known]
    way = layout.price[stocks.node[known]] - layout.price[world.hub_node[o]]
    value[known] = state.quote[0, o] + np.maximum(way, 0.0)
    # the first unit of an empty stock is worth no more than lost output, or quote and stock would raise each other
    most = CEILING * layout.price[stocks.node] / (1 + world.behaviour["stock_value_slope"])
    value = np.minimum(value, np.maximum(most, state.stock_value[0]))
    return np.asarray(value, dtype=np.float64)


def _next_quote(world: World, state: State, now: Month) -> FloatArray:
    """(o,) the quote of next month; where no measure is in force, the price of the open market itself."""
    layout, b = world.layout, world.behaviour
    price, x = now.cleared.price, now.cleared.quantity
    gated = _gated(world, now.in_force)
    freight = _freight(world, now.market.cost - now.market.asked_rent)
    floor = price[world.hub_home] + freight
    normal = layout.quantity[world.hub_ship]
    limit = np.where(gated, now.limit[np.maximum(world.hub_gate, 0)] if len(now.limit) else 0.0, np.inf)
    available = np.maximum(limit, b["available_floor"] * np.maximum(normal, 1e-6))
    available = np.where(gated, available, np.maximum(x[world.hub_ship], 1e-9))
    moved = next_quote(
        state.quote[0],
        floor,
        now.wanted[world.hub_ship],
        available,
        b["asked_price_speed"],
        CEILING * layout.price[world.hub_node],
    )
    return np.where(gated, moved, price[world.hub_node])


def _next_rent(world: World, state: State, month: int, now: Month) -> FloatArray:
    """(1, q) the rents asked next month, from what was wanted over what the quotas left available."""
    quotas, b = world.measures.quotas, world.behaviour
    if not quotas:
        return state.rent
    wanted = np.array([now.wanted[world.layout.at[arcs.activity]].sum() for _, arcs in quotas])
    normal = np.array([arcs.flow.sum() for _, arcs in quotas])
    floor = b["available_floor"] * np.maximum(normal, 1e-6)
    available = np.maximum(now.market.endowment[world.layout.quota], floor)
    active = np.array([s.active[month] > 0 for s, _ in quotas])
    moved = next_rent(state.rent[0], wanted, available, b["asked_price_speed"], b["rent_floor"])
    return np.where(active, moved, 0.0)[None]


def _first_margin(world: World, now: Month) -> FloatArray:
    """(r,) USD/kg that the first unit over an unused route would earn."""
    market, idle = now.market, world.idle
    gain = market.A[:, idle].T @ now.cleared.price - market.cost[idle]
    return np.asarray(gain - 1e-9 * np.abs(market.cost[idle]) - 1e-9, dtype=np.float64)


def direct_spot(world: World, now: Month) -> FloatArray:
    """(element,) USD/kg that direct purchases cost abroad this month; NaN where there are none."""
    price, x, market = now.cleared.price, now.cleared.quantity, now.market
    spot = np.full(len(world.elements), np.nan)
    for e, arcs in enumerate(world.direct):
        volume = x[arcs]
        if volume.sum() > 1e-9:
            cost = price[world.home_of[arcs]] + market.cost[arcs] + market.slope[arcs] * volume
            spot[e] = (cost * volume).sum() / volume.sum()
    return spot


def _next_history(world: World, state: State, now: Month) -> FloatArray:
    """(1, lag, element): a month without purchases repeats the one before."""
    spot = direct_spot(world, now)
    latest = np.where(np.isfinite(spot), spot, state.history[0, 0])
    return np.concatenate([latest[None, None, :], state.history[:, :-1]], axis=1)
