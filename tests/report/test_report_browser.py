"""The page in a real browser at phone and desk width: quiet, offline, accessible, reachable by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
WIDTHS = pytest.mark.parametrize("width", [390, 1440])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing: run `make setup`", pytrace=False)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(page: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def _open(browser: Browser, address: str, width: int) -> tuple[Any, list[str], list[str]]:
    tab = browser.new_page(viewport={"width": width, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address)
    return tab, said, asked


@WIDTHS
def test_quiet_and_offline(browser: Browser, address: str, width: int) -> None:
    tab, said, asked = _open(browser, address, width)
    tab.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    tab.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert said == []
    assert asked == [address]
    tab.close()


@WIDTHS
@pytest.mark.parametrize("opened", [False, True])
def test_no_accessibility_violation(browser: Browser, address: str, width: int, opened: bool) -> None:
    tab, _, _ = _open(browser, address, width)
    tab.evaluate(f"document.querySelectorAll('details').forEach(d => d.open = {str(opened).lower()})")
    found = Axe().run(tab).response["violations"]
    assert [(v["id"], v["help"], v["nodes"][0]["html"][:200]) for v in found] == []
    tab.close()


@WIDTHS
def test_nothing_wider_than_the_screen(browser: Browser, address: str, width: int) -> None:
    tab, _, _ = _open(browser, address, width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    beyond = "s => s.getBoundingClientRect().right > innerWidth"
    assert tab.evaluate(f"[...document.querySelectorAll('svg')].filter({beyond}).length") == 0
    tab.close()


@WIDTHS
def test_every_chart_shows_its_table(browser: Browser, address: str, width: int) -> None:
    tab, _, _ = _open(browser, address, width)
    charts = tab.locator("figure")
    assert charts.count() > 20
    for i in range(charts.count()):
        chart = charts.nth(i)
        assert chart.locator("svg[role=img] > title").count() == 1
        assert chart.locator("details tbody tr").count() > 0
    first = charts.first
    first.locator("summary").focus()
    tab.keyboard.press("Enter")
    assert first.locator("table").is_visible()
    tab.close()


def test_keyboard_reaches_the_results_first(browser: Browser, address: str) -> None:
    tab, _, _ = _open(browser, address, 1440)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the results"
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#first")
    tab.close()
