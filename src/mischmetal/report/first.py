"""The first screen: what is wrong, who is short, three prices, the queue, observation, other runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mischmetal.report import figures
from mischmetal.report.compare import HEADLINES, compare_table
from mischmetal.report.indicators import last_calm, licence_queue, series, who_is_short
from mischmetal.report.labels import figure_text, label, month_name
from mischmetal.report.scorecard import AUTUMN, NINE, SPRING, magnet_errors
from mischmetal.report.svg import Figure
from mischmetal.report.tables import Table, table

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run


SEVEN = ("Dy", "Tb", "Y", "Sm", "Gd", "Lu", "Sc")  # listed on 4 April 2025

OTHERS = ("Nd", "Pr", "La", "Ce")

BASIS = {
    "domestic_CN": "China, at works",
    "quote": "Quote outside China, at Rotterdam",
    "traded": "Traded, volume-weighted",
}

HEADLINE_ROWS = 8


def data_date(observed: pd.DataFrame) -> str:
    """Date of the newest source behind an observed figure."""
    dates = [str(d) for d in observed["source_date"] if str(d)[:2] == "20"]
    return max(dates, default="none")


def shown_elements(run: Run, wanted: Sequence[str]) -> list[str]:
    """Those wanted that the run's chain has; of a chain with none of them, all its own (at most nine)."""
    found = present(run, wanted)
    return found or [str(e) for e in run.data["element"].values][:9]


def present(run: Run, wanted: Sequence[str]) -> list[str]:
    """Those elements of a list that the run has."""
    have = {str(e) for e in run.data["element"].values}
    return [e for e in wanted if e in have]


def points(
    observed: pd.DataFrame, kind: str, what: str, name: str | None = None
) -> list[tuple[str, float, str]]:
    """Observed figures as (day or month, value, legend name)."""
    rows = observed[(observed["kind"] == kind) & (observed["what"] == what)]
    rows = rows[rows["partner"].isin(["", "World"])]
    shown = name or "observed"
    return [(str(r["date"]), float(r["value"]), shown) for r in rows.sort_values("date").to_dict("records")]


def misses(scorecard: pd.DataFrame) -> list[dict[str, Any]]:
    """What the run gets wrong, ready to be printed first."""
    wrong = scorecard[[hit is False or hit == False for hit in scorecard["hit"]]]  # noqa: E712
    return [score(row) for row in wrong.to_dict("records")]


def score(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One row of the scorecard as text."""
    unit = str(row.get("unit", ""))
    verdict = (
        "not scored" if row["hit"] is None or row["hit"] != row["hit"] else ("hit" if row["hit"] else "miss")
    )

    def shown(number: float) -> str:
        known = number is not None and np.isfinite(number)
        return f"{figure_text(number)}{'' if unit == '%' else ' '}{unit}" if known else "–"

    return {
        "name": row["name"],
        "title": row.get("title") or row["name"],
        "value": shown(row["value"]),
        "target": row["target"],
        "observed": shown(row["observed"]),
        "verdict": verdict,
        "note": row["note"],
    }


def cards(
    run: Run, compare: Mapping[str, Run], observed: pd.DataFrame, earlier: pd.DataFrame
) -> dict[str, Any]:
    """The first screen; `earlier` also holds figures from before the run, which errors are measured by."""
    return {
        "sentence": sentence(run),
        "short": short_table(run, HEADLINE_ROWS),
        "prices": price_table(run, observed, shown_elements(run, (*SEVEN, "Nd", "Pr"))),
        "queue": queue_table(run),
        "magnets": magnet_figure(run, compare, observed),
        "errors": error_table(run, earlier),
        "compare": beside_table(run, compare),
    }


def sentence(run: Run) -> str:
    """Who is short, of what, from when, in one line."""
    short = who_is_short(run)
    if short.empty:
        return "Nobody runs out in this run: every user's need is met in every month."
    top = short.iloc[0]
    total = float(short["short"].sum())
    firsts = short["first"].min()
    return (
        f"From {month_name(firsts)}, {len(short)} groups of users run short, {figure_text(total)} t in all. "
        f"Most: {label('group', top['group'])} in {label('region', top['region'])}, {top['item']}, "
        f"{figure_text(top['short'])} t from {month_name(top['first'])}, "
        f"with {figure_text(top['cover_first'])} days of cover at the end of that month; "
        f"{figure_text(100 * top['stopped'])}% of them stopped in {month_name(top['worst'])}."
    )


def short_table(run: Run, rows: int | None = None) -> Table:
    """Who is short, most tonnes first."""
    short = who_is_short(run)
    shown = short if rows is None else short.head(rows)
    left = f" ({len(short) - len(shown)} more below)" if len(short) > len(shown) else ""
    cells = [
        (
            f"{label('group', r['group'])}, {label('region', r['region'])}: {r['item']}",
            month_name(r["first"]),
            float(r["short"]),
            100 * float(r["stopped"]),
            float(r["cover_first"]),
        )
        for r in shown.to_dict("records")
    ]
    heads = ["who, where: of what", "from", "short, t", "stopped, %", "cover, days"]
    caption = f"Need not met, most tonnes first{left}; stopped: at worst; cover: at the first month's end"
    return table(caption, heads, cells)


def price_table(run: Run, observed: pd.DataFrame, elements: Sequence[str]) -> Table:
    """Three prices before the licences and at their highest after, with the number of real observations."""
    cells = []
    calm = last_calm(run)
    for element in elements:
        row: list[object] = [f"{element}"]
        for kind in BASIS:
            row.append(_from_to(series(run, kind, element=element), calm))
        counts = [len(points(observed, kind, element)) for kind in BASIS]
        row.append(" / ".join(str(n) for n in counts))
        cells.append(row)
    heads = ["", *BASIS.values(), "observations of each"]
    return table(f"{month_name(calm)} → highest after and its month; USD/kg REO, ex VAT", heads, cells)


def _from_to(values: pd.Series[float], calm: str) -> str:
    known = values.dropna()
    if known.empty:
        return "–"
    before, after = known[known.index <= calm], known[known.index > calm]
    start = figure_text(float(before.iloc[-1])) if len(before) else "–"
    if after.empty:
        return start
    peak = str(after.idxmax())
    if len(before) and float(after[peak]) <= 1.005 * float(before.iloc[-1]):
        return f"{start}, no rise"
    return f"{start} → {figure_text(float(after[peak]))} {month_name(peak)[:3]} {peak[2:4]}"


def queue_table(run: Run, rows: int = 8) -> Table:
    """The licence queue by destination."""
    queue = licence_queue(run).head(rows)
    cells = [
        (
            label("region", r["region"]),
            float(r["days"]),
            float(r["applied"]),
            100 * float(r["granted"]),
            f"{figure_text(r['peak'])} ({month_name(r['peak_month'])})",
            float(r["pending"]),
        )
        for r in queue.to_dict("records")
    ]
    heads = ["destination", "median days", "applied, t", "approved, %", "most pending, t", "at end, t"]
    caption = "Applications by destination, t REO over the run; approved: of those decided; days in the queue"
    return table(caption, heads, cells)


def magnet_figure(run: Run, compare: Mapping[str, Run], observed: pd.DataFrame) -> Figure:
    """Magnet exports: the run, the runs beside it, observation."""
    runs = {run.name: run, **compare}
    if (
        not float(series(run, "exports_magnets").sum()) > 0
    ):  # a chain without magnets: its first element instead
        element = str(run.data["element"].values[0])
        curves = {name: series(r, "exports_element", element=element) for name, r in runs.items()}
        seen = points(observed, "exports", element)
        return figures.lines("magnets", f"Exports of {element} by month", "kg", curves, observed=seen)
    curves = {name: series(r, "exports_magnets") for name, r in runs.items()}
    seen = points(observed, "exports", "magnets", "observed (customs 85051110)")
    return figures.lines("magnets", "China's magnet exports by month", "t gross", curves, observed=seen)


def error_table(run: Run, observed: pd.DataFrame) -> Table | None:
    """Error of magnet exports beside that of two naive forecasts; None where nothing was observed."""
    spans = (("Apr–Jul", SPRING), ("Aug–Dec", AUTUMN), ("Apr–Dec", NINE))
    errors = {words: magnet_errors(run, observed, months) for words, months in spans}
    if not np.isfinite(errors["Apr–Dec"]["model"]):
        return None
    cells = [(words, *found.values()) for words, found in errors.items()]
    heads = ["2025", "model", "every month as in 2024", "as in March 2025"]
    return table("Mean absolute error of magnet exports, % of the 2024 mean (target 20%)", heads, cells)


def beside_table(run: Run, compare: Mapping[str, Run]) -> Table:
    """Headlines of this run and of the runs beside it."""
    frame = compare_table(run, compare)
    cells = [(f"{h.title}, {h.unit}", *(float(v) for v in frame.loc[h.name].to_numpy())) for h in HEADLINES]
    return table("The same numbers in each run", ["", *frame.columns], cells)
