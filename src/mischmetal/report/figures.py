"""Charts: labelled series in, `Figure` out; axis labels come from the arrays' units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mischmetal.report.labels import figure_text, month_name
from mischmetal.report.svg import BLACK, CYCLE, DASHES, GREY, SHAPES, WIDTH, Figure, draw
from mischmetal.report.tables import table

Points = Sequence[tuple[str, float, str]]  # month or date, value, which observation


def lines(
    ident: str,
    title: str,
    unit: str,
    curves: Mapping[str, pd.Series[float]],
    *,
    observed: Points = (),
    log: bool = False,
    height: int = 220,
) -> Figure:
    """Series by month as lines that differ in colour and dash, observations as black marks by shape."""
    known = {name: curve for name, curve in curves.items() if curve.notna().any()}
    layers: list[dict[str, Any]] = []
    names = list(known)
    if known:
        layers.append(_line_layer(known, unit, log))
    if observed:
        layers.append(_dot_layer(observed, unit, log))
    summary = _describe(title, unit, known, observed)
    spec = {"width": WIDTH, "height": height, "layer": layers, "resolve": {"scale": _INDEPENDENT}}
    months = sorted(
        {m for curve in curves.values() for m in curve.index} | {when[:7] for when, _, _ in observed}
    )
    kinds = sorted({kind for _, _, kind in observed})
    seen = {(when[:7], kind): [] for when, _, kind in observed}  # type: dict[tuple[str, str], list[float]]
    for when, value, kind in observed:
        seen[when[:7], kind].append(value)
    rows = [
        [month_name(m)]
        + [_at(curves[name], m) for name in names]
        + [float(np.mean(seen[m, kind])) if (m, kind) in seen else None for kind in kinds]
        for m in months
    ]
    data = table(f"{title}, {unit}", ["month", *names, *kinds], rows)
    return Figure(
        ident=ident,
        title=title,
        summary=summary,
        unit=unit,
        svg=draw(ident, title, summary, spec),
        table=data,
    )


def fan(
    ident: str, title: str, unit: str, bands: pd.DataFrame, *, observed: Points = (), log: bool = False
) -> Figure:
    """Bands by month (columns are quantiles as text, `0.5` the median) as shaded areas, observations as marks."""
    layers: list[dict[str, Any]] = []
    for low, high, opacity in (("0.05", "0.95", 0.18), ("0.25", "0.75", 0.35)):
        values = [
            {"when": f"{m}-15", "value": float(row[low]), "top": float(row[high])}
            for m, row in bands.iterrows()
            if np.isfinite(row[low]) and (not log or row[low] > 0)
        ]
        encoding = {**_axes(unit, log), "y2": {"field": "top"}}
        mark = {"type": "area", "color": CYCLE[0], "opacity": opacity}
        layers.append({"data": {"values": values}, "mark": mark, "encoding": encoding})
    curves = {"median": bands["0.5"].dropna()}
    layers.append(_line_layer(curves, unit, log))
    if observed:
        layers.append(_dot_layer(observed, unit, log))
    spec = {"width": WIDTH, "height": 220, "layer": layers, "resolve": {"scale": _INDEPENDENT}}
    summary = (
        _describe(title, unit, curves, observed) + " Shaded: the middle half and nine tenths of members."
    )
    heads = ["month", "5%", "25%", "median", "75%", "95%"]
    rows = [
        [month_name(str(m)), *(float(row[q]) for q in ("0.05", "0.25", "0.5", "0.75", "0.95"))]
        for m, row in bands.iterrows()
    ]
    data = table(f"{title}, {unit}", heads, rows)
    return Figure(
        ident=ident,
        title=title,
        summary=summary,
        unit=unit,
        svg=draw(ident, title, summary, spec),
        table=data,
    )


_INDEPENDENT = {"color": "independent", "shape": "independent", "strokeDash": "independent"}


def _at(curve: pd.Series[float], month: str) -> float | None:
    value = curve.get(month)
    return None if value is None or not np.isfinite(value) else float(value)


def _axes(unit: str, log: bool) -> dict[str, Any]:
    scale = {"type": "log"} if log else {"zero": True}
    x_axis = {"format": "%b %y", "labelAngle": 0, "tickCount": 5, "grid": False, "title": None}
    return {
        "x": {"field": "when", "type": "temporal", "axis": x_axis, "scale": {"type": "utc"}},
        "y": {
            "field": "value",
            "type": "quantitative",
            "title": unit,
            "scale": scale,
            "axis": {"tickCount": 5},
        },
    }


def _line_layer(curves: Mapping[str, pd.Series[float]], unit: str, log: bool) -> dict[str, Any]:
    names = list(curves)
    values = [
        {"when": f"{month}-15", "value": float(v), "which": name}
        for name, curve in curves.items()
        for month, v in curve.items()
        if np.isfinite(v) and not (log and v <= 0)
    ]
    colours = {"domain": names, "range": [CYCLE[i % len(CYCLE)] for i in range(len(names))]}
    dashes = {"domain": names, "range": [DASHES[i % len(DASHES)] for i in range(len(names))]}
    legend = {"columns": 2, "symbolType": "stroke", "symbolStrokeWidth": 2.5, "symbolSize": 400}
    encoding = {
        **_axes(unit, log),
        "color": {"field": "which", "type": "nominal", "scale": colours, "legend": legend},
        "strokeDash": {"field": "which", "type": "nominal", "scale": dashes, "legend": legend},
    }
    return {"data": {"values": values}, "mark": {"type": "line", "strokeWidth": 2.5}, "encoding": encoding}


def _dot_layer(observed: Points, unit: str, log: bool) -> dict[str, Any]:
    kinds = sorted({kind for _, _, kind in observed})
    values = [
        {"when": when if len(when) > 7 else f"{when}-15", "value": value, "which": kind}
        for when, value, kind in observed
        if not (log and value <= 0)
    ]
    shapes = {"domain": kinds, "range": [SHAPES[i % len(SHAPES)] for i in range(len(kinds))]}
    legend = {"orient": "bottom", "columns": 2, "symbolFillColor": BLACK, "symbolStrokeColor": BLACK}
    encoding = {
        **_axes(unit, log),
        "shape": {"field": "which", "type": "nominal", "scale": shapes, "legend": legend},
    }
    mark = {"type": "point", "filled": True, "size": 55, "color": BLACK, "opacity": 1}
    return {"data": {"values": values}, "mark": mark, "encoding": encoding}


def _describe(title: str, unit: str, curves: Mapping[str, pd.Series[float]], observed: Points) -> str:
    parts = [f"{title}, in {unit}."]
    for name, curve in curves.items():
        low, high = str(curve.idxmin()), str(curve.idxmax())
        parts.append(
            f"{name}: lowest {figure_text(float(curve[low]))} in {month_name(low)}, "
            f"highest {figure_text(float(curve[high]))} in {month_name(high)}."
        )
    if observed:
        parts.append(f"{len(observed)} observed figures as black marks.")
    return " ".join(parts)


def paired_bars(
    ident: str, title: str, unit: str, rows: Sequence[tuple[str, float, float]], before: str, after: str
) -> Figure:
    """Two values per label, as a filled and an open mark joined by a line: before and after."""
    order = [name for name, _, _ in rows]
    values = [
        {"name": name, "value": value, "which": which}
        for name, b, a in rows
        for which, value in ((before, b), (after, a))
        if np.isfinite(value)
    ]
    y = {"field": "name", "type": "nominal", "sort": order, "title": None, "axis": {"labelLimit": 130}}
    x = {"field": "value", "type": "quantitative", "title": unit, "axis": {"tickCount": 4}}
    span = [{"name": name, "low": b, "high": a} for name, b, a in rows if np.isfinite(b) and np.isfinite(a)]
    colour = {"domain": [before, after], "range": [GREY, CYCLE[1]]}
    shape = {"domain": [before, after], "range": ["circle", "diamond"]}
    spec = {
        "width": WIDTH - 70,
        "height": {"step": 24},
        "layer": [
            {
                "data": {"values": span},
                "mark": {"type": "rule", "color": "#aaa", "strokeWidth": 2},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            },
            {
                "data": {"values": values},
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": x,
                    "color": {"field": "which", "type": "nominal", "scale": colour},
                    "shape": {"field": "which", "type": "nominal", "scale": shape},
                },
            },
        ],
    }
    changes = [(n, b, a, 100 * (a / b - 1) if b else None) for n, b, a in rows]
    most = min(changes, key=lambda c: c[3] if c[3] is not None else 0.0, default=None)
    fell = f" The largest fall: {most[0]}, {figure_text(most[3])}%." if most and most[3] is not None else ""
    summary = f"{title}, in {unit}, {before} and {after}.{fell}"
    data = table(f"{title}, {unit}", ["", before, after, "change, %"], changes)
    return Figure(
        ident=ident,
        title=title,
        summary=summary,
        unit=unit,
        svg=draw(ident, title, summary, spec),
        table=data,
    )


def timeline(
    ident: str,
    title: str,
    events: Sequence[Mapping[str, Any]],
    phases: Sequence[tuple[str, str, str]],
    volumes: Points,
    unit: str,
) -> Figure:
    """Measures as numbered marks by direction over the observed volumes; phases are shaded and named.

    `phases` are (first day, last day, 'tighten' or 'ease').
    """
    rows = [
        {
            "when": e["date"],
            "n": str(i + 1),
            "which": _DIRECTIONS.get(e["direction"], "neutral"),
            "lane": i % 4,
        }
        for i, e in enumerate(events)
    ]
    bands = [{"start": a, "end": b, "which": _DIRECTIONS.get(d, "neutral")} for a, b, d in phases]
    names = list(_DIRECTIONS.values())
    colours = {"domain": names, "range": [CYCLE[1], CYCLE[0], GREY]}
    shapes = {"domain": names, "range": ["triangle-up", "triangle-down", "circle"]}
    dated = (
        [str(e["date"]) for e in events] + [b for _, b, _ in phases] + [f"{w[:7]}-28" for w, _, _ in volumes]
    )
    domain = [f"{min(dated)[:7]}-01", max(dated)]
    x_axis = {"format": "%b %y", "labelAngle": 0, "tickCount": 5, "grid": False, "title": None}
    x = {"type": "temporal", "scale": {"type": "utc", "domain": domain, "clamp": True}, "axis": x_axis}
    shading = [
        {
            "data": {"values": [b for b in bands if b["which"] == name]},
            "mark": {"type": "rect", "color": tint},
            "encoding": {"x": {**x, "field": "start"}, "x2": {"field": "end"}},
        }
        for name, tint in (("tightens", "#f6d9c6"), ("eases", "#cfe3f0"))
    ]
    marks = {"type": "point", "filled": True, "size": 90, "opacity": 1}
    y = {"field": "lane", "type": "ordinal", "axis": None}
    top = {
        "width": WIDTH,
        "height": 120,
        "layer": [
            *shading,
            {
                "data": {"values": rows},
                "mark": marks,
                "encoding": {
                    "x": {**x, "field": "when", "axis": None},
                    "y": y,
                    "color": {
                        "field": "which",
                        "type": "nominal",
                        "scale": colours,
                        "legend": {"columns": 3},
                    },
                    "shape": {"field": "which", "type": "nominal", "scale": shapes, "legend": {"columns": 3}},
                },
            },
            {
                "data": {"values": rows},
                "mark": {"type": "text", "dy": -11, "fontSize": 11, "color": BLACK},
                "encoding": {"x": {**x, "field": "when", "axis": None}, "y": y, "text": {"field": "n"}},
            },
        ],
    }
    bars = [{"start": f"{w[:7]}-02", "end": f"{w[:7]}-27", "value": v} for w, v, _ in volumes]
    bottom = {
        "width": WIDTH,
        "height": 130,
        "layer": [
            *shading,
            {
                "data": {"values": bars},
                "mark": {"type": "rect", "color": "#4a4a4a"},
                "encoding": {
                    "x": {**x, "field": "start"},
                    "x2": {"field": "end"},
                    "y": {"field": "value", "type": "quantitative", "title": unit, "axis": {"tickCount": 4}},
                    "y2": {"datum": 0},
                },
            },
        ],
    }
    spec = {"vconcat": [top, bottom], "spacing": 8, "resolve": {"scale": {"x": "shared"}}}
    counts = {name: sum(row["which"] == name for row in rows) for name in names}
    told = ", ".join(f"{n} {name}" for name, n in counts.items())
    summary = f"{title}: {told}; below them the volumes observed, {unit}, for {len(volumes)} months."
    lines_ = [
        (i + 1, e["date"], _DIRECTIONS.get(e["direction"], "neutral"), e["title"], e.get("fact") or "")
        for i, e in enumerate(events)
    ]
    data = table("Measures in order of date", ["no.", "date", "direction", "what", "fact"], lines_)
    return Figure(
        ident=ident,
        title=title,
        summary=summary,
        unit=unit,
        svg=draw(ident, title, summary, spec),
        table=data,
    )


_DIRECTIONS = {"tighten": "tightens", "ease": "eases", "neutral": "neither"}
