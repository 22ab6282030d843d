"""Prices of a run reach the judge, with words that say which they are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mischmetal.errors import InputError
from mischmetal.watch.pipeline import make_reader, take
from mischmetal.watch.prices import load_prices
from mischmetal.watch.settings import Settings, SourceSettings
from mischmetal.watch.sources.base import Body, Item

CLAY = b"""Toy Hill Limited. Ionic clay: hole TH-9 returned 12.0 m at 1,500 ppm TREO, including 95 ppm Dy2O3
and 16 ppm Tb4O7, from 3 m."""


def summary(folder: Path, **more: object) -> Path:
    prices = {
        "Dy": {"domestic_CN": [210, 220, 230], "quote": [300, 600, None], "traded": [250, 260, 270]},
        "La": {"domestic_CN": [0.6, 0.5, 0.4], "quote": [None, None, None], "traded": [None, 0.7, None]},
        "Pm": {"domestic_CN": [None] * 3, "quote": [None] * 3, "traded": [None] * 3},
    }
    whole = {"scenario": "toy-squeeze", "months": ["2026-09", "2026-10", "2026-11"], "prices": prices} | more
    (folder / "summary.json").write_text(json.dumps(whole), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("today", "dy", "month"),
    [
        ("2026-11-24", 600, "2026-11"),
        ("2026-09-02", 300, "2026-09"),
        ("2030-01-01", 600, "2026-11"),
        ("2020-01-01", 300, "2026-09"),
    ],
)
def test_the_present_months_quote_or_the_nearest_before(
    tmp_path: Path, today: str, dy: float, month: str
) -> None:
    found = load_prices(summary(tmp_path), today=datetime.fromisoformat(today).replace(tzinfo=UTC))
    assert found.usd_per_kg["Dy"] == dy
    assert found.usd_per_kg["La"] in {0.6, 0.7}
    assert "Pm" not in found.usd_per_kg
    assert found.basis == f"simulated prices of toy-squeeze, {month}"


def test_what_is_no_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="mischmetal run"):
        load_prices(tmp_path)
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(InputError, match="summary of a run"):
        load_prices(tmp_path)
    with pytest.raises(InputError, match="at least one"):
        load_prices(summary(tmp_path, prices={}))


def test_scarcity_lifts_a_heavy_rich_clay_and_says_whose_prices_these_are(tmp_path: Path) -> None:
    squeeze = {
        name: {"quote": [price] * 3}
        for name, price in {"Dy": 900.0, "Tb": 3600.0, "Nd": 70.0, "Pr": 70.0}.items()
    }
    source = SourceSettings(id="drop", kind="folder", path="inbox")
    item = Item(id="a", title="Clay", fingerprint="")

    def judged(settings: Settings):
        taken = take(item, Body(data=CLAY, kind="text"), source, None, reader=make_reader(settings), now=0.0)
        return next(found for found in taken[1] if found.cls == "drill")

    calm = judged(Settings())
    tight = judged(Settings(run=str(summary(tmp_path, prices=squeeze))))
    assert "2024" in calm.basis
    assert tight.basis == "simulated prices of toy-squeeze, 2026-11"
    assert tight.score > calm.score
