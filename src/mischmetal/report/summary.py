"""The machine-readable summary of a run: published schema, same bytes for the same run."""

from __future__ import annotations

import json
import math
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mischmetal.report.csvs import write_tables

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from mischmetal.simulate.results import Run

__all__ = ["schema", "summary", "summary_text", "write_summary", "write_tables"]

PRICES = ("domestic_CN", "quote", "traded")
LICENCES = ("applied", "approved", "denied", "withdrawn", "pending")
CHECKS = ("mass_balance_max_relative", "complementarity_max_relative")
DIGITS = 10  # significant digits kept


def schema() -> dict[str, Any]:
    """The published JSON schema of `summary.json`."""
    text = (files("mischmetal.report") / "summary.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def rounded(value: Any) -> float | None:
    """A float to 10 significant digits; None for unknown, never NaN or minus zero."""
    if value is None or not math.isfinite(float(value)):
        return None
    return float(f"{float(value):.{DIGITS}g}") + 0.0


def _series(array: xr.DataArray) -> list[float | None]:
    """Months as a list; other dimensions are summed, unknown only where every part is unknown."""
    others = [dim for dim in array.dims if dim != "month"]
    if others:
        array = array.sum(others, min_count=1)
    return [rounded(v) for v in np.asarray(array.values, dtype=float)]


def summary(run: Run, observed: pd.DataFrame) -> dict[str, Any]:
    """The summary of a run as plain lists and numbers.

    Prices in USD/kg REO ex VAT; `exports.CN.magnets` in t gross a month; `exports.CN.ELEMENT` in kg REO a
    month in oxides and metals without magnets; licence flows in t REO a month, `pending` at month's end.
    `observed` repeats the keys of prices and exports; each value names its facts and its customs item.
    """
    data = run.data
    elements = [str(e) for e in data["element"].values]
    checks: dict[str, Any] = {name: rounded(run.checks.get(name)) for name in CHECKS}
    baseline = run.checks.get("baseline_max_relative_deviation")
    if baseline is not None:
        checks["baseline_max_relative_deviation"] = rounded(baseline)
    exports = {e: _series(data["exports_element"].sel(element=e)) for e in elements}
    return {
        "scenario": run.name,
        "months": list(run.months),
        "nodes": _count(run, "nodes"),
        "activities": _count(run, "activities"),
        "checks": checks,
        "prices": {e: {p: _series(data[p].sel(element=e)) for p in PRICES} for e in elements},
        "exports": {"CN": {"magnets": _series(data["exports_magnets"]), **exports}},
        "licences": {name: _series(data[name]) for name in LICENCES},
        "observed": _observed(run, observed, elements),
    }


def _count(run: Run, name: str) -> int | None:
    found = run.checks.get(name, run.provenance.get(name))
    return None if found is None else int(found)


def _observed(run: Run, observed: pd.DataFrame, elements: list[str]) -> dict[str, Any]:
    """Observed figures under the keys of prices and exports, one entry a month or null."""
    world = observed[observed["partner"].isin(["", "World"])]
    cells: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in world.to_dict("records"):
        cells.setdefault((row["kind"], row["what"], row["month"]), []).append(
            {str(k): v for k, v in row.items()}
        )

    def along(kind: str, what: str) -> list[dict[str, Any] | None]:
        return [_one(cells.get((kind, what, month), [])) for month in run.months]

    prices = {e: {p: along(p, e) for p in PRICES} for e in elements}
    return {"prices": prices, "exports": {"CN": {e: along("exports", e) for e in ["magnets", *elements]}}}


def _one(rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The month's figure: the mean of its observations, each of whose facts is named."""
    if not rows:
        return None
    ids = sorted({fact for row in rows for fact in row["facts"].split(";")})
    return {
        "value": rounded(np.mean([row["value"] for row in rows])),
        "fact": ids[0],
        "facts": ids,
        "item": "; ".join(sorted({row["item"] for row in rows})),
    }


def summary_text(run: Run, observed: pd.DataFrame) -> str:
    """`summary` as JSON text: sorted keys, one newline at the end, no NaN."""
    return json.dumps(summary(run, observed), sort_keys=True, indent=1, allow_nan=False) + "\n"


def write_summary(run: Run, observed: pd.DataFrame, path: Path) -> None:
    """Write `summary.json`."""
    path.write_text(summary_text(run, observed), encoding="utf-8", newline="\n")
