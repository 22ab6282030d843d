"""The audit: verdicts follow from facts, never from a list of verdicts."""

import pytest

from mischmetal import facts
from mischmetal.facts.claims import audit
from mischmetal.facts.quoted import CLAIMS


@pytest.fixture(scope="module")
def table():
    return facts.load()


@pytest.fixture(scope="module")
def told(table):
    return audit(table).set_index("id")


def test_every_quoted_figure_is_there(told) -> None:
    assert len(told) == len(CLAIMS) == 10
    assert set(told["verdict"]) <= {"confirmed", "conflicts", "no source"}


def test_every_fact_named_exists(told, table) -> None:
    known = set(table["id"])
    for ids in told["facts"]:
        assert ids
        assert set(ids.split(";")) <= known


def test_nothing_rests_on_memory(told, table) -> None:
    confidence = table.set_index("id")["confidence"]
    assert all(confidence[i] != "memory" for ids in told["facts"] for i in ids.split(";"))


@pytest.mark.parametrize(
    ("claim", "verdict", "measured"),
    [
        ("exports-august-2025", "conflicts", "5,792 t gross"),
        ("share-japan", "conflicts", "29.2 %"),
        ("share-united-states", "conflicts", "28.9 %"),
        ("imports-2024", "conflicts", "132,931 t gross"),
        ("magnets-july-2025", "confirmed", "on June: 74.9 %"),
        ("price-swings-2025", "conflicts", "(NdPr): 39.4 %"),
        ("share-mining", "confirmed", "71.1 %"),
        ("share-refining", "confirmed", "91.3 %"),
        ("reserves-china", "confirmed", "44,000,000 t REO"),
        ("stock-japan", "conflicts", "0.493 years"),
    ],
)
def test_verdicts_on_the_packaged_facts(told, claim: str, verdict: str, measured: str) -> None:
    assert told.loc[claim, "verdict"] == verdict
    assert measured in told.loc[claim, "measured"]


def test_where_a_wrong_figure_comes_from(told) -> None:
    assert "rare-earth products, mostly magnets" in told.loc["exports-august-2025", "agrees_with"]
    assert "added up" in told.loc["imports-2024", "agrees_with"]


def test_a_verdict_turns_with_its_facts(table) -> None:
    changed = table.copy()
    chosen = (changed["table"] == "exports-re") & (changed["period"] == "2025-08")
    changed.loc[chosen, "value"] = 7_400.0
    changed.loc[changed["id"] == "exports-magnets.cn.world.exports-quantity.re-magnets.2025-07", "value"] = (
        3_000.0
    )
    verdicts = audit(changed).set_index("id")["verdict"]
    assert verdicts["exports-august-2025"] == "confirmed"
    assert verdicts["magnets-july-2025"] == "conflicts"


def test_without_facts_there_is_no_source(table) -> None:
    verdicts = audit(table[table["table"] == "prices"])
    assert set(verdicts.loc[verdicts["id"] != "price-swings-2025", "verdict"]) == {"no source"}
    recalled = table.copy()
    recalled.loc[recalled["table"] == "reserves", "confidence"] = "memory"
    assert audit(recalled).set_index("id").loc["reserves-china", "verdict"] == "no source"
