"""Nodes and activities: the two kinds of thing a network is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "mine", "separate", "finish", "metal", "make", "recycle", "avoid", "ship", "assign", "use", "dispose"
]


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A good in a region; past the controller's border a tagged good also has an end-use group."""

    region: str
    good: str
    group: str = ""

    @property
    def name(self) -> str:
        return f"{self.region}: {self.good}" + (f" [{self.group}]" if self.group else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """Something that turns goods into goods, moves them or uses them, at one level x >= 0 a month.

    `terms` are (node, quantity) for one unit of x: outputs positive, inputs negative.
    """

    kind: Kind
    process: str  # process, or the good that is shipped or used
    origin: str
    destination: str
    group: str
    terms: tuple[tuple[Node, float], ...]
    cost: float = 0.0  # USD/kg of x, engineered
    wedge: float = 0.0  # share of the origin price, tax not refunded
    elasticity: float = 1.0  # of x with its margin, at the base point
    spare: float = float("inf")  # capacity beyond the base level, share
    lost_output: float = 0.0  # uses: value of lost output, times the base price
    sea_months: float = 0.0
    table: str = ""  # where its base estimate stands: table and row of the chain folder
    row: int = 0
    share: float = 1.0  # of that row's estimate, where one row makes several activities

    @property
    def name(self) -> str:
        group = f" [{self.group}]" if self.group else ""
        place = self.origin if self.origin == self.destination else f"{self.origin} -> {self.destination}"
        what = self.process if self.process.startswith(f"{self.kind} ") else f"{self.kind} {self.process}"
        return f"{what} {place}{group}"
