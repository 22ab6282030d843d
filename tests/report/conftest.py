"""A made-up run with every variable of the results contract: plain numbers, nothing that was computed."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from mischmetal.backtest.observed import COLUMNS
from mischmetal.report.compare import headline_metrics, variants_table
from mischmetal.report.page import render
from mischmetal.report.scorecard import scorecard

MONTHS = tuple(f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13))
ELEMENTS = ("La", "Ce", "Pr", "Nd", "Sm", "Gd", "Tb", "Dy", "Lu", "Y", "Sc")
REGIONS = ("CN", "US", "JP", "DE", "IN")
GROUPS = ("ev", "small-motors", "defence")
ITEMS = ("NdFeB heavy", "SmCo")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SyntheticRun:
    """Same fields as a real run."""

    name: str
    title: str
    months: tuple[str, ...]
    data: xr.Dataset
    scenario: dict[str, Any]
    checks: dict[str, Any]
    events: list[dict[str, Any]]
    provenance: dict[str, Any]


def _dip(strength: float) -> np.ndarray:
    """Share of normal by month: three normal months, a dip in May, back by autumn."""
    shape = np.ones(len(MONTHS))
    shape[3:8] = [0.55, 0.2, 0.6, 1.1, 1.15]
    return 1 - strength * (1 - shape)


def _array(dims: tuple[str, ...], values: np.ndarray, units: str, name: str, equation: str) -> xr.DataArray:
    attrs = {"units": units, "long_name": name, "equation": equation, "facts": "made.up.one,made.up.two"}
    return xr.DataArray(np.asarray(values, dtype=float), dims=dims, attrs=attrs)


def _prices(strength: float) -> dict[str, xr.DataArray]:
    base = 10.0 * np.arange(1, len(ELEMENTS) + 1)[:, None]
    bump = 1 + strength * np.r_[[0] * 3, 0.7, 1.6, 2.4, 2.0, 1.6, 1.2, 1.0, 0.8, np.full(13, 0.6)][None, :]
    dims, unit = ("element", "month"), "USD/kg REO"
    traded = base * (1 + 0.3 * (bump - 1))
    traded[-1, :] = np.nan
    return {
        "domestic_CN": _array(
            dims, base * np.ones_like(bump), unit, "China domestic price", "domestic price"
        ),
        "quote": _array(dims, base * bump, unit, "open-market quote", "asked price"),
        "quote_dual": _array(dims, base * bump * 1.1, unit, "dual of the open market", "clearing"),
        "traded": _array(dims, traded, unit, "traded price", "traded price"),
        "asked_rent": _array(dims, base * (bump - 1), unit, "asked rent", "asked price"),
    }


def _queue(strength: float) -> dict[str, xr.DataArray]:
    shape = (len(ITEMS), len(REGIONS), len(MONTHS))
    applied = np.zeros(shape)
    applied[:, 1:, 3:] = 40.0 * strength
    approved, denied, withdrawn = (np.zeros(shape) for _ in range(3))
    approved[:, 1:, 5:] = 36.0 * strength
    denied[:, 1:, 5:] = 2.0 * strength
    withdrawn[:, 1:, 5:] = 1.0 * strength
    pending = np.cumsum(applied - approved - denied - withdrawn, axis=-1)
    dims = ("item", "region", "month")
    flows = {"applied": applied, "approved": approved, "denied": denied, "withdrawn": withdrawn}
    out = {k: _array(dims, v, "t REO/month", f"applications {k}", "licence queue") for k, v in flows.items()}
    out["pending"] = _array(dims, pending, "t REO", "applications pending", "licence queue")
    days = np.full((len(REGIONS), len(MONTHS)), np.nan)
    days[1:, 3:] = np.linspace(70, 45, len(MONTHS) - 3)
    out["queue_days"] = _array(("region", "month"), days, "days", "median days in the queue", "licence queue")
    return out


def _shortage(strength: float) -> dict[str, xr.DataArray]:
    dims = ("region", "group", "item", "month")
    shape = (len(REGIONS), len(GROUPS), len(ITEMS), len(MONTHS))
    need = np.full(shape, 100.0)
    stopped = np.zeros(shape)
    stopped[1:, 0, 0, 4:7] = np.array([0.1, 0.3, 0.15]) * strength
    cover = np.full(shape, 45.0)
    cover[1:, :, :, 3:8] -= 25.0 * strength
    return {
        "need": _array(dims, need, "t/month", "need", "user stock"),
        "short": _array(dims, need * stopped, "t/month", "short", "user stock"),
        "stopped_share": _array(dims, stopped, "fraction", "share of users stopped", "user stock"),
        "cover_days": _array(dims, cover, "days", "days of cover", "user stock"),
        "lost_output": _array(dims, need * stopped * 0.2, "million USD", "lost output", "user stock"),
    }


def synthetic(name: str, strength: float) -> SyntheticRun:
    """`strength` 0 is a world without policy, 1 the licences."""
    share = np.array([0.0, 0.2, 0.15, 0.5, 0.15])[:, None]
    magnets = 5000.0 * share * _dip(strength)[None, :]
    kilograms = np.arange(1.0, len(ELEMENTS) + 1)[:, None, None] * 1e3 * share[None] * _dip(strength)
    flows = np.zeros((2, len(REGIONS), len(REGIONS), len(MONTHS)))
    flows[:, 0, 1:, :] = 10.0
    output = np.full((len(REGIONS), len(MONTHS)), 1000.0)
    variables = {
        **_prices(strength),
        **_queue(strength),
        **_shortage(strength),
        "exports_magnets": _array(
            ("region", "month"), magnets, "t gross/month", "magnet exports", "clearing"
        ),
        "exports_element": _array(
            ("element", "region", "month"), kilograms, "kg REO/month", "element exports", "clearing"
        ),
        "flows": _array(("good", "origin", "destination", "month"), flows, "t/month", "flows", "clearing"),
        "hold_share": _array(("month",), np.r_[[0] * 3, 0.4, 0.5, 0.4, [0] * 18], "fraction", "held", "hold"),
    }
    for stage in ("mine", "separation", "magnet"):
        title = f"{stage} output"
        variables[f"{stage}_output"] = _array(("region", "month"), output, "t/month", title, "clearing")
    coords = {
        "month": list(MONTHS),
        "element": list(ELEMENTS),
        "region": list(REGIONS),
        "group": list(GROUPS),
        "item": list(ITEMS),
        "good": ["NdFeB heavy", "Dy oxide"],
        "origin": list(REGIONS),
        "destination": list(REGIONS),
    }
    return SyntheticRun(
        name=name,
        title=f"Made-up run {name}",
        months=MONTHS,
        data=xr.Dataset(variables, coords=coords),
        scenario={"name": name},
        checks={
            "nodes": 12,
            "activities": 34,
            "mass_balance_max_relative": 1.23456789012345e-10,
            "complementarity_max_relative": 2e-9,
            "baseline_max_relative_deviation": 1e-8 if strength == 0 else None,
        },
        events=[]
        if strength == 0
        else [
            _event("2025-04-04", "made-licence", "tighten", "Licences on seven elements"),
            _event("2025-06-11", "made-fast-track", "ease", "Fast tracks <b>agreed</b> & announced"),
            _event("2025-08-11", "made-truce", "neutral", "Truce extended"),
            _event("2025-10-09", "made-october", "tighten", "More elements announced"),
            _event("2025-11-07", "made-suspension", "ease", "October measures suspended"),
        ],
        provenance={"code": "0.0.0", "facts": "0" * 64, "seeds": []},
    )


def _event(date: str, ident: str, direction: str, title: str) -> dict[str, Any]:
    return {"date": date, "id": ident, "direction": direction, "title": title, "fact": "made.up.one"}


@pytest.fixture(scope="session")
def licensed() -> SyntheticRun:
    return synthetic("made-licences", 1.0)


@pytest.fixture(scope="session")
def unlicensed() -> SyntheticRun:
    return synthetic("no-policy", 0.0)


@pytest.fixture(scope="session")
def harsher() -> SyntheticRun:
    return synthetic("made-no-truce", 1.2)


@pytest.fixture(scope="session")
def claims() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "claim": ["7,400 t in August", "Japan takes 34%"],
            "verdict": ["conflicts", "no source"],
            "facts": ["made.up.one", ""],
            "note": ["the item is another one", ""],
        }
    )


def _seen(kind: str, what: str, date: str, value: float, unit: str, partner: str = "World") -> dict[str, Any]:
    row = dict.fromkeys(COLUMNS, "")
    fact = f"made.{kind}.{what}.{partner}.{date}".lower()
    item = "85051110" if what == "magnets" else f"made-up item of {what}"
    row |= {"kind": kind, "what": what, "partner": partner, "month": date[:7], "date": date, "unit": unit}
    row |= {"value": value, "low": np.nan, "high": np.nan, "facts": fact, "item": item, "confidence": "high"}
    return row | {"source": "made up", "source_date": "2025-12-20"}


@pytest.fixture(scope="session")
def observed() -> pd.DataFrame:
    """Made-up observations; magnets fall to 1,238 t in May."""
    magnets = [5323, 2626, 1238, 3188, 5577, 6146, 5774, 5473, 6150, 5952]
    rows = [
        _seen("exports", "magnets", f"2025-{m:02d}", v, "t gross") for m, v in enumerate(magnets, start=3)
    ]
    rows += [
        _seen("exports", "magnets", "2024", 58148, "t gross"),
        _seen("exports", "magnets", "2025-06", 172, "t gross", "IN"),
        _seen("exports", "Dy", "2025-08", 16686, "kg"),
        _seen("exports", "Tb", "2025-08", 5500, "kg"),
        _seen("quote", "Dy", "2025-04", 280, "USD/kg REO"),
        _seen("quote", "Dy", "2025-05-01", 850, "USD/kg REO"),
        _seen("quote", "Dy", "2025-05-06", 850, "USD/kg REO"),
        *(_seen("domestic_CN", "Tb", f"2025-{m:02d}", 800 + m, "USD/kg REO") for m in range(1, 9)),
        _seen("cover", "cars", "2025-06-04", 24.5, "days", "EU"),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture(scope="session")
def facts() -> pd.DataFrame:
    """Two made-up facts, one of them from memory, with a source that tries to be markup and a script."""
    names = ["id", "entity", "variable", "commodity", "period", "value", "low", "high", "text", "unit"]
    names += ["source", "source_title", "url", "date", "confidence"]
    one = ["made.up.one", "CN", "exports", "Dy", "2025", 1.5, np.nan, np.nan, "", "t", "s"]
    two = ["made.up.two", "CN", "exports", "Tb", "2025", np.nan, 1.0, 2.0, "", "t", "s"]
    rows = [
        [*one, "A <script>alert(1)</script> source", "javascript:alert(1)", "2025-01-01", "memory"],
        [*two, "A plain source", "https://example.org/a?b=1&c=2", "2025-01-01", "high"],
    ]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture(scope="session")
def variants(licensed: SyntheticRun) -> pd.DataFrame:
    central = headline_metrics(licensed)
    low, high = ({k: v * f for k, v in central.items()} for f in (0.8, 1.3))
    return variants_table(central, {f"made-up assumption {i}": ("1", low, "3", high) for i in range(5)})


@pytest.fixture(scope="session")
def page(licensed, unlicensed, harsher, observed, facts, variants, claims) -> str:
    """The whole page of the made-up run."""
    return render(
        licensed,
        compare={"no-policy": unlicensed, "made-no-truce": harsher},
        variants=variants,
        scorecard=scorecard(licensed, unlicensed, observed),
        claims=claims,
        observed=observed,
        facts=facts,
    )
