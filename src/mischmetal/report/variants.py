"""A scenario's headlines at both ends of its assumptions, and which of these are the widest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from mischmetal.report.compare import headline_metrics, variants_table
from mischmetal.report.scorecard import scorecard

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

# the four assumptions that a score is always shown at both ends of, where a scenario or a chain has them
ALWAYS = ("chain.", "held", "order_book", "behaviour.stock_gap_months")
BOOK = (1.0, 3.0)  # months: the promised review is a fact, how much of it users file for at once is assumed
WIDEST = 5
RULER = "stopped_share_peak"  # the headline by which ranges are ranked, and the next where it never moves
RULERS = (RULER, "dy_quote_peak", "magnets_april_december")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """One end of one assumption."""

    name: str
    path: str  # override that sets it
    end: str  # low or high
    value: float | None = None  # given where the range is not that of the number itself

    @property
    def setting(self) -> str:
        return self.end if self.value is None else f"{self.value:g}"

    text: str  # the value there, with its unit


def behaviour_ends() -> list[End]:
    """Both ends of every behaviour parameter."""
    from mischmetal.simulate.behaviour import packaged

    return [
        End(name=p.name.replace("_", " "), path=f"behaviour.{p.name}", end=end, text=f"{value:g} {p.unit}")
        for p in packaged().parameters.values()
        for end, value in (("low", p.low), ("high", p.high))
        if p.low < p.high
    ]


def scenario_ends(numbers: Mapping[str, Any]) -> list[End]:
    """Both ends of the share held at the port and of the order book; a fact without a range has none."""
    wanted = {path for path in numbers if path.rsplit(".", 1)[-1] in ("held", "order_book")}
    return [
        End(
            name=path.split(".")[1] + " " + path.rsplit(".", 1)[-1].replace("_", " "),
            path=path,
            end=end,
            text=f"{value:g} {numbers[path].unit}".strip(),
            value=value,
        )
        for path in sorted(wanted)
        for end, value in zip(("low", "high"), _range(path, numbers[path]), strict=True)
    ]


def _range(path: str, number: Any) -> tuple[float, float]:
    if number.low < number.high:
        return float(number.low), float(number.high)
    return BOOK if path.endswith("order_book") else (float(number.low), float(number.high))


def chain_ends(chain: Any) -> list[End]:
    """Both ends of every split that the chain's facts leave open."""
    return [
        End(name=v.name.replace("_", " "), path=f"chain.{v.name}", end=end, text=f"{value:g} times")
        for v in chain.variants
        for end, value in (("low", v.low), ("high", v.high))
    ]


def metrics(run: Run, no_policy: Run, observed: pd.DataFrame) -> dict[str, float]:
    """Headlines and scores of a run by name."""
    card = scorecard(run, no_policy, observed)
    return headline_metrics(run) | {str(r["name"]): float(r["value"]) for r in card.to_dict("records")}


def widest(
    central: Mapping[str, float], found: Mapping[str, tuple[str, dict[str, float], str, dict[str, float]]]
) -> list[str]:
    """Assumptions by how far they move the ruler headlines relative to their central values, widest first."""

    def width(name: str) -> float:
        _, low, _, high = found[name]
        spans = []
        for ruler in RULERS:
            middle = abs(central.get(ruler, float("nan")))
            span = abs(high.get(ruler, float("nan")) - low.get(ruler, float("nan")))
            if not math.isnan(span) and middle > 0:
                spans.append(span / middle)
        return max(spans, default=0.0)

    return sorted(found, key=lambda name: (-width(name), name))


def table_of_ends(
    ends: Sequence[End],
    results: Sequence[Mapping[str, float]],
    central: Mapping[str, float],
    always: Callable[[End], bool],
) -> pd.DataFrame:
    """The table of variants: what is always shown, then the widest of the rest. One result an end, in order."""
    by_name: dict[str, dict[str, tuple[str, dict[str, float]]]] = {}
    kept: set[str] = set()
    for end, result in zip(ends, results, strict=True):
        by_name.setdefault(end.name, {})[end.end] = (end.text, dict(result))
        if always(end):
            kept.add(end.name)
    found = {
        name: (*sides["low"], *sides["high"])
        for name, sides in by_name.items()
        if {"low", "high"} <= sides.keys()
    }
    order = widest(central, found)
    chosen = [n for n in order if n in kept] + [n for n in order if n not in kept][:WIDEST]
    return variants_table(central, {name: found[name] for name in chosen})


def is_always(end: End) -> bool:
    return end.path in ALWAYS or end.path.startswith("chain.") or end.path.rsplit(".", 1)[-1] in ALWAYS
