"""Names that a reader knows for the codes that the arrays carry."""

from __future__ import annotations

import csv
import math
from functools import lru_cache
from importlib.resources import files

_TABLES = (("regions.csv", "region"), ("groups.csv", "group"), ("elements.csv", "element"))


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """Code -> name from the default chain's tables; two-letter codes of regions and elements may clash,
    so the key is 'table:code'."""
    folder = files("mischmetal.chain") / "tables" / "default"
    out = {}
    for table, key in _TABLES:
        for row in csv.DictReader((folder / table).read_text(encoding="utf-8").splitlines()):
            out[f"{key}:{row[key]}"] = row["name"]
    return out


def label(dim: str, code: str) -> str:
    """The name of a code along a dimension; a code of somebody else's chain is its own name."""
    kind = "region" if dim in {"origin", "destination"} else dim
    return _names().get(f"{kind}:{code}", code)


def month_name(month: str) -> str:
    """'2025-05' -> 'May 2025'; anything else unchanged."""
    year, _, number = month.partition("-")
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    if number.isdigit() and 1 <= int(number) <= len(names):
        return f"{names[int(number) - 1]} {year}"
    return month


def figure_text(value: float | None, *, digits: int = 3) -> str:
    """A number as text: thousands with commas, otherwise `digits` significant; a dash where unknown."""
    if value is None or math.isnan(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}" if size >= 1e-3 else f"{value:.1e}"
