"""Studies, financings, offtakes and permits, with the words that each figure came from."""

from __future__ import annotations

import pytest

from mischmetal.watch.read.deals import read_deals
from mischmetal.watch.read.studies import read_study


def test_a_study_with_its_figures_and_its_prices() -> None:
    text = (
        "The study shows a post-tax NPV8 of US$1.2 billion and an IRR of 31%, initial capital of US$420 million, "
        "payback of 2.4 years and a mine life of 21 years, at an NdPr price of US$95/kg."
    )
    rows = {row["label"]: row for row in read_study(text)}
    assert (rows["NPV"]["value"], rows["NPV"]["discount"]) == (1.2e9, 8)
    assert rows["IRR"]["value"] == 31
    assert rows["capital cost"]["value"] == 420e6
    assert rows["payback"]["value"] == 2.4
    assert rows["mine life"]["value"] == 21
    assert rows["price assumed"]["value"] == 95
    for row in rows.values():
        assert text[slice(*row["span"])] == row["text"]


def test_money_without_npv_or_irr_is_no_study() -> None:
    assert read_study("Capital costs of US$12 million and a mine life of 4 years were discussed.") == []


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("Firm commitments were received for a A$12.5 million placement.", "financing", 12.5e6, "AUD"),
        ("The company raises C$8m in a bought-deal financing.", "financing", 8e6, "CAD"),
        ("Das Unternehmen meldet eine Privatplatzierung über 3,5 Millionen Euro.", "financing", 3.5e6, "EUR"),
        ("A binding offtake agreement was signed for 60% of production.", "offtake", None, ""),
        ("The environmental permit for the mine has been granted.", "permit", None, ""),
    ],
)
def test_deals(text: str, kind: str, value: float | None, unit: str) -> None:
    [deal] = read_deals(text)
    assert deal["kind"] == kind
    assert deal["value"] == value
    assert deal["unit"] == unit
    start, end = deal["span"]
    assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "An application for the mining licence is pending.",
        "An export licence was granted for magnets.",
        "The exploration permit covers 412 km2.",
        "Funding of the programme was discussed.",
    ],
)
def test_what_is_no_deal(text: str) -> None:
    assert read_deals(text) == []
