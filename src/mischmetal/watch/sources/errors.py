"""What can go wrong with a source, in words for people."""

from __future__ import annotations


class SourceError(Exception):
    """A source cannot be read; the text is one line for people.

    `kind` is `network`, `status`, `layout`, `size`, `robots`, `refused` or `file`; `wait_s` is how long
    the server asked us to stay away.
    """

    def __init__(self, text: str, *, kind: str, wait_s: float = 0.0) -> None:
        super().__init__(text)
        self.kind = kind
        self.wait_s = wait_s


class ItemGone(SourceError):
    """This one item can never be had (deleted, too large): recorded once and not asked for again."""
