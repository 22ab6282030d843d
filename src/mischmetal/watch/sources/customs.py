"""A customs authority's monthly release: a page with a table, or a table as a file, at one address.

The address stays and its content changes, so each new content is a version of the same item, and the
earlier one (a revision, or last month's) stays beside it.
"""

from __future__ import annotations

import hashlib

from mischmetal.watch.sources.base import Body, Cursor, Item, Listing, SourceError, kind_of
from mischmetal.watch.sources.client import Client


class CustomsRelease:
    """One release address. A page without any table is a changed layout."""

    def __init__(self, url: str, *, name: str = "release", title: str = "") -> None:
        self._url = url
        self._name = name
        self._title = title or "Customs release"

    def look(self, client: Client, cursor: Cursor) -> Listing:
        reply = client.get(self._url, etag=cursor.get("etag", ""), modified=cursor.get("modified", ""))
        if reply.unchanged:
            return Listing(items=(), cursor=cursor, unchanged=True)
        kind = kind_of(reply.body, reply.content_type, reply.url)
        if not has_table(reply.body, kind):
            raise SourceError(f"{self._url}: the layout has changed: no table of figures", kind="layout")
        item = Item(
            id=self._name,
            title=self._title,
            fingerprint=hashlib.sha256(reply.body).hexdigest()[:16],
            link=self._url,
            published=reply.modified and _http_date(reply.modified),
            body=Body(data=reply.body, kind=kind, link=reply.url),
        )
        return Listing(items=(item,), cursor={"etag": reply.etag, "modified": reply.modified})

    def fetch(self, client: Client, item: Item) -> Body:
        if item.body is None:
            raise SourceError(f"{self._url}: the release was not read", kind="layout")
        return item.body


def has_table(data: bytes, kind: str) -> bool:
    """Whether there are at least two rows with figures (an HTML table, or separated columns)."""
    if kind == "pdf":
        return True  # the reader decides: a PDF shows its tables only when opened
    text = data.decode("utf-8", "replace")
    if kind == "html":
        from selectolax.lexbor import LexborHTMLParser

        rows = [row.text() for row in LexborHTMLParser(text).css("tr") if row.css_first("td") is not None]
    else:
        rows = [line for line in text.splitlines() if any(mark in line for mark in ",;\t")]
    return sum(any(sign.isdigit() for sign in row) for row in rows) >= 2


def _http_date(value: str) -> str:
    import email.utils

    try:
        return email.utils.parsedate_to_datetime(value).isoformat()
    except ValueError:
        return ""
