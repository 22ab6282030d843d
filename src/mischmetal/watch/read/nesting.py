"""Which intercept another lies within.

It follows from the words between the intercepts first (`including`, `within`, a new item),
and from the depths where the words leave it open: a part lies inside its whole.
"""

from __future__ import annotations

from dataclasses import dataclass

from mischmetal.watch.read.core import Core
from mischmetal.watch.read.phrase import Phrase

_TOLERANCE_M = 0.05


def nest(phrases: list[Phrase], cores: list[Core]) -> None:
    """Fill `parent` of every core."""
    for i in range(1, len(cores)):
        core, before = cores[i], cores[i - 1]
        link = _link(phrases, before.last, core.first)
        if link == "join" and _stands_alone(phrases, cores, i):
            link = "break"
        if link in {"incl", "sibling"}:
            core.parent = _enclosing(cores, i, sibling=link == "sibling")
        elif link == "within":
            chain = ancestors(cores, i - 1)
            whole = cores[chain[-1]]
            if before.parent is None:
                before.parent = i
            elif whole.parent is None and fits(whole, core) and (core.length or 0.0) > (whole.length or 0.0):
                whole.parent = i
        elif link in {"with", "join", "list"}:
            core.parent = _continued(phrases, cores, i, link)


def _stands_alone(phrases: list[Phrase], cores: list[Core], i: int) -> bool:
    """Behind a semicolon, without a depth, with a part of its own: the next whole, not one more part."""
    core = cores[i]
    if core.interval is not None or i + 1 >= len(cores):
        return False
    parted = any(phrases[k].kind == "semi" for k in range(cores[i - 1].last, core.first))
    return parted and _link(phrases, core.last, cores[i + 1].first) == "incl"


@dataclass(slots=True)
class _Between:
    """What the phrases between two cores have said so far."""

    link: str = "join"
    words: int = 0
    stopped: bool = False  # a sentence has ended
    new_line: bool = False
    listed: bool = False  # the words speak of many: intercepts, results, holes

    def word(self, name: str) -> None:
        """Count one word; too many part the cores."""
        if name == "with" and self.link == "join":
            self.link = "with"
        self.words += 1
        self.listed |= name in _MANY
        if self.words > (6 if self.link in {"incl", "sibling"} else 12):
            self.link = "break"

    def part(self, phrases: list[Phrase], left: int, k: int) -> None:
        """`including`, `of which`, and a sentence about the intercept just told."""
        name = phrases[k].name
        if self.stopped and _said_of_it(phrases, left, k):
            self.link, self.words = "incl", 0
        elif name == "included":
            self.word(name)
        elif ((self.stopped or self.new_line) and self.words > 1) or (
            self.listed and self.link in {"join", "list"}
        ):
            self.link = "break"
        else:
            joined = k > left and phrases[k - 1].kind == "and" and name != "includes"
            also = joined or name.startswith(("and", "und", "e "))
            self.link, self.words = "sibling" if also else "incl", 0


def _link(phrases: list[Phrase], left: int, right: int) -> str:
    """How the core at phrase `right` hangs on the one that ended before `left`.

    `incl`, `sibling` (and including), `within`, `with`, `join` (comma, and), `list` (new item), `break`.
    """
    so = _Between()
    for k in range(left, right + 1):
        phrase = phrases[k]
        if phrase.nl == 2:
            so.new_line, so.words = True, 0
            so.link = "list" if so.link == "join" else so.link
        if k == right:
            break
        if phrase.kind == "incl":
            so.part(phrases, left, k)
        elif phrase.kind == "ending_word" and so.link in {"join", "list"} and not so.stopped:
            so.link, so.words = "incl", 0
        elif phrase.kind == "within":
            bracket = so.link == "list" and phrases[k - 1].name == "("
            so.link = "within" if (so.link == "join" and so.words <= 3) or bracket else so.link
        elif phrase.kind == "aswell":
            so.link = "break"
        elif phrase.kind == "stop":
            so.stopped, so.words, so.listed = True, 0, False
            so.link = so.link if phrases[k - 1].kind == "incl" else "break"
        elif phrase.kind in {"word", "analyte", "visual", "length", "holeword", "number"}:
            so.word(phrase.name)
        elif phrase.kind == "at" and so.link == "join" and (phrase.name == "with" or _with_a(phrases, k)):
            so.link = "with"
        elif phrase.kind == "zone":
            so.listed |= phrase.name in _MANY
    return so.link


def _with_a(phrases: list[Phrase], k: int) -> bool:
    """`con un`, `mit einem`, `com um`: with a part of its own."""
    after = phrases[k + 1].name if k + 1 < len(phrases) else ""
    return phrases[k].name in {"con", "mit", "com"} and after in {"un", "una", "einem", "einer", "um", "uma"}


_MANY = {"intercepts", "intersections", "hits", "results", "highlights", "holes", "assays", "intervals"}


def _said_of_it(phrases: list[Phrase], left: int, k: int) -> bool:
    """`The intercept included`, `It also includes`: a new sentence about the intercept just told."""
    first = max((j + 1 for j in range(left, k) if phrases[j].kind == "stop"), default=left)
    for j in range(first, k):
        before = phrases[j - 1].name if j > first else ""
        if phrases[j].name == "it" or (phrases[j].kind == "zone" and before in {"the", "this", "that"}):
            return phrases[j].name not in _MANY
    return False


def fits(child: Core, parent: Core) -> bool:
    """Whether `child` can lie within `parent` by what is known of their depths and lengths."""
    inner, outer = child.interval, parent.interval
    if inner is not None and outer is not None:
        return outer[0] - _TOLERANCE_M <= inner[0] and inner[1] <= outer[1] + max(
            _TOLERANCE_M, 0.02 * (outer[1] - outer[0])
        )
    if child.length is not None and parent.length is not None:
        return child.length <= parent.length
    return True


def ancestors(cores: list[Core], i: int) -> list[int]:
    """i and what it lies in, inmost first."""
    chain = [i]
    while (up := cores[chain[-1]].parent) is not None and up not in chain:
        chain.append(up)
    return chain


def _enclosing(cores: list[Core], i: int, *, sibling: bool) -> int:
    chain = ancestors(cores, i - 1)
    core = cores[i]
    if len(chain) > 1:
        last = cores[chain[0]]
        known = core.interval is not None and last.interval is not None
        if not known and (sibling or not _richer(core, last)):
            chain = chain[1:]
    for candidate in chain:
        if fits(core, cores[candidate]):
            return candidate
    # the text says so, whatever the printed depths say; the outermost is the safest
    return chain[-1]


def _richer(core: Core, other: Core) -> bool:
    """A part is told because it is better than its whole: shorter and of higher grade."""
    if core.length is not None and other.length is not None and core.length > other.length:
        return False
    mine, theirs = core.grades[0], other.grades[0]
    if mine.analyte not in {"", theirs.analyte} and theirs.analyte:
        return True
    return (mine.ppm or 0.0) >= (theirs.ppm or 0.0)


def _continued(phrases: list[Phrase], cores: list[Core], i: int, link: str) -> int | None:
    """The parent of a core that follows another by comma, `and`, `with` or as the next item."""
    core, before = cores[i], cores[i - 1]
    chain = ancestors(cores, i - 1)
    if link == "with":
        return (
            i - 1 if fits(core, before) and _richer(core, before) and core.length != before.length else None
        )
    if link == "list":
        inside = core.interval is not None and before.interval is not None and fits(core, before)
        if (
            before.parent is None
            and not _opens_list(phrases, before, core)
            and not (inside and _deeper(phrases, before, core))
        ):
            return None
        if before.parent is not None and not _deeper(phrases, cores[chain[-1]], core):
            return None
    if before.parent is None and link != "list":
        return None
    candidates = chain[1:] if len(chain) > 1 else chain
    for candidate in candidates:
        other = cores[candidate]
        if not fits(core, other) or not _richer(core, other):
            continue
        if core.interval is not None and other.interval is None and before.interval is None:
            continue
        if core.interval is None and before.interval is not None and other.interval is None:
            continue
        return candidate
    return None


def line_of(phrases: list[Phrase], k: int) -> Phrase:
    while k > 0 and phrases[k].nl != 2:
        k -= 1
    return phrases[k]


def _opens_list(phrases: list[Phrase], before: Core, core: Core) -> bool:
    """`..., including:` at the end of the line before, or a deeper item."""
    near = range(before.last, min(core.first, before.last + 6))
    return any(phrases[k].kind == "incl" for k in near)


def _deeper(phrases: list[Phrase], root: Core, core: Core) -> bool:
    mine, above = line_of(phrases, core.first), line_of(phrases, root.first)
    if mine.indent != above.indent:
        return mine.indent > above.indent
    return bool(mine.bullet) and mine.bullet != above.bullet
