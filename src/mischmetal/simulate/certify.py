"""How far a month's prices and quantities are from the market's conditions.

Equation
    margin_a = sum_n A[n,a] p_n - c_a - s_a x_a + U_a'(x_a)
    node: p >= 0, w = A x + e >= 0, p w = 0;  activity: 0 <= x <= u, margin <= 0 where x < u, >= 0 where x > 0
    mass balance: |A x + e - disposed| / (throughput + 1 kg) at the worst node
    complementarity: the natural residual, min(relative price or margin, relative distance to the bound)
Units
    x, e, u, w in t a month; p, c, margin in USD/kg; both residuals are relative, without unit.
Source
    own; margins are relative to the money that one tonne of the activity moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mischmetal.simulate.demand import marginal_value
from mischmetal.simulate.market import FloatArray, Market

KILOGRAM = 1e-3  # t
NOTHING = 1e-3  # USD/kg: margins are relative to at least this much


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The worst residuals of a cleared month, relative, and where they are."""

    mass_balance: float
    complementarity: float
    worst_node: str
    worst_activity: str


def throughput(market: Market, quantity: FloatArray) -> FloatArray:
    """(n,) t: what goes through each node, the larger of what comes and what goes."""
    moved = abs(market.A) @ quantity + np.abs(market.endowment)
    net = market.A @ quantity + market.endowment
    return np.asarray((moved + np.abs(net)) / 2, dtype=np.float64)


def margins(market: Market, price: FloatArray, quantity: FloatArray) -> FloatArray:
    """(a,) USD/kg: what one more tonne of each activity earns, own use valued at the margin."""
    margin = market.A.T @ price - market.cost - market.slope * quantity
    margin[market.iso] += marginal_value(market, quantity[market.iso])
    return np.asarray(margin, dtype=np.float64)


def money_moved(market: Market, price: FloatArray, quantity: FloatArray) -> FloatArray:
    """(a,) USD/kg: gross money per unit of an activity, the scale of its margin."""
    gross = abs(market.A).T @ np.abs(price) + np.abs(market.cost) + market.slope * quantity
    gross[market.iso] += marginal_value(market, quantity[market.iso])
    return np.asarray(np.maximum(gross, NOTHING), dtype=np.float64)


def residuals(
    market: Market, price: FloatArray, quantity: FloatArray, disposed: FloatArray
) -> tuple[FloatArray, ...]:
    """Balance (n,), node complementarity (n,) and activity complementarity (a,), all relative."""
    through = throughput(market, quantity) + KILOGRAM
    balance = np.abs(market.A @ quantity + market.endowment - disposed) / through
    # The price of a node is compared with what moves there: the money of its neighbours is its scale.
    gross = money_moved(market, price, quantity)
    level = price / price_level(market, price, gross)
    node = np.maximum(np.minimum(level, disposed.clip(0) / through), (-disposed).clip(0) / through)
    margin = margins(market, price, quantity) / gross
    room_down = quantity / (quantity + KILOGRAM)
    with np.errstate(invalid="ignore"):
        up = (market.capacity - quantity) / (quantity + KILOGRAM)
    outside = np.maximum((-quantity).clip(0), (quantity - market.capacity).clip(0)) / (
        np.abs(quantity) + KILOGRAM
    )
    activity = np.where(margin > 0, np.minimum(margin, up.clip(0)), np.minimum(-margin, room_down.clip(0)))
    return balance, node + (-price).clip(0), np.maximum(activity, outside)


def price_level(market: Market, price: FloatArray, gross: FloatArray) -> FloatArray:
    """(n,) USD/kg: a node's price, or where that is nil the least gross money per unit of its activities."""
    by_node = market.A.tocoo()
    per_unit = gross[by_node.col] / np.maximum(np.abs(by_node.data), 1e-12)
    least = np.full(market.A.shape[0], np.inf)
    np.minimum.at(least, by_node.row, per_unit)
    return np.asarray(np.maximum(price + np.where(np.isfinite(least), least, 0.0), 1e-12), dtype=np.float64)


def certify(market: Market, price: FloatArray, quantity: FloatArray, disposed: FloatArray) -> Certificate:
    """The certificate of prices (n,), quantities (a,) and disposal (n,)."""
    balance, node, activity = residuals(market, price, quantity, disposed)
    worst = np.maximum(balance, node)
    return Certificate(
        mass_balance=float(balance.max(initial=0.0)),
        complementarity=float(max(node.max(initial=0.0), activity.max(initial=0.0))),
        worst_node=market.node_names[int(worst.argmax())] if len(worst) else "",
        worst_activity=market.activity_names[int(activity.argmax())] if len(activity) else "",
    )
