"""Observed series and where a run holds the same.

A series is named by what it is of: `exports.magnets` (t gross), `exports.ELEMENT` (kg REO in oxides and metals),
`flow.GOOD.ORIGIN.DESTINATION` (t, `*` for all), `domestic.ELEMENT`, `quote.ELEMENT`, `traded.ELEMENT` (USD/kg,
ex VAT), `short.REGION.GROUP` (t), `pending` (t REO).
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from mischmetal.errors import InputError

KINDS = ("exports", "flow", "domestic", "quote", "traded", "short", "pending")
UNITS = {
    "exports": {"kg": 1.0, "kg REO": 1.0, "t": 1e3, "t REO": 1e3, "t gross": 1.0},
    "flow": {"t": 1.0, "t REO": 1.0, "t gross": 1.0, "t metal": 1.0, "kg": 1e-3, "kg REO": 1e-3},
    "short": {"t": 1.0, "kg": 1e-3},
    "pending": {"t": 1.0, "t REO": 1.0},
}
PRICE = {"USD/kg": 1.0, "USD/kg REO": 1.0, "USD/t": 1e-3}
COLUMNS = ("series", "date", "value", "unit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Observed figures of one kind by date, in the unit of the run."""

    name: str
    dates: tuple[str, ...]  # YYYY-MM or YYYY-MM-DD, in order
    values: tuple[float, ...]
    facts: tuple[str, ...] = ()

    def monthly(self) -> pd.Series[float]:
        """Means by month."""
        frame = pd.Series(self.values, index=[d[:7] for d in self.dates], dtype=float)
        return frame.groupby(level=0).mean().sort_index()

    @property
    def consecutive(self) -> bool:
        """True where no month is missing between the first and the last."""
        months = list(self.monthly().index)
        span = _index(months[-1]) - _index(months[0]) + 1 if months else 0
        return span == len(months)


def _index(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def read_observed(path: Path) -> list[Series]:
    """Series of a csv with the columns series, date, value and unit (others are left alone).

    Raises InputError naming row and column.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(
            path.name, found=f"byte {error.object[error.start]:#x}", allowed="UTF-8 text"
        ) from None
    except OSError as error:
        raise InputError(str(path), found=error.strerror, allowed="a csv of observed figures") from None
    reader = csv.DictReader(lines)
    for column in COLUMNS:
        if column not in (reader.fieldnames or []):
            raise InputError(
                f"{path.name} row 1", field=column, found="no such column", allowed=", ".join(COLUMNS)
            )
    found: dict[str, list[tuple[str, float]]] = {}
    for number, row in enumerate(reader, start=2):
        where = f"{path.name} row {number}"
        name, date = (row["series"] or "").strip(), (row["date"] or "").strip()
        kind = name.split(".")[0]
        if kind not in KINDS:
            raise InputError(where, field="series", found=name, choices=KINDS)
        if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])(-\d\d)?", date):
            raise InputError(where, field="date", found=date, allowed="YYYY-MM or YYYY-MM-DD")
        found.setdefault(name, []).append((date, _value(where, row) * _factor(where, name, row)))
    if not found:
        raise InputError(path.name, found="no rows", allowed="at least one observed figure")
    return [
        Series(name=name, dates=tuple(d for d, _ in sorted(rows)), values=tuple(v for _, v in sorted(rows)))
        for name, rows in sorted(found.items())
    ]


def _value(where: str, row: Mapping[str, str]) -> float:
    try:
        value = float(row["value"] or "")
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value >= 0):
        raise InputError(where, field="value", found=row["value"], allowed="a number of at least 0")
    return value


def _factor(where: str, name: str, row: Mapping[str, str]) -> float:
    units = UNITS.get(name.split(".", maxsplit=1)[0], PRICE)
    if name == "exports.magnets":
        units = {"t gross": 1.0, "t": 1.0, "kg": 1e-3}
    unit = (row["unit"] or "").strip()
    if unit not in units:
        raise InputError(where, field="unit", found=unit, choices=units)
    return units[unit]


def observed_2025() -> list[Series]:
    """Packaged observations of 2025 and 2026 as series of a run: exports, quotes, domestic prices."""
    from mischmetal.backtest.observed import observe

    seen = observe()
    seen = seen[seen["month"].str.fullmatch(r"20\d\d-\d\d") & seen["partner"].isin(["", "World"])]
    names = {"exports": "exports", "quote": "quote", "domestic_CN": "domestic"}
    out = []
    for (kind, what), rows in seen[seen["kind"].isin(names)].groupby(["kind", "what"], sort=True):
        known = rows[rows["value"] >= 0].sort_values("date")
        ids = sorted({f for cell in known["facts"] for f in str(cell).split(";")})
        out.append(
            Series(
                name=f"{names[str(kind)]}.{what}",
                dates=tuple(known["date"].astype(str)),
                values=tuple(known["value"].astype(float)),
                facts=tuple(ids),
            )
        )
    return out


def modelled(data: xr.Dataset, name: str) -> pd.Series[float] | None:
    """The months of a run's own series of that name; None where the run has nothing of the kind."""
    kind, _, rest = name.partition(".")
    months = [str(m) for m in data["month"].values]

    def flat(array: xr.DataArray) -> pd.Series[float]:
        others = [d for d in array.dims if d != "month"]
        values = array.sum(others).values if others else array.values
        return pd.Series(np.asarray(values, dtype=float), index=months)

    if kind == "pending":
        return flat(data["pending"])
    if name == "exports.magnets":
        return flat(data["exports_magnets"])
    element = {"exports": "exports_element", "domestic": "domestic_CN", "quote": "quote", "traded": "traded"}
    if kind in element:
        return flat(data[element[kind]].sel(element=rest)) if rest in data["element"].values else None
    array, dims = (
        (data["flows"], ("good", "origin", "destination"))
        if kind == "flow"
        else (data["short"], ("region", "group"))
    )
    for dim, wanted in zip(dims, rest.split("."), strict=False):
        if wanted == "*":
            continue
        if wanted not in array[dim].values:
            return None
        array = array.sel({dim: wanted})
    return flat(array)
