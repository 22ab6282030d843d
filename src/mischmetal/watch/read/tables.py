"""Intercepts and resources out of tables: HTML cells (tabs), pipes, or columns of printed text.

A header names the columns; the rows below are read until they no longer fit it. A row is taken only if
its numbers agree with each other: to minus from is the printed length.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import Any

from mischmetal.watch.read import numbers
from mischmetal.watch.read.columns import Column, is_header, read_column, read_header, with_units
from mischmetal.watch.read.rows import Cell, Line, Table, align, by_cell
from mischmetal.watch.read.tokens import Token, fold


@dataclass(slots=True)
class Rows:
    """What the tables of a document hold."""

    intercepts: list[dict[str, Any]] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)


class Used:
    """The lines that were read as tables, so that the prose reader leaves them alone."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        self.starts.append(start)
        self.ends.append(end)

    def covers(self, place: int) -> bool:
        n = bisect.bisect_right(self.starts, place) - 1
        return n >= 0 and place < self.ends[n]


def read_tables(text: str, tokens: list[Token]) -> tuple[Rows, Used]:
    """All rows of all tables, and which lines they stood in."""
    lines = _lines(text, tokens)
    folded = fold_keep_tabs(text)
    mark = numbers.decimal_mark(fold(text))
    rows, used = Rows(), Used()
    n = 0
    while n < len(lines):
        found = _header_at(lines, folded, n)
        if found is None:
            n += 1
            continue
        columns, first = found
        last = _body(lines, folded, first, columns, mark, rows)
        if last > first:
            for line in lines[n:last]:
                used.add(line.start, line.end)
            n = last
        else:
            n += 1
    return rows, used


def fold_keep_tabs(text: str) -> str:
    """As `tokens.fold`, but tabs stay: they part the cells."""
    folded = fold(text)
    if "\t" not in text:
        return folded
    out = list(folded)
    place = text.find("\t")
    while place >= 0:
        out[place] = "\t"
        place = text.find("\t", place + 1)
    return "".join(out)


def _lines(text: str, tokens: list[Token]) -> list[Line]:
    lines: list[Line] = []
    starts = [t.start for t in tokens]
    place = 0
    for raw in text.split("\n"):
        end = place + len(raw)
        a, b = bisect.bisect_left(starts, place), bisect.bisect_left(starts, end)
        lines.append(Line(place, end, tokens[a:b]))
        place = end + 1
    return lines


def _cells(text: str, line: Line) -> list[Cell] | None:
    """The cells of a line with tabs or pipes; None for a line of plain words."""
    raw = text[line.start : line.end]
    sign = "\t" if "\t" in raw else "|" if raw.count("|") > 1 else ""
    if not sign:
        return None
    cells, place = [], line.start
    for part in raw.split(sign):
        left = len(part) - len(part.lstrip())
        body = part.strip()
        cells.append(Cell(body, place + left, place + left + len(body)))
        place += len(part) + 1
    if sign == "|":
        cells = cells[1:] if raw.lstrip().startswith("|") else cells
        cells = cells[:-1] if raw.rstrip().endswith("|") else cells
    return cells


def _header_at(lines: list[Line], text: str, n: int) -> tuple[list[Column], int] | None:
    """The header that starts at line n and the first line of its body."""
    line = lines[n]
    if not line.tokens or len(line.tokens) > 120 or not _worth(line.tokens):
        return None
    cells = _cells(text, line)
    if cells is not None:
        return _cell_header(lines, text, n, cells)
    gathered: list[Token] = []
    for more in range(3):
        if n + more >= len(lines):
            break
        gathered = gathered + lines[n + more].tokens
        columns = read_header(gathered)
        if columns is None:
            if any(t.kind == "number" for t in gathered):
                break
            continue
        after = n + more + 1
        if after < len(lines) and (unit := with_units(columns, lines[after].tokens)) is not None:
            return unit, after + 1
        return columns, after
    return None


def _worth(tokens: list[Token]) -> bool:
    kinds = {t.kind for t in tokens}
    return (
        bool(kinds & {"holeword", "from", "to", "zone", "mt", "kt", "tonne", "truewidth"})
        and "number" not in kinds
    )


def _cell_header(lines: list[Line], text: str, n: int, cells: list[Cell]) -> tuple[list[Column], int] | None:
    """A header of cells, its heading possibly over two lines; a column for every cell."""
    columns = [_cell_column(lines[n].tokens, cell) for cell in cells]
    after = n + 1
    second = _cells(text, lines[after]) if after < len(lines) and lines[after].tokens else None
    if (
        second is not None
        and len(second) == len(cells)
        and not any(t.kind == "number" for t in lines[after].tokens)
    ):
        both = lines[n].tokens + lines[after].tokens
        merged = [_cell_column(both, a, b) for a, b in zip(cells, second, strict=True)]
        if is_header(merged):
            return merged, after + 1
    return (columns, after) if is_header(columns) else None


def _cell_column(tokens: list[Token], *cells: Cell) -> Column:
    inside = [t for t in tokens if any(c.start <= t.start < c.end for c in cells)]
    columns: list[Column] = []
    i = 0
    while i < len(inside):
        i = read_column(inside, i, columns)
    ranked = sorted(
        columns,
        key=lambda c: [
            "truewidth",
            "from",
            "to",
            "tonnes",
            "contained",
            "grade",
            "length",
            "hole",
            "number",
            "text",
        ].index(c.role),
    )
    return ranked[0] if ranked else Column("text")


def _body(lines: list[Line], text: str, first: int, columns: list[Column], mark: str, rows: Rows) -> int:
    """Read rows from line `first` on; the line after the last one that fitted (or `first`)."""
    resource = any(c.role == "tonnes" for c in columns)
    state = Table(columns=columns, mark=mark)
    last, misses, n = first, 0, first
    while n < len(lines) and misses <= (1 if last == first else 3):
        line = lines[n]
        cells = _cells(text, line)
        if cells is None:
            cells = [
                Cell(m.group(), line.start + m.start(), line.start + m.end())
                for m in re.finditer(r"\S+", text[line.start : line.end])
            ]
            values = align(cells, columns, mark) if len(cells) <= 60 else None
        else:
            values = by_cell(cells, columns, mark)
        fitted = values is not None and (
            state.resource(values, line) if resource else state.intercept(values, line)
        )
        if fitted:
            last, misses = n + 1, 0
        elif line.tokens:
            misses += 1
            if _header_at(lines, text, n) is not None:
                break
        n += 1
    offset = len(rows.intercepts)
    for row in state.intercepts:
        rows.intercepts.append({**row, "parent": None if row["parent"] is None else row["parent"] + offset})
    offset = len(rows.resources)
    for row in state.resources():
        rows.resources.append(
            {**row, "subset_of": None if row["subset_of"] is None else row["subset_of"] + offset}
        )
    return last
