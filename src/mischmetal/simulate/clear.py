"""Clear one month's market: prices, quantities, rents and a certificate that they satisfy the conditions.

Equation
    the program of `market`; users' curves enter as chords (`demand`); Newton meets the curve (`polish`)
    capacity rent_a = max(0, margin_a) where x_a = u_a;  permit rent = price of its node
Units
    prices and rents in USD/kg, quantities in t a month, the objective in thousand USD.
Source
    own; the quadratic programs are PIQP's, Clarabel's on request.

The price of a node without flow is one of an interval (`price_interval`); permits in series are worth
something only together, so their rents are told as a sum (`rent_sum`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from mischmetal.errors import NotCleared
from mischmetal.simulate import scales as sizes
from mischmetal.simulate.certify import Certificate, certify, margins
from mischmetal.simulate.demand import lift, utility
from mischmetal.simulate.intervals import price_interval, rent_sum
from mischmetal.simulate.market import FloatArray, Market, require_sound
from mischmetal.simulate.polish import balance, polish, settle
from mischmetal.simulate.program import Workspace, assemble, classify, fits, paid, prepare, read
from mischmetal.simulate.qp import Answer, Clarabel, Piqp, SolverName
from mischmetal.simulate.reach import BoolArray, alive, price_the_dead
from mischmetal.simulate.scales import Scales

__all__ = ["Cleared", "Workspace", "clear", "prepare", "price_interval", "rent_sum"]

MOST_PROGRAMS = 10  # a month
FRESH_AT = 5  # the program from which last month's outcome is no longer built on
WIDTHS = (1.1, 1.003, 1.0003)  # of the chord round a user's last marginal value, from program to program
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

    Raises NotCleared with the worst node where no outcome satisfies the conditions, InputError for
    unsound arrays.
    """
    require_sound(market, f"market {month}".strip())
    if workspace is None or not fits(workspace, market):
        workspace = prepare(market)
    living = alive(market)
    _require_needs(market, living[0], month)
    engine: Piqp | Clarabel = workspace.programs if solver == "piqp" else Clarabel()
    value: FloatArray | None = None
    scales = sizes.first(market)
    if (
        guess is not None
        and len(guess.price) == market.A.shape[0]
        and len(guess.quantity) == market.A.shape[1]
    ):
        scales = sizes.from_point(market, guess.price, guess.quantity)
        value = paid(market, guess.price, guess.quantity)
        near = _near(market, guess, scales, living)
        if near is not None and _good(near, tolerance):
            return near
    best: Cleared | None = None
    answer: Answer | None = None
    for solves in range(1, MOST_PROGRAMS + 1):
        if solves == FRESH_AT and guess is not None:
            # a month far from the last one: forget it, and start as if from nothing
            engine, scales, value, answer = engine.anew(), sizes.first(market), None, None
        late = solves > 2
        width = WIDTHS[min(solves, len(WIDTHS)) - 1]
        refused = answer is not None and answer.infeasible
        answer = engine.solve(assemble(market, workspace, scales, value, width, living), tight=late)
        if answer.infeasible:
            if refused:
                break
            engine, scales, value = engine.anew(), sizes.first(market), None
            continue
        price, quantity = read(market, workspace, scales, answer)
        price = lift(market, price_the_dead(market, price, quantity, living[0]), quantity)
        # a straight tail reaches price 0 where the curve does not: fall by no more than a factor at a time
        floor = 0.03 * (market.iso_price if value is None else value)
        value, scales = (
            np.maximum(paid(market, price, quantity), floor),
            sizes.from_point(market, price, quantity),
        )
        point = classify(market, price, quantity, scales, living)
        rounds, proximal = (30, 1e-7 if solves % 2 else 1e-10) if solves > 4 else (8, 1e-9)
        exact = polish(market, point, scales, rounds=rounds, proximal=proximal)
        outcome = _outcome(market, living[0], *settle(market, exact), solves)
        if solves > 1 and not _good(outcome, tolerance):
            outcome = _outcome(market, living[0], *settle(market, balance(market, point, scales)), solves)
        if best is None or _gap(outcome) < _gap(best):
            best = outcome
        if _good(outcome, tolerance):
            return outcome
    raise _not_cleared(market, month, best, answer)


def _near(
    market: Market, guess: Cleared, scales: Scales, living: tuple[BoolArray, BoolArray]
) -> Cleared | None:
    """The outcome reached from last month's by Newton alone, where little has changed."""
    quantity = np.minimum(guess.quantity, market.capacity)
    point = classify(market, guess.price, quantity, scales, living)
    point = polish(market, point, scales, rounds=6)
    return _outcome(market, living[0], *settle(market, point), 0)


def _good(outcome: Cleared, tolerance: float) -> bool:
    certificate = outcome.certificate
    return certificate.mass_balance <= BALANCE and certificate.complementarity <= tolerance


def _gap(outcome: Cleared) -> float:
    return max(outcome.certificate.mass_balance, outcome.certificate.complementarity)


def _outcome(
    market: Market,
    node: BoolArray,
    price: FloatArray,
    quantity: FloatArray,
    disposed: FloatArray,
    solves: int,
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
    """What to tell: what cannot be met, what earns without limit, or how far the best attempt is off."""
    if answer is not None and answer.infeasible:
        lack = _shortfall(market)
        node = int(lack.argmax())
        if lack[node] > 1e-9:
            hint = "The activities that could yield it are at capacity or lack inputs."
            gap, unit = float(lack[node]), "t needed"
        else:
            hint = "Some activity earns without limit: give it a capacity or a cost."
            gap, unit = np.inf, "thousand USD"
        return NotCleared(month=month, node=market.node_names[node], gap=gap, unit=unit, hint=hint)
    if best is None:
        status = answer.status if answer else "not tried"
        return NotCleared(
            month=month, node="every node", gap=np.inf, unit="relative", hint=f"Solver: {status}."
        )
    worst = best.certificate
    where = worst.worst_node if worst.mass_balance > BALANCE else worst.worst_activity
    hint = f"After {MOST_PROGRAMS} programs; look at costs and capacities near {worst.worst_activity}."
    return NotCleared(month=month, node=where, gap=_gap(best), unit="relative", hint=hint)


def _shortfall(market: Market) -> FloatArray:
    """(n,) t: what nodes lack at least, in sum, when everything may run."""
    n, a = market.A.shape
    left = sparse.hstack([-market.A, -sparse.identity(n)], format="csc")
    bounds = [*((0.0, None if np.isinf(u) else float(u)) for u in market.capacity), *[(0.0, None)] * n]
    answer = linprog(np.r_[np.zeros(a), np.ones(n)], A_ub=left, b_ub=market.endowment, bounds=bounds)
    return np.asarray(answer.x[a:], dtype=np.float64) if answer.x is not None else np.zeros(n)


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
