"""Observed figures keep their fact, item and basis, and prices are converted before they are compared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from mischmetal.backtest.observed import COLUMNS, observe

BLANK: dict[str, Any] = {
    **dict.fromkeys(
        ["table", "entity", "partner", "variable", "commodity", "hs", "period", "text", "unit"], ""
    ),
    **dict.fromkeys(["currency", "vat", "incoterm", "edition", "source", "note", "source_title", "url"], ""),
    **{"value": np.nan, "low": np.nan, "high": np.nan, "date": "2025-06-01", "confidence": "high"},
}


def _facts(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame([{**BLANK, "id": f"made.{i}", **row} for i, row in enumerate(rows)])


VAT = {"entity": "CN", "variable": "vat_rate", "period": "2019-04", "value": 13.0, "unit": "%"}
FX = {"entity": "CN", "variable": "fx_rate", "period": "2025-05", "value": 7.2, "unit": "CNY/USD"}
DY = {"variable": "price", "commodity": "Dy", "period": "2025-05-06"}


def test_magnets_are_the_customs_line_of_rare_earth_magnets_alone() -> None:
    magnets = {"entity": "CN", "partner": "World", "variable": "exports_quantity", "period": "2025-05"}
    line = {**magnets, "commodity": "rare earth permanent magnets", "hs": "85051110", "unit": "t gross"}
    seen = observe(
        _facts(
            {**line, "value": 1238},
            {**line, "commodity": "rare earth magnets + magnet powder + alloys", "value": 9999},
            {**line, "unit": "USD", "value": 9999},
            {**line, "hs": "280530", "value": 9999},
            {**line, "period": "2025-01/2025-05", "value": 9999},
        )
    )
    assert list(seen.columns) == COLUMNS
    assert seen["value"].tolist() == [1238]
    assert seen.iloc[0][["kind", "what", "month", "item", "facts"]].tolist() == [
        "exports",
        "magnets",
        "2025-05",
        "85051110",
        "made.0",
    ]


def test_a_range_is_one_figure_that_names_both_facts() -> None:
    quote = {**DY, "entity": "EU", "unit": "USD/kg REO", "currency": "USD", "incoterm": "CIF"}
    low, high = (
        {**quote, "variable": "price_low", "value": 700},
        {**quote, "variable": "price_high", "value": 1000},
    )
    seen = observe(_facts(low, high))
    assert seen["value"].tolist() == [850]
    assert seen["facts"].tolist() == ["made.0;made.1"]
    assert seen["kind"].tolist() == ["quote"]


def test_price_in_china_loses_vat_and_is_turned_into_dollars_by_facts() -> None:
    home = {**DY, "entity": "CN", "unit": "CNY/t REO", "currency": "CNY", "vat": "incl", "value": 1.627e6}
    seen = observe(_facts(VAT, FX, home))
    assert seen["value"].item() == pytest.approx(1627 / 1.13 / 7.2)
    assert seen["facts"].item() == "made.0;made.1;made.2"
    assert seen["kind"].item() == "domestic_CN"


def test_without_a_rate_no_figure_is_made_up() -> None:
    home = {**DY, "entity": "CN", "unit": "CNY/t REO", "currency": "CNY", "vat": "incl", "value": 1.6e6}
    assert observe(_facts(VAT, home)).empty
    assert observe(_facts({**FX, "period": "2025-06"}, VAT, home)).empty


def test_a_price_fob_china_is_neither_home_nor_quote() -> None:
    fob = {**DY, "entity": "CN", "unit": "USD/kg REO", "currency": "USD", "incoterm": "FOB", "value": 230}
    assert observe(_facts(fob)).empty


def test_cover_in_weeks_becomes_days() -> None:
    told = {"entity": "EU", "variable": "stock_cover", "commodity": "RE magnets, European auto suppliers"}
    seen = observe(_facts({**told, "period": "2025-06-04", "value": 3.5, "unit": "weeks"}))
    assert seen[["kind", "what", "partner", "value"]].iloc[0].tolist() == ["cover", "cars", "EU", 24.5]


def test_a_month_that_nobody_prints_is_the_rest_of_a_printed_sum() -> None:
    magnets = {
        "entity": "CN",
        "partner": "World",
        "commodity": "rare earth permanent magnets",
        "hs": "85051110",
    }
    magnets |= {"unit": "t gross", "variable": "exports_quantity"}
    months = [{**magnets, "period": f"2025-0{m}", "value": v} for m, v in ((1, 6357), (3, 5323), (5, 1238))]
    since = {**magnets, "variable": "exports_quantity_cumulative"}
    first = {**since, "period": "2025-01/2025-03", "value": 15268}
    spring = {**since, "period": "2025-01/2025-05", "value": 19132}
    seen = observe(_facts(*months, spring, first)).set_index("month")
    assert seen.loc["2025-02", "value"] == 3588
    assert seen.loc["2025-04", "value"] == 2626
    assert set(seen.loc["2025-04", "facts"].split(";")) == {f"made.{i}" for i in range(5)}


def test_a_sum_with_two_months_missing_says_nothing() -> None:
    since = {
        "entity": "CN",
        "partner": "World",
        "commodity": "rare earth permanent magnets",
        "hs": "85051110",
    }
    since |= {"unit": "t gross", "variable": "exports_quantity_cumulative", "period": "2025-01/2025-02"}
    assert observe(_facts({**since, "value": 9000})).empty


def test_approvals_stand_at_the_end_of_their_period() -> None:
    told = {"entity": "EU", "partner": "EU", "variable": "approval_share", "unit": "%"}
    seen = observe(_facts({**told, "period": "2025-04/2025-06-04", "value": 25}))
    assert seen[["kind", "date", "month", "value"]].iloc[0].tolist() == [
        "approval",
        "2025-06-04",
        "2025-06",
        25,
    ]


def test_magnets_are_the_national_line_of_rare_earth_magnets_alone():
    """The six-digit heading holds ferrite and others too: twice the tonnes, and no measure of the licences."""
    from mischmetal.backtest.observed import observe

    seen = observe()
    year = seen[(seen["kind"] == "exports") & (seen["what"] == "magnets") & (seen["month"] == "2024")]
    world = year[year["partner"] == "World"]["value"]
    assert len(world) >= 2
    assert world.between(57_000, 60_000).all()
