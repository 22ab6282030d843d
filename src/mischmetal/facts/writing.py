"""Making facts out of what a reader found, and writing them as a table that `load` and `check` accept."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from mischmetal.facts.fact import COLUMNS, NUMBERS, Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where figures come from."""

    id: str
    title: str
    url: str
    date: str
    terms: str


def slug(text: str, longest: int = 40) -> str:
    """Lower-case letters, digits and hyphens of a text, cut at a word."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return plain if len(plain) <= longest else plain[:longest].rpartition("-")[0] or plain[:longest]


def with_ids(table: str, rows: Iterable[Mapping[str, str | float | None]]) -> list[Fact]:
    """Facts of a table from rows without ids: an id says what a row is about, a number which of several."""
    facts: list[Fact] = []
    seen: dict[str, int] = {}
    for row in rows:
        cells = {c: row.get(c) for c in COLUMNS if c != "id"}
        words = {c: "" if v is None else str(v) for c, v in cells.items() if c not in NUMBERS}
        parts = [slug(words[c]) for c in ("entity", "partner", "variable", "commodity")]
        parts += [words["hs"].split("+")[0], words["period"].lower().replace("/", ".")]
        base = ".".join([table, *(p for p in parts if p)])
        seen[base] = seen.get(base, 0) + 1
        numbers = {c: None if cells[c] is None else float(cells[c]) for c in NUMBERS}  # type: ignore[arg-type]
        name = base if seen[base] == 1 else f"{base}.{seen[base]}"
        facts.append(Fact(id=name, table=table, **words, **numbers))  # type: ignore[arg-type]
    return facts


def write_table(facts: Iterable[Fact], path: Path) -> None:
    """Write facts as a CSV table, aside first and then renamed, so that no half-written table is left."""
    aside = path.with_suffix(".part")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for fact in facts:
            cells = asdict(fact)
            writer.writerow({c: _cell(cells[c]) for c in COLUMNS})
    aside.replace(path)


def write_sources(sources: Iterable[Source], path: Path) -> None:
    """Add sources to a CSV table beside the facts, in place of those of the same id; aside, then renamed."""
    names = [field.name for field in fields(Source)]
    listed: dict[str, dict[str, str]] = {}
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            listed = {row["id"]: {n: row.get(n, "") for n in names} for row in csv.DictReader(file)}
    listed |= {source.id: asdict(source) for source in sources}
    aside = path.with_suffix(".part")
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed[name] for name in sorted(listed))
    aside.replace(path)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.12g}" if isinstance(value, float) else str(value)
