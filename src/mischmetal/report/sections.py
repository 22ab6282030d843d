"""Below the first screen: measures, trade, users, licences and prices as figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mischmetal.report import figures
from mischmetal.report.first import OTHERS, SEVEN, points, short_table, shown_elements
from mischmetal.report.indicators import (
    PROCESSING,
    before_after,
    last_calm,
    licence_queue,
    series,
    stopped_by_month,
)
from mischmetal.report.labels import figure_text, label, month_name
from mischmetal.report.svg import Figure
from mischmetal.report.tables import Table, frame_table

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run


def parts(run: Run, compare: Mapping[str, Run], observed: pd.DataFrame) -> dict[str, Any]:
    """Everything below the first screen."""
    events = sorted(run.events, key=lambda e: str(e["date"]))
    end = f"{run.months[-1]}-28"
    inside = [e for e in events if run.months[0] <= str(e["date"])[:7] <= run.months[-1]]
    spans = phases(inside, end)
    volumes = [(month, v, k) for month, v, k in points(observed, "exports", "magnets") if len(month) == 7]
    return {
        "timeline": figures.timeline(
            "timeline", "Measures by phase, over observed magnet exports", inside, spans, volumes, "t gross"
        )
        if inside
        else None,
        "phases": [(a, b, d, _volume(volumes, a, b)) for a, b, d in spans],
        "events": inside,
        "trade": trade_figures(run),
        "trade_span": trade_span(run)[1:],
        "queue": queue_figures(run),
        "short_full": short_table(run),
        "heat": heat(run),
        "told": told_table(observed),
        "users": user_figures(run, compare),
        "prices": price_figures(run, compare, observed),
        "exports": export_figures(run, compare, observed),
    }


def phases(events: Sequence[Mapping[str, Any]], end: str) -> list[tuple[str, str, str]]:
    """(first day, last day, direction): a phase lasts until a measure in the other direction."""
    out: list[tuple[str, str, str]] = []
    for event in events:
        direction, date = str(event["direction"]), str(event["date"])
        if direction not in {"tighten", "ease"} or (out and out[-1][2] == direction):
            continue
        if out:
            out[-1] = (out[-1][0], date, out[-1][2])
        out.append((date, end, direction))
    return out


def _volume(volumes: Sequence[tuple[str, float, str]], start: str, end: str) -> str:
    """Mean observed monthly volume of a phase, over the months that begin in it."""
    inside = [v for month, v, _ in volumes if start <= f"{month}-15" < end]
    if not inside:
        return "no figure"
    return f"{figure_text(float(np.mean(inside)))} t a month ({len(inside)} observed)"


def trade_span(run: Run) -> tuple[str, str, str]:
    """First month with a measure, and the months before and from it on, in words."""
    calm = run.months.index(last_calm(run))
    split = run.months[min(calm + 1, len(run.months) - 1)]
    end = [m for m in run.months if m <= f"{split[:4]}-12"][-1]
    before = f"{month_name(run.months[0])} to {month_name(run.months[calm])}"
    return split, before, f"{month_name(split)} to {month_name(end)}"


def trade_figures(run: Run) -> list[Figure]:
    """Exports by destination before and after the first measure."""
    split, before, after = trade_span(run)
    out = []
    subjects: list[tuple[str, str, dict[str, str], str]] = [
        ("exports_magnets", "magnets", {}, "t gross a month")
    ]
    subjects += [
        ("exports_element", e, {"element": e}, "kg REO a month")
        for e in shown_elements(run, ("Dy", "Tb", "Y"))[:3]
    ]
    for variable, name, where, unit in subjects:
        frame = before_after(run, variable, split, **where)
        frame = frame[~frame["region"].isin(PROCESSING)].head(10)
        if frame.empty:
            continue
        rows = [(label("region", r["region"]), r["before"], r["after"]) for r in frame.to_dict("records")]
        title = f"China's exports of {name} by destination"
        out.append(figures.paired_bars(f"trade-{name}".lower(), title, unit, rows, before, after))
    return out


def queue_figures(run: Run) -> list[Figure]:
    """What is filed and decided each month, and what waits by destination."""
    if not float(series(run, "applied").sum()) > 0:
        return []
    flows = {k: series(run, k) for k in ("applied", "approved", "denied", "withdrawn")}
    top = [str(r) for r in licence_queue(run)["region"].head(6)]
    waiting = {label("region", r): series(run, "pending", region=r) for r in top}
    days = {label("region", r): series(run, "queue_days", region=r) for r in top}
    return [
        figures.lines("queue-flows", "Applications filed and decided", "t REO a month", flows),
        figures.lines("queue-pending", "Waiting at month's end by destination", "t REO", waiting),
        figures.lines("queue-days", "Median days in the queue, by month of filing", "days", days),
    ]


def told_table(observed: pd.DataFrame) -> Table | None:
    """What firms and their chambers said about approvals, stoppages and cover; None without any."""
    said = observed[observed["kind"].isin(["approval", "stoppage", "cover"])].sort_values(["date", "kind"])
    if said.empty:
        return None
    names = ["date", "kind", "partner", "value", "unit", "source", "facts"]
    heads = ["when", "what", "where", "value", "unit", "source", "fact"]
    return frame_table("What firms and their chambers said, as in the facts", said[names], heads)


def heat(run: Run) -> dict[str, Any]:
    """Region by end use: lowest cover in days and highest share of users stopped, weighted by need."""
    data = run.data
    need = data["need"].fillna(0.0)
    total = need.sum("item")
    cover = (need * data["cover_days"].fillna(0.0)).sum("item") / total.where(total > 0)
    stopped = (need * data["stopped_share"].fillna(0.0)).sum("item") / total.where(total > 0)
    low, high = cover.min("month"), stopped.max("month")
    regions = [
        str(r) for r in data["region"].values if r not in PROCESSING and bool(total.sel(region=r).any())
    ]
    groups = [str(g) for g in data["group"].values if bool(total.sel(group=g).any())]
    rows = []
    for region in regions:
        cells = []
        for group in groups:
            days = float(low.sel(region=region, group=group))
            share = float(high.sel(region=region, group=group))
            cells.append(
                {"days": figure_text(days), "stopped": figure_text(100 * share), "shade": _shade(share)}
            )
        rows.append({"name": label("region", region), "cells": cells})
    return {"groups": [label("group", g) for g in groups], "rows": rows}


def _shade(share: float) -> int:
    """Five steps of tint, 0 where nobody stopped."""
    return 0 if not share > 0 else 1 + int(np.searchsorted([0.05, 0.15, 0.3], share))


def user_figures(run: Run, compare: Mapping[str, Run]) -> list[Figure]:
    """Share of users stopped in each run; cover by end use."""
    stopped = {name: 100 * stopped_by_month(r) for name, r in {run.name: run, **compare}.items()}
    data = run.data
    outside = [r for r in data["region"].values if r not in PROCESSING]
    need = data["need"].sel(region=outside).fillna(0.0)
    total = need.sum(["region", "item"])
    held = (need * data["cover_days"].sel(region=outside).fillna(0.0)).sum(["region", "item"])
    cover = held / total.where(total > 0)
    size = total.sum("month").to_series().sort_values(ascending=False, kind="stable")
    top = [str(g) for g in size[size > 0].index[:6]]
    curves = {label("group", g): cover.sel(group=g).to_series() for g in top}
    lost = {name: series(r, "lost_output") for name, r in {run.name: run, **compare}.items()}
    return [
        figures.lines("stopped", "Users stopped outside China, weighted by need", "% of need", stopped),
        figures.lines("cover", "Cover by end use outside China", "days of need", curves),
        figures.lines("lost", "Output lost by month", "million USD", lost),
    ]


def price_figures(run: Run, compare: Mapping[str, Run], observed: pd.DataFrame) -> list[Figure]:
    """Three prices per element with observed figures as marks."""
    out = []
    for element in shown_elements(run, (*SEVEN, *OTHERS)):
        curves = {
            "China, at works": series(run, "domestic_CN", element=element),
            "quote outside China": series(run, "quote", element=element),
            "traded": series(run, "traded", element=element),
        }
        calm = compare.get("no-policy")
        if calm is not None:
            curves["China, no policy"] = series(calm, "domestic_CN", element=element)
        seen = points(observed, "quote", element, "observed quote")
        seen += points(observed, "domestic_CN", element, "observed China")
        seen += points(observed, "traded", element, "observed traded")
        title = f"{label('element', element).capitalize()} oxide, three prices"
        ident = f"price-{element}".lower()
        out.append(figures.lines(ident, title, "USD/kg REO, ex VAT", curves, observed=seen, log=True))
    return out


def export_figures(run: Run, compare: Mapping[str, Run], observed: pd.DataFrame) -> list[Figure]:
    """Exports of each listed element in oxides and metals, with observed figures."""
    out = []
    for element in shown_elements(run, SEVEN):
        runs = {name: r for name, r in {run.name: run, **compare}.items() if name != "no-policy"}
        curves = {name: series(r, "exports_element", element=element) for name, r in runs.items()}
        seen = points(observed, "exports", element)
        title = f"China's exports of {element} in oxides and metals"
        out.append(figures.lines(f"export-{element}".lower(), title, "kg REO", curves, observed=seen))
    return out
