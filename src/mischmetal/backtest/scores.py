"""Scores of one series: how far off, in which direction, how high and when the peak, how it compares with naive.

Equation
    log error |ln(model / observed)| by month: median and 80th percentile
    skill = 1 - mean log error of the model / mean log error of the naive forecast
Units
    Without unit; months where a lag is told.
Source
    Definitions. A peak month is told only where the observations are monthly, a share only from five dates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mischmetal.backtest.naive import forecasts
from mischmetal.backtest.series import Series

LEAST = 5  # dates below which no share is claimed
FLOOR = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesScore:
    """One series; what cannot be told is left out of `scores` and `skill`."""

    name: str
    n: int  # months compared
    scores: Mapping[str, float]
    skill: Mapping[str, float]  # naive forecast -> skill
    months: tuple[str, ...]
    model: tuple[float, ...]
    observed: tuple[float, ...]

    @property
    def worst(self) -> float:
        """What tables are sorted by: the median log error; nothing compared comes first."""
        return float(self.scores.get("log_error_median", np.inf))


def score(
    series: Series,
    model: pd.Series[float],
    shock: str,
    *,
    band: tuple[pd.Series[float], pd.Series[float]] | None = None,
) -> SeriesScore:
    """Score a run's series from the month of the shock on (YYYY-MM). `band`: 10% and 90% quantiles by month."""
    seen = series.monthly()
    known = model.dropna()
    months = [m for m in seen.index if m >= shock and m in known.index]
    truth, told = seen[months], known[months]
    both = (truth > FLOOR) & (told > FLOOR)
    error = _log(told[both]).sub(_log(truth[both])).abs()
    scores: dict[str, float] = {}
    if len(error):
        scores["log_error_median"] = float(error.median())
        scores["log_error_p80"] = float(np.quantile(error, 0.8))
        scores["log_error_mean"] = float(error.mean())
    if months:
        scores["zero_months"] = float((truth <= FLOOR).sum())
    if len(months) > LEAST:
        moved = np.sign(np.diff(truth)) != 0
        same = np.sign(np.diff(truth))[moved] == np.sign(np.diff(told))[moved]
        if len(same) >= LEAST:
            scores["direction_share"] = float(same.mean())
    scores |= _peak(series, truth, told)
    if band is not None and len(months) >= LEAST:
        low, high = band[0].reindex(months), band[1].reindex(months)
        scores["coverage_80"] = float(((truth >= low) & (truth <= high)).mean())
        scores["band_width_log"] = float(_log(high).sub(_log(low)).median())
    skill = {}
    for name, forecast in forecasts(series.name, seen[seen.index < shock], months).items():
        naive = _log(forecast[both]).sub(_log(truth[both])).abs()
        if len(naive) and float(naive.mean()) > 0:
            skill[name] = float(1 - error.mean() / naive.mean())
    return SeriesScore(
        name=series.name, n=len(months), scores=scores, skill=skill, months=tuple(months),
        model=tuple(float(v) for v in told), observed=tuple(float(v) for v in truth),
    )  # fmt: skip


def _log(values: pd.Series[float]) -> pd.Series[float]:
    return pd.Series(np.log(values.clip(lower=FLOOR).to_numpy(dtype=float)), index=values.index)


def _peak(series: Series, truth: pd.Series[float], told: pd.Series[float]) -> dict[str, float]:
    """Height and month of the peak (of a volume its trough), and months until half of the way back."""
    if len(truth) < LEAST:
        return {}
    up = series.name.split(".")[0] in ("domestic", "quote", "traded", "short", "pending")
    top = (truth.max(), told.max()) if up else (truth.min(), told.min())
    out = {"peak_ratio" if up else "trough_ratio": float(top[1] / top[0])} if top[0] > FLOOR else {}
    if not series.consecutive:
        return out
    when = (truth.idxmax(), told.idxmax()) if up else (truth.idxmin(), told.idxmin())
    out["peak_month_error"] = float(list(truth.index).index(when[1]) - list(truth.index).index(when[0]))
    if up:
        for name, values in (("observed", truth), ("model", told)):
            after = values.loc[values.idxmax() :]
            half = after[after <= (values.iloc[0] + values.max()) / 2]
            if len(half):
                out[f"months_to_half_{name}"] = float(list(after.index).index(half.index[0]))
    return out
