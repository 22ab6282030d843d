"""The parts of the page, as tables and figures ready to be laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mischmetal.report import figures
from mischmetal.report.compare import HEADLINES, compare_table
from mischmetal.report.explain import Explained
from mischmetal.report.indicators import (
    PROCESSING,
    before_after,
    licence_queue,
    series,
    stopped_by_month,
    who_is_short,
)
from mischmetal.report.labels import figure_text, label, month_name
from mischmetal.report.scorecard import AUTUMN, NINE, SPRING, magnet_errors
from mischmetal.report.svg import Figure
from mischmetal.report.tables import Table, frame_table, table

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
    return [_score(row) for row in wrong.to_dict("records")]


def _score(row: Mapping[str, Any]) -> dict[str, Any]:
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
        "prices": price_table(run, observed, present(run, (*SEVEN, "Nd", "Pr"))),
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
        f"{figure_text(top['short'])} t from {month_name(top['first'])}, with {figure_text(top['cover_first'])} days "
        f"of cover at the end of that month; {figure_text(100 * top['stopped'])}% of them stopped "
        f"in {month_name(top['worst'])}."
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
    caption = f"Need not met, most tonnes first{left}; stopped: users at worst; cover: at the end of the first month"
    return table(caption, heads, cells)


def price_table(run: Run, observed: pd.DataFrame, elements: Sequence[str]) -> Table:
    """Three prices before the licences and at their highest after, with the number of real observations."""
    cells = []
    for element in elements:
        row: list[object] = [f"{element}"]
        for kind in BASIS:
            row.append(_from_to(series(run, kind, element=element)))
        counts = [len(points(observed, kind, element)) for kind in BASIS]
        row.append(" / ".join(str(n) for n in counts))
        cells.append(row)
    heads = ["", *BASIS.values(), "observations of each"]
    return table("March 2025 → highest after (month), USD/kg REO, all ex VAT", heads, cells)


def _from_to(values: pd.Series[float]) -> str:
    known = values.dropna()
    if known.empty:
        return "–"
    before, after = known[known.index <= "2025-03"], known[known.index > "2025-03"]
    start = figure_text(float(before.iloc[-1])) if len(before) else "–"
    if after.empty:
        return start
    peak = str(after.idxmax())
    if len(before) and float(after[peak]) <= 1.005 * float(before.iloc[-1]):
        return f"{start}, no rise"
    return f"{start} → {figure_text(float(after[peak]))} ({month_name(peak)[:3]} {peak[2:4]})"


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
    curves = {name: series(r, "exports_magnets") for name, r in {run.name: run, **compare}.items()}
    seen = points(observed, "exports", "magnets", "observed (customs 85051110)")
    return figures.lines("magnets", "China's magnet exports by month", "t gross", curves, observed=seen)


def error_table(run: Run, observed: pd.DataFrame) -> Table | None:
    """Error of magnet exports beside that of two naive forecasts; None where nothing was observed."""
    spans = (("Apr–Jul", SPRING), ("Aug–Dec", AUTUMN), ("Apr–Dec", NINE))
    cells = [(words, *magnet_errors(run, observed, months).values()) for words, months in spans]
    if not np.isfinite(float(cells[-1][1])):
        return None
    heads = ["2025", "model", "every month as in 2024", "as in March 2025"]
    return table("Mean absolute error of magnet exports, % of the 2024 mean (target 20%)", heads, cells)


def beside_table(run: Run, compare: Mapping[str, Run]) -> Table:
    """Headlines of this run and of the runs beside it."""
    frame = compare_table(run, compare)
    cells = [
        (f"{h.title}, {h.unit}", *(float(frame.loc[h.name, name]) for name in frame.columns))  # type: ignore[arg-type]
        for h in HEADLINES
    ]
    return table("The same numbers in each run", ["", *frame.columns], cells)


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
        "queue": queue_figures(run),
        "short_full": short_table(run),
        "heat": heat(run),
        "users": user_figures(run, compare),
        "prices": price_figures(run, compare, observed),
        "exports": export_figures(run, compare, observed),
    }


def _volume(volumes: Sequence[tuple[str, float, str]], start: str, end: str) -> str:
    """Mean observed monthly volume of a phase, over the months that begin in it."""
    inside = [v for month, v, _ in volumes if start <= f"{month}-15" < end]
    return (
        f"{figure_text(float(np.mean(inside)))} t a month over {len(inside)} months"
        if inside
        else "no figure"
    )


def trade_figures(run: Run, split: str = "2025-04") -> list[Figure]:
    """Exports from China by destination before and after the licences."""
    out = []
    subjects = [("exports_magnets", "magnets", {}, "t gross a month")]
    subjects += [
        ("exports_element", e, {"element": e}, "kg REO a month") for e in present(run, ("Dy", "Tb", "Y"))
    ]
    for variable, name, where, unit in subjects:
        frame = before_after(run, variable, split, **where)
        frame = frame[~frame["region"].isin(PROCESSING)].head(10)
        if frame.empty:
            continue
        rows = [(label("region", r["region"]), r["before"], r["after"]) for r in frame.to_dict("records")]
        title = f"China's exports of {name} by destination"
        out.append(
            figures.paired_bars(f"trade-{name}".lower(), title, unit, rows, "Jan–Mar 2025", "Apr–Dec 2025")
        )
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
    for element in present(run, (*SEVEN, *OTHERS)):
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
    for element in present(run, SEVEN):
        runs = {name: r for name, r in {run.name: run, **compare}.items() if name != "no-policy"}
        curves = {name: series(r, "exports_element", element=element) for name, r in runs.items()}
        seen = points(observed, "exports", element)
        title = f"China's exports of {element} in oxides and metals"
        out.append(figures.lines(f"export-{element}".lower(), title, "kg REO", curves, observed=seen))
    return out


def assumption_names(variants: pd.DataFrame | None) -> list[dict[str, str]]:
    """The assumptions of the table of variants with their two ends."""
    if variants is None or variants.empty:
        return []
    first = variants.drop_duplicates("assumption")
    return [
        {"name": str(r["assumption"]), "low": str(r["low_at"]), "high": str(r["high_at"])}
        for r in first.to_dict("records")
    ]


def headline_rows(
    run: Run, variants: pd.DataFrame | None, explained: Sequence[Explained]
) -> list[dict[str, Any]]:
    """Each headline with the share that rests on memory and its value at both ends of each assumption."""
    how = {e.variable: e for e in explained}
    names = [a["name"] for a in assumption_names(variants)]
    out = []
    for headline in HEADLINES:
        about = how.get(headline.variable)
        memory = about.memory if about else None
        out.append(
            {
                "title": headline.title,
                "unit": headline.unit,
                "value": figure_text(headline.of(run)),
                "variable": headline.variable,
                "memory": "–" if memory is None else f"{100 * memory:.0f}%",
                "ends": [_ends(variants, headline.name, name) for name in names],
            }
        )
    return out


def _ends(variants: pd.DataFrame | None, headline: str, assumption: str) -> str:
    if variants is None:
        return "–"
    rows = variants[(variants["headline"] == headline) & (variants["assumption"] == assumption)]
    if rows.empty:
        return "–"
    row = rows.iloc[0]
    return f"{figure_text(float(row['low']))} … {figure_text(float(row['high']))}"


def score_rows(scorecard: pd.DataFrame, variants: pd.DataFrame | None) -> list[dict[str, Any]]:
    """The scorecard in its order, each score with its range over the assumptions."""
    out = []
    for row in scorecard.to_dict("records"):
        ends = "–"
        if variants is not None and len(variants):
            rows = variants[variants["headline"] == row["name"]]
            parts = [
                f"{r['assumption']} {_ends(variants, row['name'], r['assumption'])}"
                for r in rows.to_dict("records")
            ]
            ends = "; ".join(parts) or "–"
        out.append({**_score(row), "ends": ends})
    return out


def claims_table(claims: pd.DataFrame | None) -> Table | None:
    """The audit of quoted figures as it is handed over."""
    if claims is None or claims.empty:
        return None
    heads = [str(c).replace("_", " ") for c in claims.columns]
    return frame_table(
        "Figures most often quoted about 2025, each against the facts", claims.fillna(""), heads
    )


def fact_rows(
    facts: pd.DataFrame, explained: Sequence[Explained], observed: pd.DataFrame
) -> list[dict[str, Any]]:
    """Every fact that the page names, with source, date and confidence; those unknown are listed as such."""
    named = {fact for e in explained for fact in e.facts}
    named |= {fact for cell in observed["facts"] for fact in str(cell).split(";")}
    known = facts[facts["id"].isin(named)].set_index("id")
    out = []
    for fact in sorted(named):
        if fact not in known.index:
            out.append(
                {"id": fact, "what": "not in the packaged facts", "value": "–"} | dict.fromkeys(_NOTHING, "")
            )
            continue
        row = known.loc[fact]
        out.append(
            {
                "id": fact,
                "what": " ".join(
                    str(row[k]) for k in ("entity", "variable", "commodity", "period") if _filled(row[k])
                ),
                "value": _fact_value(row),
                "source": str(row["source_title"]) if _filled(row["source_title"]) else str(row["source"]),
                "url": str(row["url"]) if _filled(row["url"]) else "",
                "date": str(row["date"]) if _filled(row["date"]) else "",
                "confidence": str(row["confidence"]),
            }
        )
    return out


_NOTHING = ("source", "url", "date", "confidence")


def _filled(cell: object) -> bool:
    return cell is not None and cell == cell and str(cell) != ""


def _fact_value(row: pd.Series[Any]) -> str:
    if _filled(row["value"]):
        return f"{figure_text(float(row['value']), digits=6)} {row['unit']}"
    if _filled(row["low"]) or _filled(row["high"]):
        return f"{row['low']} to {row['high']} {row['unit']}"
    return str(row["text"]) if _filled(row["text"]) else "–"


def observed_table(observed: pd.DataFrame) -> Table:
    """Every observed figure with its fact, customs item and basis."""
    names = {
        "kind": "kind",
        "what": "of",
        "partner": "with",
        "date": "when",
        "value": "value",
        "unit": "unit",
        "item": "item",
        "basis": "basis",
        "confidence": "confidence",
        "facts": "facts",
    }
    frame = observed.sort_values(["kind", "what", "date", "partner", "facts"])[list(names)]
    return frame_table("Observed figures, as in the facts", frame, list(names.values()))


def check_rows(run: Run) -> list[tuple[str, str]]:
    """Accounting checks and provenance as text."""
    rows = [
        (name.replace("_", " "), str(value))
        for name, value in sorted(run.checks.items())
        if value is not None
    ]
    return rows + [(name.replace("_", " "), str(value)) for name, value in sorted(run.provenance.items())]
