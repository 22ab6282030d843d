"""The rest of the page: how sure, scorecard, claims, facts, observed figures, accounting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from mischmetal.report.compare import HEADLINES
from mischmetal.report.explain import Explained
from mischmetal.report.first import score
from mischmetal.report.labels import figure_text
from mischmetal.report.tables import Table, frame_table, table

if TYPE_CHECKING:
    from mischmetal.ensemble.levers import LeverResult
    from mischmetal.simulate.results import Run


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
        out.append({**score(row), "ends": ends})
    return out


def claims_table(claims: pd.DataFrame | None) -> Table | None:
    """The audit of quoted figures as it is handed over."""
    if claims is None or claims.empty:
        return None
    heads = [str(c).replace("_", " ") for c in claims.columns]
    return frame_table(
        "Figures most often quoted about 2025, each against the facts", claims.fillna(""), heads
    )


def levers_table(levers: Sequence[LeverResult]) -> Table | None:
    """What would have helped: output saved by each lever and pair, most first."""
    if not levers:
        return None
    heads = ["what", "million USD saved", "10%", "90%", "cost, million USD", "saved per dollar"]
    rows = [
        [
            r["title"],
            r["avoided_million_usd"],
            r["avoided_10"],
            r["avoided_90"],
            r["cost_million_usd"],
            r["per_dollar"],
        ]
        for r in (lever.to_json() for lever in levers)
    ]
    return table(
        f"Lost output avoided, mean and band of {len(levers[0].avoided)} members; costs are assumptions",
        heads,
        rows,
    )


def fact_rows(
    facts: pd.DataFrame, explained: Sequence[Explained], observed: pd.DataFrame
) -> list[dict[str, Any]]:
    """Every fact that the page names, with source, date and confidence; those unknown are listed as such."""
    named = {fact for e in explained for fact in e.facts}
    named |= {fact for cell in observed["facts"] for fact in str(cell).split(";")}
    known = {row["id"]: row for row in facts[facts["id"].isin(named)].to_dict("records")}
    out = []
    for fact in sorted(named):
        if fact not in known:
            out.append(
                {"id": fact, "what": "not in the packaged facts", "value": "–"} | dict.fromkeys(_NOTHING, "")
            )
            continue
        row = known[fact]
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


def _filled(cell: Any) -> bool:
    return not bool(pd.isna(cell)) and str(cell) != ""


def _fact_value(row: Mapping[Any, Any]) -> str:
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
    """Accounting checks and provenance as text; what is nested is left to `provenance.json`."""
    rows = [*sorted(run.checks.items()), *sorted(run.provenance.items())]
    plain = [(name, value) for name, value in rows if isinstance(value, str | int | float)]
    return [(name.replace("_", " "), str(value)) for name, value in plain]
