"""RSS and Atom: company newsrooms, policy sites."""

from __future__ import annotations

import calendar
import time
import urllib.parse
import xml.sax
from datetime import UTC, datetime
from typing import Any

from mischmetal.watch.finding import digest
from mischmetal.watch.sources.base import Body, Cursor, Item, Listing, SourceError, kind_of
from mischmetal.watch.sources.client import DOCUMENT_BYTES, Client


class Feed:
    """A feed; with `links` the entry's page or file is read, else the entry's own text."""

    def __init__(self, url: str, *, company: str = "", links: bool = True) -> None:
        self._url = url
        self._company = company
        self._links = links

    def look(self, client: Client, cursor: Cursor) -> Listing:
        import feedparser

        reply = client.get(self._url, etag=cursor.get("etag", ""), modified=cursor.get("modified", ""))
        if reply.unchanged:
            return Listing(items=(), cursor=cursor, unchanged=True)
        headers = {"content-type": reply.content_type or "application/xml", "content-location": reply.url}
        parsed = feedparser.parse(reply.body, response_headers=headers, sanitize_html=False)
        if not parsed.get("version"):
            raise SourceError(f"{self._url}: the layout has changed: neither RSS nor Atom", kind="layout")
        items: dict[str, Item] = {}
        for entry in reversed(parsed.entries):
            item = self._item(entry)
            items[item.id] = item  # a feed that repeats an item means its latest form
        cut = isinstance(parsed.get("bozo_exception"), xml.sax.SAXException)
        if cut:
            if not items:
                raise SourceError(f"{self._url}: the feed is cut off or malformed", kind="layout")
            # Read what is there, and forget the ETag: the rest may be had next time.
            return Listing(items=tuple(items.values()), note="the feed is cut off or malformed")
        fresh = {"etag": reply.etag, "modified": reply.modified}
        return Listing(items=tuple(items.values()), cursor=fresh)

    def fetch(self, client: Client, item: Item) -> Body:
        if item.body is not None:
            return item.body
        reply = client.get(item.link, max_bytes=DOCUMENT_BYTES)
        kind = kind_of(reply.body, reply.content_type, reply.url)
        return Body(data=reply.body, kind=kind, link=reply.url)

    def _item(self, entry: Any) -> Item:
        link = urllib.parse.urljoin(self._url, str(entry.get("link") or ""))
        for file in entry.get("enclosures", ()):
            if "pdf" in str(file.get("type", "")) or str(file.get("href", "")).lower().endswith(".pdf"):
                link = urllib.parse.urljoin(self._url, str(file["href"]))
        key = str(entry.get("id") or entry.get("link") or "")
        title = " ".join(str(entry.get("title") or "").split())
        if not key:
            if not title:
                raise SourceError(
                    f"{self._url}: the layout has changed: an entry without id, link and title", kind="layout"
                )
            key = digest(title, str(entry.get("published", "")))
        html = _html(entry)
        has_link = bool(entry.get("link") or entry.get("enclosures"))
        body = None
        if not (self._links and has_link):
            text = f"<html><body><h1>{_escape(title)}</h1>{html}</body></html>"
            body = Body(data=text.encode(), kind="html", link=link)
        # Its dictionaries answer for `updated` with `published`, and warn: so ask what is there.
        stamp = "updated" if "updated" in entry else "published"
        updated = str(entry.get(stamp) or "")
        return Item(
            id=key,
            title=title,
            fingerprint=digest(title, link, updated, html),
            link=link,
            published=_iso(entry.get("published_parsed") or entry.get(f"{stamp}_parsed")),
            company=self._company,
            body=body,
        )


def _html(entry: Any) -> str:
    parts = [str(part.get("value", "")) for part in entry.get("content", ())]
    return "\n".join(parts) or str(entry.get("summary") or "")


def _escape(text: str) -> str:
    import html

    return html.escape(text)


def _iso(parsed: time.struct_time | None) -> str:
    if parsed is None:
        return ""
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
