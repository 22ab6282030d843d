"""What the first screen says, computed from a run: who is short, the queue, trade before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

SHORT = 0.01  # a class of users counts as short in a month in which over 1% of its need is not met
PROCESSING = ("CN",)  # the licensing country is not a destination of its own licences


def last_calm(run: Run) -> str:
    """The month before the first measure takes effect within the run; its third month where there is none."""
    opened = [
        str(e["date"])[:7] for e in run.events if str(e.get("measure", "")) or e["direction"] == "tighten"
    ]
    inside = sorted(m for m in opened if run.months[0] < m <= run.months[-1])
    at = run.months.index(inside[0]) - 1 if inside else min(2, len(run.months) - 1)
    return run.months[at]


def series(run: Run, variable: str, **labels: str) -> pd.Series[float]:
    """One variable by month; dimensions not named are summed, unknown only where all is unknown.

    A label or variable that the run's chain lacks gives NaN for every month.
    """
    months = list(run.months)
    if variable not in run.data:
        return pd.Series(np.nan, index=months, dtype=float)
    array = run.data[variable]
    for dim, value in labels.items():
        if dim not in array.coords or value not in array[dim].values:
            return pd.Series(np.nan, index=months, dtype=float)
        array = array.sel({dim: value})
    others = [dim for dim in array.dims if dim != "month"]
    if others:
        array = array.sum(others, min_count=1)
    return pd.Series(np.asarray(array.values, dtype=float), index=months)


def who_is_short(run: Run) -> pd.DataFrame:
    """Each (region, group, item) that runs short, most tonnes first.

    Columns: region, group, item, first (month), short (t over the run), worst (month), stopped (highest
    share of users stopped), cover_first and cover_min (days), lost (million USD).
    """
    dims = ("region", "group", "item", "month")
    names = ("need", "short", "stopped_share", "cover_days", "lost_output")
    arrays = {name: run.data[name].transpose(*dims).values for name in names}
    labels = [[str(label) for label in run.data[dim].values] for dim in dims[:3]]
    hit = (arrays["short"] > SHORT * arrays["need"]) & (arrays["need"] > 0)
    rows = []
    for at in zip(*np.nonzero(hit.any(axis=-1)), strict=True):
        local = {name: values[at] for name, values in arrays.items()}
        first, cover = int(np.argmax(hit[at])), local["cover_days"]
        rows.append(
            {
                **{dim: names[k] for dim, names, k in zip(dims, labels, at, strict=False)},
                "first": run.months[first],
                "short": float(np.nansum(local["short"])),
                "worst": run.months[int(np.nanargmax(local["short"]))],
                "stopped": float(np.nanmax(local["stopped_share"])),
                "cover_first": float(cover[first]),
                "cover_min": float(np.nan if np.isnan(cover).all() else np.nanmin(cover)),
                "lost": float(np.nansum(local["lost_output"])),
            }
        )
    columns = [
        "region",
        "group",
        "item",
        "first",
        "short",
        "worst",
        "stopped",
        "cover_first",
        "cover_min",
        "lost",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["short", "region", "group", "item"], ascending=[False, True, True, True])


def stopped_by_month(run: Run) -> pd.Series[float]:
    """Share of users stopped outside China, weighted by need, by month."""
    return weighted_stopped(run).sel(month=list(run.months)).to_series()


def weighted_stopped(run: Run) -> xr.DataArray:
    """Need-weighted share of users stopped outside the licensing country, array by month."""
    outside = [r for r in run.data["region"].values if r not in PROCESSING]
    need = run.data["need"].sel(region=outside).fillna(0.0)
    stopped = run.data["stopped_share"].sel(region=outside).fillna(0.0)
    total = need.sum(["region", "group", "item"])
    share: xr.DataArray = (need * stopped).sum(["region", "group", "item"]) / total.where(total > 0)
    return share.fillna(0.0)


def licence_queue(run: Run) -> pd.DataFrame:
    """The queue by destination, most applied first: tonnes over the run, pending at its peak, median days.

    `days` is the median over the months filed in, weighted by what was filed then.
    """
    rows = []
    for region in (str(r) for r in run.data["region"].values):
        parts = {
            k: series(run, k, region=region)
            for k in ("applied", "approved", "denied", "withdrawn", "pending")
        }
        applied = float(parts["applied"].sum())
        if not applied > 0:
            continue
        decided = float(parts["approved"].sum() + parts["denied"].sum())
        rows.append(
            {
                "region": region,
                "applied": applied,
                "approved": float(parts["approved"].sum()),
                "denied": float(parts["denied"].sum()),
                "withdrawn": float(parts["withdrawn"].sum()),
                "granted": float(parts["approved"].sum()) / decided if decided > 0 else np.nan,
                "peak": float(parts["pending"].max()),
                "peak_month": str(parts["pending"].idxmax()),
                "pending": float(parts["pending"].iloc[-1]),
                "days": weighted_median(series(run, "queue_days", region=region), parts["applied"]),
            }
        )
    names = [
        "region",
        "applied",
        "approved",
        "denied",
        "withdrawn",
        "granted",
        "peak",
        "peak_month",
        "pending",
        "days",
    ]
    return pd.DataFrame(rows, columns=names).sort_values(["applied", "region"], ascending=[False, True])


def weighted_median(values: pd.Series[float], weights: pd.Series[float]) -> float:
    """The value at which half of the weight is reached; NaN where nothing has weight."""
    known = values.notna() & (weights > 0)
    if not known.any():
        return float("nan")
    order = values[known].sort_values(kind="stable")
    reached = weights[order.index].cumsum()
    return float(order[reached >= 0.5 * reached.iloc[-1]].iloc[0])


def before_after(run: Run, variable: str, split: str, **labels: str) -> pd.DataFrame:
    """Monthly mean by region before `split` and from it to the end of that year, largest first."""
    array = run.data[variable]
    for dim, value in labels.items():
        array = array.sel({dim: value})
    months = np.array(run.months)
    early, late = months < split, (months >= split) & (months <= f"{split[:4]}-12")
    frame = pd.DataFrame(
        {
            "region": [str(r) for r in array["region"].values],
            "before": array.isel(month=early).mean("month").values,
            "after": array.isel(month=late).mean("month").values,
        }
    )
    frame["change"] = frame["after"] / frame["before"].where(frame["before"] > 0) - 1
    frame = frame[(frame["before"].fillna(0) > 0) | (frame["after"].fillna(0) > 0)]
    return frame.sort_values(["before", "region"], ascending=[False, True])
