"""Tokens to phrases: a small recursive-descent grammar.

Each rule looks a bounded number of tokens ahead, returns the phrase and the place after it, or None. The
rules stand beside one another in `depths`, `masses`, `grades`, `names` and `holes`; what fits none of them
is handed on as a one-token phrase of its own kind.
"""

from __future__ import annotations

from dataclasses import replace

from mischmetal.watch.read.cursor import Cursor
from mischmetal.watch.read.depths import depth, keyed_width, length
from mischmetal.watch.read.grades import ending, grade_phrase, keyed_cut
from mischmetal.watch.read.holes import hole
from mischmetal.watch.read.masses import mass
from mischmetal.watch.read.phrase import Phrase
from mischmetal.watch.read.tokens import Token


def phrases(tokens: list[Token], text: str) -> list[Phrase]:
    """The whole document as phrases, in order."""
    r = Cursor(tokens, text)
    out: list[Phrase] = []
    i = 0
    while i < r.size:
        found = _phrase(r, i) or _plain(r, i)
        token = tokens[i]
        out.append(replace(found, nl=token.nl, indent=token.indent, bullet=token.bullet))
        i = found.last
    return out


def _phrase(r: Cursor, i: int) -> Phrase | None:
    kind = r.kind(i)
    if kind == "ending":
        return ending(r, i)
    if kind in {"cutoff", "topcut"}:
        return keyed_cut(r, i)
    if kind == "truewidth":
        return keyed_width(r, i)
    if kind in {"from", "between", "surface", "number", "at", "about", "to", "more", "over"} and (
        found := depth(r, i)
    ):
        return found
    if found := length(r, i):
        return found
    if found := mass(r, i):
        return found
    if found := grade_phrase(r, i):
        return found
    if kind in {"hole", "holeword"}:
        return hole(r, i)
    return None


def _plain(r: Cursor, i: int) -> Phrase:
    token = r.tokens[i]
    kind = token.kind
    if kind == "stop" and not _ends_sentence(r, i):
        kind = "punct"
    if token.name == ";":
        kind = "semi"
    elif kind in {"from", "cutoff", "topcut", "truewidth", "ending", "hole"}:
        kind += "_word"  # the bare word, no phrase
    return r.make(kind, i, i + 1, name=token.name)


def _ends_sentence(r: Cursor, i: int) -> bool:
    token = r.tokens[i]
    if token.text not in ".。" or token.text == "。":
        return True
    after = r.text[token.end : token.end + 2]
    if after and not after[0].isspace():
        # a lost space: `over 3 meters.The next`
        left = r.tokens[i - 1] if i else None
        closed = (
            left is not None and left.end == token.start and left.kind in {"metre", "number", "word", "zone"}
        )
        short = left is not None and left.kind == "word" and len(left.text) < 4
        return closed and not short and after[0].isupper() and not after[1:].isupper()
    before = r.tokens[i - 1] if i else None
    ahead = r.text[token.end : token.end + 2].strip()
    if before is not None and before.text in {"m", "ft", "oz"} and ahead and not ahead.isupper():
        return False  # 12 m. at 3 g/t
    return not (before is not None and before.kind in {"word", "analyte"} and len(before.text) == 1)
