"""One row of a table: its fields, its numbers, and the intercept or estimate that it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from mischmetal.watch.read import numbers
from mischmetal.watch.read.columns import Column
from mischmetal.watch.read.lexicon import UNITS
from mischmetal.watch.read.parts import CATEGORIES, Estimate, under_totals
from mischmetal.watch.read.tokens import Token

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


def by_cell(cells: list[Cell], columns: list[Column], mark: str) -> Row | None:
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
    return Row(" ".join(lead), hole, values)


def align(cells: list[Cell], columns: list[Column], mark: str) -> Row | None:
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
    return Row(lead, hole, list(zip(wanted, values, strict=True)))


@dataclass(slots=True)
class Line:
    """One printed line: its range of the text and its tokens."""

    start: int
    end: int
    tokens: list[Token]


@dataclass(slots=True)
class Row:
    lead: str  # the words before the numbers
    hole: str
    values: list[tuple[Column, Value]]


Value = tuple[float | None, str, Cell]  # number (None for an empty cell), qualifier, where


@dataclass(slots=True)
class Table:
    """The rows read so far of one table."""

    columns: list[Column]
    mark: str
    hole: str = ""
    intercepts: list[dict[str, Any]] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    group: str = ""

    def intercept(self, row: Row, line: Line) -> bool:
        """Take one row of drill results; False where its numbers do not agree."""
        part = bool(_INCLUDING.match(row.lead)) or row.lead.lower().startswith(("incl", "inc."))
        if not part and _FOLLOWING.fullmatch(row.lead) and self.intercepts:
            part = self.intercepts[-1]["parent"] is not None  # including ..., and ...
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

    def resource(self, row: Row, line: Line) -> bool:
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
