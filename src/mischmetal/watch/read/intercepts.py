"""Drill intercepts out of prose: phrases joined to cores, cores given their depth, hole and parent.

A core is a length with its grades (`12 m @ 3.2 g/t Au`), grades with their length (`3.2 g/t Au over 12 m`)
or a depth interval with its grades (`from 120 m to 145 m grading 2.3 g/t`). What stands around it,
the depth, the true width, the end of the hole, the cut-off, is taken along.
"""

from __future__ import annotations

from mischmetal.watch.read.core import TAKEN, Core
from mischmetal.watch.read.phrase import Grade, Phrase

_MAX_WORDS = 9
_SKIP = {"(", ")", ",", "-", ":", "=", "[", "]", "'", '"', "“", "”", "‘", "’", "~", "/"}
_WEAK_OVER = {"in", "em", "for", "per", "from a", "along", "through", "throughout", "within", "lungo", "为"}


_STOPPERS = {
    "stop",
    "incl",
    "sample",
    "kill",
    "distance",
    "ratio",
    "length",
    "hole",
    "semi",
    "mt",
    "tonne",
    "kt",
}


def _starts(phrases: list[Phrase], j: int) -> bool:
    return j >= len(phrases) or phrases[j].nl == 2


def find(phrases: list[Phrase]) -> list[Core]:
    """The cores of a document in the order of their text, with what is printed beside each."""
    cores: list[Core] = []
    i, size = 0, len(phrases)
    barred = _barred(phrases)
    pending: Phrase | None = None
    while i < size:
        phrase = phrases[i]
        if phrase.nl == 2 or phrase.kind in {"stop", "semi"}:
            pending = None
        core = None if barred[i] else _core(phrases, i)
        if core is None:
            if phrase.kind in {"from", "interval"}:
                pending = phrase
            i += 1
            continue
        if pending is not None and core.from_m is None:
            core.take(pending)
            core.start = min(core.start, pending.start)
        pending = None
        _trailers(phrases, core)
        cores.append(core)
        i = max(core.last, i + 1)
    return cores


def _barred(phrases: list[Phrase]) -> list[bool]:
    """Places in a sentence about grab samples, soils, spot readings: nothing there is a drill intercept.

    A sentence that also names a hole or drilling before the sample keeps its intercepts.
    """
    barred = [False] * len(phrases)
    first = 0
    for i in range(len(phrases) + 1):
        if i == len(phrases) or (i > first and (phrases[i].nl == 2 or phrases[i - 1].kind == "stop")):
            kinds = {p.kind for p in phrases[first:i]}
            names = {p.name for p in phrases[first:i]}
            spots = any(p.kind == "pxrf" and "spot" in p.name for p in phrases[first:i])
            drilled = kinds & {"hole", "holeword", "from", "interval", "downhole", "eoh"} or names & {
                "drilling",
                "drilled",
                "intercepts",
                "intercept",
                "intersected",
                "intersection",
                "intersections",
            }
            if ("sample" in kinds and not drilled) or spots:
                barred[first:i] = [True] * (i - first)
            first = i
    return barred


def _core(phrases: list[Phrase], i: int) -> Core | None:
    kind = phrases[i].kind
    if kind in {"length", "truewidth"}:
        return _length_first(phrases, i)
    if kind == "grade":
        return _grade_first(phrases, i)
    if kind == "interval":
        return _interval_first(phrases, i)
    return None


def _walk_to_grade(phrases: list[Phrase], core: Core, j: int) -> int | None:
    """From behind a length to its first grade; None where something else comes first."""
    words, joined, gap = 0, False, 0
    while j < len(phrases) and words <= _MAX_WORDS and gap < 24:
        phrase = phrases[j]
        if phrase.nl == 2:
            return None
        gap += 1
        if phrase.kind == "grade":
            grade = phrase.grade
            assert grade is not None
            if grade.unknown and not grade.analyte:
                return None
            if not (joined or words <= 2):
                return None
            if grade.up_to and not _depth_behind(phrases, j):
                return None
            return j
        if phrase.kind in TAKEN:
            core.take(phrase)
        elif phrase.kind in {"at", "over"}:
            joined = True
        elif phrase.kind in _STOPPERS:
            if phrase.kind != "hole" or words:
                return None
        elif not (phrase.kind == "punct" and phrase.name in _SKIP):
            words += 1
        j += 1
    return None


def _depth_behind(phrases: list[Phrase], j: int) -> bool:
    """Whether grades of `up to` or `as high as` are told of one interval: a depth follows them."""
    for k in range(j + 1, min(j + 6, len(phrases))):
        if phrases[k].nl == 2 or phrases[k].kind in {"stop", "length", "incl"}:
            return False
        if phrases[k].kind == "from":
            return True
    return False


def _length_first(phrases: list[Phrase], i: int) -> Core | None:
    phrase = phrases[i]
    core = Core(
        i, i, phrase.value, [], phrase.start, phrase.end, (phrase.start, phrase.end), up_to=phrase.up_to
    )
    if phrase.kind == "truewidth":
        if not phrase.value or phrase.name:
            return None
        core.true_width = phrase.value
    if (
        i + 1 < len(phrases)
        and phrases[i + 1].name in {"wide", "thick"}
        and any(p.kind == "distance" for p in phrases[max(0, i - 3) : i])
    ):
        return None  # the size of a body, not a sampled interval
    sized = i + 1 < len(phrases) and phrases[i + 1].name in {"wide", "thick", "mächtig"}
    if sized and (phrase.up_to or (i and phrases[i - 1].name in {"is", "are", "was", "ist", "to"})):
        return None
    j = _walk_to_grade(phrases, core, i + 1)
    if j is None:
        return None
    core.last = grades_from(phrases, core, j, length_first=True)
    core.end = phrases[core.last - 1].end
    return core if core.grades else None


def grades_from(phrases: list[Phrase], core: Core, j: int, *, length_first: bool) -> int:
    """All grades that follow one another from phrase j; the place after the last one taken."""
    last = j
    gap = 0
    while j < len(phrases):
        phrase = phrases[j]
        if phrase.nl == 2 and j != last:
            break
        if phrase.kind == "grade":
            grade = phrase.grade
            assert grade is not None
            if core.grades and (
                grade.up_to or not _adds(core, grade) or (length_first and _own_length(phrases, j))
            ):
                if not _repeats(core, grade):
                    break
            elif not (grade.unknown and core.grades):
                core.grades.append(grade)
                if grade.extra is not None:
                    core.grades.append(grade.extra)
            last, gap = j + 1, 0
        elif (
            (phrase.kind == "punct" and phrase.name in {",", "(", "/", ")", ":", "[", "]"})
            or phrase.kind in {"and", "incl"}
            or phrase.name
            in {"with", "mit", "con", "com", "for", "plus", "at", "@", "or", "oder", "ovvero", "ou"}
        ):
            gap += 1
        elif phrase.kind in {"cutoff", "topcut"} and gap <= 1:
            core.take(phrase)
            last, gap = j + 1, 0
        elif (inside := _in_brackets(phrases, j)) is not None:
            j = inside  # (comprising 21 % NdPr), (open at depth)
            continue
        else:
            break
        if gap > 3:
            break
        j += 1
    return last


def _in_brackets(phrases: list[Phrase], j: int) -> int | None:
    """From a word in brackets to the grade in them, or, where they hold no figure, behind them."""
    if phrases[j - 1].name != "(":
        return None
    for k in range(j, min(j + 7, len(phrases))):
        if phrases[k].nl == 2 or phrases[k].kind in {"stop", "length", "incl", "interval", "from", "semi"}:
            return None
        if phrases[k].kind == "grade":
            return k if k - j <= 3 else None
        if phrases[k].name == ")":
            more = phrases[k + 1 : k + 3]
            listed = any(p.kind == "grade" for p in more) and (
                more[0].name == "," or more[0].kind in {"and", "grade"}
            )
            return k if listed else None
    return None


def _adds(core: Core, grade: Grade) -> bool:
    return bool(grade.analyte) and all(known.analyte != grade.analyte for known in core.grades)


def _repeats(core: Core, grade: Grade) -> bool:
    """The same grade in another unit."""
    for known in core.grades:
        if (
            grade.analyte in {"", known.analyte}
            and known.ppm
            and grade.ppm
            and abs(known.ppm - grade.ppm) <= 0.03 * known.ppm
        ):
            return True
    return False


def _own_length(phrases: list[Phrase], j: int) -> bool:
    """Whether the grade at j has a length of its own behind it: 2.5 g/t over 8 m."""
    k = _to_length(phrases, j + 1)
    return k is not None


def _to_length(phrases: list[Phrase], j: int) -> int | None:
    """From behind grades over `over` to the length; None where there is none."""
    over, over_at = "", j
    words = 0
    for k in range(j, min(j + 9, len(phrases))):
        phrase = phrases[k]
        if phrase.nl == 2 or phrase.kind in {"stop", "incl", "semi", "grade", "sample", "distance", "kill"}:
            return None
        if phrase.kind in {"over", "within"}:
            over, over_at = phrase.name, k
        elif phrase.kind == "length" or (phrase.kind == "truewidth" and phrase.value):
            if not over:
                return None
            if k > over_at + 1 and (over == "within" or phrases[over_at].kind == "within"):
                return None  # what lies around it, not its own length
            if any(p.name in {"top", "first", "upper", "uppermost"} for p in phrases[over_at + 1 : k]):
                return None  # a part of the ground, not a sampled interval
            if over in _WEAK_OVER and _has_own_grade(phrases, k):
                return None
            return k
        elif phrase.kind == "punct" and phrase.name == ",":
            continue
        elif phrase.kind in {"hole", "from", "interval", "and"}:
            return None
        else:
            words += 1
            if words > 4 and not over:
                return None
    return None


def _has_own_grade(phrases: list[Phrase], k: int) -> bool:
    probe = Core(k, k, 0.0, [], 0, 0)
    j = _walk_to_grade(phrases, probe, k + 1)
    return j is not None and not _own_length(phrases, j)


def _grade_first(phrases: list[Phrase], i: int) -> Core | None:
    phrase = phrases[i]
    grade = phrase.grade
    assert grade is not None
    if grade.up_to or (grade.unknown and not grade.analyte):
        return None
    core = Core(i, i, None, [], phrase.start, phrase.end)
    j = grades_from(phrases, core, i, length_first=False)
    k = _to_length(phrases, j)
    if k is None or not core.grades:
        return None
    # a second length close behind whose grades are these again: 12 m of 3 g/t in 20 m at ...
    length = phrases[k]
    core.length, core.length_span, core.up_to = length.value, (length.start, length.end), length.up_to
    if length.kind == "truewidth":
        core.true_width = length.value
    core.last, core.end = k + 1, length.end
    return core


def _interval_first(phrases: list[Phrase], i: int) -> Core | None:
    phrase = phrases[i]
    assert phrase.high is not None
    core = Core(i, i, None, [], phrase.start, phrase.end)
    core.take(phrase)
    for k in range(i + 1, min(i + 6, len(phrases))):
        if phrases[k].nl == 2 or phrases[k].kind == "grade":
            break
        if phrases[k].kind == "length":
            return None  # the length that follows is the core, this its depth
    j = _walk_to_grade(phrases, core, i + 1)
    if j is None:
        return None
    core.last = grades_from(phrases, core, j, length_first=True)
    core.end = phrases[core.last - 1].end
    if not core.grades:
        return None
    over = _to_length(phrases, core.last)
    if over is not None and abs(phrases[over].value - (phrase.high - phrase.value)) < 0.6:
        core.length, core.last, core.end = phrases[over].value, over + 1, phrases[over].end
        core.length_span = (phrases[over].start, phrases[over].end)
    return core


def _trailers(phrases: list[Phrase], core: Core) -> None:
    """Depth, true width, end of hole, cut-offs and further grades behind the core."""
    j, words, last = core.last, 0, core.last
    while j < len(phrases):
        phrase = phrases[j]
        if (
            phrase.kind == "incl"
            and j + 1 < len(phrases)
            and phrases[j + 1].kind == "grade"
            and not _own_length(phrases, j + 1)
        ):
            j += 1  # a part by analyte, not by depth: including 402 ppm NdPr
            continue
        if phrase.nl == 2 or phrase.kind in {"stop", "incl", "length", "semi", "distance"}:
            break
        if phrase.kind in {"from", "interval"} and _of_next(phrases, j):
            break
        if phrase.kind in TAKEN:
            if not core.take(phrase) and phrase.kind in {"from", "interval"}:
                break
            last, words = j + 1, 0
        elif phrase.kind == "grade":
            grade = phrase.grade
            assert grade is not None
            if not grade.analyte and not _repeats(core, grade):
                j, words = j + 1, words + 1
                continue
            if words or grade.up_to or _own_length(phrases, j) or grade.unknown:
                break
            if _adds(core, grade):
                core.grades.append(grade)
                if grade.extra is not None:
                    core.grades.append(grade.extra)
            elif not _repeats(core, grade):
                break
            last = j + 1
        elif phrase.kind == "ending":
            last = j + 1
        elif not (phrase.kind == "punct" and phrase.name in _SKIP) and phrase.kind not in {
            "downhole",
            "and",
            "at",
            "hole",
        }:
            words += 1
            if words > 7 or phrase.kind in {"sample", "kill"}:
                break
        j += 1
    core.last = max(core.last, last)
    _line_below(phrases, core)
    core.end = max(core.end, phrases[core.last - 1].end)


def _line_below(phrases: list[Phrase], core: Core) -> None:
    """`..., with grades of:` and the other grades as the next item."""
    j = core.last
    while j < len(phrases) and j < core.last + 6 and phrases[j].nl != 2 and phrases[j].name != ":":
        if phrases[j].kind not in {"word", "at", "punct", "downhole", "and"}:
            return
        j += 1
    if j + 1 >= len(phrases) or phrases[j].name != ":" or phrases[j + 1].kind != "grade":
        return
    j += 1
    while j < len(phrases) and (phrases[j].nl != 2 or j == core.last + 1 or phrases[j - 1].name == ":"):
        grade = phrases[j].grade
        if phrases[j].kind == "grade" and grade is not None:
            if grade.unknown or not _adds(core, grade):
                return
            core.grades.append(grade)
            core.last = j + 1
        elif phrases[j].name not in {"|", ",", ";", "/"} and phrases[j].kind != "and":
            return
        j += 1


def _of_next(phrases: list[Phrase], j: int) -> bool:
    """`and from 40 m 8 m @ ...`: a depth that belongs to the length behind it."""
    if j == 0 or phrases[j - 1].kind not in {"and", "semi"}:
        return False
    behind = phrases[j + 1 : j + 3]
    return any(p.kind == "length" for p in behind) and all(p.nl != 2 for p in behind)
