"""The child process that opens PDF and HTML files: `python -m mischmetal.watch.read.sandbox KIND PATH|-`.

It sets its own limits of processor time, memory and file size before it looks at the file, and prints one
JSON object. Scripts, forms, links and attachments of a file are never run or followed.
"""

from __future__ import annotations

import contextlib
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

from mischmetal.watch.read.document import MAX_PAGES, MAX_TEXT, MEMORY, SECONDS


def confine() -> None:
    """Limits that the process cannot lift again."""
    for what, limit in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a limit that is lower already stays
            resource.setrlimit(what, (limit, limit))


def answer(*, text: str = "", title: str = "", pages: int = 0, refused: str = "") -> dict[str, Any]:
    return {"text": text, "title": title, "pages": pages, "refused": refused}


# JavaScript and Launch actions; an announcement needs neither. Behind packed objects the library counts them.
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch)(?![A-Za-z0-9])")


def read_pdf(data: bytes) -> dict[str, Any]:
    """The text of all pages, a form feed between them."""
    import pypdfium2
    from pypdfium2 import PdfiumError

    try:
        document = pypdfium2.PdfDocument(data)
    except PdfiumError as error:
        encrypted = "assword" in str(error) or "ecurity" in str(error)
        return answer(
            refused="encrypted: a password is needed" if encrypted else "not a PDF that can be read"
        )
    count = len(document)
    if _ACTIVE.search(data) or pypdfium2.raw.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        return answer(pages=count, refused="holds a script or starts a program: not read")
    if count > MAX_PAGES:
        return answer(pages=count, refused=f"too long: {count} pages, at most {MAX_PAGES} are read")
    parts: list[str] = []
    size = 0
    for page in document:
        words = page.get_textpage().get_text_bounded()
        size += len(words)
        if size > MAX_TEXT:
            return answer(pages=count, refused=f"too long: more than {MAX_TEXT} characters of text")
        parts.append(words.replace("\r\n", "\n").replace("\ufffe", "-"))
    title = (document.get_metadata_dict().get("Title") or "")[:300]
    if size == 0:
        return answer(title=title, pages=count, refused="no text: the pages are pictures")
    return answer(text="\f".join(parts), title=title, pages=count)


_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "ul", "ol", "section", "article", "br", "header", "footer", "blockquote", "dt", "dd", "pre", "title"}  # fmt: skip
_SKIPPED = ["script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "canvas", "nav"]


def read_html(data: bytes) -> dict[str, Any]:
    """The words of a page; table cells parted by tabs, list items with a bullet in front."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(data)
    title_node = tree.css_first("title")
    title = title_node.text(strip=True)[:300] if title_node else ""
    tree.strip_tags(_SKIPPED)
    body = tree.body
    if body is None:
        return answer(title=title, refused="no text: an empty page")
    out: list[str] = []
    spans: dict[int, tuple[int, str]] = {}
    column = 0
    for node in body.traverse(include_text=True):
        tag = node.tag
        if tag == "-text":
            words = " ".join((node.text_content or "").split())
            if words:
                lead = " " if (node.text_content or "")[:1].isspace() else ""
                out.append(lead + words + (" " if (node.text_content or "")[-1:].isspace() else ""))
        elif tag == "tr":
            out.append("\n")
            column = 0
        elif tag in {"td", "th"}:
            while column in spans:  # a cell of a row above reaches down here
                left, _ = spans[column]
                spans[column] = (left - 1, "")
                if left <= 1:
                    del spans[column]
                out.append("\t")
                column += 1
            if column:
                out.append("\t")
            down = _count(node.attributes.get("rowspan"))
            across = _count(node.attributes.get("colspan"))
            if down > 1:
                spans[column] = (down - 1, "")
            out.append("")
            column += 1
            for _ in range(across - 1):
                out.append("\t")
                column += 1
        elif tag == "li":
            out.append("\n• ")
        elif tag in _BLOCKS:
            out.append("\n")
    text = _tidied("".join(out))
    if len(text) > MAX_TEXT:
        return answer(title=title, refused=f"too long: more than {MAX_TEXT} characters of text")
    return answer(text=text, title=title, pages=1)


def _count(value: str | None) -> int:
    return min(int(value), 50) if value and value.isascii() and value.isdigit() else 1


def _tidied(text: str) -> str:
    lines = [line.strip(" ") for line in text.split("\n")]
    out: list[str] = []
    for line in lines:
        if line or (out and out[-1]):
            out.append(line)
    return "\n".join(out).strip()


def main(argv: list[str]) -> int:
    """Read one file and print what it holds."""
    kind, place = argv
    data = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    confine()
    row = read_pdf(data) if kind == "pdf" else read_html(data)
    sys.stdout.write(json.dumps(row))
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
