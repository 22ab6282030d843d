"""The same headlines for several runs side by side, and at both ends of the assumptions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mischmetal.report.indicators import licence_queue, series, weighted_median, weighted_stopped

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

EU = ("DE", "FR", "EE", "XE")
CARS = ("ev", "small-motors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """One number that a run is known by."""

    name: str  # key in tables of variants
    title: str
    unit: str
    variable: str  # the array that it comes from; its facts and equation explain the headline
    of: Callable[[Run], float]


def _first_year(run: Run, start: str = "04") -> list[str]:
    year = run.months[0][:4]
    return [m for m in run.months if f"{year}-{start}" <= m <= f"{year}-12"]


def _sum(run: Run, variable: str) -> float:
    return float(series(run, variable).sum())


def _quote_ratio(run: Run, element: str, month: str) -> float:
    """Quote of a month of the first year over March of that year."""
    quote = series(run, "quote", element=element)
    year = run.months[0][:4]
    base = quote.get(f"{year}-03", np.nan)
    return float(quote.get(f"{year}-{month}", np.nan) / base) if base else float("nan")


def quote_peak(run: Run, element: str) -> float:
    """Highest quote over March of the first year."""
    quote = series(run, "quote", element=element)
    return float(quote.max() / quote.get(f"{run.months[0][:4]}-03", np.nan))


def eu_car_cover(run: Run, month: str) -> float:
    """Days of cover of the EU's car users at a month's end, weighted by need."""
    data = run.data
    regions = [r for r in EU if r in data["region"].values]
    groups = [g for g in CARS if g in data["group"].values]
    if not regions or not groups or month not in run.months:
        return float("nan")
    at = data[["need", "cover_days"]].sel(region=regions, group=groups, month=month)
    weight = at["need"].where(at["cover_days"].notnull()).fillna(0.0)
    total = float(weight.sum())
    return float((weight * at["cover_days"].fillna(0.0)).sum()) / total if total > 0 else float("nan")


def _median_days(run: Run) -> float:
    queue = licence_queue(run).dropna(subset=["days"])
    return weighted_median(queue["days"], queue["applied"]) if len(queue) else float("nan")


HEADLINES: tuple[Headline, ...] = (
    Headline(
        name="magnets_april_december",
        title="Magnet exports, April to December",
        unit="t gross",
        variable="exports_magnets",
        of=lambda r: float(series(r, "exports_magnets")[_first_year(r)].sum()),
    ),
    Headline(
        name="magnets_lowest_month",
        title="Magnet exports, lowest month",
        unit="t gross",
        variable="exports_magnets",
        of=lambda r: float(series(r, "exports_magnets")[_first_year(r)].min()),
    ),
    Headline(
        name="short_tonnes",
        title="Need not met over the run",
        unit="t",
        variable="short",
        of=lambda r: _sum(r, "short"),
    ),
    Headline(
        name="stopped_share_peak",
        title="Users stopped outside China, worst month",
        unit="% of need",
        variable="stopped_share",
        of=lambda r: 100.0 * float(weighted_stopped(r).max()),
    ),
    Headline(
        name="lost_output",
        title="Output lost over the run",
        unit="million USD",
        variable="lost_output",
        of=lambda r: _sum(r, "lost_output"),
    ),
    Headline(
        name="eu_car_cover_may",
        title="EU car makers' cover, end of May",
        unit="days",
        variable="cover_days",
        of=lambda r: eu_car_cover(r, f"{r.months[0][:4]}-05"),
    ),
    Headline(
        name="dy_quote_peak",
        title="Dy quote outside China, peak over March",
        unit="times",
        variable="quote",
        of=lambda r: quote_peak(r, "Dy"),
    ),
    Headline(
        name="dy_quote_december",
        title="Dy quote outside China, December over March",
        unit="times",
        variable="quote",
        of=lambda r: _quote_ratio(r, "Dy", "12"),
    ),
    Headline(
        name="queue_pending_peak",
        title="Licences pending, most at a month's end",
        unit="t REO",
        variable="pending",
        of=lambda r: float(series(r, "pending").max()),
    ),
    Headline(
        name="queue_median_days",
        title="Median days in the licence queue",
        unit="days",
        variable="queue_days",
        of=_median_days,
    ),
)


def headline_metrics(run: Run) -> dict[str, float]:
    """Headline name -> value; NaN where the run's chain has no such element, region or group."""
    return {headline.name: headline.of(run) for headline in HEADLINES}


def compare_table(run: Run, others: Mapping[str, Run]) -> pd.DataFrame:
    """Headlines as rows, runs as columns: this run first, then the others in the order given."""
    columns = {run.name: headline_metrics(run)}
    columns |= {name: headline_metrics(other) for name, other in others.items()}
    return pd.DataFrame(columns, index=[headline.name for headline in HEADLINES])


def variants_table(
    central: Mapping[str, float],
    ends: Mapping[str, tuple[str, Mapping[str, float], str, Mapping[str, float]]],
) -> pd.DataFrame:
    """The table that `write_report` takes as `variants`: one row per headline and assumption.

    `central` is `headline_metrics` of the run (scores by name may be added); `ends` maps an assumption to
    (its low end as text, metrics there, its high end as text, metrics there).
    """
    rows = [
        (name, value, assumption, low_at, high_at, low.get(name, np.nan), high.get(name, np.nan))
        for assumption, (low_at, low, high_at, high) in ends.items()
        for name, value in central.items()
    ]
    columns = ["headline", "central", "assumption", "low_at", "high_at", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
