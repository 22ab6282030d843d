"""What passes from month to month: named arrays, member first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mischmetal.simulate.layout import Layout
from mischmetal.simulate.market import FloatArray
from mischmetal.simulate.rules.licensing import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """State of one run at the start of a month; the first axis of every array is the member."""

    cover: FloatArray  # (1, k, c) t in users' hands
    coming: FloatArray  # (1, k, c) t that arrive at the start of the month
    stock: FloatArray  # (1, s) t in traders' and makers' stocks
    arriving: FloatArray  # (1, s) t
    surplus: FloatArray  # (1, z) t
    cell_value: FloatArray  # (1, k) USD/kg, expected price
    stock_value: FloatArray  # (1, s) USD/kg
    risk: FloatArray  # (1, good) perceived risk
    quote: FloatArray  # (1, o) USD/kg asked in the open market, by its shipments
    rent: FloatArray  # (1, q) USD/kg asked for a quota
    quota_left: FloatArray  # (1, q) t of the period
    use: FloatArray  # (1, u) t a month at the base price, users at a curve
    designed_out: FloatArray  # (1, k, c) share of need
    qualified: FloatArray  # (1, r) months, shipments not used in the base year
    price: FloatArray  # (1, n) USD/kg of the month before
    history: FloatArray  # (1, lag, element) USD/kg, latest first: what direct purchases cost
    queues: tuple[Queue, ...]  # by measure


def start(
    layout: Layout, *, goods: int, quotes: FloatArray, quotas: FloatArray, idle: int,
    history: FloatArray, queues: tuple[Queue, ...],
) -> State:  # fmt: skip
    """The state of the base year: stocks as desired, nothing expected to change."""
    cells, stocks = layout.cells, layout.stocks
    each = cells.need[:, None] / cells.cover.shape[1]
    return State(
        cover=(cells.cover * each)[None],
        coming=np.broadcast_to(each, cells.cover.shape)[None].copy(),
        stock=(stocks.months * stocks.flow)[None],
        arriving=stocks.arrivals[None].copy(),
        surplus=(layout.surplus.months * layout.surplus.flow)[None],
        cell_value=cells.price[None].copy(),
        stock_value=layout.price[stocks.node][None].copy(),
        risk=np.zeros((1, goods)),
        quote=quotes[None].copy(),
        rent=np.zeros((1, len(quotas))),
        quota_left=quotas[None].copy(),
        use=layout.quantity[layout.iso][None].copy(),
        designed_out=np.zeros((1, *cells.cover.shape)),
        qualified=np.zeros((1, idle)),
        price=layout.price[None].copy(),
        history=history[None].copy(),
        queues=queues,
    )
