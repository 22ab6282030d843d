"""Typical sizes of flows and prices, so that a kilogram of lutetium counts beside a shipload of cerium.

Equation
    column unit = g sqrt(flow / money),  node unit = g sqrt(price / throughput),  g^2 = median of flow x money
    in these units the scaled A is symmetric in both, and quantity times margin stays money
Units
    flow, throughput in t a month; price, money in USD/kg.
Source
    own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mischmetal.simulate.certify import KILOGRAM, money_moved, price_level, throughput
from mischmetal.simulate.market import FloatArray, Market


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """Typical size of each flow and price; all above zero."""

    flow: FloatArray  # (a,) t
    through: FloatArray  # (n,) t
    price: FloatArray  # (n,) USD/kg
    money: FloatArray  # (a,) USD/kg


def column_units(scales: Scales) -> FloatArray:
    """(a,) t for quantities of order one, up to the common factor."""
    return np.sqrt(scales.flow / scales.money)


def node_units(scales: Scales) -> FloatArray:
    """(n,) USD/kg for prices of order one, up to the common factor."""
    return np.sqrt(scales.price / scales.through)


def common(scales: Scales) -> float:
    """g: the root of the median money of an activity."""
    return float(np.sqrt(np.median(scales.flow * scales.money))) if len(scales.flow) else 1.0


def from_point(market: Market, price: FloatArray, quantity: FloatArray) -> Scales:
    """Scales near a known outcome; an idle activity takes a tenth of what its smallest node moves."""
    through = throughput(market, quantity) + KILOGRAM
    could = _least_by_activity(market, through)
    money = money_moved(market, price, quantity)
    level = price_level(market, price, money)
    return Scales(
        flow=np.maximum(quantity, np.minimum(0.1 * could, np.maximum(market.capacity, KILOGRAM))) + 1e-6,
        through=through,
        price=np.maximum(level, 1e-3),
        money=np.maximum(money, 1e-3),
    )


def first(market: Market) -> Scales:
    """Scales from the market's own endowments, capacities and users; unknown flows from neighbours."""
    a = market.A.shape[1]
    coo = market.A.tocoo()
    known = np.where(np.isfinite(market.capacity), market.capacity, np.nan)
    known[market.iso] = np.fmin(known[market.iso], market.iso_quantity)
    size = np.abs(coo.data)
    through = np.abs(market.endowment)
    flow = np.nan_to_num(known, nan=0.0)
    for _ in range(6):
        np.maximum.at(through, coo.row, size * flow[coo.col])
        could = np.full(a, np.inf)
        reached = through[coo.row] > 0
        np.minimum.at(could, coo.col[reached], (through[coo.row] / size)[reached])
        flow = np.where(np.isnan(known), np.where(np.isfinite(could), could, 0.0), np.fmin(known, could))
    price = np.zeros(len(through))
    users = np.isin(coo.col, market.iso) & (coo.data < 0)
    at = {int(j): float(p) for j, p in zip(market.iso, market.iso_price, strict=True)}
    np.maximum.at(price, coo.row[users], np.array([at[int(j)] for j in coo.col[users]]))
    money = money_moved(market, price, flow)
    money = np.maximum(money, np.median(money) * 0.1 if len(money) else 1.0)
    level = np.maximum(price_level(market, price, money), 1e-3)
    return Scales(
        flow=flow + KILOGRAM, through=through + KILOGRAM, price=level, money=np.maximum(money, 1e-3)
    )


def _least_by_activity(market: Market, through: FloatArray) -> FloatArray:
    """(a,) t: the flow at which an activity alone would fill its smallest node."""
    coo = market.A.tocoo()
    least = np.full(market.A.shape[1], np.inf)
    np.minimum.at(least, coo.col, through[coo.row] / np.maximum(np.abs(coo.data), 1e-12))
    return np.where(np.isfinite(least), least, 1.0)
