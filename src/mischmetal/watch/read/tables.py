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
from mischmetal.watch.read.columns import Column, is_header, read_header, with_units
from mischmetal.watch.read.lexicon import UNITS
from mischmetal.watch.read.resources import CATEGORIES, Estimate, under_totals
from mischmetal.watch.read.tokens import Token, fold

_NUMBER = re.compile(
    r"(?P<sign>[<>~≤≥]?)\s?(?P<minus>-?)(?P<value>\d+(?:[.,'’]\d+)*)(?P<unit>m|%|ppm|g/t|Mt|t)?[*†‡]?"
)
_EMPTY = re.compile(r"-+|–|—|n/?a|nd|nil|bdl|\.|ns|nsi|nsr|tba|trace|tr", re.IGNORECASE)
_INCLUDING = re.compile(
    r"\W*(?:including|includes|incl\.?|inc\.?|einschl\.?|einschließlich|inkl\.?|davon|incluso|inclusi|compreso|incluindo|inclui|and incl\w*\.?|which includes|with|within|其中)\W*",
    re.IGNORECASE,
)
_FOLLOWING = re.compile(r"\W*(?:and|und|e|y)\W*", re.IGNORECASE)
_DEFAULT_UNIT = {"Au": "g/t", "Ag": "g/t", "Pt": "g/t", "Pd": "g/t", "AuEq": "g/t", "AgEq": "g/t"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One field of a row: its text and place."""

    text: str
    start: int
    end: int


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


@dataclass(slots=True)
class _Line:
    start: int
    end: int
    tokens: list[Token]


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


def _lines(text: str, tokens: list[Token]) -> list[_Line]:
    lines: list[_Line] = []
    starts = [t.start for t in tokens]
    place = 0
    for raw in text.split("\n"):
        end = place + len(raw)
        a, b = bisect.bisect_left(starts, place), bisect.bisect_left(starts, end)
        lines.append(_Line(place, end, tokens[a:b]))
        place = end + 1
    return lines


def _cells(text: str, line: _Line) -> list[Cell] | None:
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


def _header_at(lines: list[_Line], text: str, n: int) -> tuple[list[Column], int] | None:
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


def _cell_header(lines: list[_Line], text: str, n: int, cells: list[Cell]) -> tuple[list[Column], int] | None:
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
    from mischmetal.watch.read.columns import _column

    i = 0
    while i < len(inside):
        i = _column(inside, i, columns)
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


def _body(lines: list[_Line], text: str, first: int, columns: list[Column], mark: str, rows: Rows) -> int:
    """Read rows from line `first` on; the line after the last one that fitted (or `first`)."""
    resource = any(c.role == "tonnes" for c in columns)
    state = _Table(columns=columns, mark=mark)
    last, misses, n = first, 0, first
    while n < len(lines) and misses <= (1 if last == first else 3):
        line = lines[n]
        cells = _cells(text, line)
        if cells is None:
            cells = [
                Cell(m.group(), line.start + m.start(), line.start + m.end())
                for m in re.finditer(r"\S+", text[line.start : line.end])
            ]
            values = _align(cells, columns, mark) if len(cells) <= 60 else None
        else:
            values = _by_cell(cells, columns, mark)
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


Value = tuple[float | None, str, Cell]  # number (None for an empty cell), qualifier, where


@dataclass(slots=True)
class _Row:
    lead: str  # the words before the numbers
    hole: str
    values: list[tuple[Column, Value]]


def _value(cell: Cell, mark: str) -> Value | None:
    if _EMPTY.fullmatch(cell.text) or not cell.text:
        return None, "", cell
    match = _NUMBER.fullmatch(cell.text)
    if match is None:
        return None
    value, used = numbers.parse(match["value"], mark)
    if used != len(match["value"]):
        return None
    if match["minus"]:
        value = -value
    return value, {"≤": "<", "≥": ">"}.get(match["sign"], match["sign"]), cell


def _by_cell(cells: list[Cell], columns: list[Column], mark: str) -> _Row | None:
    """Cells and columns one to one; a row with fewer cells lacks the first ones."""
    if len(cells) < len(columns) and len(cells) > 1:
        skipped = columns[len(columns) - len(cells) :]
        columns = skipped
    if len(cells) < len(columns):
        return None
    lead: list[str] = []
    hole, values = "", []
    for column, cell in zip(columns, cells, strict=False):
        if column.numeric:
            value = _value(cell, mark)
            if value is None:
                if any(c.isalpha() for c in cell.text):
                    lead.append(cell.text)
                continue
            values.append((column, value))
        elif (
            column.role == "hole"
            and cell.text
            and not _INCLUDING.match(cell.text)
            and not _FOLLOWING.fullmatch(cell.text)
        ):
            hole = cell.text
        elif cell.text:
            lead.append(cell.text)
    return _Row(" ".join(lead), hole, values)


def _align(cells: list[Cell], columns: list[Column], mark: str) -> _Row | None:
    """Fields parted by spaces: words in front, then as many numbers as the header has columns for."""
    numeric = [c for c in columns if c.numeric]
    readings = [_value(cell, mark) for cell in cells]
    first = next((n for n, value in enumerate(readings) if value is not None), None)
    if first is None:
        return None
    run = first
    while run < len(cells) and readings[run] is not None:
        run += 1
    values = [value for value in readings[first:run] if value is not None]
    words = [cell.text for cell in cells[:first]]
    has_hole = bool(columns) and any(c.role == "hole" for c in columns)
    wanted = numeric
    if len(values) == len(numeric) + 1 and has_hole and not words:
        words, values = [values[0][2].text], values[1:]
    if len(values) != len(numeric):
        start = next((n for n, c in enumerate(numeric) if c.role in {"from", "length", "tonnes"}), 0)
        wanted = numeric[start:]
        if len(values) != len(wanted):
            # text columns at the end may hold numbers of their own
            if len(values) > len(numeric) and columns[-1].role == "text":
                wanted, values = numeric, values[: len(numeric)]
            else:
                return None
    lead = " ".join(words)
    hole = ""
    if has_hole and words and not _INCLUDING.match(lead) and not _FOLLOWING.fullmatch(words[0]):
        hole = words[0] if len(words) < 3 or any(ch.isdigit() for ch in words[0]) else ""
        if hole and len(words) > 1 and not any(ch.isdigit() for ch in hole):
            hole = next((w for w in words if any(ch.isdigit() for ch in w)), "")
        lead = " ".join(words[1:]) if hole == words[0] else lead
    return _Row(lead, hole, list(zip(wanted, values, strict=True)))


@dataclass(slots=True)
class _Table:
    """The rows read so far of one table."""

    columns: list[Column]
    mark: str
    hole: str = ""
    intercepts: list[dict[str, Any]] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    group: str = ""

    def intercept(self, row: _Row, line: _Line) -> bool:
        """Take one row of drill results; False where its numbers do not agree."""
        part = bool(_INCLUDING.match(row.lead)) or row.lead.lower().startswith(("incl", "inc."))
        if row.hole:
            self.hole = row.hole
        told = {
            c.role: (v[0] * c.factor, v[2])
            for c, v in row.values
            if v[0] is not None and c.role in {"from", "to", "length", "truewidth"}
        }
        low, high, length = (told.get(role, (None,))[0] for role in ("from", "to", "length"))
        assays = [_assay(c, v) for c, v in row.values if c.role == "grade" and c.analyte and v[0] is not None]
        if not assays or (length is None and (low is None or high is None)):
            return bool(row.hole and not assays)
        derived = {}
        if low is not None and high is not None:
            if high < low:
                return False
            if length is not None and abs(high - low - length) > max(0.15, 0.03 * length):
                return False
        if length is None and low is not None and high is not None:
            length, derived["length_derived"] = high - low, True
        if high is None and low is not None and length is not None:
            high, derived["to_derived"] = low + length, True
        parent = self._parent(low, high, length) if part else None
        self.intercepts.append(
            {
                "hole": self.hole or None,
                "from_m": _tidy(low),
                "to_m": _tidy(high),
                "length_m": _tidy(length),
                "parent": parent,
                "assays": assays,
                **derived,
                "cutoff": None,
                "true_width": _tidy(told["truewidth"][0]) if "truewidth" in told else None,
                "topcut": None,
                "to_eoh": False,
                "method": "downhole gamma" if assays[0]["analyte"].startswith("e") else None,
                "depth_below_surface_m": None,
                "table": True,
                "span": [line.tokens[0].start, line.end],
                "spans": {
                    role: [told[key][1].start, told[key][1].end]
                    for role, key in (("length_m", "length"), ("from_m", "from"))
                    if key in told
                },
            }
        )
        return True

    def _parent(self, low: float | None, high: float | None, length: float | None) -> int | None:
        """The nearest row above of the same hole that this one lies in."""
        for n in range(len(self.intercepts) - 1, max(-1, len(self.intercepts) - 40), -1):
            other = self.intercepts[n]
            if other["hole"] != (self.hole or None):
                return None
            if (
                low is not None
                and high is not None
                and other["from_m"] is not None
                and other["to_m"] is not None
            ):
                if (
                    other["from_m"] - 0.05 <= low
                    and high <= other["to_m"] + 0.05
                    and (low, high) != (other["from_m"], other["to_m"])
                ):
                    return n
            elif (
                length is not None
                and other["length_m"] is not None
                and length <= other["length_m"]
                and other["parent"] is None
            ):
                return n
        return None

    def resource(self, row: _Row, line: _Line) -> bool:
        """Take one row of a resource table."""
        words = f"{row.hole} {row.lead}".lower()
        tonnes = next(
            (v[0] * c.factor for c, v in row.values if c.role == "tonnes" and v[0] is not None), None
        )
        grades = [_assay(c, v) for c, v in row.values if c.role == "grade" and c.analyte and v[0] is not None]
        if tonnes is None or not grades or tonnes <= 0:
            return False
        kinds = [
            name for key, name in CATEGORIES.items() if key in words or name.lower()[:4] in words.split()
        ]
        contained = [
            {
                "value": v[0] * c.factor,
                "unit": c.mass,
                "what": c.analyte or grades[0]["analyte"],
                "span": [v[2].start, v[2].end],
            }
            for c, v in row.values
            if c.role == "contained" and c.mass and v[0] is not None
        ]
        self.estimates.append(
            Estimate(
                0,
                0,
                tonnes,
                None,
                [],
                line.tokens[0].start,
                line.end,
                categories=kinds,
                total="total" in words,
            )
        )
        self.told.append(
            {
                "deposit": None,
                "tonnes_mt": round(tonnes, 6),
                "category": "Exploration Target" if "target" in words else "+".join(kinds) or None,
                "cutoff": None,
                "grades": grades,
                "contained": contained,
                "subset_of": None,
                "table": True,
                "span": [line.tokens[0].start, line.end],
            }
        )
        return True

    def resources(self) -> list[dict[str, Any]]:
        """The rows of a resource table, those under a total marked as its parts."""
        under_totals(self.estimates)
        return [
            {**row, "subset_of": made.subset_of} for row, made in zip(self.told, self.estimates, strict=True)
        ]


def _assay(column: Column, value: Value) -> dict[str, Any]:
    number = value[0]
    assert number is not None
    unit = column.unit
    assumed = not unit
    if assumed:
        # a header without a unit: grams for precious metals, else by the size of the number
        unit = _DEFAULT_UNIT.get(column.analyte, "ppm" if number > 60 else "%")
    if unit == "oz/t":
        unit, number = "g/t", round(number * UNITS["oz/t"][0], 4)
    row: dict[str, Any] = {"analyte": column.analyte, "value": number, "unit": unit}
    if value[1]:
        row["qualifier"] = value[1]
    if unit != "%TREO":
        row["value_ppm"] = round(number * UNITS[unit][0], 6)
    if assumed:
        row["unit_assumed"] = True
    row["span"] = [value[2].start, value[2].end]
    return row


def _tidy(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
