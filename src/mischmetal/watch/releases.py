"""Customs releases: a new month's figures as a new edition of facts, and what is unusual in them.

Equation
    expected log q(t) = log q(t - 12) + median over the last 12 months of [log q(s) - log q(s - 12)]
    z = (log q(t) - expected) / (1.4826 MAD of earlier errors of the same kind, at least 0.1)
    change points of log q(t) - log q(t - 12) by penalised binary segmentation of the mean (ruptures, model l2)
Units
    q in t a month; z without unit.
Source
    Seasonal difference with a robust spread (median absolute deviation); change points: Truong, Oudre and
    Vayatis (2020), Signal Processing 167.

January and February are one figure: the Chinese New Year moves between them, and some releases print only the
sum. A month that an earlier edition told otherwise is a revision, and told as one.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.stats import median_abs_deviation

from mischmetal.errors import InputError
from mischmetal.facts import Fact, facts_of, load
from mischmetal.facts.customs import SOURCE, read
from mischmetal.facts.writing import write_sources, write_table

UNUSUAL = 3.0  # z from which a month is told
LEAST = 18  # months of a series below which nothing is judged
REVISED = 0.005  # share by which a figure must differ from the earlier edition
SPREAD = 0.1  # least spread of log errors: a tenth
BEHIND = 3  # months that must stand behind a change of level
TABLES = ("exports-magnets", "exports-re", "exports-elements", "trade-monthly", "feed-imports")
Key = tuple[str, str, str, str]  # entity, partner, variable, customs item


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One thing about a release that may matter."""

    kind: str  # new, unusual, change or revised
    key: Key
    period: str
    value: float
    unit: str
    was: float | None = None  # what was expected, or what the earlier edition said
    z: float | None = None
    commodity: str = ""

    @property
    def text(self) -> str:
        """One line for people."""
        entity, partner, variable, item = self.key
        what = f"{entity} {variable.replace('_', ' ')} of {self.commodity or item} ({item}), {partner}, {self.period}"
        told = f"{self.value:,.6g} {self.unit}"
        if self.kind == "unusual":
            return f"{what}: {told}, expected {self.was:,.4g} (z {self.z:+.1f})"
        if self.kind == "revised":
            return f"{what}: {told}, earlier {self.was:,.6g}"
        if self.kind == "change":
            return f"{what}: level has changed, {self.was:,.4g} before, {told} since"
        return f"{what}: {told}"


def read_release(data: bytes, *, flow: str = "exports", edition: str) -> list[Fact]:
    """Facts of a release's table, each with its edition. Raises InputError where there is no such table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "release.csv"
        path.write_bytes(data)
        facts = read(path, flow)
    return [replace(f, id=f"{f.id}.{edition}", edition=edition) for f in facts]


def keep(facts: Iterable[Fact], folder: Path, *, edition: str) -> Path:
    """Write a release as an edition of its own beside the earlier ones; nothing is overwritten.

    Raises InputError where that edition is there with other figures.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"customs-{edition}.csv"
    aside = folder / f"customs-{edition}.new.csv"
    write_table(facts, aside)
    if path.exists() and path.read_bytes() != aside.read_bytes():
        aside.unlink()
        raise InputError(str(path), found="the same edition with other figures", allowed="another edition")
    aside.replace(path)
    write_sources([SOURCE], folder / "sources.csv")
    return path


def earlier(folder: Path | None = None) -> list[Fact]:
    """Packaged monthly trade, and the editions kept in a folder, oldest first."""
    import pandas as pd

    frame = load(list(TABLES))
    found = facts_of(frame[frame["value"].notna() & frame["unit"].eq("t gross")])
    if folder is not None:
        for path in sorted(folder.glob("customs-*.csv")):
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            for name in ("value", "low", "high"):
                table[name] = pd.to_numeric(table[name], errors="coerce")
            table["table"] = "customs"
            found += facts_of(table)
    return found


def signs(release: Iterable[Fact], before: Iterable[Fact]) -> list[Sign]:
    """What a release says that is new, revised, unusual or a change of level, most unusual first."""
    known: dict[Key, dict[str, float]] = {}
    for fact in before:
        if fact.value is not None and len(fact.period) == 7:
            known.setdefault(_key(fact), {})[fact.period] = fact.value
    fresh: dict[Key, dict[str, Fact]] = {}
    for fact in release:
        if fact.value is not None and fact.unit == "t gross":
            fresh.setdefault(_key(fact), {})[fact.period] = fact
    out: list[Sign] = []
    for key, months in fresh.items():
        past = known.get(key, {})
        merged = past | {p: f.value for p, f in months.items() if f.value is not None}
        for period, fact in sorted(months.items()):
            out += _of_month(key, period, fact, past, merged)
    order = {"unusual": 0, "change": 1, "revised": 2, "new": 3}
    return sorted(out, key=lambda s: (order[s.kind], -abs(s.z or 0.0), s.key, s.period))


def _key(fact: Fact) -> Key:
    return fact.entity, fact.partner or "World", fact.variable, fact.hs or fact.commodity


def _of_month(
    key: Key, period: str, fact: Fact, past: dict[str, float], merged: dict[str, float]
) -> list[Sign]:
    assert fact.value is not None
    sign = Sign(
        kind="new", key=key, period=period, value=fact.value, unit=fact.unit, commodity=fact.commodity
    )
    out: list[Sign] = []
    if period in past:
        if abs(fact.value - past[period]) > REVISED * max(abs(past[period]), 1e-9):
            out.append(replace(sign, kind="revised", was=past[period]))
        return out
    out.append(sign)
    judged = unusual(merged, period)
    if judged is not None and abs(judged[1]) >= UNUSUAL:
        out.append(replace(sign, kind="unusual", was=judged[0], z=judged[1]))
    level = change(merged, period)
    if level is not None:
        out.append(replace(sign, kind="change", was=level))
    return out


def seasons(series: dict[str, float]) -> dict[str, float]:
    """Months with January and February of a year as their mean, under both names, where both are known."""
    out = dict(series)
    for year in {p[:4] for p in series}:
        pair = [series.get(f"{year}-0{m}") for m in (1, 2)]
        if pair[0] is not None and pair[1] is not None:
            mean = (pair[0] + pair[1]) / 2
            out[f"{year}-01"] = out[f"{year}-02"] = mean
    return out


def unusual(series: dict[str, float], period: str) -> tuple[float, float] | None:
    """Expected t and z of a month; None where the series is too short, or January waits for February."""
    level = {p: math.log(v) for p, v in seasons(series).items() if v > 0}
    if period.endswith("-01") and f"{period[:4]}-02" not in series:
        return None
    yearly = {
        p: v - level[_shift(p, -12)] for p, v in level.items() if _shift(p, -12) in level and p <= period
    }
    recent = [yearly[p] for k in range(1, 13) if (p := _shift(period, -k)) in yearly]
    if period not in yearly or len(recent) < 6 or len([p for p in level if p < period]) < LEAST:
        return None
    drift = float(np.median(recent))
    spread = max(float(median_abs_deviation(recent, scale="normal")), SPREAD)
    expected = level[_shift(period, -12)] + drift
    return math.exp(expected), (level[period] - expected) / spread


def change(series: dict[str, float], period: str) -> float | None:
    """Mean level before a change that three months now stand behind; None where there is none.

    The change shows in the yearly growth, so that seasons do not count, and in the level itself, so that the
    end of a change twelve months later is no second one.
    """
    import ruptures

    level = seasons(series)
    months = [p for p in _run_up_to(level, period) if level[p] > 0]
    if len(months) < LEAST + 12:
        return None
    values = np.log([level[p] for p in months])
    yearly = values[12:] - values[:-12]
    calm = yearly[:-BEHIND]
    spread = max(float(median_abs_deviation(calm, scale="normal")), SPREAD)
    penalty = 3.0 * spread**2 * math.log(len(yearly))
    points = ruptures.Binseg(model="l2", min_size=BEHIND, jump=1).fit(yearly).predict(pen=penalty)
    if len(points) < 2 or len(yearly) - points[-2] != BEHIND:
        return None
    each = yearly[-BEHIND:] - np.median(calm)
    grown = float(each.mean())
    moved = float(values[-BEHIND:].mean() - values[-12 - BEHIND : -BEHIND].mean())
    if (
        np.abs(each).min() < UNUSUAL * spread / 2
        or abs(grown) < UNUSUAL * spread
        or abs(moved) < UNUSUAL * SPREAD
        or grown * moved < 0
    ):
        return None
    return float(np.exp(values[-12 - BEHIND : -BEHIND].mean()))


def _run_up_to(series: dict[str, float], period: str) -> list[str]:
    """Months without a gap that end with `period`, oldest first."""
    out = []
    while period in series:
        out.append(period)
        period = _shift(period, -1)
    return out[::-1]


def _shift(period: str, months: int) -> str:
    index = int(period[:4]) * 12 + int(period[5:7]) - 1 + months
    return f"{index // 12}-{index % 12 + 1:02d}"
