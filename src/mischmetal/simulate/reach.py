"""Goods that cannot exist this month, and the price at which nobody would be sorry.

Equation
    a node is alive if its endowment is above 0, or an activity with capacity and living inputs yields it
    dead node: p = the least price at which no activity that would take from it earns
Units
    prices in USD/kg.
Source
    own. A permit that was not granted has no highest price; its rent is the least that closes the trade.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mischmetal.simulate.demand import marginal_value
from mischmetal.simulate.market import FloatArray, Market

BoolArray = NDArray[np.bool_]


def alive(market: Market) -> tuple[BoolArray, BoolArray]:
    """Nodes (n,) that can hold something and activities (a,) that can run at all this month."""
    coo = market.A.tocoo()
    takes, gives = coo.data < 0, coo.data > 0
    node = market.endowment > 0
    able = market.capacity > 0
    while True:
        runs = able.copy()
        runs[coo.col[takes & ~node[coo.row]]] = False
        found = node.copy()
        found[coo.row[gives & runs[coo.col]]] = True
        if np.array_equal(found, node):
            return node, runs
        node = found


def price_the_dead(market: Market, price: FloatArray, quantity: FloatArray, node: BoolArray) -> FloatArray:
    """Prices (n,) with those of dead nodes put at the least that leaves no activity a gain."""
    price = np.where(node, price, 0.0)
    if node.all():
        return price
    coo = market.A.tocoo()
    wanting = (coo.data < 0) & ~node[coo.row] & (market.capacity[coo.col] > 0)
    rows, columns, size = coo.row[wanting], coo.col[wanting], -coo.data[wanting]
    worth = np.zeros(market.A.shape[1])
    worth[market.iso] = marginal_value(market, quantity[market.iso])
    worth -= market.cost + market.slope * quantity
    # each input in turn, so that two missing inputs share a gain instead of each charging all of it
    turn = np.zeros(len(columns), dtype=np.int64)
    order = np.argsort(columns, kind="stable")
    first = np.r_[True, np.diff(columns[order]) != 0] if len(order) else np.zeros(0, dtype=np.bool_)
    turn[order] = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    for _ in range(len(price) + 1):
        before = price.copy()
        for k in range(int(turn.max(initial=-1)) + 1):
            now = turn == k
            gain = (market.A.T @ price + worth)[columns[now]] / size[now]
            asked = price[rows[now]] + np.maximum(gain, 0.0)
            np.maximum.at(price, rows[now], np.where(gain > 1e-12 * (1 + np.abs(asked)), asked, 0.0))
        if np.array_equal(before, price):
            break
    return price
