"""Past discoveries: sources, bias, base rates, own findings; the page in a browser."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from mischmetal.errors import InputError
from mischmetal.watch import discoveries
from mischmetal.watch.finding import Document, Finding


def test_every_event_has_a_source_and_a_day():
    events = discoveries.packaged()
    assert len(events) >= 20
    for event in events:
        assert event.source.startswith("http")
        datetime.date.fromisoformat(event.day)
        assert event.kind in discoveries.KINDS


def test_base_rates_count_what_is_known_and_nothing_else():
    events = discoveries.packaged()
    rows = [r for r in discoveries.base_rates(events) if r["kind"] == "all"]
    for row, (span, _, _) in zip(rows, discoveries.SPANS, strict=True):
        known = sorted(e.returns[span] for e in events if e.returns[span] is not None)
        assert row["n"] == len(known)
        assert known[0] <= row["median"] <= known[-1]
        assert row["above"] == pytest.approx(100 * sum(r > 0 for r in known) / len(known))


def _found(company: str, day: str) -> tuple[Document, Finding, float]:
    document = Document(id="d", source="s", item="i", company=company, published=f"{day}T08:00:00+10:00")
    return (
        document,
        Finding(id="f", document="d", cls="drill", title="<b>12 m</b>", score=50.0, company=company),
        0.0,
    )


def test_own_findings_get_returns_as_prices_are_imported(tmp_path: Path):
    path = tmp_path / "prices.csv"
    path.write_text("name,date,close\nAcme,2026-01-01,1.0\nAcme,2026-01-02,1.5\nAcme,2026-02-05,2.0\n")
    mine = discoveries.own(
        [_found("ACME", "2026-01-02"), _found("Other", "2026-01-02")], discoveries.read_prices(path)
    )
    assert mine[0]["day0"] == pytest.approx(50)
    assert mine[0]["1m"] == pytest.approx(100)
    assert mine[0]["12m"] is None
    assert mine[1]["day0"] is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,date\n", "close: found 'no such column'"),
        ("name,date,close\nA,1 May,2\n", "row 2, date: found '1 May'"),
        ("name,date,close\nA,2026-01-01,-3\n", "row 2, close: found '-3'"),
        ("name,date,close\nA,2026-01-01,nan\n", "row 2, close: found 'nan'"),
    ],
)
def test_bad_prices_are_told_in_one_line(text, said, tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        discoveries.read_prices(path)
    assert said in str(error.value)


def test_the_page_says_its_bias_and_is_quiet_and_readable(tmp_path: Path):
    mine = discoveries.own([_found("<script>alert(1)</script>", "2026-01-02")], {})
    path = tmp_path / "page.html"
    path.write_text(discoveries.html(discoveries.packaged(), mine), encoding="utf-8")
    assert "<script>" not in path.read_text()
    assert discoveries.BIAS.split(":")[0] in path.read_text()
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: run make setup"
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 390, "height": 800})
        noise: list[str] = []
        view.on("console", lambda m: noise.append(m.text))
        view.on("request", lambda r: noise.append(r.url) if not r.url.startswith("file:") else None)
        view.goto(path.as_uri())
        assert view.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(view)
        browser.close()
    assert noise == []
    assert found.violations_count == 0, json.dumps(found.response["violations"])[:2000]
