"""What is not known, and the members drawn from it.

Equation
    x_mk = low_k + u_mk (high_k - low_k),   u a scrambled Sobol sequence of as many dimensions as ranges
Units
    Those of each range. Returns (members, ranges).
Source
    Sobol (1967); scrambling by Owen (1998); scipy.stats.qmc. That every value of a range is as likely as any
    other is an assumption.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from mischmetal.chain import Chain
from mischmetal.errors import InputError
from mischmetal.scenario import Scenario
from mischmetal.simulate.behaviour import Behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """One thing that is not known."""

    path: str  # override that sets it
    name: str
    low: float
    high: float
    unit: str


def ranges(behaviour: Behaviour, scenario: Scenario, chain: Chain, fixed: Sequence[str] = ()) -> list[Range]:
    """Everything with a range: behaviour, a scenario's numbers, splits of the chain; without paths in `fixed`."""
    found = [
        Range(path=f"behaviour.{p.name}", name=p.name.replace("_", " "), low=p.low, high=p.high, unit=p.unit)
        for p in behaviour.parameters.values()
    ]
    found += [
        Range(path=path, name=_words(path), low=n.low, high=n.high, unit=n.unit)
        for path, n in scenario.numbers().items()
        if math.isfinite(n.low) and math.isfinite(n.high)
    ]
    found += [
        Range(path=f"chain.{v.name}", name=v.name.replace("_", " "), low=v.low, high=v.high, unit="times")
        for v in chain.variants
    ]
    return [r for r in found if r.low < r.high and r.path not in fixed]


def _words(path: str) -> str:
    parts = path.split(".")
    return f"{parts[1]}: {parts[-1].replace('_', ' ')}"


def draw(found: Sequence[Range], members: int, seed: int) -> NDArray[np.float64]:
    """(members, ranges) values; the first members are the same however many are drawn.

    Raises InputError for fewer than two members.
    """
    if members < 2:
        raise InputError("ensemble", field="members", found=members, allowed="at least 2")
    low, high = np.array([r.low for r in found]), np.array([r.high for r in found])
    if not len(found):
        return np.zeros((members, 0))
    # a power of two keeps the sequence balanced; what is drawn beyond `members` is left
    unit = qmc.Sobol(len(found), scramble=True, rng=seed).random_base2(math.ceil(math.log2(members)))[
        :members
    ]
    return np.asarray(low + unit * (high - low), dtype=np.float64)
