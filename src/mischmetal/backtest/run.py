"""Back-tests: a scenario run, held against observed series.

2025 is scored twice. *Conditional*: with all licensing facts. *As known*: each month from the scenario as it stood
on the last day of the month before. Neither is blind: assumptions were chosen by people who had seen 2025, and
some lean on facts of later months.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mischmetal.backtest.scores import SeriesScore, score
from mischmetal.backtest.series import Series, modelled, observed_2025
from mischmetal.errors import InputError
from mischmetal.scenario import Scenario, as_known, load
from mischmetal.scenario.vocabulary import OPENING, of_chain
from mischmetal.simulate.run import base_year, month_names, run

Progress = Callable[[int, int, str], None]
LEFT_OUT = {
    "applications filed, approved and pending": "counts of applications are not tonnes; no fact tells tonnes",
    "exports by partner": "the press prints some partners of some months; a selection would favour one side",
    "export totals of all rare earths": "they rose while magnets and heavy elements collapsed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """Scores of one scenario, worst first."""

    name: str
    kind: str  # conditional, as known, or the name of the observations
    shock: str  # month
    series: tuple[SeriesScore, ...]
    missing: tuple[str, ...]  # series that the run has nothing of

    def to_json(self) -> dict[str, Any]:
        """By the published schema (`backtest.schema.json`)."""
        return {
            "scenario": self.name,
            "kind": self.kind,
            "shock": self.shock,
            "series": [
                {
                    "name": s.name,
                    "n": s.n,
                    "scores": {k: _plain(v) for k, v in s.scores.items()},
                    "skill": {k: _plain(v) for k, v in s.skill.items()},
                }
                for s in self.series
            ],
            "missing": list(self.missing),
        }


def _plain(value: float) -> float | None:
    return float(f"{value:.6g}") if np.isfinite(value) else None


def shock_of(scenario: Scenario) -> str:
    """The month in which the first measure of a scenario takes effect. Raises InputError where it has none."""
    opened = [
        e.date for e in scenario.events if e.instrument in OPENING and f"{e.date:%Y-%m}" >= scenario.start
    ]
    if not opened:
        raise InputError(
            scenario.name, field="events", found="no measure", allowed="a scenario that opens one"
        )
    return f"{min(opened):%Y-%m}"


def backtest(
    scenario: str | Path | Scenario, observed: Sequence[Series], *, chain: str = "default", kind: str = "observed",
    progress: Progress | None = None,
) -> Backtest:  # fmt: skip
    """Run a scenario over the months that were observed and score every series of it."""
    own = base_year(chain).baseline.network.chain
    told = scenario if isinstance(scenario, Scenario) else load(scenario, vocabulary=of_chain(own))
    months = _span(told, observed)
    result = run(
        told, chain=chain, months=months,
        progress=None if progress is None else lambda k, n: progress(k, n, f"{told.name}: {kind}"),
    )  # fmt: skip
    found = {s.name: modelled(result.data, s.name) for s in observed}
    return _scored(told.name, kind, shock_of(told), observed, found)


def backtest_2025(progress: Progress | None = None) -> tuple[Backtest, Backtest]:
    """2025 twice: conditional and as known."""
    observed = observed_2025()
    told = load("china-2025")
    conditional = backtest(told, observed, kind="conditional", progress=progress)
    shock = shock_of(told)
    seen = sorted({m for s in observed for m in s.monthly().index if m >= shock})
    last = max(seen)
    parts: dict[str, dict[str, float]] = {s.name: {} for s in observed}
    months = [m for m in month_names(told.start, _between(told.start, last) + 1) if m >= shock]
    for k, month in enumerate(months, start=1):
        day = datetime.date.fromisoformat(f"{month}-01") - datetime.timedelta(days=1)
        # the notice of 4 April took effect as it was published: the first month has no earlier knowledge of it
        day = max(day, datetime.date(2025, 4, 4))
        result = run(as_known(told, day), months=_between(told.start, month) + 1)
        for s in observed:
            own = modelled(result.data, s.name)
            if own is not None:
                parts[s.name][month] = float(own[month])
        if progress is not None:
            progress(k, len(months), "china-2025: as known")
    found = {name: pd.Series(values, dtype=float) if values else None for name, values in parts.items()}
    return conditional, _scored(told.name, "as known", shock, observed, found)


def _scored(
    name: str, kind: str, shock: str, observed: Sequence[Series], found: Mapping[str, pd.Series[float] | None]
) -> Backtest:
    scores = [score(s, model, shock) for s in observed if (model := found[s.name]) is not None]
    return Backtest(
        name=name,
        kind=kind,
        shock=shock,
        series=tuple(sorted((s for s in scores if s.n), key=lambda s: (-s.worst, s.name))),
        missing=tuple(s.name for s in observed if found[s.name] is None)
        + tuple(s.name for s in scores if not s.n),
    )


def _span(scenario: Scenario, observed: Sequence[Series]) -> int:
    last = max((m for s in observed for m in s.monthly().index), default=scenario.start)
    return max(_between(scenario.start, last) + 1, 1)


def _between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def score_saved(folder: Path, observed: Sequence[Series]) -> Backtest:
    """Score a saved run (its `results.nc`) against observations, later ones too.

    Raises InputError where the folder holds no result.
    """
    import json

    import xarray as xr

    try:
        data = xr.load_dataset(folder / "results.nc", engine="h5netcdf")
        told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["scenario"]
    except (OSError, KeyError, ValueError) as error:
        raise InputError(str(folder), found=type(error).__name__, allowed="a folder written by run") from None
    opened = [e["date"][:7] for e in told["events"] if e["instrument"] in OPENING]
    found = {s.name: modelled(data, s.name) for s in observed}
    return _scored(told["name"], "saved run", min(opened, default=told["start"]), observed, found)
