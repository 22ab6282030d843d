"""What was observed, from the packaged facts: the dots beside the model's lines.

Every figure keeps its fact, its customs item or product and its basis. Exports are kept apart by item: the
press reports elements by tariff lines that do not cover every oxide and metal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

COLUMNS = [
    "kind",  # domestic_CN, quote, traded, exports, cover, approval, stoppage
    "what",  # element, or magnets, cars, ...
    "partner",  # World, or a region's code
    "month",  # YYYY-MM, or YYYY for a whole year
    "date",  # as precise as the source is
    "value",
    "low",
    "high",
    "unit",
    "facts",  # ids, joined by ';'
    "item",  # customs item or product
    "basis",
    "source",
    "url",
    "source_date",
    "confidence",
    "note",
]
OUTSIDE = re.compile(r"europe|rotterdam|ex-china", re.IGNORECASE)


def packaged_facts() -> pd.DataFrame:
    """The packaged facts, each with title and address of its source."""
    from mischmetal.facts import load, sources

    titles = sources()[["id", "title", "url"]]
    titles = titles.rename(columns={"id": "source", "title": "source_title"})
    return load().merge(titles, on="source", how="left")


def observe(facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Observed figures as one tidy table with the columns of `COLUMNS`, sorted.

    `facts` defaults to `packaged_facts()`. Prices are USD/kg REO ex VAT; exports t gross (magnets) or kg as
    printed (elements); cover in days; approvals in percent.
    """
    table = packaged_facts() if facts is None else facts
    rows = [*_exports(table), *_prices(table), *_licensing(table)]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["kind", "what", "partner", "date", "facts"], ignore_index=True)


def _row(fact: Mapping[str, Any], **given: Any) -> dict[str, Any]:
    """A row with what every figure keeps of its fact."""
    period = str(fact["period"])
    base = {
        "partner": "World",
        "month": period[:7],
        "date": period,
        "value": fact["value"],
        "low": fact["low"],
        "high": fact["high"],
        "unit": fact["unit"],
        "facts": fact["id"],
        "item": fact["hs"] or fact["commodity"],
        "basis": "",
        "source": fact.get("source_title") or fact["source"],
        "url": fact.get("url") or "",
        "source_date": fact["date"],
        "confidence": fact["confidence"],
        "note": fact["note"],
    }
    return {**base, **given}


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, empty text for what is missing in text columns."""
    text = [c for c in table.columns if c not in {"value", "low", "high"}]
    frame = table.copy()
    frame[text] = frame[text].astype(object).where(frame[text].notna(), "")
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _exports(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """China's exports of magnets and of single elements, by month or year, as the customs office counts them."""
    mine = table[
        (table["entity"] == "CN") & (table["variable"] == "exports_quantity") & table["value"].notna()
    ]
    dated = mine[mine["period"].astype(str).str.fullmatch(r"\d{4}(-\d{2})?")]
    for fact in _records(dated):
        partner = str(fact["partner"] or "World")
        goods = str(fact["commodity"]).lower()
        if (
            _is_magnet(goods)
            and fact["unit"] == "t gross"
            and str(fact["hs"]).replace(".", "").startswith("850511")
        ):
            basis = "customs, RE permanent magnets"
            yield _row(fact, kind="exports", what="magnets", partner=partner, item="85051110", basis=basis)
        elif fact["commodity"] in ELEMENTS and str(fact["unit"]).startswith("kg"):
            item = fact["hs"] or "item not named by the source"
            yield _row(
                fact, kind="exports", what=fact["commodity"], partner=partner, item=item, basis="as printed"
            )


def _prices(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    return iter(())


def _licensing(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    return iter(())


def _is_magnet(goods: str) -> bool:
    """The line of rare-earth permanent magnets alone: not with powder or alloys, not all metal magnets."""
    return "magnet" in goods and "+" not in goods and "powder" not in goods


ELEMENTS = frozenset("La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Y Sc".split())
