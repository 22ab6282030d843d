"""The quadratic program that stands for a month's market, and what its answer says about the market.

Equation
    users' curves by chords round their last marginal value (`demand`); everything else as it is
    at a bound: where the relative distance to it is smaller than the relative margin behind it
Units
    the program is in the units of `scales`; prices in USD/kg and quantities in t a month outside it.
Source
    own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mischmetal.simulate import scales as sizes
from mischmetal.simulate.demand import LOWEST, PIECES, demand, pieces
from mischmetal.simulate.market import FloatArray, IntArray, Market
from mischmetal.simulate.polish import Point
from mischmetal.simulate.qp import Answer, Piqp, Program
from mischmetal.simulate.reach import BoolArray
from mischmetal.simulate.scales import Scales

BREATH = 1e-8  # of an activity's money


@dataclass(slots=True)
class Workspace:
    """What is kept while the pattern of A and the users stay: the program's columns and its set-up."""

    pattern: tuple[NDArray[np.integer], ...]  # indptr and indices of A, the users
    owner: IntArray  # (m,) activity of each column: every activity, then the users' further pieces
    programs: Piqp = field(default_factory=Piqp)


def prepare(market: Market) -> Workspace:
    """A workspace for markets with this one's pattern."""
    a = market.A.shape[1]
    owner = np.concatenate([np.arange(a), np.repeat(market.iso, PIECES - 1)])
    pattern = (market.A.indptr.copy(), market.A.indices.copy(), market.iso.copy())
    return Workspace(pattern=pattern, owner=owner.astype(np.int64))


def fits(workspace: Workspace, market: Market) -> bool:
    now = (market.A.indptr, market.A.indices, market.iso)
    pairs: zip[tuple[NDArray[np.integer], NDArray[np.integer]]] = zip(workspace.pattern, now, strict=True)
    return all(np.array_equal(kept, new) for kept, new in pairs)


def paid(market: Market, price: FloatArray, quantity: FloatArray) -> FloatArray:
    """(k,) USD/kg: each user's marginal value at these prices."""
    j = market.iso
    paid = market.cost[j] + market.slope[j] * quantity[j] - (market.A.T @ price)[j]
    return np.asarray(np.clip(paid, LOWEST * market.iso_price, market.iso_cap), dtype=np.float64)


def assemble(
    market: Market,
    workspace: Workspace,
    scales: Scales,
    value: FloatArray | None,
    width: float,
    living: tuple[BoolArray, BoolArray],
) -> Program:
    """The quadratic program whose users are chords round `value`, in the units of `scales`.

    What cannot run is cut off from its nodes at a cost, and a dead node given a slack: no dual is unbounded.
    """
    j = market.iso
    start, length, level, fall = pieces(market, value, width)
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
    column, node, g = (
        sizes.column_units(scales)[workspace.owner],
        sizes.node_units(scales),
        sizes.common(scales),
    )
    G = market.A[:, workspace.owner]
    by_column = np.repeat(column, np.diff(G.indptr))
    # goods sent to and fro for nothing would have no finite flow: let every activity cost a breath more
    cost += BREATH * scales.money[workspace.owner]
    runs = living[1][workspace.owner]
    data = G.data * by_column * node[G.indices] * np.repeat(runs, np.diff(G.indptr))
    return Program(
        c=np.where(runs, cost * column / g, 1.0),
        q=slope * column**2,
        G=sparse.csc_matrix((data, G.indices, G.indptr), shape=G.shape),
        h=np.where(living[0], -market.endowment * node / g, -1.0),
        u=np.where(runs, capacity / (column * g), 1.0),
    )


def read(
    market: Market, workspace: Workspace, scales: Scales, answer: Answer
) -> tuple[FloatArray, FloatArray]:
    """Price (n,) and quantity (a,) of a program's answer, users' pieces added up."""
    g = sizes.common(scales)
    flow = answer.y * sizes.column_units(scales)[workspace.owner] * g
    quantity = np.bincount(workspace.owner, weights=flow.clip(0), minlength=market.A.shape[1])
    price = answer.z.clip(0) * sizes.node_units(scales) * g
    return np.nan_to_num(price), np.nan_to_num(np.minimum(quantity, market.capacity))


def classify(
    market: Market,
    price: FloatArray,
    quantity: FloatArray,
    scales: Scales,
    living: tuple[BoolArray, BoolArray],
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
    # In doubt at the bound: of two routes that all but tie, one that carries milligrams is idle. Left free it
    # would ask for prices that cannot all hold; put at zero by mistake, Newton's next guess frees it.
    low = quantity / scales.flow < np.sqrt((-relative).clip(0))
    with np.errstate(invalid="ignore"):
        high = (market.capacity - quantity) / scales.flow < np.sqrt(relative.clip(0))
    high[j] = np.where(idle, high[j], would & (quantity[j] >= market.capacity[j] * (1 - 1e-3)))
    high = (high & living[1]) | (market.capacity <= 0)
    low |= ~living[1]
    net = market.A @ quantity + market.endowment
    tight = (price / scales.price > net / scales.through) | ~living[0]
    least = demand(market, market.iso_cap)
    flat = (quantity[j] < least * (1 - 1e-6)) & (paid > market.iso_cap * (1 - 1e-3)) & ~idle
    return Point(price=price, quantity=quantity, tight=tight, low=low & ~high, high=high, flat=flat)
