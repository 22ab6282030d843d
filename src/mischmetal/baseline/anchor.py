"""Prices and response curves under which the unshocked market is the reconciled base year, exactly.

Equation
    sum_n A[n, a] p_n = c_a + b_a x_a          for every activity in use  (margin equals marginal cost)
    sum_n A[n, a] p_n <= c_a                   for every activity not in use
    b_a = P_a / (elasticity_a x_a)
Units
    p, c, P in USD/kg of the activity's good; b in USD/kg per t a month.
Source
    Positive mathematical programming: Howitt (1995), Am. J. Agric. Econ. 77(2), 329-342.

A node without a price fact is built up along its shortest used path, the cheapest of equally short ones, or
netted back from where its goods go, and labelled so. What the curves then imply as cost is set beside the
engineered cost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from mischmetal.baseline.estimate import resolve
from mischmetal.baseline.reconcile import Baseline
from mischmetal.chain.activity import Activity, Node
from mischmetal.errors import InputError

Origin = Literal["fact", "assumption", "built up", "netted back", "surplus", "idle"]
QUALIFY = 0.25  # a route or plant not in use costs this share of the good's price more: qualification, own assumption
IDLE_SHARE = 0.1  # its slope is that of a flow this share of what its nodes handle
TINY = 1e-6  # t a month


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """A base year with prices (n,), and cost, slope and capacity (a,) of each activity."""

    baseline: Baseline
    price: np.ndarray  # (n,) USD/kg
    price_origin: tuple[Origin, ...]  # (n,)
    price_fact: tuple[str, ...]  # (n,) fact id or empty
    cost: np.ndarray  # (a,) USD/kg at zero flow
    slope: np.ndarray  # (a,) USD/kg per t a month
    capacity: np.ndarray  # (a,) t a month
    tax: np.ndarray  # (a,) share of the origin price inside cost

    def implied_costs(self) -> pd.DataFrame:
        """Cost that the margins imply at the base point beside the engineered one, of activities in use.

        USD/kg; `tax` is what of the margin goes to the controller, `implied` what is left; `price` is that of
        the activity's main good, `flow` in t a year. An implied cost far from the engineered one is a rent, or
        says that prices at the two ends do not go together; a negative one says it of two prices.
        """
        network, x = self.baseline.network, self.baseline.flow
        index = network.node_index()
        used = [j for j, a in enumerate(network.activities) if x[j] > 0 and a.kind not in ("use", "dispose")]
        tax = [_tax_paid(network.activities[j], self.price, index) for j in used]
        margin = [self.cost[j] + self.slope[j] * x[j] for j in used]
        return pd.DataFrame(
            {
                "activity": [network.activities[j].name for j in used],
                "kind": [network.activities[j].kind for j in used],
                "implied": [m - t for m, t in zip(margin, tax, strict=True)],
                "tax": tax,
                "engineered": [network.activities[j].cost for j in used],
                "price": [_reference(network.activities[j], self.price, index) for j in used],
                "flow": [12.0 * x[j] for j in used],
            }
        )


def anchor(baseline: Baseline) -> Anchored:
    """Anchor a reconciled base year.

    Raises InputError naming a used node that no price reaches.
    """
    network, x = baseline.network, baseline.flow
    price, origin, fact = _prices(baseline)
    margin = network.A.T @ price
    throughput = abs(network.A) @ x
    index = network.node_index()
    count = len(network.activities)
    slope, capacity, tax = np.zeros(count), np.full(count, np.inf), np.zeros(count)
    cost = np.zeros(count)
    for j, a in enumerate(network.activities):
        reference = _reference(a, price, index)
        if a.kind in ("use", "dispose"):
            continue
        handled = max(throughput[index[node]] for node, _ in a.terms)
        flow = x[j] if x[j] > 0 else max(IDLE_SHARE * handled, TINY)
        slope[j] = max(reference, 1e-3) / (a.elasticity * flow)
        tax[j] = a.wedge
        if x[j] > 0:
            cost[j] = margin[j] - slope[j] * x[j]
            if a.kind not in ("ship", "assign"):
                capacity[j] = x[j] * (1 + a.spare)
        else:
            cost[j] = max(
                a.cost + _tax_paid(a, price, index) + QUALIFY * reference, margin[j] * (1 + 1e-3) + 1e-3
            )
            if a.kind not in ("ship", "assign"):
                capacity[j] = 0.0
    return Anchored(
        baseline=baseline, price=price, price_origin=tuple(origin), price_fact=tuple(fact), cost=cost, slope=slope,
        capacity=capacity, tax=tax,
    )  # fmt: skip


def _reference(a: Activity, price: np.ndarray, index: dict[Node, int]) -> float:
    """Price of the activity's main good: its first unit output, else its input; USD/kg."""
    outputs = [price[index[node]] * q for node, q in a.terms if q > 0]
    inputs = [price[index[node]] * -q for node, q in a.terms if q < 0]
    return float(max(sum(outputs), sum(inputs)))


def _tax_paid(a: Activity, price: np.ndarray, index: dict[Node, int]) -> float:
    return a.wedge * float(sum(price[index[node]] * -q for node, q in a.terms if q < 0))


def _prices(baseline: Baseline) -> tuple[np.ndarray, list[Origin], list[str]]:
    network, x = baseline.network, baseline.flow
    index = network.node_index()
    price = np.full(len(network.nodes), np.nan)
    origin: list[Origin] = ["idle"] * len(network.nodes)
    fact = [""] * len(network.nodes)
    for number, row in enumerate(network.chain.prices, start=2):
        estimate = resolve(row, f"prices.csv row {number}")
        if estimate is None:
            raise InputError(
                f"prices.csv row {number}", field="price", found=None, allowed="a price or a fact"
            )
        for i, node in enumerate(network.nodes):
            if (node.region, node.good) == (row.region, row.good):
                price[i], fact[i] = estimate[0], row.fact
                origin[i] = "fact" if row.fact else "assumption"
    for j, a in enumerate(network.activities):
        if a.kind == "dispose" and x[j] > 0:  # thrown away at no cost: worth nothing at the margin
            i = index[a.terms[0][0]]
            price[i], origin[i] = 0.0, "surplus"
    for used in (True, False):
        live = [
            a
            for j, a in enumerate(network.activities)
            if (x[j] > 0) == used and a.kind not in ("use", "dispose")
        ]
        # what a mine costs tells what its ore is worth only where nobody's purchase does
        made = [a for a in live if a.kind != "mine"]
        while (
            _build_up(made, price, origin, index)
            or _net_back(live, price, origin, index)
            or _build_up(live, price, origin, index)
        ):
            pass
    missing = np.isnan(price) & (abs(network.A) @ x > 0)
    if missing.any():
        name = network.nodes[int(missing.argmax())].name
        raise InputError(
            "prices.csv", found=f"no price that reaches {name}", allowed="a row for it or its good"
        )
    return np.nan_to_num(price), origin, fact


def _build_up(live: list[Activity], price: np.ndarray, origin: list[Origin], index: dict[Node, int]) -> bool:
    """Price every node that known inputs make: the cheapest of its suppliers; True if any was priced."""
    offer: dict[int, float] = {}
    for a in live:
        unknown = [(index[n], q) for n, q in a.terms if np.isnan(price[index[n]])]
        outputs = sum(1 for _, q in a.terms if q > 0)
        if len(unknown) != 1 or unknown[0][1] < 0 or outputs > 1 or a.kind == "avoid":
            continue  # by-products are netted back from where they go; doing without sets no price
        i, quantity = unknown[0]
        known = sum(price[index[n]] * q for n, q in a.terms if index[n] != i)
        value = max((a.cost + _tax_paid(a, price, index) - known) / quantity, 0.0)
        offer[i] = min(offer.get(i, np.inf), value)
    for i, value in offer.items():
        price[i] = value
        origin[i] = "built up"
    return bool(offer)


def _net_back(live: list[Activity], price: np.ndarray, origin: list[Origin], index: dict[Node, int]) -> bool:
    """Price nodes whose goods go where prices are known, one round; True if any was priced."""
    offer: dict[int, float] = {}
    for a in live:
        unknown = [(index[n], q) for n, q in a.terms if np.isnan(price[index[n]])]
        if len(unknown) != 1 or unknown[0][1] > 0:
            continue
        i, quantity = unknown[0]
        known = sum(price[index[n]] * q for n, q in a.terms if index[n] != i)
        value = max((known - a.cost) / (-quantity * (1 + a.wedge)), 0.0)
        offer[i] = min(offer.get(i, np.inf), value)
    for i, value in offer.items():
        price[i] = value
        origin[i] = "netted back"
    return bool(offer)
