"""One document's way: bytes to text, text to figures, figures to findings.

Reading and judging are other rooms' work; here they are called in order, and whatever a hostile document
does to them ends as a record with a reason, never as a stopped watch.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from mischmetal.errors import InputError
from mischmetal.watch.finding import Document, Figure, Finding, Flag, Part, digest
from mischmetal.watch.prices import load_prices
from mischmetal.watch.read.notices import read_notice
from mischmetal.watch.releases import Sign
from mischmetal.watch.secret import redact
from mischmetal.watch.settings import Settings, SourceSettings
from mischmetal.watch.sources.base import Body, Item
from mischmetal.watch.store import Known

log = logging.getLogger("mischmetal.watch")
MOST_SIGNS = 20  # of one release


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
    sizes = {name.casefold(): value for name, value in settings.companies.items()}

    def read(document: Document, body: Body, source: SourceSettings) -> Reading:
        record = read_document(body.data, body.kind)
        if record.refused:
            return Reading(refused=record.refused)
        whole = replace(document, title=document.title or clean(record.title), text=clean(record.text))
        if source.kind == "customs":
            return Reading(text=whole.text, findings=tuple(_release(whole, body, settings)))
        figures = extract(whole.text)
        size = sizes.get(whole.company.casefold())
        if prices is None:
            found = judge(whole, figures, None, company_musd=size)
        else:
            found = judge(whole, figures, prices.usd_per_kg, basis=prices.basis, company_musd=size)
        # an announcement of drilling may speak of export controls; a notice holds no drill result
        found = list(found) or told_notice(whole)
        return Reading(text=whole.text, findings=tuple(found))

    return read


def _release(document: Document, body: Body, settings: Settings) -> list[Finding]:
    """A customs release: its figures kept as an edition of facts, what is unusual in them as findings."""
    from mischmetal.watch import releases

    edition = digest(document.source, document.text)
    folder = Path(settings.publish) / "facts"
    flow = "imports" if "import" in f"{document.source} {document.title}".lower() else "exports"
    try:
        facts = releases.read_release(body.data, flow=flow, edition=edition)
    except InputError as error:
        return [finding(document, "customs", f"{document.title}: no figures could be read", why=str(error))]
    signs = releases.signs(facts, releases.earlier(folder))
    releases.keep(facts, folder, edition=edition)
    return [finding_of(document, sign) for sign in signs if sign.kind != "new"][:MOST_SIGNS] + (
        [_summed(document, signs, edition)] if signs else []
    )


def finding_of(document: Document, sign: Sign) -> Finding:
    """One sign as a finding; the score grows with how unusual the month is."""
    points = {"unusual": min(100.0, 15.0 * abs(sign.z or 0.0)), "change": 60.0, "revised": 30.0}[sign.kind]
    words = {
        "unusual": "far from what the season and the last year would give",
        "change": "three months at another level",
        "revised": "an earlier edition said otherwise",
    }
    return replace(
        finding(document, "customs", sign.text, why=""),
        score=points,
        parts=(Part(name=sign.kind, points=points, why=words[sign.kind]),),
        figures=(Figure(label=sign.kind, value=sign.value, unit=sign.unit),),
        commodity=sign.commodity,
        region=sign.key[1] if len(sign.key[1]) == 2 else "",
    )


def _summed(document: Document, signs: Sequence[Sign], edition: str) -> Finding:
    fresh = [s for s in signs if s.kind == "new"]
    months = sorted({s.period for s in signs})
    title = f"{document.title}: {len(fresh)} new figures for {months[0]} to {months[-1]}, kept as edition {edition}"
    return finding(document, "customs", title, why="")


def told_notice(document: Document) -> list[Finding]:
    """The policy notice that a document is, with the words behind each part; empty where it is none."""
    notice = read_notice(document.text)
    if notice is None:
        return []
    parts = [("actor", notice.actor), ("instrument", notice.instrument), ("effective", notice.effective)]
    parts += [("element", e) for e in notice.elements] + [("HS", h) for h in notice.hs]
    parts += [("stage", s) for s in notice.stages] + [("destination", d) for d in notice.destinations]
    figures = tuple(Figure(label=name, value=s.value, span=s.span) for name, s in parts if s is not None)
    goods = "+".join(e.value for e in notice.elements) or "rare earths"
    when = f" from {notice.effective.value}" if notice.effective else ""
    title = f"{notice.actor.value}: {notice.instrument.value.replace('_', ' ')} on {goods}{when}"
    told = finding(document, "policy", title, why="")
    return [replace(told, figures=figures, commodity=goods, region=notice.actor.value[:2])]


def finding(document: Document, cls: str, title: str, *, why: str) -> Finding:
    """A finding that is told as it is, without a rank."""
    return Finding(
        id=digest("finding", document.id, cls, title),
        document=document.id,
        cls=cls,
        title=title,
        company=document.company,
        red_flags=(Flag(id="unread", why=why),) if why else (),
    )


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
