"""The Australian exchange's announcement lists: its public JSON and its pages.

Nothing here is a promised interface. Each answer is checked against the shape below, and anything else
is a `layout` error that names what is missing, so that a change is told and never read as "no news".

JSON, newer: {"data": {"items": [{"documentKey", "headline", "date", "symbol", "url", ...}]}}; `url` is
often empty and the file is then found by its key. JSON, older: {"data": [{"id", "header",
"document_release_date", "issuer_code", "url"}]}. Pages: a table whose rows link to
displayAnnouncement.do?...idsId=N; times are Sydney's. Behind such a link stands a page of terms with the
file's address in a hidden field `pdfURL`: two requests for one document. The middle part of a document
key looks like an idsId and is not one.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mischmetal.watch.finding import digest
from mischmetal.watch.sources.base import Body, Cursor, Item, ItemGone, Listing, SourceError, kind_of
from mischmetal.watch.sources.client import DOCUMENT_BYTES, Client, Reply

FILE_BASE = "https://cdn-api.markitdigital.com/apiman-gateway/ASX/asx-research/1.0/file/"
_SYDNEY = ZoneInfo("Australia/Sydney")
_TIME = re.compile(r"(\d{1,2}/\d{1,2}/\d{4})(?:\s+(\d{1,2}:\d{2}\s*[ap]m|\d{1,2}:\d{2}))?", re.IGNORECASE)


def _cursor(reply: Reply) -> Cursor:
    return {"etag": reply.etag, "modified": reply.modified}


def _layout(url: str, what: str) -> SourceError:
    return SourceError(f"{url}: the layout has changed: {what}", kind="layout")


class AsxJson:
    """An announcement list as JSON, in either of its two shapes."""

    def __init__(self, url: str, *, company: str = "", file_base: str = FILE_BASE) -> None:
        self._url = url
        self._company = company
        self._file_base = file_base

    def look(self, client: Client, cursor: Cursor) -> Listing:
        reply = client.get(self._url, etag=cursor.get("etag", ""), modified=cursor.get("modified", ""))
        if reply.unchanged:
            return Listing(items=(), cursor=cursor, unchanged=True)
        try:
            data = json.loads(reply.body)["data"]
            rows = data if isinstance(data, list) else data["items"]
            name = "" if isinstance(data, list) else str(data.get("displayName") or "")
        except (ValueError, KeyError, TypeError) as error:
            raise _layout(self._url, f"no list of announcements ({type(error).__name__})") from None
        if not isinstance(rows, list):
            raise _layout(self._url, "the announcements are no list")
        items = [self._item(row, name) for row in rows]
        items.sort(key=lambda item: item.published)
        return Listing(items=tuple(items), cursor=_cursor(reply))

    def fetch(self, client: Client, item: Item) -> Body:
        return fetch_file(client, item.link)

    def _item(self, row: Any, name: str) -> Item:
        if not isinstance(row, dict):
            raise _layout(self._url, "an announcement is no object")
        key = str(row.get("documentKey") or row.get("id") or "")
        title = str(row.get("headline") or row.get("header") or "").strip()
        published = str(row.get("date") or row.get("document_release_date") or "")
        if not (key and title and published):
            missing = "key" if not key else "headline" if not title else "date"
            raise _layout(
                self._url, f"an announcement without {missing}; it has {', '.join(sorted(row))[:200]}"
            )
        link = str(row.get("url") or "")
        link = urllib.parse.urljoin(self._url, link) if link else self._file_base + urllib.parse.quote(key)
        company = self._company or str(row.get("issuer_code") or row.get("symbol") or name)
        size = str(row.get("fileSize") or row.get("size") or "")
        return Item(
            id=key,
            title=title,
            fingerprint=digest(key, title, published, size),
            link=link,
            published=published,
            company=company,
        )


class AsxPage:
    """Today's announcements, or one company's, as a page with a table."""

    def __init__(self, url: str, *, company: str = "") -> None:
        self._url = url
        self._company = company

    def look(self, client: Client, cursor: Cursor) -> Listing:
        from selectolax.lexbor import LexborHTMLParser

        reply = client.get(self._url, etag=cursor.get("etag", ""), modified=cursor.get("modified", ""))
        if reply.unchanged:
            return Listing(items=(), cursor=cursor, unchanged=True)
        page = LexborHTMLParser(reply.body.decode("utf-8", "replace"))
        tables = [node for node in page.css("table") if "headline" in node.text().lower()]
        if not tables:
            raise _layout(self._url, "no table with a column Headline")
        rows = [row for table in tables for row in table.css("tr") if row.css_first("td") is not None]
        found = [item for row in rows if (item := self._item(row)) is not None]
        if rows and not found:
            raise _layout(self._url, "no row of the table links to an announcement")
        return Listing(items=tuple(reversed(found)), cursor=_cursor(reply))

    def fetch(self, client: Client, item: Item) -> Body:
        return fetch_file(client, item.link)

    def _item(self, row: Any) -> Item | None:
        anchor = row.css_first("a[href*='displayAnnouncement']")
        if anchor is None:
            return None
        link = urllib.parse.urljoin(self._url, anchor.attributes.get("href") or "")
        ids = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query).get("idsId", [""])[0]
        cells = [" ".join(cell.text(separator=" ").split()) for cell in row.css("td")]
        published = next((time for cell in cells if (time := sydney_time(cell))), "")
        # the link's own text is the headline; pages and size follow it in elements of their own
        title = " ".join((anchor.text(deep=False) or anchor.text()).split())
        if not (ids and title and published):
            missing = "idsId" if not ids else "headline" if not title else "time"
            raise _layout(self._url, f"an announcement without {missing}")
        first = cells[0] if cells else ""
        code = first if re.fullmatch(r"[A-Z0-9]{3,6}", first) else ""
        return Item(
            id=ids,
            title=title,
            fingerprint=digest(ids, title, published),
            link=link,
            published=published,
            company=self._company or code,
        )


def sydney_time(text: str) -> str:
    """ISO time with offset from the page's `24/11/2026 9:31 am`; "" where there is no date."""
    match = _TIME.search(text)
    if match is None:
        return ""
    clock = (match[2] or "").replace(" ", "").lower()
    try:
        day = datetime.strptime(match[1], "%d/%m/%Y")
        if clock:
            form = "%I:%M%p" if clock.endswith("m") else "%H:%M"
            time = datetime.strptime(clock, form)
            day = day.replace(hour=time.hour, minute=time.minute)
    except ValueError:
        return ""
    return day.replace(tzinfo=_SYDNEY).isoformat()


def fetch_file(client: Client, link: str) -> Body:
    """The document behind `link`, through the page of terms where that stands in between."""
    from selectolax.lexbor import LexborHTMLParser

    reply = client.get(link, max_bytes=DOCUMENT_BYTES)
    kind = kind_of(reply.body, reply.content_type, link)
    if kind != "html":
        return Body(data=reply.body, kind=kind, link=reply.url)
    field = LexborHTMLParser(reply.body.decode("utf-8", "replace")).css_first("input[name='pdfURL']")
    address = (field.attributes.get("value") or "") if field is not None else ""
    if not address:
        raise _layout(link, "a page instead of a file, and no field pdfURL in it")
    reply = client.get(urllib.parse.urljoin(reply.url, address), max_bytes=DOCUMENT_BYTES)
    if kind_of(reply.body) != "pdf":
        raise ItemGone(f"{reply.url}: not a PDF", kind="layout")
    return Body(data=reply.body, kind="pdf", link=reply.url)
