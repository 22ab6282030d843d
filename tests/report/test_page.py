"""The page as text: escaped, offline, deterministic, and every number leads to its facts and equation."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from mischmetal.report.explain import equations, memory_share
from mischmetal.report.page import render, safe_url, write_report
from mischmetal.report.scorecard import scorecard


def test_markup_in_data_is_escaped(page: str) -> None:
    assert "Fast tracks &lt;b&gt;agreed&lt;/b&gt; &amp; announced" in page
    assert "<script" not in page
    assert "javascript:" not in page


def test_only_web_addresses_become_links() -> None:
    assert safe_url("https://example.org") == "https://example.org"
    assert safe_url("javascript:alert(1)") == safe_url("data:text/html,x") == safe_url(float("nan")) == ""


def test_nothing_is_loaded_from_elsewhere(page: str) -> None:
    loaded = re.findall(r"""(?:src|xlink:href)=["']([^"']+)|url\(([^)]+)\)|@import""", page)
    assert [hit for hit in loaded if not hit[1].startswith("#")] == []
    assert page.count("<link ") == 1
    assert len(page.encode()) < 6_000_000


def test_same_run_same_page(page, licensed, unlicensed, harsher, observed, facts, variants, claims) -> None:
    again = render(
        licensed,
        compare={"no-policy": unlicensed, "made-no-truce": harsher},
        variants=variants,
        scorecard=scorecard(licensed, unlicensed, observed),
        claims=claims,
        observed=observed,
        facts=facts,
    )
    assert again == page


def test_anchors_are_unique_and_every_link_inside_has_one(page: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_every_chart_has_a_table_and_is_named(page: str) -> None:
    figures = re.findall(r"<figure .*?</figure>", page, flags=re.DOTALL)
    assert len(figures) > 20
    for figure in figures:
        assert 'role="img"' in figure
        assert "<title" in figure
        assert "<desc" in figure
        assert "<details>" in figure
        assert "<tbody>" in figure


def test_misses_come_before_everything_else(page: str) -> None:
    titles = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    assert titles[0] == "What it gets wrong"
    assert titles[:6] == [
        "What it gets wrong",
        "Who is short",
        "Observed against model",
        "Three prices",
        "The licence queue",
        "Beside other runs",
    ]


def test_headlines_show_memory_and_both_ends(page: str) -> None:
    part = page[page.index('id="ends-part"') : page.index('id="score-part"')]
    row = next(r for r in part.split("<tr>") if "Magnet exports, April to December" in r)
    assert "50%" in row  # one of its two facts is from memory
    assert "30,400 … 49,400" in row
    assert row.count("…") == 5


def test_a_run_without_policy_or_observation_still_makes_a_page(unlicensed, observed, facts) -> None:
    html = render(
        unlicensed,
        compare={},
        variants=None,
        scorecard=scorecard(unlicensed, unlicensed, observed.iloc[:0]).iloc[:0],
        claims=None,
        observed=observed.iloc[:0],
        facts=facts,
    )
    assert "Nobody runs out in this run" in html
    assert "No licences are needed in this run" in html
    assert "This run is not scored" in html


def test_a_failed_write_leaves_the_earlier_page(licensed, observed, facts, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("earlier")
    wrong = pd.DataFrame({"hit": [False]})
    with pytest.raises(KeyError):
        write_report(
            licensed,
            path,
            compare={},
            variants=None,
            scorecard=wrong,
            claims=None,
            observed=observed,
            facts=facts,
        )
    assert path.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_a_fact_that_cannot_be_found_counts_as_memory() -> None:
    confidence = pd.Series({"a": "high", "b": "memory"})
    assert memory_share(["a", "b", "gone"], confidence) == pytest.approx(2 / 3)
    assert memory_share([], confidence) is None


def test_equations_name_symbols_and_source() -> None:
    known, unknown = equations(["clearing", "no such equation", "clearing"])
    assert "c_a" in known.text
    assert known.source
    assert unknown.text == ""
