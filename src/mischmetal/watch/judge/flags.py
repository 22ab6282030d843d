"""Red flags: what a careful reader would ask about, each with one line and where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mischmetal.watch.finding import Flag

FLAGS = {
    "selective-highlights": "only the best intercepts are named",
    "missing-holes": "more holes were drilled than have results here",
    "no-true-width": "true width is not given",
    "pxrf": "portable XRF readings, not laboratory assays",
    "up-to": "told as 'up to'",
    "neighbour": "results of a neighbour or another company",
    "restated": "an old result told again",
    "equivalent-without-components": "an equivalent grade without its components",
    "cutoff-basis": "the cut-off is on another basis than the grade",
    "not-drilled": "a trench or channel, not a drill hole",
}
"""Flag id -> what it says. A closed list."""

_HIGHLIGHTS = re.compile(
    r"\b(?:highlights?|best|standout|headline|notable|peak)\b[^.\n]{0,60}\b(?:includ\w+|intercepts?|results?|hits?)\b",
    re.IGNORECASE,
)
_HOLES = re.compile(r"\b(\d{1,4})\s+(?:\w+[- ]){0,3}?(?:drill ?)?holes\b", re.IGNORECASE)
_NEIGHBOUR = re.compile(
    r"\b(?:neighbou?r\w*|adjacent (?:project|tenement|ground)|along strike from|nearby|next door to|analog\w*|same geology as)\b",
    re.IGNORECASE,
)
_PENDING = re.compile(r"\b(?:pending|awaited|awaiting|outstanding|remaining)\b", re.IGNORECASE)


def red_flags(
    text: str, intercepts: Sequence[dict[str, Any]], resources: Sequence[dict[str, Any]]
) -> tuple[Flag, ...]:
    """All flags that a document raises, each once."""
    out: list[Flag] = []

    def flag(name: str, why: str = "", span: Sequence[int] | None = None) -> None:
        if all(known.id != name for known in out):
            place = None if span is None else (int(span[0]), int(span[1]))
            out.append(Flag(id=name, why=why or FLAGS[name], span=place))

    if intercepts:
        _of_intercepts(text, intercepts, flag)
    for row in resources:
        cutoff, grades = row["cutoff"], row["grades"]
        if (
            cutoff
            and grades
            and (basis := cutoff.split(" ")[-1]) != grades[0]["analyte"]
            and basis[:1].isalpha()
            and basis not in {"ppm", "g/t", "kg/t"}
        ):
            flag("cutoff-basis", f"cut-off on {basis}, grade in {grades[0]['analyte']}", row["span"])
    return tuple(out)


def _of_intercepts(text: str, rows: Sequence[dict[str, Any]], flag: Any) -> None:
    if (found := _HIGHLIGHTS.search(text)) is not None:
        flag("selective-highlights", span=found.span())
    named = {row["hole"] for row in rows if row["hole"]}
    counts = [(int(m.group(1)), m.span()) for m in _HOLES.finditer(text)]
    if counts and named:
        most, span = max(counts)
        if most > len(named):
            pending = " (some results are still to come)" if _PENDING.search(text) else ""
            flag(
                "missing-holes", f"{most} holes are mentioned, {len(named)} have results here{pending}", span
            )
    if not any(row["true_width"] is not None for row in rows) and "true width" not in text.lower():
        flag("no-true-width")
    for row in rows:
        if row["method"] == "pXRF":
            flag("pxrf", span=row["span"])
        if row["method"] in {"trench", "channel"}:
            flag("not-drilled", span=row["span"])
        if row.get("up_to"):
            flag("up-to", span=row["span"])
        if row.get("restated"):
            flag("restated", span=row["span"])
        names = [a["analyte"] for a in row["assays"]]
        if any(n.endswith("Eq") or n == "LCE" for n in names) and len(names) == 1:
            flag("equivalent-without-components", f"{names[0]} alone", row["span"])
        if row["cutoff"] and (basis := row["cutoff"].split(" ")[-1]) not in {
            *names,
            "ppm",
            "g/t",
            "%",
            "kg/t",
        }:
            flag("cutoff-basis", f"cut-off on {basis}, grade in {names[0]}", row["span"])
    if (near := _NEIGHBOUR.search(text)) is not None:
        flag("neighbour", f"'{near.group(0)}': check whose result it is", near.span())
