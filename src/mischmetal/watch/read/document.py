"""PDF, HTML and text files to text, in a process of its own with time and memory limits.

A file that is too big, encrypted, broken or built to harm ends as a record with `refused`; nothing that
it does reaches the caller.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 100 * 1024 * 1024
MAX_TEXT = 8_000_000  # characters
MAX_PAGES = 600
SECONDS = 30
MEMORY = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The text of one file, or in one line why there is none."""

    kind: str  # pdf, html, text
    text: str = ""
    title: str = ""
    pages: int = 0
    refused: str = ""


def sniff(head: bytes, name: str = "") -> str:
    """pdf, html or text by the first bytes, then by the name."""
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    low = start[:512].lower()
    if (
        low.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<p>"))
        or b"<html" in low
    ):
        return "html"
    if Path(name).suffix.lower() in {".html", ".htm", ".xhtml"}:
        return "html"
    return "text"


def read_document(source: Path | str | bytes, kind: str | None = None) -> Record:
    """The text of a file or of bytes.

    `kind` is pdf, html or text; None looks at the bytes. Never raises for what the file holds: a file
    that cannot be read comes back with `refused`.
    """
    if isinstance(source, bytes):
        size, head, name = len(source), source[:2048], ""
    else:
        path = Path(source)
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                head = stream.read(2048)
        except OSError as error:
            return Record(kind=kind or "text", refused=f"cannot be opened: {error.strerror}")
        name = path.name
    kind = kind or sniff(head, name)
    if size > MAX_BYTES:
        return Record(
            kind=kind, refused=f"too big: {size / 1e6:.0f} MB, at most {MAX_BYTES / 1e6:.0f} MB are read"
        )
    if kind == "text":
        data = source if isinstance(source, bytes) else Path(source).read_bytes()
        return _plain(data)
    return _in_child(source, kind)


def _plain(data: bytes) -> Record:
    if head_is_binary(data[:4096]):
        return Record(kind="text", refused="not text: binary data")
    encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    text = data.decode(encoding, "replace").removeprefix("\ufeff")
    if len(text) > MAX_TEXT:
        return Record(kind="text", refused=f"too long: {len(text)} characters, at most {MAX_TEXT} are read")
    return Record(kind="text", text=text)


def head_is_binary(head: bytes) -> bool:
    """Whether a text file's first bytes hold what no text does."""
    return b"\0" in head and head[:2] not in {b"\xff\xfe", b"\xfe\xff"}


def _in_child(source: Path | str | bytes, kind: str) -> Record:
    data = source if isinstance(source, bytes) else None
    argv = [sys.executable, "-I", "-m", "mischmetal.watch.read.sandbox", kind]
    argv.append("-" if data is not None else str(Path(str(source)).resolve()))
    try:
        done = subprocess.run(argv, input=data, capture_output=True, timeout=SECONDS + 5, check=False)
    except subprocess.TimeoutExpired:
        return Record(kind=kind, refused=f"took more than {SECONDS} s to read")
    if done.returncode != 0 or not done.stdout:
        return Record(kind=kind, refused=_reason(done.returncode, done.stderr))
    try:
        row = json.loads(done.stdout)
    except ValueError:
        return Record(kind=kind, refused="the reading process gave no answer")
    return Record(kind=kind, text=row["text"], title=row["title"], pages=row["pages"], refused=row["refused"])


def _reason(code: int, stderr: bytes) -> str:
    if code in {-24, -9, 137, 152}:
        return f"took more than {SECONDS} s or too much memory to read"
    last = stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
    if "MemoryError" in last[0]:
        return f"needs more than {MEMORY // 2**20} MiB of memory to read"
    return (
        f"cannot be read: {re.sub(r'[^ -~]', '?', last[0])[:120] or f'the reading process ended with {code}'}"
    )
