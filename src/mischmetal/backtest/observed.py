"""What was observed, from the packaged facts: the dots beside the model's lines.

Every figure keeps its fact, its customs item or product and its basis. Exports are kept apart by item: the
press reports elements by tariff lines that do not cover every oxide and metal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
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
TOLD = {
    "approval_share": ("approval", "%"),
    "stoppages": ("stoppage", "stoppages"),
    "stock_cover": ("cover", "days"),
}
BASES = {
    "quote": "asked outside China, ex VAT",
    "domestic_CN": "China, at works; VAT taken off, CNY to USD",
}
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
    exports = list(_exports(table))
    rows = [*exports, *_from_sums(table, exports), *_prices(table), *_licensing(table)]
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
    """China's exports of magnets and of single elements, by month or year, as customs count them."""
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
            and str(fact["hs"]).replace(".", "").startswith("85051110")
        ):
            basis = "customs, RE permanent magnets"
            yield _row(fact, kind="exports", what="magnets", partner=partner, item="85051110", basis=basis)
        elif fact["commodity"] in ELEMENTS and str(fact["unit"]).startswith("kg"):
            item = fact["hs"] or "item not named by the source"
            yield _row(
                fact, kind="exports", what=fact["commodity"], partner=partner, item=item, basis="as printed"
            )


def _from_sums(table: pd.DataFrame, exports: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Months of magnet exports that no source prints, as the rest of a printed sum since January.

    Each such figure names every fact of the subtraction.
    """
    known: dict[str, list[dict[str, Any]]] = {}
    for row in exports:
        if row["what"] == "magnets" and row["partner"] == "World":
            known.setdefault(row["month"], []).append(row)
    sums = table[table["variable"].isin(["exports_quantity_cumulative", "magnet_exports_ytd"])]
    sums = sums[sums["value"].notna() & sums["partner"].isin(["World", "all", ""])]
    totals = [(_span(str(f["period"])), f) for f in _records(sums) if _is_total_of_magnets(f)]
    totals.sort(key=lambda pair: (len(pair[0]), pair[0], str(pair[1]["id"])))
    for months, fact in totals:
        missing = [m for m in months if m not in known]
        if len(missing) != 1 or not months:
            continue
        parts = [known[m] for m in months if m in known]
        rest = float(fact["value"]) - sum(float(np.mean([r["value"] for r in part])) for part in parts)
        ids = {str(fact["id"])} | {i for part in parts for r in part for i in r["facts"].split(";")}
        row = _row(
            {**fact, "period": missing[0]},
            kind="exports",
            what="magnets",
            value=rest,
            unit="t gross",
            facts=";".join(sorted(ids)),
            item="85051110",
            basis="customs, RE permanent magnets: a sum since January less the other months",
        )
        known[missing[0]] = [row]
        yield row


def _span(period: str) -> tuple[str, ...]:
    """Months of a period that runs from January of a year: '2025-01/2025-05' -> five months, else none."""
    found = re.fullmatch(r"(\d{4})-01/\1-(\d{2})", period)
    return tuple(f"{found[1]}-{m:02d}" for m in range(1, int(found[2]) + 1)) if found else ()


def _is_total_of_magnets(fact: Mapping[str, Any]) -> bool:
    return fact["variable"] == "magnet_exports_ytd" or _is_magnet(str(fact["commodity"]).lower())


def _prices(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Dated prices of single oxides: asked outside China, and inside China taken to USD ex VAT.

    The two ends of a printed range become one figure that names both facts.
    """
    kinds = table["variable"].isin(["price", "price_low", "price_high"])
    single = table["commodity"].isin(ELEMENTS) & table["unit"].astype(str).str.endswith(" REO")
    dated = table["period"].astype(str).str.fullmatch(r"20\d{2}-\d{2}(-\d{2})?")
    rates = _rates(table)
    quoted: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for fact in _records(table[kinds & single & dated]):
        place = _place(fact)
        if place and not np.isnan(_middle(fact)):
            key = (place, *(str(fact[k]) for k in ("commodity", "period", "source", "entity", "edition")))
            one = "" if fact["variable"] != "price" else str(fact["id"])
            quoted.setdefault((*key, one), []).append(fact)
    for (place, *_), pair in quoted.items():
        converted = [_usd_ex_vat(fact, rates) for fact in pair]
        values = [value for value, _ in converted if value is not None]
        if not values:
            continue
        used = {str(fact["id"]) for fact in pair} | {rate for _, more in converted for rate in more}
        yield _row(
            pair[0],
            kind=place,
            what=pair[0]["commodity"],
            value=float(np.mean(values)),
            low=min(values),
            high=max(values),
            unit="USD/kg REO",
            facts=";".join(sorted(used)),
            item=f"{pair[0]['commodity']} oxide",
            basis=BASES[place],
        )


def _place(fact: Mapping[str, Any]) -> str:
    """'quote' for an ask outside China, 'domestic_CN' for a price inside, '' for others (FOB China)."""
    words = " ".join(str(fact[k]) for k in ("entity", "partner", "edition", "text", "note"))
    outside = str(fact["entity"]) in {"EU", "NL"} or OUTSIDE.search(words) is not None
    if fact["currency"] == "USD" and (outside or fact["incoterm"] in {"CIF", "DDP"}):
        return "quote"
    return "domestic_CN" if fact["currency"] == "CNY" and fact["entity"] == "CN" else ""


def _middle(fact: Mapping[str, Any]) -> float:
    """The value, or the middle of its range; NaN where there is neither."""
    known = [float(fact[k]) for k in ("value",) if not pd.isna(fact[k])]
    known = known or [float(fact[k]) for k in ("low", "high") if not pd.isna(fact[k])]
    return float(np.mean(known)) if known else float("nan")


def _rates(table: pd.DataFrame) -> dict[str, list[tuple[str, float, str]]]:
    """Rates of VAT in China and of CNY per USD as (period, value, fact id), oldest first."""
    out: dict[str, list[tuple[str, float, str]]] = {}
    for name in ("vat_rate", "fx_rate"):
        rows = table[(table["variable"] == name) & (table["entity"] == "CN") & table["value"].notna()]
        found = [(str(r["period"]), float(r["value"]), str(r["id"])) for r in _records(rows)]
        out[name] = sorted(found)
    return out


def _usd_ex_vat(
    fact: Mapping[str, Any], rates: Mapping[str, list[tuple[str, float, str]]]
) -> tuple[float | None, list[str]]:
    """USD/kg REO ex VAT and the facts used on the way; None where a rate for the day is missing."""
    value = _middle(fact)
    per_tonne = "/t " in str(fact["unit"])
    value = value / 1000 if per_tonne else value
    used: list[str] = []
    if fact["vat"] == "incl":
        rate = _latest(rates["vat_rate"], str(fact["period"]))
        if rate is None:
            return None, []
        value /= 1 + rate[1] / 100
        used.append(rate[2])
    if fact["currency"] == "CNY":
        rate = _latest(rates["fx_rate"], str(fact["period"]))
        if rate is None:
            return None, []
        value /= rate[1]
        used.append(rate[2])
    return value, used


def _latest(rates: list[tuple[str, float, str]], day: str) -> tuple[str, float, str] | None:
    """The newest rate that was in force by the day."""
    known = [rate for rate in rates if rate[0][: len(day)] <= day]
    return known[-1] if known else None


def _licensing(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Approvals, stoppages and cover as firms and their chambers told them."""
    for fact in _records(table[table["variable"].isin(list(TOLD)) & table["value"].notna()]):
        kind, unit = TOLD[fact["variable"]]
        factor = 7.0 if kind == "cover" and "week" in f"{fact['unit']} {fact['text']} {fact['note']}" else 1.0
        if kind == "cover" and not re.search(r"auto|car", str(fact["commodity"]) + str(fact["entity"])):
            continue
        partner = str(fact["partner"] or fact["entity"])
        what = "cars" if kind == "cover" else "applications" if kind == "approval" else "plants"
        value = factor * float(fact["value"])
        date = str(fact["period"]).rpartition("/")[2]
        given = {"what": what, "partner": partner, "date": date, "month": date[:7], "value": value}
        yield _row(fact, kind=kind, unit=unit, item=what, basis="as told by firms", **given)


def _is_magnet(goods: str) -> bool:
    """The line of rare-earth permanent magnets alone: not with powder or alloys, not all metal magnets."""
    return "magnet" in goods and "+" not in goods and "powder" not in goods


ELEMENTS = frozenset(
    ["La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y", "Sc"]
)
