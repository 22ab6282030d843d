"""Check an exported month without the program that wrote it: balances, margins, another solver, one change.

    python examples/check_market.py out/china-2025/market/2025-05.zip

Reads the zip (guide: market format) with pandas, rebuilds every balance and every activity's margin condition,
solves the month again with Clarabel, and cuts one capacity or permit to see the answer move as it should.
Exit code 0 if all holds, 1 if not, 2 if the file cannot be read. Needs numpy, scipy, pandas and clarabel.
"""

from __future__ import annotations

import argparse
import json
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import clarabel
import numpy as np
import pandas as pd
from scipy import sparse

KILOGRAM = 1e-3  # t
SMALL_MONEY = 1e-3  # USD/kg: margins are compared with at least this much


@dataclass(frozen=True)
class Month:
    """The tables as arrays; n nodes, a activities, k users."""

    name: str
    A: sparse.csc_array
    endowment: np.ndarray
    cost: np.ndarray
    slope: np.ndarray
    capacity: np.ndarray
    user: np.ndarray
    x0: np.ndarray
    p0: np.ndarray
    eps: np.ndarray
    cap: np.ndarray
    price: np.ndarray
    disposed: np.ndarray
    quantity: np.ndarray
    objective: float
    nodes: list[str]
    activities: list[str]


@dataclass(frozen=True)
class Solved:
    """Another solver's answer."""

    price: np.ndarray
    quantity: np.ndarray
    objective: float


def load(path: Path) -> Month:
    with zipfile.ZipFile(path) as bundle:
        head = json.loads(bundle.read("market.json"))
        table = {n: pd.read_csv(bundle.open(f"{n}.csv")) for n in ("nodes", "activities", "matrix", "users")}
    nodes, acts, matrix, users = (table[n] for n in ("nodes", "activities", "matrix", "users"))
    triplets = (matrix["quantity"].to_numpy(), (matrix["node"].to_numpy(), matrix["activity"].to_numpy()))
    return Month(
        name=head["month"],
        A=sparse.csc_array(triplets, shape=(len(nodes), len(acts))),
        endowment=nodes["endowment_t"].to_numpy(float),
        cost=acts["cost_usd_per_kg"].to_numpy(float),
        slope=acts["slope_usd_per_kg_per_t"].to_numpy(float),
        capacity=acts["capacity_t"].fillna(np.inf).to_numpy(float),
        user=users["activity"].to_numpy(int),
        x0=users["quantity_t"].to_numpy(float),
        p0=users["price_usd_per_kg"].to_numpy(float),
        eps=users["elasticity"].to_numpy(float),
        cap=users["cap_usd_per_kg"].to_numpy(float),
        price=nodes["price_usd_per_kg"].to_numpy(float),
        disposed=nodes["disposed_t"].to_numpy(float),
        quantity=acts["quantity_t"].to_numpy(float),
        objective=float(head["objective_thousand_usd"]),
        nodes=nodes["name"].astype(str).tolist(),
        activities=acts["name"].astype(str).tolist(),
    )


def wanted(m: Month, price: np.ndarray) -> np.ndarray:
    """X(p) = x0 (p/P0)^-eps, at prices (k, ...) up to the cap."""
    shape = (-1,) + (1,) * (price.ndim - 1)
    x0, p0, eps = m.x0.reshape(shape), m.p0.reshape(shape), m.eps.reshape(shape)
    return x0 * (price / p0) ** -eps


def value(m: Month, x: np.ndarray) -> np.ndarray:
    """U'(x) = min(cap, P0 (x/x0)^(-1/eps)); 0 for a user who wants nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = np.minimum(m.cap, m.p0 * (x / m.x0) ** (-1 / m.eps))
    return np.where(m.x0 > 0, curve, 0.0)


def cost_less_utility(m: Month, x: np.ndarray) -> float:
    """The objective, thousand USD: utility is the area under U' from 0 to x."""
    spent = float((m.cost * x + m.slope * x**2 / 2).sum())
    use = m.x0 > 0
    q, x0, p0, eps, cap = x[m.user][use], m.x0[use], m.p0[use], m.eps[use], m.cap[use]
    least = x0 * (cap / p0) ** -eps
    power = 1 - 1 / eps
    above = np.maximum(q, least) / x0
    one = np.abs(power) < 1e-9
    safe = np.where(one, 1.0, power)
    area = np.where(one, np.log(above * x0 / least), (above**power - (least / x0) ** power) / safe)
    return spent - float((cap * np.minimum(q, least) + p0 * x0 * area).sum())


def check_balances(m: Month) -> tuple[float, str]:
    """Worst |A x + endowment - disposed| over throughput + 1 kg, and where."""
    through = (abs(m.A) @ m.quantity + np.abs(m.endowment)) / 2 + KILOGRAM
    off = np.abs(m.A @ m.quantity + m.endowment - m.disposed) / through
    off = np.maximum(off, (-m.disposed).clip(0) / through)
    return _worst(off, m.nodes)


def check_margins(m: Month) -> tuple[float, str]:
    """Worst break of: no activity gains by running more below capacity, none that runs makes a loss."""
    x, u = m.quantity, m.capacity
    margin = m.A.T @ m.price - m.cost - m.slope * x
    money = abs(m.A).T @ m.price + np.abs(m.cost) + m.slope * x + SMALL_MONEY
    own = value(m, x[m.user])
    margin[m.user] += own
    money[m.user] += own
    more, less = (u - x) / (x + KILOGRAM), x / (x + KILOGRAM)
    off = np.where(margin > 0, np.minimum(margin / money, more), np.minimum(-margin / money, less))
    return _worst(np.maximum(off, np.maximum(-x, x - u) / (x + KILOGRAM)), m.activities)


def check_leftovers(m: Month) -> tuple[float, str]:
    """Worst price of something left over, in USD/kg or as a share of the throughput left, the smaller."""
    through = (abs(m.A) @ m.quantity + np.abs(m.endowment)) / 2 + KILOGRAM
    return _worst(np.maximum(np.minimum(m.price, m.disposed / through), -m.price), m.nodes)


def _worst(off: np.ndarray, names: list[str]) -> tuple[float, str]:
    return (float(off.max()), names[int(off.argmax())]) if len(off) else (0.0, "nothing")


def solve(m: Month, *, rounds: int = 8) -> Solved:
    """The month by Clarabel: users' curves as chords on a grid of prices that narrows round the last answer."""
    centre, spread = m.p0.copy(), 3.0
    scale_x, scale_p = _first_scale(m)
    price, x = np.zeros(len(m.nodes)), np.zeros(len(m.cost))
    for _ in range(rounds):
        price, x = _round(m, centre, spread, scale_x, scale_p)
        paid = -(m.A.T @ price)[m.user] + m.cost[m.user] + m.slope[m.user] * x[m.user]
        inner = np.clip(paid, 1e-6 * m.p0, m.cap)
        far = np.abs(np.log(inner / centre)).max(initial=0.0)
        centre = np.clip(inner, centre / 30, centre * 30)
        if spread < 1.001 and far < 1e-4:
            break
        spread = 3.0 if far > 2.0 else max(1.0004, spread ** (0.5 if spread > 1.5 else 0.1))
        through = (abs(m.A) @ x + np.abs(m.endowment)) / 2 + KILOGRAM
        could = np.full(len(x), np.inf)
        coo = m.A.tocoo()
        np.minimum.at(could, coo.col, through[coo.row] / np.abs(coo.data))
        scale_x, scale_p = np.maximum(x, 0.01 * np.where(np.isfinite(could), could, 1.0)) + 1e-6, through
    return Solved(price=price, quantity=x, objective=cost_less_utility(m, x))


def _first_scale(m: Month) -> tuple[np.ndarray, np.ndarray]:
    size = np.median(m.x0) if len(m.x0) else 1.0
    x = np.where(np.isfinite(m.capacity), np.minimum(m.capacity, 100 * size), size) + KILOGRAM
    x[m.user] = m.x0 + KILOGRAM
    return x, abs(m.A) @ x / 2 + KILOGRAM


def _round(
    m: Month, centre: np.ndarray, spread: float, scale_x: np.ndarray, scale_p: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One quadratic program: balances A y + e >= 0, capacities, users split into chords."""
    steps = spread ** np.array([4.0, 2.0, 1.0, 0.5, -0.5, -1.0, -2.0, -4.0])
    grid = np.minimum(centre[:, None] * steps, m.cap[:, None] * 0.99 ** np.arange(1, len(steps) + 1))
    grid = np.column_stack([m.cap, grid])
    ends = wanted(m, grid)
    ends[m.x0 <= 0] = 0.0
    k, j = grid.shape
    start = np.column_stack([np.zeros(k), ends])
    length = np.column_stack([np.diff(start, axis=1), np.full(k, np.inf)])
    level = np.column_stack([m.cap, grid])
    with np.errstate(divide="ignore", invalid="ignore"):
        fall = np.column_stack(
            [-np.diff(grid, axis=1) / np.diff(ends, axis=1), grid[:, -1] / (m.eps * ends[:, -1])]
        )
    fall = np.column_stack([np.zeros(k), fall])
    idle = m.x0 <= 0
    level[idle], fall[idle] = 0.0, 0.0
    length = np.clip(length, 0.0, (m.capacity[m.user][:, None] - start).clip(0))
    others = np.setdiff1d(np.arange(len(m.cost)), m.user)
    owner = np.concatenate([others, np.repeat(m.user, j + 1)])
    linear = np.concatenate(
        [m.cost[others], (m.cost[m.user][:, None] + m.slope[m.user][:, None] * start - level).ravel()]
    )
    square = np.concatenate([m.slope[others], (m.slope[m.user][:, None] + fall).ravel()])
    upper = np.concatenate([m.capacity[others], length.ravel()])
    column, row = scale_x[owner], 1 / scale_p
    G = sparse.diags_array(row) @ m.A[:, owner] @ sparse.diags_array(column)
    bounded = np.flatnonzero(np.isfinite(upper))
    eye = sparse.eye_array(len(owner), format="csr")
    left = sparse.csc_matrix(sparse.vstack([-G, -eye, eye[bounded]]))
    right = np.concatenate([m.endowment * row, np.zeros(len(owner)), upper[bounded] / column[bounded]])
    money = float(np.median(np.abs(linear * column))) or 1.0
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = 1e-12
    settings.static_regularization_constant = 1e-11
    P = sparse.csc_matrix(sparse.diags_array(square * column**2 / money))
    answer = clarabel.DefaultSolver(
        P, linear * column / money, left, right, [clarabel.NonnegativeConeT(len(right))], settings
    ).solve()
    x = np.bincount(owner, weights=(np.array(answer.x) * column).clip(0), minlength=len(m.cost))
    return np.array(answer.z)[: len(m.nodes)] * row * money, np.minimum(x, m.capacity)


def compare(m: Month, other: Solved) -> tuple[float, str]:
    """Worst difference from the file: objective, users' quantities, prices where a user pins them."""
    q, theirs = m.quantity[m.user], other.quantity[m.user]
    size = np.abs(m.objective) + 1e-3
    off = [(abs(other.objective - m.objective) / size, "objective")]
    # a user at the value of lost output takes what is left: compared with its need, not with what is left
    use = np.abs(q - theirs) / (q + 0.1 * m.x0 + KILOGRAM)
    if len(use):
        off.append((float(use.max()), m.activities[int(m.user[use.argmax()])]))
    pins = m.user[(q > KILOGRAM) & (q < m.capacity[m.user] * (1 - 1e-6))]
    nodes = np.unique(m.A[:, pins].indices)
    gap = np.abs(other.price - m.price)[nodes] / (m.price[nodes] + 0.1)
    if len(gap):
        off.append((float(gap.max()), m.nodes[int(nodes[gap.argmax()])]))
    return max(off)


def check_change(m: Month, share: float) -> tuple[float, str]:
    """Cut what is scarcest by `share`: what it costs must lie between its rents before and after, times the cut.

    The objective is convex in a capacity or permit, so the two rents bound it from both sides.
    """
    margin = m.A.T @ m.price - m.cost - m.slope * m.quantity
    margin[m.user] += value(m, m.quantity[m.user])
    full = (m.quantity >= m.capacity) & (m.capacity > 0)
    by_capacity = np.zeros(len(m.cost))
    by_capacity[full] = margin[full] * m.capacity[full]
    by_node = np.where((m.endowment > 0) & (m.disposed <= 0), m.price * m.endowment, 0.0)
    if max(by_capacity.max(initial=0.0), by_node.max(initial=0.0)) <= 0:
        j = int(m.quantity.argmax())
        cut = replace(m, capacity=np.where(np.arange(len(m.cost)) == j, m.quantity * (1 - share), m.capacity))
        what, drop, before = m.activities[j], share * m.quantity[j], 0.0
        place = (j, None)
    elif by_capacity.max(initial=0.0) >= by_node.max(initial=0.0):
        j = int(by_capacity.argmax())
        cut = replace(m, capacity=np.where(np.arange(len(m.cost)) == j, m.capacity * (1 - share), m.capacity))
        what, drop, before = m.activities[j], share * m.capacity[j], float(margin[j])
        place = (j, None)
    else:
        i = int(by_node.argmax())
        cut = replace(
            m, endowment=np.where(np.arange(len(m.nodes)) == i, m.endowment * (1 - share), m.endowment)
        )
        what, drop, before = m.nodes[i], share * m.endowment[i], float(m.price[i])
        place = (None, i)
    again = solve(cut)
    if place[1] is not None:
        after = float(again.price[place[1]])
    else:
        j = int(place[0] or 0)
        after = float((m.A.T @ again.price)[j] - m.cost[j] - m.slope[j] * again.quantity[j])
        if j in m.user:
            after += float(value(m, again.quantity[m.user])[np.flatnonzero(m.user == j)[0]])
    cost = again.objective - m.objective
    size = abs(m.objective) + drop * max(before, after)
    off = max(before * drop - cost, cost - after * drop, 0.0) / size
    print(
        f"  cut {what} by {drop:.4g} t: costs {cost:.6g}, rents allow {before * drop:.6g} to {after * drop:.6g}"
    )
    return off, what


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("file", type=Path, nargs="+", help="exported months (.zip)")
    parser.add_argument(
        "--tolerance", type=float, default=1e-6, help="for balances and margins (default 1e-6)"
    )
    parser.add_argument("--agreement", type=float, default=1e-5, help="for the other solver (default 1e-5)")
    parser.add_argument(
        "--cut", type=float, default=0.1, help="share by which the scarcest thing is cut (0.1)"
    )
    parser.add_argument("--no-solve", action="store_true", help="only balances and margins")
    options = parser.parse_args()
    good = True
    for path in options.file:
        try:
            m = load(path)
        except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
            print(f"error: {path}: {error}", file=sys.stderr)
            return 2
        print(f"{m.name}: {len(m.nodes)} nodes, {len(m.activities)} activities, {len(m.user)} users")
        checks = [
            ("balances", check_balances(m), options.tolerance),
            ("margins", check_margins(m), options.tolerance),
            ("left over at no price", check_leftovers(m), options.tolerance),
        ]
        if not options.no_solve:
            checks.append(("solved again", compare(m, solve(m)), options.agreement))
            checks.append(("one change", check_change(m, options.cut), options.agreement))
        for name, (off, where), limit in checks:
            holds = bool(off <= limit)
            good &= holds
            print(f"  {'ok  ' if holds else 'FAIL'} {name}: {off:.2e} (limit {limit:.0e}), worst at {where}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
