"""One document's text to its intercepts and resources."""

from __future__ import annotations

from typing import Any

from mischmetal.watch.read import analytes, naming, nesting, tables
from mischmetal.watch.read.core import Core, assay, shares
from mischmetal.watch.read.intercepts import find
from mischmetal.watch.read.phrase import Phrase
from mischmetal.watch.read.phrases import phrases as read_phrases
from mischmetal.watch.read.resources import find_resources
from mischmetal.watch.read.tokens import Token, tokenise

_RESTATED = {
    "previous", "previously", "historical", "historic", "earlier", "historically", "storici",
    "historischen", "históricos",
}  # fmt: skip


def extract(text: str) -> dict[str, list[dict[str, Any]]]:
    """`{"intercepts": [...], "resources": [...]}` of one document, empty lists where it holds none.

    Lengths and depths in metres down hole, tonnes in million tonnes, grades as printed with
    `value_ppm` beside every mass share; `span` is the half-open range of `text`.
    """
    tokens = tokenise(text)
    rows, used = tables.read_tables(text, tokens)
    prose = [token for token in tokens if not used.covers(token.start)]
    phrases = read_phrases(prose, text)
    cores = find(phrases)
    nesting.nest(phrases, cores)
    naming.name_holes(phrases, cores)
    said = _told(phrases, cores)
    intercepts = _merged(said, rows.intercepts)
    resources = find_resources(phrases, text)
    return {"intercepts": intercepts, "resources": _merged_resources(resources, rows.resources)}


def _told(phrases: list[Phrase], cores: list[Core]) -> list[dict[str, Any]]:
    mentions = [(p.start, p.name) for p in phrases if p.kind == "analyte"]
    mentions += [
        (p.grade.start, p.grade.analyte) for p in phrases if p.kind == "grade" and p.grade and p.grade.analyte
    ]
    mentions.sort()
    methods = _methods(phrases)
    kept: dict[int, int] = {}
    rows: list[dict[str, Any]] = []
    last: dict[bool, str] = {}
    for n, core in enumerate(cores):
        assays = []
        for grade in core.grades:
            name = grade.analyte or _implied(grade.unit, core, last, mentions)
            if not name:
                continue
            assays.append(assay(grade, name))
            if grade.analyte and not grade.analyte.endswith("_share") and grade is core.grades[0]:
                last[grade.unit == "g/t"] = grade.analyte
        if not assays:
            continue
        kept[n] = len(rows)
        rows.append(_row(core, shares(assays), methods, phrases))
    for n, core in enumerate(cores):
        if n in kept:
            rows[kept[n]]["parent"] = None if core.parent is None else kept.get(core.parent)
    return rows


def _implied(unit: str, core: Core, last: dict[bool, str], mentions: list[tuple[int, str]]) -> str:
    """The analyte of a bare grade: that of the intercept before, else the nearest one named."""
    grams = unit == "g/t"

    told = {grade.analyte for grade in core.grades}

    def plausible(name: str) -> bool:
        if name in told:
            return False  # 210 g/t, 98 g/t silver: the first is not silver
        bare = name.removesuffix("_share")
        if grams:
            return bare in analytes.PRECIOUS or name == last.get(True)
        return bare not in {"Au", "AuEq"} and not name.endswith("_share") if unit != "ppb" else True

    if (known := last.get(grams)) is not None:
        return known
    before = [name for place, name in mentions if place < core.start and plausible(name)]
    after = [name for place, name in mentions if place >= core.start and plausible(name)]
    if before:
        return before[-1]
    if after:
        return after[0]
    return "Au" if grams else ""


def _methods(phrases: list[Phrase]) -> list[tuple[int, int, str]]:
    """Ranges of phrases told as measured by other than a laboratory, or taken by other than a drill."""
    out = []
    first = 0
    for i in range(len(phrases) + 1):
        if i == len(phrases) or (i > first and (phrases[i].nl == 2 or phrases[i - 1].kind == "stop")):
            for phrase in phrases[first:i]:
                if phrase.kind == "pxrf":
                    out.append((first, i, "pXRF"))
                elif phrase.kind == "gamma":
                    out.append((first, i, "downhole gamma"))
                elif phrase.kind == "trench" and not _drilled(phrases, first, i):
                    out.append(
                        (
                            first,
                            i,
                            "trench"
                            if phrase.name.startswith(("tr", "cost", "sch", "探", "pit", "test"))
                            else "channel",
                        )
                    )
            first = i
    return out


def _drilled(phrases: list[Phrase], first: int, last: int) -> bool:
    """Whether a sentence about a trench names a hole too; a name right behind `trench` is the trench's."""
    return any(
        p.kind == "holeword" or (p.kind == "hole" and (k == first or phrases[k - 1].kind != "trench"))
        for k, p in enumerate(phrases[first:last], first)
    )


def _row(
    core: Core, assays: list[dict[str, Any]], methods: list[tuple[int, int, str]], phrases: list[Phrase]
) -> dict[str, Any]:
    length, low, high = core.length, core.from_m, core.to_m
    row: dict[str, Any] = {"hole": core.hole}
    derived: list[str] = []
    if length is None and low is not None and high is not None:
        length = round(high - low, 4)
        derived.append("length_derived")
    if high is None and low is not None and length is not None:
        high = round(low + length, 4)
        derived.append("to_derived")
    row |= {
        "from_m": _tidy(low),
        "to_m": _tidy(high),
        "length_m": _tidy(length),
        "parent": None,
        "assays": assays,
    }
    row |= dict.fromkeys(derived, True)
    row |= {
        "cutoff": core.cutoff,
        "true_width": _tidy(core.true_width),
        "topcut": core.topcut,
        "to_eoh": core.to_eoh,
        "method": next((name for first, last, name in methods if first <= core.first < last), _gamma(assays)),
        "depth_below_surface_m": _tidy(core.below),
    }
    if core.up_to:
        row["up_to"] = True
    if _restated(phrases, core):
        row["restated"] = True
    row["span"] = [core.start, core.end]
    row["spans"] = {
        "length_m": core.length_span and list(core.length_span),
        "from_m": core.from_span and list(core.from_span),
    }
    return row


def _gamma(assays: list[dict[str, Any]]) -> str | None:
    return "downhole gamma" if assays[0]["analyte"] in {"eU3O8", "eU"} else None


def _restated(phrases: list[Phrase], core: Core) -> bool:
    for k in range(core.first - 1, max(-1, core.first - 40), -1):
        phrase = phrases[k]
        if phrase.kind == "stop" or phrases[k + 1].nl == 2:
            return False
        if phrase.name in _RESTATED:
            return True
    return False


def _tidy(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _merged(said: list[dict[str, Any]], tabled: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Prose and tables in the order of the text, parents renumbered."""
    tagged = [(row["span"][0], 0, n, row) for n, row in enumerate(said)]
    tagged += [(row["span"][0], 1, n, row) for n, row in enumerate(tabled)]
    tagged.sort(key=lambda item: item[:3])
    place = {(kind, n): new for new, (_, kind, n, _) in enumerate(tagged)}
    out = []
    for _, kind, _, row in tagged:
        parent = row["parent"]
        out.append({**row, "parent": None if parent is None else place[kind, parent]})
    return out


def _merged_resources(said: list[dict[str, Any]], tabled: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [(row["span"][0], 0, n, row) for n, row in enumerate(said)]
    rows += [(row["span"][0], 1, n, row) for n, row in enumerate(tabled)]
    rows.sort(key=lambda item: item[:3])
    place = {(kind, n): new for new, (_, kind, n, _) in enumerate(rows)}
    return [
        {**row, "subset_of": None if row["subset_of"] is None else place[kind, row["subset_of"]]}
        for _, kind, _, row in rows
    ]


__all__ = ["Token", "extract"]
