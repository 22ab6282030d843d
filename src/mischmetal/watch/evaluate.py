"""How well the reader reads: extraction against labels made by hand.

An intercept is found when length (within 1 %), from (within 0.1 m, where labelled) and the first assay's
analyte and value (within 1 %) agree; a resource when tonnes and the first grade agree (within 1 %).
Hole, parent, all-assay and `subset_of` accuracy are taken over what was found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mischmetal.errors import InputError
from mischmetal.watch.read import extract

Row = dict[str, Any]
Extractor = Callable[[str], dict[str, list[Row]]]
RELATIVE = 0.01
FROM_M = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Right answers out of those asked."""

    right: int
    of: int

    @property
    def share(self) -> float | None:
        """None where nothing was asked."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What came out of one file of labels."""

    kind: str  # intercepts or resources
    texts: int
    found: int
    missing: int
    extra: int
    empty: Tally  # texts without a label that stay empty
    parts: dict[str, Tally] = field(default_factory=dict)
    misses: list[Row] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.extra) if self.found + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missing) if self.found + self.missing else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def to_json(self) -> Row:
        """Plain numbers, for `--json`."""
        row: Row = {
            "kind": self.kind,
            "texts": self.texts,
            "found": self.found,
            "missing": self.missing,
            "extra": self.extra,
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "empty": {**asdict(self.empty), "share": self.empty.share},
        }
        for name, tally in self.parts.items():
            row[name] = {**asdict(tally), "share": tally.share}
        row["misses"] = self.misses
        return row


def read_labels(path: Path) -> list[Row]:
    """The rows of a JSON-lines file; each has `text` and `labels`."""
    if not path.is_file():
        raise InputError(str(path), found="no such file", allowed="a JSON-lines file of labelled texts")
    rows: list[Row] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(
                f"{path} line {number}", found=str(error), allowed="one JSON object a line"
            ) from None
        if (
            not isinstance(row, dict)
            or not isinstance(row.get("text"), str)
            or not isinstance(row.get("labels"), list)
        ):
            raise InputError(
                f"{path} line {number}", allowed="an object with text (string) and labels (list)"
            )
        rows.append(row)
    return rows


def evaluate(rows: Sequence[Row], extractor: Extractor = extract) -> list[Score]:
    """One score for each kind of label that the rows hold; texts without labels count for each."""
    kinds = {kind for row in rows if (kind := _kind(row))}
    return [_score(kind, rows, extractor) for kind in sorted(kinds or {"intercepts"})]


def _kind(row: Row) -> str:
    for label in row["labels"]:
        return "resources" if "tonnes_mt" in label else "intercepts"
    return ""


def _score(kind: str, rows: Sequence[Row], extractor: Extractor) -> Score:
    found = missing = extra = stayed = blank = texts = 0
    parts: dict[str, list[bool]] = (
        {"hole": [], "parent": [], "all_assays": []} if kind == "intercepts" else {"subset_of": []}
    )
    misses: list[Row] = []
    for number, row in enumerate(rows, 1):
        if _kind(row) not in {kind, ""}:
            continue
        texts += 1
        labels, told = row["labels"], extractor(row["text"])[kind]
        pairs = match(labels, told, _same_intercept if kind == "intercepts" else _same_resource)
        found += len(pairs)
        missing += len(labels) - len(pairs)
        extra += len(told) - len(pairs)
        if not labels:
            blank += 1
            stayed += not told
        for name, results in parts.items():
            results.extend(_CHECKS[name](labels, told, pairs))
        if len(pairs) < max(len(labels), len(told)):
            misses.append(
                {
                    "row": number,
                    "missing": [n for n in range(len(labels)) if n not in pairs],
                    "extra": [n for n in range(len(told)) if n not in pairs.values()],
                }
            )
    tallies = {name: Tally(right=sum(results), of=len(results)) for name, results in parts.items()}
    return Score(
        kind=kind,
        texts=texts,
        found=found,
        missing=missing,
        extra=extra,
        empty=Tally(right=stayed, of=blank),
        parts=tallies,
        misses=misses,
    )


def match(labels: Sequence[Row], told: Sequence[Row], same: Callable[[Row, Row], bool]) -> dict[int, int]:
    """Label number -> extraction number, one to one and as many as can be (augmenting paths)."""
    edges = [[j for j, row in enumerate(told) if same(label, row)] for label in labels]
    owner: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in edges[i]:
            if j in tried:
                continue
            tried.add(j)
            if j not in owner or place(owner[j], tried):
                owner[j] = i
                return True
        return False

    for i in range(len(labels)):
        place(i, set())
    return {i: j for j, i in owner.items()}


def _near(a: float | None, b: float | None, relative: float = RELATIVE) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= relative * abs(b) + 1e-9


def _same_assay(label: Row, told: Row) -> bool:
    return bool(label["analyte"] == told["analyte"]) and _same_value(label, told)


def _same_value(label: Row, told: Row) -> bool:
    if label.get("value_ppm") is not None and told.get("value_ppm") is not None:
        return _near(told["value_ppm"], label["value_ppm"])
    return bool(label.get("unit") == told.get("unit")) and _near(told["value"], label["value"])


def _same_intercept(label: Row, told: Row) -> bool:
    if not _near(told["length_m"], label["length_m"]):
        return False
    start = label.get("from_m")
    if start is not None and (told["from_m"] is None or abs(told["from_m"] - start) > FROM_M + 1e-9):
        return False
    return _first_agrees(label.get("assays") or [], told["assays"])


def _same_resource(label: Row, told: Row) -> bool:
    return _near(told["tonnes_mt"], label["tonnes_mt"]) and _first_agrees(
        label.get("grades") or [], told["grades"]
    )


def _first_agrees(labels: Sequence[Row], told: Sequence[Row]) -> bool:
    if not labels or not told:
        return not labels and not told
    return _same_assay(labels[0], told[0])


def _hole(labels: Sequence[Row], told: Sequence[Row], pairs: dict[int, int]) -> Iterable[bool]:
    for i, j in pairs.items():
        if labels[i].get("hole") and not labels[i].get("hole_from_context"):
            yield labels[i]["hole"] == told[j]["hole"]


def _parent(labels: Sequence[Row], told: Sequence[Row], pairs: dict[int, int]) -> Iterable[bool]:
    for i, j in pairs.items():
        wanted, given = labels[i].get("parent"), told[j]["parent"]
        if labels[i].get("nest_ambiguous"):
            yield given is not None or wanted is None
        else:
            yield (None if wanted is None else pairs.get(wanted, -1)) == given


def _all_assays(labels: Sequence[Row], told: Sequence[Row], pairs: dict[int, int]) -> Iterable[bool]:
    for i, j in pairs.items():
        wanted, given = labels[i].get("assays") or [], told[j]["assays"]
        yield len(wanted) == len(given) and len(match(wanted, given, _same_assay)) == len(wanted)


def _subset(labels: Sequence[Row], told: Sequence[Row], pairs: dict[int, int]) -> Iterable[bool]:
    for i, j in pairs.items():
        wanted, given = labels[i].get("subset_of"), told[j]["subset_of"]
        yield (None if wanted is None else pairs.get(wanted, -1)) == given


_CHECKS: dict[str, Callable[[Sequence[Row], Sequence[Row], dict[int, int]], Iterable[bool]]] = {
    "hole": _hole,
    "parent": _parent,
    "all_assays": _all_assays,
    "subset_of": _subset,
}


def in_words(score: Score) -> str:
    """The score for people, one figure a line."""
    lines = [
        f"{score.kind}: {score.texts} texts, {score.found} found, {score.missing} missing, {score.extra} extra",
        f"  precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}",
    ]
    for name, tally in {"left empty": score.empty, **score.parts}.items():
        if tally.share is not None:
            lines.append(f"  {name.replace('_', ' ')}: {tally.right} of {tally.of} ({tally.share:.1%})")
    for miss in score.misses:
        lines.append(
            f"  row {miss['row']}: labels not found {miss['missing']}, told without a label {miss['extra']}"
        )
    return "\n".join(lines)
