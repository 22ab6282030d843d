"""Past discoveries and what the share did afterwards; and the watch's own findings once prices are at hand.

Equation
    return to day d = 100 (close(d) / close before the announcement - 1);  excess = return - index return
Units
    Per cent; closes unadjusted, in the currency of the exchange.
Source
    Packaged table `discoveries.csv` with the source of every row.

The list was picked because the events were reported, so it holds more winners than announcements do. Returns
from it are not what a follower would have earned, and no forecast is made from them.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from statistics import median
from typing import Any

import jinja2

from mischmetal.errors import InputError
from mischmetal.watch.finding import Document, Finding

BIAS = (
    "Picked because they were reported: more winners than announcements hold. Not what a follower would have "
    "earned, and no forecast."
)
SPANS = (
    ("day0", "day of the news", 0),
    ("1m", "1 month", 30),
    ("3m", "3 months", 91),
    ("12m", "12 months", 365),
)
KINDS = {
    "discovery": "discovery", "claimed_discovery": "claimed discovery", "follow_up": "follow-up",
    "resource": "resource", "acquisition": "acquisition", "no_new_result": "no new result",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One past event; returns in per cent, None where the record ends."""

    ticker: str
    company: str
    project: str
    commodity: str
    kind: str
    day: str
    returns: Mapping[str, float | None]  # from the close before, by span
    index: Mapping[str, float | None]  # of the small-company index over the same days, by span
    source: str
    price_source: str


def packaged() -> list[Past]:
    """The packaged events, newest first."""
    text = resources.files("mischmetal.watch").joinpath("tables/discoveries.csv").read_text("utf-8")
    rows = [_past(row) for row in csv.DictReader(text.splitlines())]
    return sorted(rows, key=lambda p: (p.day, p.ticker), reverse=True)


def _past(row: Mapping[str, str]) -> Past:
    def number(name: str) -> float | None:
        return float(row[name]) if row.get(name) else None

    spans = ("1m", "3m", "12m")
    return Past(
        ticker=row["ticker"],
        company=row["company"],
        project=row["project"],
        commodity=row["commodity"],
        kind=row["event_kind"],
        day=row["day0"],
        returns={"day0": number("day0_return_pct"), **{s: number(f"ret_from_before_{s}_pct") for s in spans}},
        index={"day0": None, **{s: number(f"xso_{s}_pct") for s in spans}},
        source=row["source_url"],
        price_source=row["price_source"],
    )


def base_rates(events: Sequence[Past]) -> list[dict[str, Any]]:
    """By kind of event and span: how many, the median return and excess over the index, the share above nought."""
    out = []
    kinds = [k for k in KINDS if any(e.kind == k for e in events)]
    for kind in [*kinds, "all"]:
        chosen = [e for e in events if kind in ("all", e.kind)]
        for span, words, _ in SPANS:
            known = [(r, e.index[span]) for e in chosen if (r := e.returns[span]) is not None]
            excess = [r - x for r, x in known if x is not None]
            out.append(
                {
                    "kind": KINDS.get(kind, kind),
                    "span": words,
                    "n": len(known),
                    "median": median([r for r, _ in known]) if known else None,
                    "excess": median(excess) if excess else None,
                    "above": 100 * sum(r > 0 for r, _ in known) / len(known) if known else None,
                }
            )
    return out


def read_prices(path: Path) -> dict[str, list[tuple[datetime.date, float]]]:
    """Closes by company or ticker from a csv with the columns name, date and close.

    Raises InputError naming row and column.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), found=type(error).__name__, allowed="a readable csv in UTF-8") from None
    reader = csv.DictReader(lines)
    for name in ("name", "date", "close"):
        if name not in (reader.fieldnames or []):
            raise InputError(
                f"{path.name} row 1", field=name, found="no such column", allowed="name, date, close"
            )
    found: dict[str, list[tuple[datetime.date, float]]] = {}
    for number, row in enumerate(reader, start=2):
        try:
            day = datetime.date.fromisoformat(row["date"] or "")
        except ValueError:
            raise InputError(
                f"{path.name} row {number}", field="date", found=row["date"], allowed="YYYY-MM-DD"
            ) from None
        try:
            close = float(row["close"] or "")
        except ValueError:
            close = -1.0
        if not 0 < close < 1e9:
            raise InputError(
                f"{path.name} row {number}", field="close", found=row["close"], allowed="a price above 0"
            )
        found.setdefault((row["name"] or "").casefold(), []).append((day, close))
    return {name: sorted(rows) for name, rows in found.items()}


def own(
    findings: Iterable[tuple[Document, Finding, float]],
    prices: Mapping[str, list[tuple[datetime.date, float]]],
) -> list[dict[str, Any]]:
    """The watch's own judged findings with the returns since, where prices of the company were imported."""
    out = []
    for document, finding, found_at in findings:
        if finding.cls not in ("drill", "resource", "financing", "milestone"):
            continue
        told = (
            document.published[:10]
            or datetime.datetime.fromtimestamp(found_at, datetime.UTC).date().isoformat()
        )
        day = datetime.date.fromisoformat(told)
        closes = prices.get(finding.company.casefold(), [])
        before = [c for d, c in closes if d < day]
        row: dict[str, Any] = {
            "day": told,
            "company": finding.company,
            "title": finding.title,
            "rank": finding.rank,
        }
        for span, _, days in SPANS:
            later = [c for d, c in closes if d >= day + datetime.timedelta(days=days)]
            row[span] = 100 * (later[0] / before[-1] - 1) if before and later else None
        out.append(row)
    return out


def html(events: Sequence[Past], mine: Sequence[Mapping[str, Any]] = ()) -> str:
    """One page that needs nothing else; every word from outside is escaped."""
    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["pct"] = lambda v: "–" if v is None else f"{v:+,.0f}%"
    environment.filters["web"] = lambda v: v if str(v).startswith(("https://", "http://")) else ""
    return environment.get_template("discoveries.html").render(
        events=events, rates=base_rates(events), mine=mine, spans=SPANS, kinds=KINDS, bias=BIAS,
        style=(folder / "findings.css").read_text(encoding="utf-8"),
    )  # fmt: skip
