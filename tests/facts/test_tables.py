"""What holds for every packaged table."""

import csv

import pytest

from mischmetal import facts, units
from mischmetal.facts.fact import COLUMNS, CONFIDENCE
from mischmetal.facts.load import folder
from mischmetal.facts.validate import check


@pytest.fixture(scope="module")
def table():
    return facts.load()


def test_every_row_of_every_table_is_valid() -> None:
    assert [str(problem) for problem in check(folder())] == []


def test_tables_share_one_header() -> None:
    for name in facts.tables():
        with (folder() / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert tuple(next(csv.reader(file))) == COLUMNS, name


def test_ids_are_unique_and_begin_with_their_table(table) -> None:
    assert table["id"].is_unique
    assert all(i.startswith(f"{t}.") for i, t in zip(table["id"], table["table"], strict=True))


def test_sources_exist_and_are_used(table) -> None:
    listed = facts.sources()
    assert listed["id"].is_unique
    assert set(table["source"]) == set(listed["id"])
    assert (listed["title"] != "").all()
    assert (listed["terms"] != "").all()


def test_package_stays_small() -> None:
    assert sum(path.stat().st_size for path in folder().glob("*.csv")) < 10_000_000


def test_units_are_known_and_numbers_have_one(table) -> None:
    assert set(table["unit"]) - {""} <= set(units.CANONICAL)
    numbers = table[["value", "low", "high"]].notna().any(axis=1)
    assert (table.loc[numbers, "unit"] != "").all()


def test_memory_is_labelled_wherever_no_page_was_found(table) -> None:
    recalled = set(facts.sources().query("terms == 'recalled, no page retrieved'")["id"])
    assert recalled
    assert ((table["confidence"] == "memory") == table["source"].isin(recalled)).all()
    assert set(table["confidence"]) == set(CONFIDENCE)


def test_vat_is_told_by_the_market(table) -> None:
    prices = table[(table["table"] == "prices") & (table["currency"] != "")]
    assert set(prices.loc[prices["incoterm"] == "FOB", "vat"]) == {"ex"}
    smm = prices[prices["note"].str.contains("VAT incl", regex=False)]
    assert set(smm["vat"]) == {"incl"}
    assert set(smm["currency"]) == {"CNY"}
    assert set(prices.loc[prices["vat"] == "incl", "entity"]) == {"CN"}


def test_measures_are_the_events_with_more_columns(table) -> None:
    register = facts.measures()
    assert list(register["id"]) == list(table.loc[table["table"] == "events", "id"])
    assert set(register["direction"]) == {"tighten", "ease", "neutral"}


def test_editions_stand_side_by_side(table) -> None:
    world = table[(table["table"] == "mines") & (table["entity"] == "World") & (table["period"] == "2024")]
    told = dict(zip(world["edition"], world["value"], strict=True))
    assert told["MCS 2025"] == 390_000
    assert told["MCS 2026"] == 380_000


def test_what_models_and_reports_look_for_is_there(table) -> None:
    magnets = table[
        (table["variable"] == "exports_quantity") & (table["hs"] == "85051110") & (table["entity"] == "CN")
    ]
    months = set(magnets.loc[magnets["partner"] == "World", "period"])
    assert {"2025-01", "2025-03", "2025-05", "2025-06", "2025-07", "2025-08", "2025-12"} <= months
    rates = table[table["table"] == "rates"]
    assert set(rates["variable"]) == {"vat_rate", "vat_refund_rate", "fx_rate"}
    assert (rates.loc[rates["variable"] == "fx_rate", "period"].str[:4] == "2025").sum() == 12


def test_loading_gives_a_copy() -> None:
    mine = facts.load()
    mine["value"] = 0.0
    assert (facts.load()["value"] != 0.0).any()
