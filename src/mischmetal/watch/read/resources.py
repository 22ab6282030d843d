"""Mineral resources, reserves and exploration targets out of prose, and which is part of which.

An estimate is a tonnage with its grades, `81.3 Mt @ 3.16 % THM`, in a sentence that speaks of a resource;
a part of another estimate (`including`, a category under its total, a higher cut-off) carries
`subset_of`, so that nobody adds it up twice.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from mischmetal.watch.read.core import Core, assay, shares
from mischmetal.watch.read.intercepts import grades_from
from mischmetal.watch.read.parts import CATEGORIES, TARGET, Estimate, find_parts
from mischmetal.watch.read.phrase import Phrase, spelled

_NOT_ROCK = {
    "concentrate", "throughput", "capacity", "production", "shipment", "plant", "processed",
    "processing", "mined", "milled", "treated", "sample", "bulk", "per", "waste", "stockpile", "pa",
    "shipped", "sold",
}  # fmt: skip
_HOSTS = {
    "deposit", "deposits", "hosts", "hosting", "giacimento", "deposito", "ospita", "lagerstätte", "beherbergt", "depósito",
    "jazida", "gisement", "矿床",
}  # fmt: skip
_OLD_WORDS = {"previous", "previously", "prior", "compared", "superseded", "former", "old"}


def find_resources(phrases: list[Phrase], text: str) -> list[dict[str, Any]]:
    """All estimates of a document in the order of their text."""
    estimates: list[Estimate] = []
    segments = _segments(phrases)
    for i, phrase in enumerate(phrases):
        if phrase.kind == "tonnage" and (not estimates or i >= estimates[-1].last):
            made = _estimate(phrases, segments, i, estimates[-1].last if estimates else 0)
            if made is not None:
                estimates.append(made)
    _categories(phrases, segments, estimates)
    find_parts(phrases, estimates)
    last = ""
    rows = []
    for estimate in estimates:
        grades = []
        for grade in estimate.grades:
            name = grade.analyte or last or next((c["what"] for c in estimate.contained if c["what"]), "")
            name = name or _named_near(phrases, estimate)
            if name:
                grades.append(assay(grade, name))
        if grades:
            last = grades[0]["analyte"]
        rows.append(_row(estimate, shares(grades), text))
    return rows


def _named_near(phrases: list[Phrase], made: Estimate) -> str:
    """The analyte of a bare grade: the nearest one named, in front first."""
    near = [*phrases[max(0, made.first - 40) : made.first][::-1], *phrases[made.last : made.last + 20]]
    for phrase in near:
        if phrase.kind == "analyte":
            return phrase.name
        if phrase.kind == "contained_mass" and (what := phrase.name.partition(" ")[2]):
            return what
    return ""


def _segments(phrases: list[Phrase]) -> list[tuple[int, int]]:
    """For every phrase the sentence or item [first, last) that it stands in."""
    bounds = [0]
    for k in range(1, len(phrases)):
        if phrases[k].nl == 2 or phrases[k - 1].kind == "stop":
            bounds.append(k)
    bounds.append(len(phrases))
    out: list[tuple[int, int]] = []
    for a, b in pairwise(bounds):
        out.extend([(a, b)] * (b - a))
    return out


def _estimate(phrases: list[Phrase], segments: list[tuple[int, int]], i: int, after: int) -> Estimate | None:
    phrase = phrases[i]
    first, last = segments[i]
    near = phrases[max(first, i - 40) : min(last, i + 40)]
    kinds = {p.kind for p in near}
    context = kinds & {"resource", "target", *CATEGORIES}
    if not context:
        earlier = phrases[max(0, i - 60) : i]
        following = phrases[last : segments[last][1]][:12] if last < len(phrases) else []
        told_after = any(p.kind == "resource" for p in following) and any(
            p.kind in CATEGORIES for p in following
        )
        ranged = phrase.high is not None and any(p.name == "target" for p in near)
        hosted = ranged or (
            any(p.name in _HOSTS for p in near) and not any(p.name in _NOT_ROCK for p in near)
        )
        if not any(p.kind in {"resource", "target"} for p in earlier) and not told_after and not hosted:
            return None
    core = Core(i, i, None, [], phrase.start, phrase.end)
    j, words, joined = i + 1, 0, False
    extra: list[Phrase] = []
    while j < last and words <= 8:
        item = phrases[j]
        if item.kind == "grade" and item.grade is not None:
            if not item.grade.unknown or item.grade.analyte:
                if joined or words <= 2:
                    j = core.last = grades_from(phrases, core, j, length_first=True)
                break
            break
        if item.kind in {"tonnage", "incl", "stop", "length", "semi"}:
            break
        if item.kind in {"cutoff", "contained_mass"}:
            extra.append(item)
        elif item.kind in {"at", "over", "and", "contained"} or item.name in {"graded"}:
            joined = True
        elif item.kind not in {"punct", *CATEGORIES}:
            words += 1
        j += 1
    end = max(core.last, i + 1)
    made = Estimate(i, end, phrase.value, phrase.high, core.grades, phrase.start, phrases[end - 1].end)
    if not made.grades:
        if not _bare_is_told(phrases, first, i, context):
            return None
        made.last = made.first + 1
        made.end = phrase.end
    else:
        _behind(phrases, made, core, last)
    for item in extra:
        _take(made, item)
    if core.cutoff and made.cutoff is None:
        made.cutoff = next((p.grade for p in phrases[i:end] if p.kind == "cutoff"), None)
    _in_front(phrases, made, max(first, after))
    before = phrases[max(first, i - 40) : i]
    made.target = any(p.kind == "target" for p in before) or (
        phrase.high is not None and any(p.kind == "target" or p.name == "target" for p in near)
    )
    made.reserve = any(p.kind == "resource" and ("reserv" in p.name or "riserv" in p.name) for p in near)
    return made


def _bare_is_told(phrases: list[Phrase], first: int, i: int, context: set[str]) -> bool:
    """Whether a tonnage without a grade is one of a resource: its category beside it, or `inventory ... to 892 Mt`."""
    if phrases[i].value < 0.05 or not context:
        return False
    names = {p.name for p in phrases[max(first, i - 12) : i + 6]}
    if names & _NOT_ROCK:
        return False
    behind = phrases[i + 1 : i + 3]
    if behind and behind[0].kind in {"resource", "target"} and behind[0].nl != 2:
        return True  # the existing 101 Mt Mineral Resource
    if len(behind) == 2 and behind[0].name == "(" and behind[1].kind in CATEGORIES:
        return True
    before = phrases[max(first, i - 14) : i]
    if before and (
        before[-1].name in {"by", "additional"}
        or (before[-1].name == "of" and any(p.name in {"increase", "additional"} for p in before[-3:]))
    ):
        return False
    lead = before[-1] if before else None
    return (
        lead is not None
        and (
            lead.kind in {"to", "at", "from_word", "resource", "total", *CATEGORIES}
            or lead.name in {"of", ":", "is", "totals", "totalling", "totaling", "now", "stands"}
        )
        and any(p.kind in {"resource", "target", *CATEGORIES} for p in before)
        and not any(p.kind == "contained" and p.name != "for" for p in before[-2:])
    )


def _behind(phrases: list[Phrase], made: Estimate, core: Core, last: int) -> None:
    """Cut-off, contained metal and further grades behind the first ones, up to the next estimate."""
    j, words = made.last, 0
    while j < last and words <= 6:
        item = phrases[j]
        if item.kind in {"tonnage", "incl", "stop", "length"}:
            break
        if item.kind in {"cutoff", "contained_mass"}:
            _take(made, item)
            made.end, made.last, words = item.end, j + 1, 0
        elif item.kind == "grade" and item.grade is not None:
            if (
                words > 1
                or item.grade.unknown
                or not item.grade.analyte
                or any(g.analyte == item.grade.analyte for g in made.grades)
            ):
                break
            made.grades.append(item.grade)
            if item.grade.extra is not None:
                made.grades.append(item.grade.extra)
            made.end, made.last = item.end, j + 1
        elif item.kind not in {"punct", "and", "at", "contained", "total", *CATEGORIES}:
            words += 1
        j += 1


def _take(made: Estimate, item: Phrase) -> None:
    if item.kind == "cutoff":
        made.cutoff = made.cutoff or item.grade
        return
    unit, _, what = item.name.partition(" ")
    if not what and made.grades:
        what = made.grades[0].analyte
    made.contained.append({"value": item.value, "unit": unit, "what": what, "span": [item.start, item.end]})


def _in_front(phrases: list[Phrase], made: Estimate, first: int) -> None:
    """A cut-off, `total`, `from` or `previous` before the tonnage, in its own sentence."""
    for k in range(made.first - 1, max(first, made.first - 25) - 1, -1):
        item = phrases[k]
        if item.kind == "cutoff" and made.cutoff is None:
            made.cutoff = item.grade
        elif item.kind == "total" and made.first - k < 8:
            made.total = True
        elif item.name in _OLD_WORDS and made.first - k < 8:
            made.superseded = True
    lead = phrases[made.first - 1] if made.first else None
    if lead is not None and lead.kind == "from_word":
        behind = phrases[made.last : made.last + 10]
        risen = any(p.name in {"auf", "a", "para", "to"} for p in behind) and any(
            p.kind == "tonnage" for p in behind
        )
        made.superseded = made.superseded or lead.name not in {"von", "de", "di"} or risen


def _categories(phrases: list[Phrase], segments: list[tuple[int, int]], estimates: list[Estimate]) -> None:
    """Categories printed before a tonnage are its own; behind it only where no other tonnage follows."""
    taken: set[int] = set()
    for n, made in enumerate(estimates):
        low = max(segments[made.first][0], estimates[n - 1].last if n else 0)
        before = [
            phrases[k].kind
            for k in range(low, made.first)
            if phrases[k].kind in CATEGORIES
            and k not in taken
            and not (n and k < low + 6 and _said_behind(phrases, low, k))
        ]
        high = (
            estimates[n + 1].first if n + 1 < len(estimates) else min(segments[made.first][1], made.last + 14)
        )
        behind: list[str] = []
        for k in range(made.first + 1, high):
            item = phrases[k]
            if item.kind in CATEGORIES:
                own = not before and k == made.last and k + 1 < len(phrases) and phrases[k + 1].kind == "and"
                nearest = (
                    n + 1 < len(estimates)
                    and estimates[n + 1].first - k <= 4
                    and not _closed(phrases, k)
                    and not own
                )
                if own:
                    taken.add(k)  # 39 Mt at 245 ppm inferred and 43 Mt at ...
                partly = any(
                    p.kind == "grade" and p.grade and not p.grade.analyte for p in phrases[k - 5 : k]
                )
                if not nearest and not partly:  # 32 % of it is Indicated: not all
                    behind.append(item.kind)
            elif item.kind == "stop" and k >= made.last:
                break
        kinds = before or behind
        if not kinds and made.last < len(phrases):
            kinds = _next_sentence(
                phrases, segments, made, estimates[n + 1].first if n + 1 < len(estimates) else None
            )
        made.categories = [CATEGORIES[k] for k in CATEGORIES if k in kinds]


def _said_behind(phrases: list[Phrase], low: int, k: int) -> bool:
    """`... Mt in the Indicated category, and 5 Mt`: a category of the estimate in front of it."""
    near = [p.name for p in phrases[low:k]]
    if any(p.kind == "stop" or p.nl == 2 for p in phrases[low : k + 1]):
        return False
    return (
        "in" in near
        and "," not in near
        and any(p.name in {"category", "categories"} for p in phrases[k + 1 : k + 4])
    )


def _closed(phrases: list[Phrase], k: int) -> bool:
    return any(p.name == ")" for p in phrases[k + 1 : k + 4])


def _next_sentence(
    phrases: list[Phrase], segments: list[tuple[int, int]], made: Estimate, following: int | None
) -> list[str]:
    """`The resource is entirely Inferred`: said in the sentence after, if that has no estimate of its own."""
    start = segments[made.first][1]
    if start >= len(phrases) or (following is not None and following < segments[start][1]):
        return []
    sentence = phrases[start : segments[start][1]]
    if not any(p.kind == "resource" for p in sentence):
        return []
    return [p.kind for p in sentence if p.kind in CATEGORIES]


_DEPOSIT = re.compile(
    r"(?:\b(?:at|for|the|The|from|of)\s+(?:the\s+)?)((?:[A-Z][\w'’-]{1,20}\s+){0,2}[A-Z][\w'’-]{1,20})(?=\s+(?:[Dd]eposit|[Pp]roject|[Pp]rospect|[Mm]ine|[Rr]are [Ee]arth|[Gg]old|[Ll]ithium|[Cc]opper|REE|has|have|total|Mineral Resource|MRE)\b)"
)


def _deposit(text: str, made: Estimate) -> str | None:
    """The nearest name in front of `deposit` or `project`; None rather than a guess."""
    window = text[max(0, made.start - 300) : made.start]
    names = [
        m.group(1)
        for m in _DEPOSIT.finditer(window)
        if m.group(1).split()[0]
        not in {
            "Mineral",
            "Ore",
            "Total",
            "Global",
            "Maiden",
            "Exploration",
            "Inferred",
            "Indicated",
            "Measured",
            "JORC",
            "The",
            "This",
            "Resource",
            "Resources",
            "MRE",
            "Updated",
        }
    ]
    return names[-1] if names else None


def _row(made: Estimate, grades: list[dict[str, Any]], text: str) -> dict[str, Any]:
    category = TARGET if made.target else "+".join(made.categories) or None
    row: dict[str, Any] = {
        "deposit": _deposit(text, made),
        "tonnes_mt": round(made.tonnes, 6),
        "category": category,
        "cutoff": spelled(made.cutoff) if made.cutoff else None,
        "grades": grades,
        "contained": made.contained,
        "subset_of": made.subset_of,
    }
    if made.high is not None:
        row["tonnes_mt_high"] = round(made.high, 6)
    if made.superseded:
        row["superseded"] = True
    if made.reserve:
        row["reserve"] = True
    row["span"] = [made.start, made.end]
    return row
