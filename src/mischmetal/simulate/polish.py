"""From a program's approximate answer to the market's own conditions: active sets and Newton.

Equation
    unknown: x on the free activities F, p on the tight nodes T; the others sit at a bound or at price 0
    f'(x_F) - A_F' p = 0,   (A x + e)_T = 0,   users linearised in price: x_k = X_k(m_k)
    [ H + d  -A' ] [dx]     [ f' - A'p ]
    [ A       d  ] [dp] = - [ A x + e  ]      d small: degenerate ties stay near the starting point
Units
    as in `market`; inside, scaled by node and activity.
Source
    primal-dual active sets: Hintermueller, Ito, Kunisch (2002); proximal terms: Rockafellar (1976).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import splu

from mischmetal.simulate.certify import KILOGRAM, residuals
from mischmetal.simulate.demand import LOWEST, demand, lift, marginal_value
from mischmetal.simulate.market import FloatArray, Market
from mischmetal.simulate.scales import Scales, column_units, node_units

BoolArray = NDArray[np.bool_]
HOPELESS = 100.0  # a balance a tenth off after four rounds: the sets are not near
STIFF = 1e-4  # how little a user moves beside a route
DONE = 1e-11  # relative: as good as the certificate can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Prices, quantities and who is at which bound."""

    price: FloatArray  # (n,)
    quantity: FloatArray  # (a,)
    tight: BoolArray  # (n,) nothing is disposed of
    low: BoolArray  # (a,) at zero
    high: BoolArray  # (a,) at capacity
    flat: BoolArray  # (k,) users on the flat part, at the value of lost output


def polish(
    market: Market, start: Point, scales: Scales, *, rounds: int = 20, proximal: float = 1e-9
) -> Point:
    """Newton on the conditions with the sets re-guessed each round; stops when nothing moves any more.

    Returns the best point seen; whether it is good enough is for the certificate to say.
    """
    best, best_gap, point = start, np.inf, _fed(market, start)
    for turn in range(rounds):
        point = _step(market, point, scales, proximal)
        gap = _gap(market, point)
        if gap < 0.5 * best_gap:
            best, best_gap, idle = point, gap, 0
        else:
            idle += 1
            if gap < best_gap:
                best, best_gap = point, gap
        if turn >= 3 and best_gap > HOPELESS:
            break
        moved = _reguess(market, point, scales)
        if moved is point and (best_gap < DONE or idle >= 3):
            break
        point = moved
    return best


def balance(market: Market, point: Point, scales: Scales, *, rounds: int = 4) -> Point:
    """Flows moved least, each in proportion to its room, until tight nodes balance; prices stay.

    For markets whose routes tie to within the tolerance, where no set of idle routes is stable: the program's
    own answer holds the margins already, and only its rounding is left in the balances. Users move last:
    their marginal value answers a change many times over.
    """
    free, tight = np.flatnonzero(~(point.low | point.high)), np.flatnonzero(point.tight)
    x = np.where(point.low, 0.0, np.where(point.high, market.capacity, point.quantity))
    unit = 1 / scales.through[tight]
    block = sparse.diags_array(unit) @ market.A[:, free][tight, :]
    room = np.minimum(x[free], market.capacity[free] - x[free]).clip(0)
    room[np.isin(free, market.iso)] *= STIFF
    normal = (block @ sparse.diags_array(room**2) @ block.T + 1e-14 * sparse.eye_array(len(tight))).tocsc()
    lu = splu(normal, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    for _ in range(rounds):
        lack = -unit * (market.A @ x + market.endowment)[tight]
        x[free] += room**2 * (block.T @ lu.solve(lack))
    return replace(point, quantity=x)


def _gap(market: Market, point: Point) -> float:
    balance, node, activity = residuals(market, *settle(market, point))
    return float(max(1e3 * balance.max(initial=0.0), node.max(initial=0.0), activity.max(initial=0.0)))


def settle(market: Market, point: Point) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Price, quantity and disposal of a point, with what the sets say put in exactly."""
    price = np.where(point.tight, point.price.clip(0), 0.0)
    quantity = np.clip(np.where(point.low, 0.0, point.quantity), 0.0, market.capacity)
    quantity = np.where(point.high, market.capacity, quantity)
    net = market.A @ quantity + market.endowment
    return price, quantity, np.where(point.tight, 0.0, net)


def _paid(market: Market, point: Point) -> FloatArray:
    """m (k,) USD/kg: what each user pays at the margin, its own cost and slope included."""
    j = market.iso
    base = market.cost[j] + market.slope[j] * point.quantity[j]
    return np.asarray(base - (market.A.T @ point.price)[j], dtype=np.float64)


def _step(market: Market, point: Point, scales: Scales, proximal: float) -> Point:
    """One Newton step with the sets as they are."""
    x = np.where(point.low, 0.0, np.where(point.high, market.capacity, point.quantity))
    p = np.where(point.tight, point.price, 0.0)
    free = np.flatnonzero(~(point.low | point.high))
    tight = np.flatnonzero(point.tight)
    gradient = market.cost + market.slope * x - market.A.T @ p
    curvature = market.slope.copy()
    _add_users(market, x, gradient, curvature, point.flat)
    column, node = column_units(scales)[free], node_units(scales)[tight]
    block = (sparse.diags_array(node) @ market.A[:, free][tight, :] @ sparse.diags_array(column)).tocsc()
    hessian = curvature[free] * column**2 + proximal
    system = sparse.block_array(
        [[sparse.diags_array(hessian), -block.T], [block, sparse.diags_array(np.full(len(tight), proximal))]],
        format="csc",
    )
    net = (market.A @ x + market.endowment)[tight]
    right = -np.concatenate([gradient[free] * column, net * node])
    lu = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=1e-3, options={"SymmetricMode": True})
    move = lu.solve(right)
    x, p = x.copy(), p.copy()
    x[free] += move[: len(free)] * column
    p[tight] += move[len(free) :] * node
    # where a user's curve holds, the price stays above zero: fall by no more than a factor of ten at once
    fed = _feeding(market, point) & point.tight
    p = np.where(fed, np.maximum(p, 0.1 * np.maximum(point.price, 1e-9 * scales.price)), p)
    return Point(price=p, quantity=x, tight=point.tight, low=point.low, high=point.high, flat=point.flat)


def _feeding(market: Market, point: Point) -> BoolArray:
    """(n,) nodes that a user free on its curve takes from, and no other node."""
    j = market.iso[~(point.low | point.high)[market.iso] & ~point.flat & (market.iso_quantity > 0)]
    taking = market.A[:, j]
    single = np.diff(taking.indptr) == 1
    nodes = np.zeros(market.A.shape[0], dtype=np.bool_)
    nodes[taking[:, single].indices] = True
    return nodes


def _add_users(
    market: Market, x: FloatArray, gradient: FloatArray, curvature: FloatArray, flat: BoolArray
) -> None:
    """Users' part of gradient and curvature: flat at the cap, else linearised in price at m."""
    j = market.iso
    if not len(j):
        return
    paid = gradient[j]
    m = np.clip(paid, LOWEST * market.iso_price, market.iso_cap)
    wanted = demand(market, m)
    used = market.iso_quantity > 0
    with np.errstate(divide="ignore"):
        fall = np.where(used, m / (market.iso_elasticity * np.where(used, wanted, 1.0)), 0.0)
    curve = used & ~flat
    # m + fall (wanted - x) is the tangent of U' at m: exact to first order in price
    gradient[j] -= np.where(curve, m + fall * (wanted - x[j]), np.where(used, market.iso_cap, 0.0))
    curvature[j] += np.where(curve, fall, 0.0)


def _reguess(market: Market, point: Point, scales: Scales) -> Point:
    """The sets that prices and quantities now ask for; the same object where nothing changes."""
    x, p = point.quantity, point.price
    slack = 1e-11
    margin = market.A.T @ p - market.cost - market.slope * x
    value = marginal_value(market, x[market.iso])
    margin[market.iso] += value
    net = market.A @ x + market.endowment
    free = ~(point.low | point.high)
    earns, loses = margin > slack * scales.money, margin < -slack * scales.money
    low = (free & (x < -slack * (scales.flow + KILOGRAM))) | (point.low & ~earns)
    high = (free & (x > market.capacity + slack * (scales.flow + KILOGRAM))) | (point.high & ~loses)
    high |= market.capacity <= 0
    low &= ~high
    # A node turns slack where its price falls below zero, tight where it lacks something.
    tight = np.where(point.tight, p > -slack * scales.price, net < -slack * (scales.through + KILOGRAM))
    least = demand(market, market.iso_cap)
    paid = _paid(market, point)
    flat = np.where(point.flat, x[market.iso] < least * (1 + slack), paid > market.iso_cap * (1 + slack))
    flat &= market.iso_quantity > 0
    same = (
        np.array_equal(low, point.low)
        and np.array_equal(high, point.high)
        and np.array_equal(tight, point.tight)
        and np.array_equal(flat, point.flat)
    )
    if same:
        return point
    x = np.where(low, 0.0, np.where(high, market.capacity, x))
    p = np.where(tight, p, 0.0)
    return _fed(market, Point(price=p, quantity=x, tight=tight, low=low, high=high, flat=flat))


def _fed(market: Market, point: Point) -> Point:
    """Nothing is left over where a user on its curve would take it at some price: such nodes are tight."""
    fed = _feeding(market, point) & ~point.tight
    if not fed.any():
        return point
    price = np.where(fed, lift(market, point.price, point.quantity.clip(0)), point.price)
    return replace(point, price=price, tight=point.tight | fed)
