"""Which hole an intercept is of, and which intercept it lies within.

Both follow from the words between the intercepts first (`including`, a hole's name in front or behind),
and from the depths where the words leave it open: a part lies inside its whole.
"""

from __future__ import annotations

from mischmetal.watch.read.intercepts import Core
from mischmetal.watch.read.phrases import Phrase

_TOLERANCE_M = 0.05
_LIGHT = {
    "punct",
    "and",
    "from",
    "interval",
    "truewidth",
    "eoh",
    "cutoff",
    "topcut",
    "below",
    "downhole",
    "ending",
    "hole",
    "holeword",
    "at",
    "semi",
    "to",
    "grade",
    "within",
    "over",
    "share",
    "zone",
    "to_depth",
}
_BREAK_WORDS = {
    "previous",
    "previously",
    "historical",
    "historic",
    "other",
    "earlier",
    "elsewhere",
    "meanwhile",
    "another",
    "holes",
    "drillholes",
}
_PREFIX_VERBS = {
    "returned",
    "returning",
    "yielded",
    "produced",
    "recorded",
    "reported",
    "delivered",
    "intersected",
    "hit",
    "averaged",
    "assayed",
    "graded",
    "averaging",
    "grading",
    "mit",
    "with",
    "yielding",
    "hosting",
    "encountered",
    "cut",
    "has",
    "which",
    "durchschnittlich",
    "im durchschnitt",
    "con",
    "com",
    "at",
    "assays",
}


_TOLD_VERBS = {
    "returned",
    "reported",
    "intersected",
    "yielded",
    "hit",
    "cut",
    "recorded",
    "delivered",
    "encountered",
}


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
            chain = _ancestors(cores, i - 1)
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


def _link(phrases: list[Phrase], left: int, right: int) -> str:
    """How the core at phrase `right` hangs on the one that ended before `left`.

    `incl`, `sibling` (and including), `within`, `with`, `join` (comma, and), `list` (new item), `break`.
    """
    link, words, stopped = "join", 0, False
    new_line = listed = False
    for k in range(left, right + 1):
        phrase = phrases[k]
        if k > left - 1 and phrase.nl == 2 and k >= left:
            new_line, words = True, 0
            if link == "join":
                link = "list"
        if k == right:
            break
        if phrase.kind == "incl" and stopped and _said_of_it(phrases, left, k):
            link, words = "incl", 0
        elif phrase.kind == "incl" and phrase.name != "included":
            if ((stopped or new_line) and words > 1) or (listed and link in {"join", "list"}):
                link = "break"
                continue
            also = phrase.name.startswith(("and", "und", "e ")) or (
                k > left and phrases[k - 1].kind == "and" and phrase.name not in {"includes"}
            )
            link = "sibling" if also else "incl"
            words = 0
        elif phrase.kind == "ending_word" and link in {"join", "list"} and not stopped:
            link, words = "incl", 0
        elif phrase.kind == "within":
            bracket = link == "list" and phrases[k - 1].name == "("
            link = "within" if (link == "join" and words <= 3) or bracket else link
        elif phrase.kind == "aswell":
            link = "break"
        elif phrase.kind == "stop":
            stopped, words, listed = True, 0, False
            if phrases[k - 1].kind != "incl":
                link = "break"
        elif phrase.kind in {"word", "analyte", "visual", "length", "holeword", "number", "incl"}:
            if phrase.name == "with" and link == "join":
                link = "with"
            words += 1
            listed |= phrase.name in _MANY
            if words > (6 if link in {"incl", "sibling"} else 12):
                link = "break"
        elif phrase.kind == "at" and link == "join" and (phrase.name == "with" or _with_a(phrases, k)):
            link = "with"
        elif phrase.kind == "zone":
            listed |= phrase.name in _MANY
    return link


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


def _ancestors(cores: list[Core], i: int) -> list[int]:
    """i and what it lies in, inmost first."""
    chain = [i]
    while (up := cores[chain[-1]].parent) is not None and up not in chain:
        chain.append(up)
    return chain


def _enclosing(cores: list[Core], i: int, *, sibling: bool) -> int:
    chain = _ancestors(cores, i - 1)
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
    chain = _ancestors(cores, i - 1)
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


def _line(phrases: list[Phrase], k: int) -> Phrase:
    while k > 0 and phrases[k].nl != 2:
        k -= 1
    return phrases[k]


def _opens_list(phrases: list[Phrase], before: Core, core: Core) -> bool:
    """`..., including:` at the end of the line before, or a deeper item."""
    near = range(before.last, min(core.first, before.last + 6))
    return any(phrases[k].kind == "incl" for k in near)


def _deeper(phrases: list[Phrase], root: Core, core: Core) -> bool:
    mine, above = _line(phrases, core.first), _line(phrases, root.first)
    if mine.indent != above.indent:
        return mine.indent > above.indent
    return bool(mine.bullet) and mine.bullet != above.bullet


def name_holes(phrases: list[Phrase], cores: list[Core]) -> None:
    """Fill `hole` of every core from the names in front of it or behind it."""
    places = [k for k, phrase in enumerate(phrases) if phrase.kind == "hole" and not _landmark(phrases, k)]
    starts = {core.first: n for n, core in enumerate(cores)}
    segment = _segments(phrases)
    events: list[tuple[int, str, int]] = [(k, "hole", k) for k in places]
    names = {k: phrases[k].name for k in places}
    for k in range(1, len(phrases)):
        if phrases[k].kind == "holeword" and phrases[k - 1].name == "same":
            earlier = [p for p in places if p < k]
            if earlier:  # in the same hole
                names[k] = phrases[earlier[-1]].name
                events.append((k, "hole", k))
    events += [(first, "core", n) for first, n in starts.items()]
    current: str | None = None
    current_at = -1
    behind: set[int] = set()
    for place, what, ref in sorted(events):
        if what == "hole":
            owner = _last_core_before(cores, place)
            same = owner is not None and segment[cores[owner].first] == segment[place]
            inside = owner is not None and place < cores[owner].last
            if owner is not None and (inside or same) and not _leads(phrases, place, cores):
                _bind_behind(cores, owner, names[place], segment, behind, place)
                if not inside or current is None:
                    current = None
                continue
            current, current_at = names[place], place
        else:
            core = cores[ref]
            if core.parent is not None and core.parent < ref and cores[core.parent].hole is not None:
                core.hole = cores[core.parent].hole
                continue
            if current is not None and _carries(phrases, segment, current_at, place):
                core.hole = current
            elif current is not None and segment[current_at] != segment[place]:
                current = None
    for n, core in enumerate(cores):
        if core.hole is None and core.parent is not None:
            core.hole = cores[core.parent].hole
        elif (
            core.hole is not None
            and core.parent is not None
            and core.parent > n
            and cores[core.parent].hole is None
        ):
            cores[core.parent].hole = core.hole


def _landmark(phrases: list[Phrase], k: int) -> bool:
    """`60 m west of HOLE`, `10 metres from HOLE`: where another hole stands, not the one spoken of."""
    j = k - 1
    while (
        j > k - 4
        and j > 0
        and phrases[j].kind in {"holeword", "word", "kill"}
        and phrases[j].name not in _PLACES
    ):
        j -= 1
    if j < 1 or phrases[j].name not in _PLACES or any(p.nl == 2 for p in phrases[j : k + 1]):
        return False
    before = phrases[j - 1]
    return before.kind in {"distance", "length", "kill", "km", "below"} or before.name in {
        "dip",
        "plunge",
        "strike",
        "downdip",
    }


_PLACES = {"of", "from", "below", "beneath", "under", "above", "behind", "von", "da", "de", "di"}


def _segments(phrases: list[Phrase]) -> list[int]:
    """The number of the sentence or item that each phrase stands in."""
    out, n = [], 0
    for k, phrase in enumerate(phrases):
        if k and (phrase.nl == 2 or phrases[k - 1].kind == "stop"):
            n += 1
        out.append(n)
    return out


def _last_core_before(cores: list[Core], place: int) -> int | None:
    low, high = 0, len(cores)
    while low < high:
        middle = (low + high) // 2
        if cores[middle].first < place:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low else None


def _leads(phrases: list[Phrase], place: int, cores: list[Core]) -> bool:
    """Whether a name behind an intercept starts the next one: `..., HOLE2 returned`, `HOLE2: 8 m`."""
    after = phrases[place + 1] if place + 1 < len(phrases) else None
    if after is None or after.nl == 2:
        return False
    behind = phrases[place + 1 : place + 4]
    if (
        after.name == ","
        and len(behind) > 1
        and behind[1].name in _TOLD_VERBS
        and phrases[place - 1].name not in {"in", "("}
    ):
        return True
    if [p.name for p in behind[:2]] == [")", ","] and behind[2:] and behind[2].name in {"which", "that"}:
        return True
    joined = place > 0 and phrases[place - 1].name in {"in", "(", "from", "["}
    if joined and (after.name == ":" or after.nl):
        return False
    if phrases[place].nl and (after.nl or after.name in {":", "-"}):
        return True
    if (
        after.name == ":"
        or after.kind in {"length", "interval"}
        or (after.name in _PREFIX_VERBS and not joined)
    ):
        return True
    if after.kind in {"from", "grade"}:
        return (
            phrases[place - 1].name not in {"in", "(", "-", "hole", "from"}
            and phrases[place - 1].kind != "holeword"
        )
    if after.name == "-" and place + 2 < len(phrases):
        return phrases[place + 2].kind in {"length", "interval", "from"} and phrases[place + 2].nl != 2
    return (
        after.name == "("
        and place + 2 < len(phrases)
        and phrases[place + 2].kind == "interval"
        and phrases[place - 1].name != "in"
    )


def _bind_behind(
    cores: list[Core], owner: int, name: str, segment: list[int], behind: set[int], place: int
) -> None:
    """A name behind an intercept holds for it, its whole and its parts, and for the nameless before it in the sentence."""
    root = _ancestors(cores, owner)[-1]
    for n in range(owner, -1, -1):
        if segment[cores[n].first] != segment[place] and _ancestors(cores, n)[-1] != root:
            break
        if n in behind:
            break
        family = _ancestors(cores, n)[-1] == root
        if not family and cores[n].hole is not None:
            break
        cores[n].hole = name
        behind.add(n)


def _carries(phrases: list[Phrase], segment: list[int], named: int, place: int) -> bool:
    """Whether a hole named at `named` still holds at `place`."""
    if segment[named] == segment[place]:
        return True
    if place - named > 400:
        return False
    for k in range(place, named, -1):
        if segment[k] != segment[place]:
            break
        if phrases[k].name in _BREAK_WORDS or phrases[k].kind == "sample":
            return False
    line = _line(phrases, named)
    heading = line.first >= phrases[named].first - 2
    sentences = segment[place] - segment[named]
    return heading or sentences <= 2


__all__ = ["fits", "name_holes", "nest"]
