"""The tokens of one document, and the smallest steps over them that all rules of the grammar share."""

from __future__ import annotations

from mischmetal.watch.read.phrase import Phrase
from mischmetal.watch.read.tokens import Token
from mischmetal.watch.read.words import LIGHT

FOOT_M = 0.3048


class Cursor:
    """The tokens of one document; it never changes after it is made.

    Every rule takes a place `i` and returns what it read with the place after it, or None.
    """

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.size = len(tokens)

    def kind(self, i: int) -> str:
        """Kind of token i, "" behind the last."""
        return self.tokens[i].kind if i < self.size else ""

    def name(self, i: int) -> str:
        """Canonical name of token i, "" behind the last."""
        return self.tokens[i].name if i < self.size else ""

    def breaks(self, i: int) -> bool:
        """Whether token i starts a new item, or is none."""
        return i >= self.size or self.tokens[i].nl == 2

    def number(self, i: int) -> float | None:
        """Value of token i where it is a number."""
        return self.tokens[i].value if self.kind(i) == "number" else None

    def metre(self, i: int, *, glued: bool = False) -> tuple[float, int] | None:
        """Factor to metres and the place after the unit."""
        if (
            self.name(i) == "-"
            and self.kind(i + 1) in {"metre", "foot"}
            and self.tokens[i + 1].start == self.tokens[i].end
        ):
            i += 1
        if self.breaks(i) and i < self.size and not glued and self.tokens[i].bullet:
            return None
        if self.kind(i) == "metre":
            return 1.0, i + 1
        if self.kind(i) == "foot":
            return FOOT_M, i + 1
        return None

    def unit(self, i: int) -> tuple[str, int] | None:
        """The grade unit at i and the place after it."""
        if self.kind(i) != "unit" or (self.breaks(i) and self.tokens[i].bullet):
            return None
        return self.name(i), i + 1

    def skip(self, i: int, kinds: set[str], limit: int = 3) -> int:
        """The place after up to `limit` tokens of these kinds, articles between them."""
        while (
            limit
            and i < self.size
            and (self.kind(i) in kinds or self.name(i) in {"a", "an", "the", "of", "der", "einer"})
        ):
            i += 1
            limit -= 1
        return i

    def skip_light(self, k: int, limit: int = 3) -> int:
        """The place after up to `limit` light words."""
        while (
            limit
            and k < self.size
            and not self.breaks(k)
            and (self.name(k) in LIGHT or self.kind(k) == "total")
        ):
            k += 1
            limit -= 1
        return k

    def make(self, kind: str, first: int, last: int, **more: object) -> Phrase:
        """A phrase of the tokens [first, last)."""
        return Phrase(kind, first, last, self.tokens[first].start, self.tokens[last - 1].end, 0, **more)  # type: ignore[arg-type]
