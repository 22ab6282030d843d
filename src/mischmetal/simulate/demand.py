r"""Isoelastic use with a finite value of lost output, and the pieces a quadratic program sees of it.

Equation
    U'(x) = min(cap, P0 (x/x0)^(-1/eps));   X(m) = x0 (m/P0)^(-eps) for m < cap
    pieces: [0, X(cap)] at cap; chords of U' between the prices b_0 = cap > b_1 > ... > b_J; the tangent
    at b_J from there on
Units
    x, x0 in t a month; m, P0, cap in USD/kg; U in thousand USD.
Source
    own: chords over a handful of prices hold globally, so a bad guess costs a second program, not a failure.
"""

from __future__ import annotations

import numpy as np

from mischmetal.simulate.market import FloatArray, Market

WIDE = np.array([10.0, 4.5, 2.0, 1.0, 0.5, 0.25])  # breakpoints over P0 when nothing is known
GUARD = np.array([3.0, 1.3])  # outer breakpoints over the last marginal value
PIECES = len(WIDE) + 2
LOWEST = 1e-15  # of P0: a marginal value below this is taken as this much


def demand(market: Market, value: FloatArray) -> FloatArray:
    """X(m), (k,) t: what users take at a marginal value (k,) USD/kg; at the cap, the curve's end X(cap)."""
    ratio = np.clip(value / market.iso_price, LOWEST, market.iso_cap / market.iso_price)
    return np.asarray(market.iso_quantity * ratio**-market.iso_elasticity, dtype=np.float64)


def marginal_value(market: Market, quantity: FloatArray) -> FloatArray:
    """U'(x), (k,) USD/kg at x (k,) t; 0 for a user with x0 = 0."""
    least = demand(market, market.iso_cap)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.maximum(quantity, least) / market.iso_quantity
        curve = market.iso_price * share ** (-1 / market.iso_elasticity)
    curve = np.where(quantity <= least, market.iso_cap, np.minimum(curve, market.iso_cap))
    return np.where(market.iso_quantity > 0, curve, 0.0)


def utility(market: Market, quantity: FloatArray) -> FloatArray:
    """U(x), (k,) thousand USD at x (k,) t, with U(0) = 0."""
    least = demand(market, market.iso_cap)
    flat = market.iso_cap * np.minimum(quantity, least)
    used = least > 0
    x0 = np.where(used, market.iso_quantity, 1.0)
    low = np.log(np.where(used, least, 1.0) / x0)
    high = np.log(np.where(used, np.maximum(quantity, least), 1.0) / x0)
    power = 1 - 1 / market.iso_elasticity
    unit = np.abs(power) < 1e-12
    area = np.where(
        unit, high - low, (np.exp(power * high) - np.exp(power * low)) / np.where(unit, 1.0, power)
    )
    return np.where(used, flat + market.iso_price * x0 * area, 0.0)


def breakpoints(market: Market, value: FloatArray | None, width: float) -> FloatArray:
    """Prices b (k, J), falling, all below the cap: wide round P0, or near a marginal value (k,) at hand.

    The chord at the value itself reaches a factor of `width` either way.
    """
    if value is None:
        raw = market.iso_price[:, None] * WIDE
    else:
        centre = np.clip(value, 10 * LOWEST * market.iso_price, market.iso_cap)
        raw = centre[:, None] * np.concatenate([GUARD, [width, 1 / width], 1 / GUARD[::-1]])
    below = 0.995 ** np.arange(1, raw.shape[1] + 1)
    return np.asarray(np.minimum(raw, market.iso_cap[:, None] * below), dtype=np.float64)


def pieces(
    market: Market, value: FloatArray | None, width: float = 1.1
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Each (k, J + 2): start (t), length (t), marginal value there (USD/kg), its fall (USD/kg per t)."""
    b = breakpoints(market, value, width)
    prices = np.column_stack([market.iso_cap, b])
    ratio = prices / market.iso_price[:, None]
    ends = market.iso_quantity[:, None] * ratio ** -market.iso_elasticity[:, None]
    start = np.column_stack([np.zeros(len(b)), ends])
    length = np.column_stack([ends[:, 0], np.diff(ends, axis=1), np.full(len(b), np.inf)])
    level = np.column_stack([market.iso_cap, prices])
    with np.errstate(divide="ignore", invalid="ignore"):
        chord = -np.diff(prices, axis=1) / np.diff(ends, axis=1)
        tail = prices[:, -1] / (market.iso_elasticity * ends[:, -1])
    fall = np.column_stack([np.zeros(len(b)), chord, tail])
    idle = market.iso_quantity <= 0
    fall[idle] = 0.0
    level[idle] = 0.0
    return start, length, level, fall


def lift(market: Market, price: FloatArray, quantity: FloatArray) -> FloatArray:
    """Prices (n,) raised where a straight tail left a good over that the curve takes at a price above 0."""
    taking = market.A[:, market.iso]
    sole = (
        (np.diff(taking.indptr) == 1) & (market.iso_quantity > 0) & ~np.isfinite(market.capacity[market.iso])
    )
    if not sole.any():
        return price
    at, users = taking[:, sole].indices, np.flatnonzero(sole)
    size = -taking[:, sole].data
    over = (market.A @ quantity + market.endowment).clip(0)
    quantity = quantity.copy()
    quantity[market.iso] = np.maximum(quantity[market.iso], 1e-9 * market.iso_quantity)
    taken = np.bincount(at, weights=size * quantity[market.iso[sole]], minlength=len(price))
    more = np.ones(len(market.iso))
    more[users] = 1 + over[at] / taken[at]
    value = marginal_value(market, quantity[market.iso] * more)[users] / size
    least = np.zeros(len(price))
    np.maximum.at(least, at, value)
    small = np.isin(np.arange(len(price)), at) & (price < 1e-2 * least)
    return np.where(small, least, price)
