"""Which hole an intercept is of: the name in front of it or behind it, or that of its whole."""

from __future__ import annotations

from mischmetal.watch.read.core import Core
from mischmetal.watch.read.nesting import ancestors, line_of
from mischmetal.watch.read.phrase import Phrase


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
    root = ancestors(cores, owner)[-1]
    for n in range(owner, -1, -1):
        if segment[cores[n].first] != segment[place] and ancestors(cores, n)[-1] != root:
            break
        if n in behind:
            break
        family = ancestors(cores, n)[-1] == root
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
    line = line_of(phrases, named)
    heading = line.first >= phrases[named].first - 2
    sentences = segment[place] - segment[named]
    return heading or sentences <= 2


_BREAK_WORDS = {
    "previous", "previously", "historical", "historic", "other", "earlier", "elsewhere", "meanwhile",
    "another", "holes", "drillholes",
}  # fmt: skip


_PREFIX_VERBS = {
    "returned", "returning", "yielded", "produced", "recorded", "reported", "delivered", "intersected",
    "hit", "averaged", "assayed", "graded", "averaging", "grading", "mit", "with", "yielding",
    "hosting", "encountered", "cut", "has", "which", "durchschnittlich", "im durchschnitt", "con",
    "com", "at", "assays",
}  # fmt: skip


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
