"""What was found, for eyes and for feed readers: one self-contained page, and an Atom feed.

Every word in them comes from documents that strangers wrote. The page is rendered with escaping always
on, links are web addresses or nothing, and a content policy lets only the page's own script run.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import jinja2

from mischmetal.watch.deliver.message import explain, headline, line
from mischmetal.watch.finding import CLASSES, Document, Finding
from mischmetal.watch.settings import Settings
from mischmetal.watch.store import Store

Row = tuple[Document, Finding, float]
PAGE = "findings.html"
FEED = "findings.atom"
DRAFTS = "drafts"  # scenario files drafted from policy notices
_AROUND = 240
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def publish(store: Store, settings: Settings) -> None:
    """Write page and feed into the folder of the settings; readers never see half a file."""
    rows = list(store.findings())
    folder = Path(settings.publish)
    folder.mkdir(parents=True, exist_ok=True)
    _replace(folder / PAGE, page(rows).encode())
    _replace(folder / FEED, atom(rows, link=settings.link))
    _write_drafts(rows, folder / DRAFTS)


def _write_drafts(rows: Iterable[Row], folder: Path) -> None:
    """Each policy notice as a draft scenario that `mischmetal run` accepts; a draft once written is the user's."""
    from mischmetal.watch.draft import draft
    from mischmetal.watch.read.notices import read_notice

    for document, finding, found_at in rows:
        path = folder / f"{finding.id}.yaml"
        if finding.cls != "policy" or path.exists():
            continue
        notice = read_notice(document.text)
        today = datetime.fromtimestamp(found_at, UTC).date()
        text = (
            draft(notice, title=finding.title, link=web_link(document.link), today=today) if notice else None
        )
        if text:
            folder.mkdir(parents=True, exist_ok=True)
            _replace(path, text.encode())


def page(rows: Iterable[Row]) -> str:
    """The findings as one HTML page that needs nothing else."""
    folder = Path(__file__).parent / "templates"
    script = (folder / "findings.js").read_text(encoding="utf-8")
    style = (folder / "findings.css").read_text(encoding="utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined
    )
    shown = [_shown(*row) for row in rows]
    return environment.get_template("findings.html").render(
        rows=shown,
        classes=_choices((row["cls"], row["class_name"]) for row in shown),
        commodities=_choices((row["commodity"], row["commodity"]) for row in shown),
        sources=_choices((row["source"], row["source"]) for row in shown),
        script=script,
        style=style,
        script_hash=_sri(script),
        style_hash=_sri(style),
    )


def atom(rows: Iterable[Row], *, link: str = "") -> bytes:
    """The findings as an Atom 1.0 feed; `link` is the address under which both files can be read."""
    ET.register_namespace("", _ATOM)
    kept = list(rows)[:100]
    root = ET.Element(f"{{{_ATOM}}}feed")
    newest = max((found_at for _, _, found_at in kept), default=0.0)
    _add(root, "id", urljoin(link, FEED) if link else "urn:mischmetal:watch")
    _add(root, "title", "Mischmetal watch: findings")
    _add(root, "updated", _iso(newest))
    ET.SubElement(_add(root, "author", None), f"{{{_ATOM}}}name").text = "Mischmetal watch"
    if link:
        ET.SubElement(root, f"{{{_ATOM}}}link", {"rel": "self", "href": urljoin(link, FEED)})
    for document, finding, found_at in kept:
        entry = _add(root, "entry", None)
        _add(entry, "id", f"urn:mischmetal:finding:{finding.id}")
        _add(entry, "title", headline(document, finding))
        _add(entry, "updated", _iso(found_at))
        if web_link(document.link):
            ET.SubElement(entry, f"{{{_ATOM}}}link", {"rel": "alternate", "href": web_link(document.link)})
        ET.SubElement(
            entry, f"{{{_ATOM}}}category", {"term": finding.cls, "label": CLASSES.get(finding.cls, "")}
        )
        _add(entry, "content", explain(document, finding)).set("type", "text")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def excerpts(text: str, spans: Iterable[tuple[int, int] | None]) -> list[list[tuple[str, bool]]]:
    """Pieces of `text` around the spans, each a list of (words, marked), in the text's order.

    Spans that overlap are joined; those that do not lie in the text are dropped.
    """
    good = sorted({span for span in spans if span and 0 <= span[0] < span[1] <= len(text)})
    marks: list[list[int]] = []
    for start, end in good:
        if marks and start <= marks[-1][1]:
            marks[-1][1] = max(marks[-1][1], end)
        else:
            marks.append([start, end])
    windows: list[tuple[int, int, list[list[int]]]] = []
    for mark in marks:
        low, high = max(0, mark[0] - _AROUND), min(len(text), mark[1] + _AROUND)
        if windows and low <= windows[-1][1]:
            windows[-1] = (windows[-1][0], high, [*windows[-1][2], mark])
        else:
            windows.append((low, high, [mark]))
    return [_pieces(text, *window) for window in windows]


def web_link(link: str) -> str:
    """`link` where it is a web address, else "": no script, no file, no data behind a click."""
    return link if re.match(r"https?://[^\s\"'<>\\]+$", link) else ""


def _pieces(text: str, low: int, high: int, marks: list[list[int]]) -> list[tuple[str, bool]]:
    pieces, at = [], low
    for start, end in marks:
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:high], False)] if piece[0]]


def _shown(document: Document, finding: Finding, found_at: float) -> dict[str, Any]:
    spans = [figure.span for figure in finding.figures] + [flag.span for flag in finding.red_flags]
    return {
        "id": finding.id,
        "cls": finding.cls,
        "class_name": CLASSES.get(finding.cls, finding.cls),
        "headline": headline(document, finding),
        "rank": finding.rank,
        "score": finding.score,
        "basis": finding.basis,
        "parts": finding.parts,
        "flags": finding.red_flags,
        "figures": finding.figures,
        "commodity": finding.commodity,
        "company": line(finding.company or document.company),
        "place": ", ".join(part for part in (finding.where, finding.region) if part),
        "source": document.source,
        "title": document.title,
        "link": web_link(document.link),
        "published": document.published,
        "found": _iso(found_at),
        "version": document.version,
        "previous": document.previous,
        "excerpts": excerpts(document.text, spans),
        "text": document.text if finding.cls == "source" else "",
    }


def _choices(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({pair for pair in pairs if pair[0]}, key=lambda pair: pair[1])


def _sri(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _add(parent: ET.Element, name: str, text: str | None) -> ET.Element:
    child = ET.SubElement(parent, f"{{{_ATOM}}}{name}")
    child.text = None if text is None else _NOT_XML.sub("\ufffd", text)
    return child


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _replace(path: Path, data: bytes) -> None:
    """Write beside the file and move over it, so that a kill leaves the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
