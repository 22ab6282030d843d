"""Prices by element for the judge, from the folder of a simulated run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mischmetal.errors import InputError

_LAYERS = ("quote", "traded", "domestic_CN")  # what an ex-China project would earn comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """USD/kg of oxide (REO) by element symbol, and in words which prices these are."""

    usd_per_kg: dict[str, float]
    basis: str


def load_prices(folder: Path, *, today: datetime | None = None) -> Prices:
    """Each element's simulated price in the present month, or the nearest earlier one that has one.

    Takes `summary.json` of a result folder; a run that ends in the past counts with its last month, one
    that begins in the future with its first. Raises InputError.
    """
    path = folder / "summary.json"
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        months: list[str] = summary["months"]
        table: dict[str, dict[str, list[float | None]]] = summary["prices"]
        name = str(summary["scenario"])
    except FileNotFoundError:
        raise InputError(str(path), found="nothing", allowed="a result folder of `mischmetal run`") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(str(path), found=type(error).__name__, allowed="the summary of a run") from None
    now = (today or datetime.now(UTC)).strftime("%Y-%m")
    last = max((place for place, month in enumerate(months) if month <= now), default=0)
    found = {element: price for element, layers in table.items() if (price := _price(layers, last))}
    if not found:
        raise InputError(str(path), field="prices", found="no price", allowed="at least one element's price")
    return Prices(usd_per_kg=found, basis=f"simulated prices of {name}, {months[last]}")


def _price(layers: dict[str, list[float | None]], last: int) -> float | None:
    for name in _LAYERS:
        told = [value for value in layers.get(name, [])[: last + 1] if value is not None]
        if told:
            return float(told[-1])
    return None
