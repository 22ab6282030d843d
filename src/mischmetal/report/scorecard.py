"""The run against what was observed: misses first, naive forecasts computed beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mischmetal.report.compare import eu_car_cover
from mischmetal.report.indicators import series, weighted_stopped

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

COLUMNS = ["name", "title", "value", "unit", "target", "hit", "observed", "note"]
SPRING = [f"2025-{m:02d}" for m in range(4, 8)]
AUTUMN = [f"2025-{m:02d}" for m in range(8, 13)]
NINE = SPRING + AUTUMN
YEAR_BEFORE = [f"2024-{m:02d}" for m in range(4, 13)] + [f"2025-{m:02d}" for m in range(1, 4)]


def scorecard(run: Run, no_policy: Run, observed: pd.DataFrame) -> pd.DataFrame:
    """Score a run of 2025 against observation and against the same market without policy.

    Columns: name, title, value, unit, target (text), hit (True, False, or None where there is no target or
    nothing to compare with), observed (number or NaN), note. Misses come first, then what could not be
    scored, then hits.
    """
    rows = [
        *_magnets(run, observed),
        *_elements(run, observed),
        *_domestic(run, no_policy, observed),
        *_quotes(run, observed),
        *_users(run, no_policy, observed),
    ]
    order = {False: 0, None: 1, True: 2}
    rows.sort(key=lambda row: order[row["hit"]])
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(
    name: str, title: str, value: float, unit: str, target: str, hit: bool | None, **more: Any
) -> dict[str, Any]:
    unknown = value is None or not np.isfinite(value)
    row = {"name": name, "title": title, "value": value, "unit": unit, "target": target, "hit": hit}
    return {**row, "observed": np.nan, "note": "", **more, **({"hit": None} if unknown else {})}


def observed_series(observed: pd.DataFrame, kind: str, what: str, partner: str = "World") -> pd.Series[float]:
    """Observed monthly means by month, sorted; only months with a figure."""
    rows = observed[(observed["kind"] == kind) & (observed["what"] == what)]
    rows = rows[rows["partner"].isin({partner, ""} if partner == "World" else {partner})]
    rows = rows[rows["month"].str.fullmatch(r"\d{4}-\d{2}")]
    return rows.groupby("month")["value"].mean().sort_index()


def yearly_mean(observed: pd.DataFrame, what: str, year: str) -> float:
    """A year's observed exports by month: the year's own figure over 12, else the mean of its months."""
    rows = observed[(observed["kind"] == "exports") & (observed["what"] == what)]
    whole = rows[(rows["month"] == year) & (rows["partner"] == "World")]["value"]
    if len(whole):
        return float(whole.mean()) / 12
    months = observed_series(observed, "exports", what)
    return float(months[months.index.str.startswith(year)].mean())


def magnet_errors(run: Run, observed: pd.DataFrame, months: list[str]) -> dict[str, float]:
    """Mean absolute error of magnet exports over the 2024 monthly mean, %, of the model and of two naive
    forecasts: every month as the mean of 2024, and every month as March 2025."""
    seen = observed_series(observed, "exports", "magnets")
    base = yearly_mean(observed, "magnets", "2024")
    common = [m for m in months if m in seen.index and m in run.months]
    if not common or not np.isfinite(base):
        return dict.fromkeys(("model", "flat", "march"), float("nan"))
    truth = seen[common]
    forecasts = {
        "model": series(run, "exports_magnets")[common],
        "flat": pd.Series(base, index=common),
        "march": pd.Series(float(seen.get("2025-03", np.nan)), index=common),
    }
    return {k: 100.0 * float((f - truth).abs().mean()) / base for k, f in forecasts.items()}


def _magnets(run: Run, observed: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    spans = (("april_july", "April to July", SPRING), ("august_december", "August to December", AUTUMN))
    for name, words, months in (*spans, ("april_december", "April to December", NINE)):
        error = magnet_errors(run, observed, months)
        naive = f"as in 2024 {error['flat']:.0f}%, as in March 2025 {error['march']:.0f}%"
        note = f"of the 2024 mean; naive: every month {naive}"
        title = f"Magnet exports {words}, mean absolute error"
        hit = error["model"] <= 20
        rows.append(_row(f"magnet_error_{name}", title, error["model"], "%", "at most 20%", hit, note=note))
    seen, model = observed_series(observed, "exports", "magnets"), series(run, "exports_magnets")
    base = yearly_mean(observed, "magnets", "2024")
    may = 100.0 * float(model.get("2025-05", np.nan)) / base
    year = model[[m for m in run.months if m.startswith("2025")]]
    lowest = str(year.idxmin()) if year.notna().any() else "unknown"
    title = "Magnet exports in May as a share of the 2024 mean"
    target, hit = "under 45% and the lowest month of 2025", bool(may < 45 and lowest == "2025-05")
    saw = 100.0 * float(seen.get("2025-05", np.nan)) / base
    note = f"the model's lowest month is {lowest}"
    rows.append(_row("magnet_may_share", title, may, "%", target, hit, observed=saw, note=note))
    known = [m for m in NINE if m in seen.index and m in model.index]
    total = float(seen[known].sum())
    ratio = 100.0 * (float(model[known].sum()) / total - 1) if total > 0 else np.nan
    title = "Magnet exports April to December: sum against observation"
    hit = abs(ratio) <= 10
    rows.append(_row("magnet_sum", title, ratio, "%", "within 10%", hit))
    return rows


def _elements(run: Run, observed: pd.DataFrame) -> list[dict[str, Any]]:
    """Exports that a queue for all elements alike is known to get wrong."""
    rows = []
    for what, partner, words in (
        ("Dy", "World", "Dy"),
        ("Tb", "World", "Tb"),
        ("magnets", "IN", "magnets to India"),
    ):
        seen = observed_series(observed, "exports", what, partner)
        variable = "exports_magnets" if what == "magnets" else "exports_element"
        where = {"element": what} if what != "magnets" else {}
        model = series(run, variable, **where, **({"region": partner} if partner != "World" else {}))
        known = [m for m in NINE if m in seen.index and m in model.index]
        total = float(seen[known].sum())  # exports can be nothing at all over the first months of a stop
        off = 100.0 * (float(model[known].sum()) / total - 1) if total > 0 else np.nan
        title = f"Exports of {words} against observation"
        note = f"sum of {len(known)} months of 2025; the press's items and the model's differ"
        name = f"exports_{what}_{partner}".lower()
        rows.append(_row(name, title, off, "%", "within 25%", abs(off) <= 25, note=note))
    return rows


def _domestic(run: Run, no_policy: Run, observed: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for element, limit in (("Dy", 10), ("Tb", 15), ("La", 10), ("Ce", 10)):
        held = element in {"La", "Ce"}
        ratio = series(run, "domestic_CN", element=element) / series(
            no_policy, "domestic_CN", element=element
        )
        months = [m for m in NINE if m in ratio.index and np.isfinite(ratio[m])]
        off = 100.0 * (ratio[months] - 1)
        worst = float(off.iloc[int(off.abs().argmax())]) if months else np.nan
        seen = observed_series(observed, "domestic_CN", element)
        before, after = seen[seen.index.isin(YEAR_BEFORE)], seen[seen.index.isin(NINE)]
        change = (
            100.0 * (float(after.mean()) / float(before.mean()) - 1) if len(before) and len(after) else np.nan
        )
        note = "observed: mean of April to December over the year before"
        if held:
            note = "held near cost by rule: not a score; " + note
        title = f"{element} price in China against no policy, furthest month of April to December"
        hit = None if held else abs(worst) <= limit
        target = f"within {limit}%"
        name = f"domestic_{element.lower()}"
        rows.append(_row(name, title, worst, "%", target, hit, observed=change, note=note))
        if element == "Tb":
            mean = float(off.mean()) if months else np.nan
            title = "Sign of Tb's price change in China, mean of April to December against no policy"
            known = np.isfinite(mean) and np.isfinite(change)
            same = bool(np.sign(round(mean, 1)) == np.sign(round(change, 1))) if known else None
            more = {"observed": change, "note": note}
            rows.append(_row("domestic_tb_sign", title, mean, "%", "same sign as observed", same, **more))
    return rows


def _quotes(run: Run, observed: pd.DataFrame) -> list[dict[str, Any]]:
    quote = series(run, "quote", element="Dy")
    seen = observed_series(observed, "quote", "Dy")
    base, seen_base = quote.get("2025-03", np.nan), _base_quote(seen)
    rows = []
    for month, words, low, high in (("05", "May", 2, 5), ("06", "June", 2, 5), ("12", "December", 0, 2)):
        value = float(quote.get(f"2025-{month}", np.nan) / base)
        target = f"{low} to {high} times" if low else "below 2 times"
        hit = low <= value <= high if low else value < high
        saw = float(seen.get(f"2025-{month}", np.nan) / seen_base)
        title = f"Dy quote outside China in {words} over March"
        name = f"dy_quote_{words.lower()}"
        note = (
            "observed: asks in Europe over those of early April, before the licences"
            if np.isfinite(saw)
            else ""
        )
        rows.append(_row(name, title, value, "times", target, hit, observed=saw, note=note))
    return rows


def _base_quote(seen: pd.Series[float]) -> float:
    """The last quote before the shock takes hold: March 2025, else early April as published."""
    for month in ("2025-03", "2025-04"):
        if month in seen.index:
            return float(seen[month])
    return float("nan")


def _users(run: Run, no_policy: Run, observed: pd.DataFrame) -> list[dict[str, Any]]:
    stopped = 100.0 * weighted_stopped(run).to_series()
    spring = stopped[[m for m in ("2025-05", "2025-06") if m in stopped.index]]
    peak = float(spring.max()) if len(spring) else np.nan
    note = f"highest over the run {stopped.max():.2g}% in {stopped.idxmax()}"
    title = "Users stopped outside China in May or June, share of need"
    rows = [_row("stopped_may_june", title, peak, "%", "above 0", peak > 0, note=note)]
    cover = eu_car_cover(run, "2025-05")
    title = "EU car makers' cover at the end of May"
    seen = observed_series(observed, "cover", "cars", "EU")
    saw = float(seen.iloc[0]) if len(seen) else np.nan
    note = f"observed: what suppliers said in {seen.index[0]}" if len(seen) else ""
    hit = 14 <= cover <= 42
    rows.append(_row("eu_car_cover", title, cover, "days", "14 to 42 days", hit, observed=saw, note=note))
    calm = 100.0 * float(weighted_stopped(no_policy).max())
    title = "Users stopped without policy, worst month"
    rows.append(_row("stopped_no_policy", title, calm, "%", "none", calm <= 1e-9))
    return rows
