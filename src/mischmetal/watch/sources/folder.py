"""A folder: drop a PDF, an HTML or a text file into it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from mischmetal.watch.finding import digest
from mischmetal.watch.sources.base import Body, Cursor, Item, ItemGone, Listing, SourceError, kind_of
from mischmetal.watch.sources.client import DOCUMENT_BYTES, Client

SUFFIXES = {".pdf", ".html", ".htm", ".txt", ".md", ".csv"}
_SETTLED_S = 0.5  # a file that changed just now may still be on its way in


class Folder:
    """Files of known kinds under `path`; hidden ones and links that lead out of it are left alone."""

    def __init__(self, path: Path, *, company: str = "") -> None:
        self._path = path
        self._company = company

    def look(self, client: Client, cursor: Cursor) -> Listing:
        if not self._path.is_dir():
            raise SourceError(f"{self._path}: there is no such folder", kind="file")
        found: list[tuple[int, Item]] = []
        waiting = False
        for path in sorted(self._path.rglob("*")):
            name = path.relative_to(self._path)
            if path.suffix.lower() not in SUFFIXES or any(part.startswith(".") for part in name.parts):
                continue
            try:
                state = path.stat()
                inside = path.resolve().is_relative_to(self._path.resolve())
            except OSError:
                continue  # gone between the listing and the look
            if not (path.is_file() and inside):
                continue
            if 0 <= time.time() - state.st_mtime < _SETTLED_S:
                waiting = True
                continue
            item = Item(
                id=name.as_posix(),
                title=path.stem,
                fingerprint=digest(str(state.st_size), str(state.st_mtime_ns)),
                link=path.resolve().as_uri(),
                published=datetime.fromtimestamp(state.st_mtime, UTC).isoformat(),
                company=self._company,
            )
            found.append((state.st_mtime_ns, item))
        found.sort(key=lambda pair: (pair[0], pair[1].id))
        note = "a file is still being written" if waiting else ""
        return Listing(items=tuple(item for _, item in found), note=note)

    def fetch(self, client: Client, item: Item) -> Body:
        path = self._path / item.id
        try:
            if path.stat().st_size > DOCUMENT_BYTES:
                raise ItemGone(f"{path.name}: more than {DOCUMENT_BYTES // 2**20} MiB", kind="size")
            data = path.read_bytes()
        except OSError as error:
            raise SourceError(f"{path.name}: {os.strerror(error.errno or 0)}", kind="file") from None
        return Body(data=data, kind=kind_of(data, name=path.name), link=item.link)
