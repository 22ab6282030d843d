"""Chart specifications to static, self-contained, accessible SVG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any

from mischmetal.report.tables import Table

# Okabe and Ito's palette, distinct under the common kinds of colour blindness; black is kept for observation.
BLUE, VERMILION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
SKY, PURPLE, GREY, BLACK = "#56B4E9", "#CC79A7", "#6b6b6b", "#111111"
CYCLE = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, GREY)
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 4])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right")
WIDTH = 380  # of the plot area, user units: text stays legible when a phone shows the chart at full width

CONFIG: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": "Liberation Sans, Arial, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelColor": "#333",
        "titleColor": "#333",
        "gridColor": "#e3e3df",
        "domainColor": "#999",
        "tickColor": "#999",
    },
    "legend": {
        "labelFontSize": 12,
        "title": None,
        "orient": "top",
        "labelLimit": 260,
        "symbolSize": 90,
        "padding": 2,
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One chart: its drawing, what it shows in a sentence, and the same numbers as a table."""

    ident: str
    title: str
    summary: str
    unit: str
    svg: str
    table: Table


def draw(ident: str, title: str, summary: str, spec: dict[str, Any]) -> str:
    """Render a Vega-Lite specification as inline SVG named by its title and described by its summary."""
    import vl_convert

    schema = "https://vega.github.io/schema/vega-lite/v5.json"
    raw = str(vl_convert.vegalite_to_svg({"$schema": schema, "config": CONFIG, **spec}))
    return accessible(raw, ident, title, summary)


def accessible(raw: str, ident: str, title: str, summary: str) -> str:
    """The drawing as one image to assistive tools: inner roles dropped, clip names unique in the page."""
    body = re.sub(r'\s(?:role|aria-[a-z]+|class)="[^"]*"', "", raw)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{ident}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{ident}-\1)", body)
    body = body.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    head = f'<svg role="img" aria-labelledby="{ident}-title {ident}-desc" '
    names = (
        f'<title id="{ident}-title">{escape(title)}</title><desc id="{ident}-desc">{escape(summary)}</desc>'
    )
    opened, _, rest = body.partition(">")
    return head + opened.removeprefix("<svg").lstrip() + ">" + names + rest
