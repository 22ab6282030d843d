"""Clear one month's market: prices, quantities, rents and a certificate that they satisfy the conditions.

Equation
    the program of `market`; users' curves enter as chords (`demand`), then Newton meets the true curve (`polish`)
    capacity rent_a = max(0, margin_a) where x_a = u_a;  permit rent = price of its node
Units
    prices and rents in USD/kg, quantities in t a month, the objective in thousand USD.
Source
    own; the quadratic programs are PIQP's, Clarabel's on request.

The price of a node without flow is one of an interval (`price_interval`); permits in series are worth
something only together, so their rents are told as a sum (`rent_sum`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from mischmetal.errors import NotCleared
from mischmetal.simulate import scales as sizes
from mischmetal.simulate.certify import Certificate, certify, margins
from mischmetal.simulate.demand import LOWEST, PIECES, demand, marginal_value, pieces, utility
from mischmetal.simulate.market import FloatArray, IntArray, Market, require_sound
from mischmetal.simulate.polish import Point, polish, settle
from mischmetal.simulate.reach import BoolArray, alive, price_the_dead
from mischmetal.simulate.qp import Answer, Clarabel, Piqp, Program, SolverName
from mischmetal.simulate.scales import Scales

MOST_PROGRAMS = 10  # a month
BALANCE = 1e-9  # relative, of throughput + 1 kg


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """A month's outcome."""

    price: FloatArray  # (n,) USD/kg, >= 0; at a permit node its rent
    quantity: FloatArray  # (a,) t
    disposed: FloatArray  # (n,) t, left over at zero price
    capacity_rent: FloatArray  # (a,) USD/kg
    objective: float  # thousand USD, cost less utility: lower is better
    qp_solves: int
    certificate: Certificate


@dataclass(slots=True)
class Workspace:
    """What is kept while the sparsity pattern of A and the users stay: the program's columns and its set-up."""

    pattern: tuple[IntArray, IntArray, IntArray]  # indptr and indices of A, the users
    owner: IntArray  # (m,) activity of each column: every activity, then the users' further pieces
    programs: Piqp = field(default_factory=Piqp)


def prepare(market: Market) -> Workspace:
    """A workspace for markets with this one's pattern."""
    a = market.A.shape[1]
    owner = np.concatenate([np.arange(a), np.repeat(market.iso, PIECES - 1)])
    pattern = (market.A.indptr.copy(), market.A.indices.copy(), market.iso.copy())
    return Workspace(pattern=pattern, owner=owner.astype(np.int64))


def _fits(workspace: Workspace, market: Market) -> bool:
    now = (market.A.indptr, market.A.indices, market.iso)
    return all(np.array_equal(kept, new) for kept, new in zip(workspace.pattern, now, strict=True))


def clear(
    market: Market,
    *,
    workspace: Workspace | None = None,
    guess: Cleared | None = None,
    month: str = "",
    tolerance: float = 1e-6,
    solver: SolverName = "piqp",
) -> Cleared:
    """Clear a market to `tolerance`, from last month's outcome where there is one.

    Raises NotCleared with the worst node where no outcome satisfies the conditions, InputError for unsound arrays.
    """
    require_sound(market, f"market {month}".strip())
    if workspace is None or not _fits(workspace, market):
        workspace = prepare(market)
    engine: Piqp | Clarabel = workspace.programs if solver == "piqp" else Clarabel()
    usable = guess is not None and len(guess.price) == market.A.shape[0] and len(guess.quantity) == market.A.shape[1]
    if usable and guess is not None:
        scales = sizes.from_point(market, guess.price, guess.quantity)
        value: FloatArray | None = _paid(market, guess.price, guess.quantity)
    else:
        scales, value = sizes.first(market), None
    living = alive(market)
    _require_needs(market, living[0], month)
    best: Cleared | None = None
    answer: Answer | None = None
    for solves in range(1, MOST_PROGRAMS + 1):
        late = solves > 3
        answer = engine.solve(_program(market, workspace, scales, value, living), tight=late)
        if "infeasible" in answer.status.lower():
            break
        price, quantity = _read(market, workspace, scales, answer)
        price = _lift(market, price_the_dead(market, price, quantity, living[0]), quantity)
        # a straight tail reaches price 0 where the curve does not: fall by no more than a factor at a time
        floor = 0.03 * (market.iso_price if value is None else value)
        value, scales = np.maximum(_paid(market, price, quantity), floor), sizes.from_point(market, price, quantity)
        point = _classify(market, price, quantity, scales, living)
        rounds, proximal = (30, 1e-7 if solves % 2 else 1e-10) if late else (12, 1e-9)
        point = polish(market, point, scales, rounds=rounds, proximal=proximal)
        outcome = _outcome(market, living[0], *settle(market, point), solves)
        if best is None or _gap(outcome) < _gap(best):
            best = outcome
        if _good(outcome, tolerance):
            return outcome
    raise _not_cleared(market, month, best, answer)


def _good(outcome: Cleared, tolerance: float) -> bool:
    certificate = outcome.certificate
    return certificate.mass_balance <= BALANCE and certificate.complementarity <= tolerance


def _gap(outcome: Cleared) -> float:
    return max(outcome.certificate.mass_balance, outcome.certificate.complementarity)


def _outcome(
    market: Market, node: BoolArray, price: FloatArray, quantity: FloatArray, disposed: FloatArray, solves: int
) -> Cleared:
    price = price_the_dead(market, price, quantity, node)
    margin = margins(market, price, quantity)
    spent = market.cost * quantity + market.slope * quantity**2 / 2
    return Cleared(
        price=price,
        quantity=quantity,
        disposed=disposed,
        capacity_rent=np.where(quantity >= market.capacity, margin.clip(0), 0.0),
        objective=float(spent.sum() - utility(market, quantity[market.iso]).sum()),
        qp_solves=solves,
        certificate=certify(market, price, quantity, disposed),
    )


def _not_cleared(market: Market, month: str, best: Cleared | None, answer: Answer | None) -> NotCleared:
    status = answer.status if answer else "not tried"
    short = market.node_names[int(market.endowment.argmin())] if len(market.node_names) else "no node"
    if "infeasible" in status.lower():
        dual = "dual" in status.lower()
        hint = (
            "Some activity earns without limit: give it a capacity or a cost."
            if dual
            else "A need (negative endowment) cannot be met by any activity within capacity."
        )
        need = float(max(0.0, -market.endowment.min(initial=0.0)))
        return NotCleared(month=month, node=short, gap=need, unit="t needed", hint=hint)
    if best is None:
        return NotCleared(month=month, node=short, gap=np.inf, unit="relative", hint=f"The solver says: {status}.")
    worst = best.certificate
    where = worst.worst_node if worst.mass_balance > BALANCE else worst.worst_activity
    hint = f"{best.qp_solves} programs, the last {status}; look at costs and capacities near {worst.worst_activity}."
    return NotCleared(month=month, node=where, gap=_gap(best), unit="relative", hint=hint)


def _require_needs(market: Market, node: BoolArray, month: str) -> None:
    unmet = np.flatnonzero(~node & (market.endowment < 0))
    if len(unmet):
        worst = int(unmet[market.endowment[unmet].argmin()])
        raise NotCleared(
            month=month,
            node=market.node_names[worst],
            gap=float(-market.endowment[worst]),
            unit="t needed",
            hint="No activity that can run this month yields it.",
        )


def _paid(market: Market, price: FloatArray, quantity: FloatArray) -> FloatArray:
    """(k,) USD/kg: each user's marginal value at these prices."""
    j = market.iso
    paid = market.cost[j] + market.slope[j] * quantity[j] - (market.A.T @ price)[j]
    return np.asarray(np.clip(paid, LOWEST * market.iso_price, market.iso_cap), dtype=np.float64)


def _program(
    market: Market,
    workspace: Workspace,
    scales: Scales,
    value: FloatArray | None,
    living: tuple[BoolArray, BoolArray],
) -> Program:
    """The quadratic program whose users are chords round `value`, in the units of `scales`.

    What cannot run is cut off from its nodes at a cost, and a dead node given a slack: no dual is unbounded.
    """
    j = market.iso
    start, length, level, fall = pieces(market, value)
    room = market.capacity[j][:, None] - start
    length = np.clip(length, 0.0, room.clip(0))
    # a user's first piece stands in its own column, the others behind all activities
    cost, slope, capacity = market.cost.copy(), market.slope.copy(), market.capacity.copy()
    of_piece = market.cost[j][:, None] + market.slope[j][:, None] * start - level
    steep = market.slope[j][:, None] + fall
    cost[j], slope[j], capacity[j] = of_piece[:, 0], steep[:, 0], length[:, 0]
    cost = np.concatenate([cost, of_piece[:, 1:].ravel()])
    slope = np.concatenate([slope, steep[:, 1:].ravel()])
    capacity = np.concatenate([capacity, length[:, 1:].ravel()])
    column, node, g = sizes.column_units(scales)[workspace.owner], sizes.node_units(scales), sizes.common(scales)
    G = market.A[:, workspace.owner]
    by_column = np.repeat(column, np.diff(G.indptr))
    runs = living[1][workspace.owner]
    data = G.data * by_column * node[G.indices] * np.repeat(runs, np.diff(G.indptr))
    return Program(
        c=np.where(runs, cost * column / g, 1.0),
        q=slope * column**2,
        G=sparse.csc_matrix((data, G.indices, G.indptr), shape=G.shape),
        h=np.where(living[0], -market.endowment * node / g, -1.0),
        u=np.where(runs, capacity / (column * g), 1.0),
    )


def _read(market: Market, workspace: Workspace, scales: Scales, answer: Answer) -> tuple[FloatArray, FloatArray]:
    """Price (n,) and quantity (a,) of a program's answer, users' pieces added up."""
    g = sizes.common(scales)
    flow = answer.y * sizes.column_units(scales)[workspace.owner] * g
    quantity = np.bincount(workspace.owner, weights=flow.clip(0), minlength=market.A.shape[1])
    price = answer.z.clip(0) * sizes.node_units(scales) * g
    return np.nan_to_num(price), np.nan_to_num(np.minimum(quantity, market.capacity))


def _lift(market: Market, price: FloatArray, quantity: FloatArray) -> FloatArray:
    """Prices (n,) raised where a straight tail left a good over that the curve would take at some price above 0."""
    taking = market.A[:, market.iso]
    sole = (np.diff(taking.indptr) == 1) & (market.iso_quantity > 0) & ~np.isfinite(market.capacity[market.iso])
    if not sole.any():
        return price
    at, users = taking[:, sole].indices, np.flatnonzero(sole)
    size = -taking[:, sole].data
    taken = np.bincount(at, weights=size * quantity[market.iso[sole]], minlength=len(price))
    over = (market.A @ quantity + market.endowment).clip(0)
    more = np.ones(len(market.iso))
    more[users] = 1 + over[at] / np.maximum(taken[at], 1e-300)
    value = marginal_value(market, quantity[market.iso] * more)[users] / size
    least = np.zeros(len(price))
    np.maximum.at(least, at, value)
    small = np.isin(np.arange(len(price)), at) & (price < 1e-2 * least)
    return np.where(small, least, price)


def _classify(
    market: Market, price: FloatArray, quantity: FloatArray, scales: Scales, living: tuple[BoolArray, BoolArray]
) -> Point:
    """Who is at a bound: where the relative distance to it is smaller than the relative margin behind it."""
    margin = market.A.T @ price - market.cost - market.slope * quantity
    j = market.iso
    paid = -margin[j]
    idle = market.iso_quantity <= 0
    # chords are no derivative: a user is at zero only above its cap, at capacity where it would take more
    margin[j] = np.where(idle, -paid, np.where(paid > market.iso_cap, market.iso_cap - paid, 0.0))
    would = demand(market, paid) > market.capacity[j] * (1 + 1e-9)
    relative = margin / scales.money
    low = quantity / scales.flow < -relative
    with np.errstate(invalid="ignore"):
        high = (market.capacity - quantity) / scales.flow < relative
    high[j] = np.where(idle, high[j], would & (quantity[j] >= market.capacity[j] * (1 - 1e-3)))
    high = (high & living[1]) | (market.capacity <= 0)
    low |= ~living[1]
    net = market.A @ quantity + market.endowment
    tight = (price / scales.price > net / scales.through) | ~living[0]
    least = demand(market, market.iso_cap)
    flat = (quantity[j] < least * (1 - 1e-6)) & (paid > market.iso_cap * (1 - 1e-3)) & ~idle
    return Point(price=price, quantity=quantity, tight=tight, low=low & ~high, high=high, flat=flat)
