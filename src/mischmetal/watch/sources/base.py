"""What every source is to the watch: a list of items, and a way to fetch one.

An adapter knows one shape of the outside world and nothing of stores, rules or channels. It raises
`SourceError` and nothing else for whatever the outside world does to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from mischmetal.watch.sources.client import Client
from mischmetal.watch.sources.errors import ItemGone, SourceError

__all__ = ["Body", "Cursor", "Item", "ItemGone", "Listing", "Source", "SourceError", "kind_of"]

Cursor = dict[str, str]
"""What a source wants to remember between two looks (ETag, Last-Modified, ...)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The bytes of one document. `kind` is pdf, html or text."""

    data: bytes
    kind: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a source's list. `fingerprint` changes when the item may have been edited."""

    id: str
    title: str
    fingerprint: str
    link: str = ""
    published: str = ""  # ISO 8601 with offset, or ""
    company: str = ""
    body: Body | None = None  # where the list itself holds the document


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One look at a source: its items, oldest first, and the cursor to commit with the last of them."""

    items: tuple[Item, ...]
    cursor: Cursor = field(default_factory=dict)
    unchanged: bool = False  # the server said 304
    note: str = ""  # something odd that did not stop the reading


class Source(Protocol):
    """The small interface behind which all adapters stand."""

    def look(self, client: Client, cursor: Cursor) -> Listing:
        """What is there now. Raises SourceError."""

    def fetch(self, client: Client, item: Item) -> Body:
        """The item's document. Raises SourceError; ItemGone where asking again is useless."""


def kind_of(data: bytes, content_type: str = "", name: str = "") -> str:
    """pdf, html or text, by what the bytes are first, then by what others call them."""
    head = data[:1024].lstrip()
    if b"%PDF-" in data[:1024]:
        return "pdf"
    lowered = head[:256].lower()
    if lowered.startswith((b"<!doctype html", b"<html")) or b"<html" in lowered:
        return "html"
    label = f"{content_type} {name}".lower()
    if "pdf" in label:
        return "pdf"
    return "html" if "html" in label or label.endswith(".htm") else "text"
