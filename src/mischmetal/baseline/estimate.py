"""The figures that a base year must come near to: one weight vector, value and width each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mischmetal import facts
from mischmetal.chain.network import Network
from mischmetal.chain.tables import Estimate, Price, Target
from mischmetal.errors import InputError

MONTHS = 12.0
# The range on either side of a figure is this many standard deviations, by how far it is trusted: own choice
TRUST = {"high": 2.0, "medium": 1.3, "low": 1.0, "memory": 0.8, "assumption": 0.7}
NARROWEST = 0.005  # no figure is taken as better than half a per cent
SPREAD = 0.5  # how far the split of one figure over several activities may move, share


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One estimate as the reconciliation sees it; t (REO, metal or gross) a month."""

    name: str
    fact: str  # fact id, or empty for an assumption
    confidence: str
    value: float
    low: float
    high: float
    below: float  # one standard deviation towards its low end
    above: float  # one standard deviation towards its high end

    def misfit(self, fitted: float) -> float:
        """How far a fit lies from the figure, in standard deviations of the side that it lies on."""
        return (fitted - self.value) / (self.above if fitted > self.value else self.below)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Figures (k,), their weights W (k, a) over activities, and the weak split of each over its activities."""

    figures: tuple[Figure, ...]
    W: sparse.csr_array
    split_activity: np.ndarray  # (s,) activity
    split_value: np.ndarray  # (s,) t a month


def resolve(row: Estimate | Price, where: str) -> tuple[float, float, float, str] | None:
    """Value, low, high (in the table's unit) and confidence of a row; None where the row gives no figure.

    Raises NotFound for an unknown fact id, InputError for a fact without a number.
    """
    value = row.price if isinstance(row, Price) else row.base
    if row.fact and value is None:
        fact = facts.get(row.fact)
        centre = fact.value if fact.value is not None else _middle(fact.low, fact.high)
        if centre is None:
            raise InputError(where, field="fact", found=row.fact, allowed="a fact with a number")
        low = fact.low if fact.low is not None else centre
        high = fact.high if fact.high is not None else centre
        return centre * row.factor, low * row.factor, high * row.factor, fact.confidence
    if value is None:
        return None
    low = row.low if row.low is not None else value
    high = row.high if row.high is not None else value
    confidence = (
        facts.get(row.fact).confidence if row.fact else "memory" if "memory" in row.note else "assumption"
    )
    return value, low, high, confidence


def _middle(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else 0.5 * (low + high)


def figures(network: Network) -> Figures:
    """All estimates of a chain's plants, routes, uses and targets, per month."""
    rows: list[int] = []
    columns: list[int] = []
    weights: list[float] = []
    found: list[Figure] = []
    split_activity: list[int] = []
    split_value: list[float] = []
    members: dict[tuple[str, int], list[int]] = {}
    for j, activity in enumerate(network.activities):
        if activity.table:
            members.setdefault((activity.table, activity.row), []).append(j)
    for (table, number), activities in members.items():
        row = getattr(network.chain, table)[number - 2]
        estimate = resolve(row, f"{table}.csv row {number}")
        if estimate is None:
            continue
        first = network.activities[activities[0]]
        label = first.name if len(activities) == 1 else first.name.split(" [")[0]
        for j in activities:
            rows.append(len(found))
            columns.append(j)
            weights.append(1.0)
            if len(activities) > 1:
                split_activity.append(j)
                split_value.append(estimate[0] / MONTHS * network.activities[j].share)
        found.append(_figure(label, row, estimate))
    for number, target in enumerate(network.chain.targets, start=2):
        estimate = resolve(target, f"targets.csv row {number}")
        if estimate is None:
            raise InputError(
                f"targets.csv row {number}", field="base", found=None, allowed="a base or a fact"
            )
        matched = select(network, target)
        if not matched:
            raise InputError(
                f"targets.csv row {number}", field="name", found=target.name, allowed="activities that match"
            )
        for j, weight in matched:
            rows.append(len(found))
            columns.append(j)
            weights.append(weight)
        found.append(_figure(target.name, target, estimate))
    W = sparse.csr_array((weights, (rows, columns)), shape=(len(found), len(network.activities)))
    return Figures(
        figures=tuple(found),
        W=W,
        split_activity=np.array(split_activity, dtype=int),
        split_value=np.array(split_value),
    )


def _figure(name: str, row: Estimate, estimate: tuple[float, float, float, str]) -> Figure:
    value, low, high, confidence = estimate
    below, above = (
        max(side / TRUST[confidence], NARROWEST * abs(value), 1e-3) for side in (value - low, high - value)
    )
    return Figure(
        name=name, fact=row.fact, confidence=confidence, value=value / MONTHS, low=low / MONTHS, high=high / MONTHS,
        below=below / MONTHS, above=above / MONTHS,
    )  # fmt: skip


def _names(text: str) -> set[str]:
    """Several names in one cell: separated by ';', or by blanks where names hold none."""
    parts = text.split(";") if ";" in text else [text]
    return {part.strip() for part in parts if part.strip()}


def select(network: Network, target: Target) -> list[tuple[int, float]]:
    """Activities that a target adds up, each with its weight (t of the target per unit of x)."""
    kinds = set(target.kind.split())
    origins, destinations = set(target.origin.split()), set(target.destination.split())
    processes, goods = _names(target.process), _names(target.good)
    matched = []
    for j, a in enumerate(network.activities):
        if kinds and a.kind not in kinds:
            continue
        if processes and a.process not in processes:
            continue
        if (origins and a.origin not in origins) or (destinations and a.destination not in destinations):
            continue
        if target.group and a.group != target.group:
            continue
        weight = 1.0
        if target.measure != "flow":
            sign = 1.0 if target.measure == "out" else -1.0
            # what grade choice supplies is need that was never met with oxide: it nets out of both
            weight = sign * sum(
                q for node, q in a.terms if node.good in goods and (sign * q > 0 or a.kind == "avoid")
            )
        if weight:
            matched.append((j, weight))
    return matched
