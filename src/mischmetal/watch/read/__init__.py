"""Reading: a document's text in, its figures out, each with the range of text that it came from."""

from __future__ import annotations

from mischmetal.watch.read.extraction import extract

__all__ = ["extract"]
