"""What a quoted figure is checked by: readings made of facts, by declared arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mischmetal import units

if TYPE_CHECKING:
    import pandas as pd

Where = dict[str, str | tuple[str, ...]]  # column -> a value or several; '2025*' is a beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One measured figure, in the unit of the claim, with the facts it is made of."""

    name: str
    low: float
    high: float
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A way to measure what a claim says: a kind of arithmetic over facts selected by their columns."""

    name: str
    kind: Callable[[str, pd.DataFrame, tuple[Where, ...], str], Iterator[Reading]]
    parts: tuple[Where, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A quoted figure and how it is checked."""

    id: str
    says: str
    low: float  # a measured figure from here ...
    high: float  # ... to here confirms the claim; in `unit`
    unit: str
    why: str  # why this range
    asked: tuple[Measure, ...]
    other: tuple[Measure, ...] = ()


def select(facts: pd.DataFrame, where: Where) -> pd.DataFrame:
    """Facts whose columns hold the values wished for, in the order of the tables."""
    for column, wished in where.items():
        options = (wished,) if isinstance(wished, str) else wished
        hit = facts[column].isin(options)
        for option in options:
            if option.endswith("*"):
                hit |= facts[column].str.startswith(option[:-1])
        facts = facts[hit]
    return facts


def each(name: str, facts: pd.DataFrame, parts: tuple[Where, ...], unit: str) -> Iterator[Reading]:
    """Every fact selected is a reading of its own."""
    for row in select(facts, parts[0]).to_dict("records"):
        low, high = _ends(row, unit)
        edition = f", {row['edition']}" if row["edition"] else ""
        label = f"{name} ({', '.join(x for x in (row['commodity'], row['period']) if x)}{edition})"
        yield Reading(name=label, low=low, high=high, facts=(str(row["id"]),))


def total(name: str, facts: pd.DataFrame, parts: tuple[Where, ...], unit: str) -> Iterator[Reading]:
    """The sum of one fact for each part; none where a part is missing."""
    found = [_first(facts, part) for part in parts]
    rows = [row for row in found if row is not None]
    if len(rows) == len(parts):
        ends = [_ends(row, unit) for row in rows]
        ids = tuple(str(row["id"]) for row in rows)
        yield Reading(name=name, low=sum(e[0] for e in ends), high=sum(e[1] for e in ends), facts=ids)


def share(name: str, facts: pd.DataFrame, parts: tuple[Where, ...], unit: str) -> Iterator[Reading]:
    """100 a / b, for facts of both parts with the same period and edition."""
    whole = {(r["period"], r["edition"]): r for r in reversed(select(facts, parts[1]).to_dict("records"))}
    for row in select(facts, parts[0]).to_dict("records"):
        other = whole.get((row["period"], row["edition"]))
        if other is not None:
            yield _percent(f"{name} ({row['period']}, {row['edition']})", row, other, less=0.0)


def change(name: str, facts: pd.DataFrame, parts: tuple[Where, ...], unit: str) -> Iterator[Reading]:
    """100 (a / b - 1) for the first fact of each part."""
    a, b = (_first(facts, part) for part in parts)
    if a is not None and b is not None:
        yield _percent(name, a, b, less=100.0)


def swing(name: str, facts: pd.DataFrame, parts: tuple[Where, ...], unit: str) -> Iterator[Reading]:
    """100 (highest / lowest - 1) for each commodity, over all dated facts with one basis and unit."""
    chosen = select(facts, parts[0])
    for commodity, rows in chosen.groupby("commodity", sort=True):
        records = sorted(rows.to_dict("records"), key=_middle)
        if len(records) > 1:
            yield _percent(f"{name} ({commodity})", records[-1], records[0], less=100.0)


def _first(facts: pd.DataFrame, where: Where) -> dict[Any, Any] | None:
    rows = select(facts, where).head(1).to_dict("records")
    return rows[0] if rows else None


def _middle(row: dict[Any, Any]) -> float:
    value = float(row["value"])
    return 0.5 * (float(row["low"]) + float(row["high"])) if math.isnan(value) else value


def _ends(row: dict[Any, Any], unit: str) -> tuple[float, float]:
    """Lowest and highest of a fact, in a unit."""
    value = _middle(row)
    low = value if math.isnan(row["low"]) else float(row["low"])
    high = value if math.isnan(row["high"]) else float(row["high"])
    return units.convert(low, row["unit"], unit), units.convert(high, row["unit"], unit)


def _percent(name: str, a: dict[Any, Any], b: dict[Any, Any], *, less: float) -> Reading:
    value = 100 * units.convert(_middle(a), a["unit"], b["unit"]) / _middle(b) - less
    return Reading(name=name, low=value, high=value, facts=(str(a["id"]), str(b["id"])))
