"""A mailbox export: one mbox file, or a folder of .eml files.

Mail lists of companies and agencies reach people who have no feed. The message's own text is a document,
and so is each PDF that it carries.
"""

from __future__ import annotations

import email.policy
import email.utils
import hashlib
import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from mischmetal.watch.finding import digest
from mischmetal.watch.sources.base import Body, Cursor, Item, Listing, SourceError, kind_of
from mischmetal.watch.sources.client import DOCUMENT_BYTES, Client


class Mailbox:
    """Messages in `path`; an item's id is the message's id and the part's place in it."""

    def __init__(self, path: Path, *, company: str = "") -> None:
        self._path = path
        self._company = company

    def look(self, client: Client, cursor: Cursor) -> Listing:
        if not self._path.exists():
            raise SourceError(f"{self._path}: there is no such file or folder", kind="file")
        state = self._state()
        if cursor.get("state") == state:
            return Listing(items=(), cursor=cursor, unchanged=True)
        try:
            items = [item for message in self._messages() for item in self._items(message)]
        except (OSError, ValueError, LookupError) as error:
            raise SourceError(f"{self._path}: {error}", kind="file") from None
        return Listing(items=tuple(items), cursor={"state": state})

    def fetch(self, client: Client, item: Item) -> Body:
        if item.body is None:
            raise SourceError(f"{self._path}: a message without a text", kind="file")
        return item.body

    def _files(self) -> list[Path]:
        return sorted(self._path.rglob("*.eml")) if self._path.is_dir() else [self._path]

    def _state(self) -> str:
        states = [(path, path.stat()) for path in self._files()]
        return digest(*(f"{path}|{state.st_size}|{state.st_mtime_ns}" for path, state in states))

    def _messages(self) -> Iterator[EmailMessage]:
        parser = BytesParser(policy=email.policy.default)
        if self._path.is_dir() or self._path.suffix.lower() == ".eml":
            for path in self._files():
                with path.open("rb") as file:
                    yield _mail(parser.parse(file))
            return
        with self._path.open("rb") as file:
            if file.read(5) not in {b"From ", b""}:
                raise SourceError(f"{self._path}: not a mailbox in mbox form", kind="layout")
        box = mailbox.mbox(self._path, create=False)
        try:
            for key in box.iterkeys():
                yield _mail(parser.parsebytes(box.get_bytes(key)))
        finally:
            box.close()

    def _items(self, message: EmailMessage) -> Iterator[Item]:
        subject = " ".join(str(message["subject"] or "").split())
        sender = str(message["from"] or "")
        key = str(message["message-id"] or "").strip() or digest(subject, sender, str(message["date"] or ""))
        published = _date(str(message["date"] or ""))
        for place, body in enumerate(_bodies(message)):
            yield Item(
                id=f"{key}#{place}",
                title=subject,
                fingerprint=hashlib.sha256(body.data).hexdigest()[:16],
                published=published,
                company=self._company,
                body=body,
            )


def _mail(message: object) -> EmailMessage:
    if not isinstance(message, EmailMessage):
        raise TypeError("the parser's policy makes EmailMessage")
    return message


def _bodies(message: EmailMessage) -> Iterator[Body]:
    main = message.get_body(preferencelist=("plain", "html"))
    if main is not None:
        raw = main.get_payload(decode=True)
        data = raw if isinstance(raw, bytes) else b""
        charset = main.get_content_charset() or "utf-8"
        try:
            text = data.decode(charset, "replace")
        except LookupError:
            text = data.decode("utf-8", "replace")
        kind = "html" if main.get_content_subtype() == "html" else "text"
        yield Body(data=text.encode(), kind=kind)
    for part in message.iter_attachments():
        raw = part.get_payload(decode=True)
        if isinstance(raw, bytes) and len(raw) <= DOCUMENT_BYTES and kind_of(raw) == "pdf":
            yield Body(data=raw, kind="pdf")


def _date(value: str) -> str:
    try:
        return email.utils.parsedate_to_datetime(value).isoformat()
    except (TypeError, ValueError):
        return ""
