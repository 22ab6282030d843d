"""Prices that the month does not pin down: intervals at idle nodes, sums over permits in series.

Equation
    with all other prices as they are, margin_a = A[n,a] p_n + rest_a;
    at zero margin <= 0, at capacity margin >= 0, between them margin = 0: each bounds p_n from one side
Units
    USD/kg.
Source
    own.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from mischmetal.simulate.certify import margins
from mischmetal.simulate.market import FloatArray, IntArray, Market


class Outcome(Protocol):
    """What is read of a cleared month."""

    @property
    def price(self) -> FloatArray: ...
    @property
    def quantity(self) -> FloatArray: ...
    @property
    def disposed(self) -> FloatArray: ...


def price_interval(market: Market, cleared: Outcome, node: int) -> tuple[float, float]:
    """Lowest and highest price (USD/kg) of a node that its neighbours' margins allow; inf: no bound.

    Other prices stay as they are, so a chain of idle nodes may have more room than each of them alone.
    """
    price = float(cleared.price[node])
    if cleared.disposed[node] > 0:
        return 0.0, 0.0
    row = market.A[[node], :].tocoo()
    columns, size = row.col, row.data
    at = price - margins(market, cleared.price, cleared.quantity)[columns] / size
    x, u = cleared.quantity[columns], market.capacity[columns]
    idle, full = (x <= 0) & (u > 0), (x >= u) & (u > 0)
    between = ~idle & ~full & (u > 0)
    # at the highest price of an idle maker, or the lowest of a full one, and so on with the signs of A
    above = (idle & (size > 0)) | (full & (size < 0)) | between
    below = (idle & (size < 0)) | (full & (size > 0)) | between
    low = max(0.0, float(at[below].max(initial=0.0)))
    high = float(at[above].min(initial=np.inf))
    # rounding must not leave the price itself outside
    return min(low, price), max(high, price)


def rent_sum(market: Market, cleared: Outcome, activity: int, permits: IntArray) -> float:
    """USD per unit of an activity: the rents of all the permits it needs, together.

    Where two permits stop the same flow only their sum is determined, not what each is worth.
    """
    needed = market.A[:, [activity]].tocoo()
    taken = np.isin(needed.row, permits) & (needed.data < 0)
    return float((-needed.data[taken] * cleared.price[needed.row[taken]]).sum())
