"""Page and feed: what they show, and what strangers' words cannot do to them."""

from __future__ import annotations

import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import feedparser
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright
from selectolax.lexbor import LexborHTMLParser

from mischmetal.watch.finding import Document, Figure, Finding, Flag, Part
from mischmetal.watch.page import atom, excerpts, page, web_link

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}]]><!--"


def row(words: str = EVIL, link: str = "https://example.org/a", **more: object):
    text = f"{words} 12 m at 1.5% TREO {words}"
    start = text.index("1.5%")
    document = Document(id="d", source="s", item="i", title=words, link=link, text=text, company=words)
    finding = Finding(
        **(
            {
                "id": "f",
                "document": "d",
                "cls": "drill",
                "title": words,
                "score": 61.0,
                "parts": (Part(name=words, points=61.0, why=words, source=words, n=7),),
                "red_flags": (Flag(id="x", why=words, span=(0, 3)),),
                "figures": (Figure(label=words, value=words, unit=words, span=(start, start + 4)),),
                "commodity": words,
                "where": words,
                "basis": words,
            }
            | more
        )
    )
    return document, finding, 1_790_000_000.0


def test_no_word_of_a_document_becomes_markup() -> None:
    html = page([row()])
    tree = LexborHTMLParser(html)
    assert len(tree.css("script")) == 1
    assert tree.css("img") == []
    assert "49" not in tree.css_first("article h2").text()
    assert "<script>alert(1)" not in html
    assert EVIL.partition('"')[0] in tree.css_first("h2").text()


@hypothesis_settings(deadline=None)
@given(st.text(max_size=40))
def test_any_words_make_a_whole_page_and_a_whole_feed(words: str) -> None:
    tree = LexborHTMLParser(page([row(words)]))
    assert len(tree.css("script")) == len(tree.css("article")) == len(tree.css("h1")) == 1
    assert len(ET.fromstring(atom([row(words)])).findall("{http://www.w3.org/2005/Atom}entry")) == 1


def test_the_figures_words_are_marked() -> None:
    tree = LexborHTMLParser(page([row("words")]))
    assert [mark.text() for mark in tree.css("mark")] == ["wor", "1.5%"]


def test_the_page_needs_nothing_from_outside() -> None:
    html = page([row("words")])
    assert re.findall(r"(?:src|href)=\"([^\"]+)\"", html) == ["https://example.org/a"]
    policy = LexborHTMLParser(html).css_first("meta[http-equiv]").attributes["content"]
    assert policy.startswith("default-src 'none'")


def test_an_empty_page_says_so() -> None:
    assert "Nothing has been found yet" in page([])


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        'https://x.org/"onclick=',
        "",
        " http://x",
    ],
)
def test_only_web_addresses_are_links(link: str) -> None:
    assert web_link(link) == ""
    assert LexborHTMLParser(page([row("words", link)])).css("article a") == []


@hypothesis_settings(deadline=None)
@given(
    st.text(alphabet="ab\n", max_size=900),
    st.lists(st.tuples(st.integers(-5, 950), st.integers(-5, 950)), max_size=8),
)
def test_excerpts_show_each_span_once_and_change_no_word(text: str, spans: list[tuple[int, int]]) -> None:
    shown = excerpts(text, spans)
    good = [span for span in spans if 0 <= span[0] < span[1] <= len(text)]
    marked = sum(len(words) for piece in shown for words, is_marked in piece if is_marked)
    assert marked == len({place for start, end in good for place in range(start, end)})
    for piece in shown:
        assert "".join(words for words, _ in piece) in text


def test_the_feed_is_atom_that_readers_take() -> None:
    data = atom(
        [row("words"), row("more", finding_id := "https://example.org/b", id="g")], link="https://x.org/w/"
    )
    assert finding_id
    parsed = feedparser.parse(data)
    assert parsed.bozo == 0
    assert parsed.version == "atom10"
    assert [entry.id for entry in parsed.entries] == ["urn:mischmetal:finding:f", "urn:mischmetal:finding:g"]
    assert parsed.entries[0].link == "https://example.org/a"
    assert "significant drill result" in parsed.entries[0].title


def test_filters_work_in_a_browser(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: run `make setup`"
    path = tmp_path / "findings.html"
    rows = [
        row("Dysprosium find", commodity="Dy", score=80.0),
        row("Gold find", commodity="Au", score=40.0, id="g"),
        row("A resource", commodity="Dy", score=None, cls="resource", id="h"),
        row(EVIL, id="e"),
    ]
    path.write_text(page(rows), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        errors: list[str] = []
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        tab.on("dialog", lambda dialog: errors.append(dialog.message))
        tab.goto(path.as_uri())
        seen = lambda: tab.locator("article:visible").count()  # noqa: E731
        assert seen() == 4
        tab.select_option("select[name=commodity]", "Dy")
        assert seen() == 2
        tab.fill("input[name=score]", "50")
        assert seen() == 1
        assert tab.locator("#count").inner_text() == "1 of 4 findings"
        kept = tab.url
        tab.goto("about:blank")
        tab.goto(kept)
        assert seen() == 1
        tab.fill("input[name=score]", "")
        tab.select_option("select[name=commodity]", "")
        tab.fill("input[name=words]", "gold")
        assert seen() == 1
        assert errors == []
        browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_open_to_everybody(tmp_path: Path, scheme: str) -> None:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: run `make setup`"
    path = tmp_path / "findings.html"
    # axe runs as a script of its own, which the page's policy rightly forbids: so here without it
    path.write_text(re.sub(r"<meta http-equiv[^>]*>", "", page([row("words")])), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(color_scheme=scheme)
        tab.goto(path.as_uri())
        for summary in tab.locator("summary").all():
            summary.click()
        found = Axe().run(tab)
        browser.close()
    assert [violation["id"] for violation in found.response["violations"]] == []
