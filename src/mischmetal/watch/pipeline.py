"""One document's way: bytes to text, text to figures, figures to findings.

Reading and judging are other rooms' work; here they are called in order, and whatever a hostile document
does to them ends as a record with a reason, never as a stopped watch.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mischmetal.watch.finding import Document, Finding, digest
from mischmetal.watch.prices import load_prices
from mischmetal.watch.secret import redact
from mischmetal.watch.settings import Settings, SourceSettings
from mischmetal.watch.sources.base import Body, Item
from mischmetal.watch.store import Known

log = logging.getLogger("mischmetal.watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was taken from a document: its text and findings, or why there is none."""

    text: str = ""
    refused: str = ""
    findings: tuple[Finding, ...] = ()


Reader = Callable[[Document, Body, SourceSettings], Reading]
"""Reads and judges one document; the document given has everything but its text and its final id."""


def make_reader(settings: Settings) -> Reader:
    """The watch's own reader, `watch.read` and `watch.judge`, with the prices of the run in the settings.

    Raises InputError where that run's folder holds no prices.
    """
    from mischmetal.watch.judge import judge
    from mischmetal.watch.read import extract
    from mischmetal.watch.read.document import read_document

    prices = load_prices(Path(settings.run)) if settings.run else None

    def read(document: Document, body: Body, source: SourceSettings) -> Reading:
        record = read_document(body.data, body.kind)
        if record.refused:
            return Reading(refused=record.refused)
        whole = replace(document, title=document.title or clean(record.title), text=clean(record.text))
        figures = extract(whole.text)
        if prices is None:
            found = judge(whole, figures, None)
        else:
            found = judge(whole, figures, prices.usd_per_kg, basis=prices.basis)
        return Reading(text=whole.text, findings=tuple(found))

    return read


def take(
    item: Item, body: Body, source: SourceSettings, known: Known | None, *, reader: Reader, now: float
) -> tuple[Document, list[Finding]] | None:
    """The item's document and findings; None where its text is the one already stored."""
    start = Document(
        id="",
        source=source.id,
        item=item_key(item),
        version=known.version + 1 if known else 1,
        previous=known.id if known else None,
        kind=body.kind,
        title=clean(item.title),
        link=redact(clean(body.link or item.link)),
        company=clean(item.company),
        published=item.published,
        fetched=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
    )
    try:
        reading = reader(start, body, source)
    except Exception as error:
        log.exception("%s: reading %s failed", source.id, item.id)
        reading = Reading(refused=f"reading failed ({type(error).__name__})")
    text = clean(reading.text)
    if known is not None and digest(text) == known.text_digest and not reading.refused:
        return None
    document = named(replace(start, text=text, refused=clean(reading.refused)))
    return document, [_belonging(found, document, place) for place, found in enumerate(reading.findings)]


def unreadable(item: Item, source: SourceSettings, known: Known | None, why: str, *, now: float) -> Document:
    """The record of an item that cannot be had."""
    return named(
        Document(
            id="",
            source=source.id,
            item=item_key(item),
            version=known.version + 1 if known else 1,
            previous=known.id if known else None,
            title=clean(item.title),
            link=redact(clean(item.link)),
            company=clean(item.company),
            published=item.published,
            fetched=datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
            refused=redact(clean(why)),
        )
    )


def named(document: Document) -> Document:
    """The document with the id that its content and place give it."""
    return replace(
        document,
        id=digest(
            "document", document.source, document.item, str(document.version), document.text, document.refused
        ),
    )


def _belonging(found: Finding, document: Document, place: int) -> Finding:
    """A finding whose id is unique over all documents and the same in every run."""
    name = digest("finding", document.id, found.id, str(place))
    return replace(found, id=name, document=document.id, company=found.company or document.company)


def item_key(item: Item) -> str:
    """How the store calls an item: its own name, without what a database or a reader must not see."""
    return redact(clean(item.id))


def clean(text: str) -> str:
    """`text` as every database and page can hold it: same length, no NUL, no half characters."""
    return re.sub(r"[\x00\ud800-\udfff]", "\ufffd", text)
