import pytest

from mischmetal import facts
from mischmetal.errors import InputError, NotFound

QUOTA = "baseline-2024.cn.mine-output-official-quota.reo.2024"


def test_get_gives_the_whole_fact() -> None:
    fact = facts.get(QUOTA)
    assert (fact.value, fact.low, fact.high, fact.unit) == (270_000, 262_000, 285_000, "t REO")
    assert (fact.table, fact.entity, fact.period) == ("baseline-2024", "CN", "2024")


def test_missing_numbers_are_none() -> None:
    fact = facts.get("licensing.nikkei-tass.world.port-halt.2025-04-14")
    assert (fact.value, fact.low, fact.high) == (None, None, None)
    assert fact.text == "many ports"


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(NotFound, match=f"Did you mean '{QUOTA}'"):
        facts.get("baseline-2024.cn.mine-output-official-quotas.reo.2024")


def test_an_id_of_no_table_is_refused_too() -> None:
    with pytest.raises(NotFound, match="no fact 'nothing'"):
        facts.get("nothing")


def test_find_by_words_and_fields() -> None:
    found = facts.find("oxide price", commodity="dy", period="2025-06", confidence="high")
    assert len(found) >= 3
    assert set(found["commodity"]) == {"Dy"}
    assert found["period"].str.startswith("2025-06").all()


def test_every_word_has_to_occur() -> None:
    assert facts.find("magnets zirconia-of-nowhere").empty
    one, two = facts.find("magnets"), facts.find("magnets japan")
    assert 0 < len(two) < len(one)


def test_unknown_table_and_confidence_are_refused() -> None:
    with pytest.raises(NotFound, match="Did you mean 'prices'"):
        facts.find(table="price")
    with pytest.raises(InputError, match="Did you mean 'high'"):
        facts.find(confidence="hihg")
    with pytest.raises(NotFound, match="no fact table"):
        facts.load(["nowhere"])


def test_tables_can_be_loaded_alone() -> None:
    assert set(facts.load(["quotas", "rates"])["table"]) == {"quotas", "rates"}
