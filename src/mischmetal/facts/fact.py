"""What a fact is: one figure from one source, and the rules that every row of a table has to keep."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mischmetal import units

CONFIDENCE = ("high", "medium", "low", "memory")
VAT = ("incl", "ex", "")
INCOTERMS = ("FOB", "EXW", "CIF", "DDP", "")
CURRENCIES = ("", *units.CURRENCIES)
ID = re.compile(r"[a-z0-9]+([.-]+[a-z0-9]+)*")
_POINT = r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?|-Q[1-4])?"
PERIOD = re.compile(rf"{_POINT}(/{_POINT})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One sourced figure. Those that contradict each other stand side by side, by source and edition."""

    id: str  # unique and stable: table.entity[.partner].variable.commodity.period[.n]
    table: str  # file that it comes from
    entity: str  # ISO 3166 alpha-2, EU, World, or a name
    partner: str  # the other side of a flow, or whom a measure bears on
    variable: str
    commodity: str  # element symbol where it is one; a product otherwise
    hs: str  # customs items, joined by '+'
    period: str  # YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Qn, or a range 'a/b'
    value: float | None  # in `unit`
    low: float | None  # in `unit`
    high: float | None  # in `unit`
    text: str  # what the source says where it gives no plain number
    unit: str  # one of units.CANONICAL, or empty for a text
    currency: str
    vat: str  # incl, ex, or empty where unknown or without meaning
    incoterm: str  # FOB, EXW, CIF, DDP
    edition: str  # MCS 2025, BGS, batch 2: which printing of the same figure
    source: str  # id in sources.csv
    date: str  # of the source
    confidence: str  # high, medium, low, memory (recalled, no page found)
    note: str


COLUMNS = tuple(name for name in Fact.__slots__ if name != "table")
NUMBERS = ("value", "low", "high")
REQUIRED = ("id", "entity", "variable", "period", "value", "unit", "source", "confidence")


def _number(cell: Any) -> float | None:
    """A cell as a finite number, None where it is empty."""
    if cell is None or cell == "":
        return None
    try:
        number = float(cell)
    except (TypeError, ValueError):
        raise ValueError("a number, or empty") from None
    if not math.isfinite(number):
        raise ValueError("a finite number, or empty")
    return number


def _one_of(names: tuple[str, ...]) -> AfterValidator:
    """A check that keeps a cell to a closed list; the list is repeated where the error is told."""

    def check(cell: str) -> str:
        if cell not in names:
            raise ValueError("|".join(name or "(empty)" for name in names))
        return cell

    return AfterValidator(check)


def _matches(pattern: re.Pattern[str], allowed: str) -> AfterValidator:
    def check(cell: str) -> str:
        if cell and not pattern.fullmatch(cell):
            raise ValueError(allowed)
        return cell

    return AfterValidator(check)


Number = Annotated[float | None, BeforeValidator(_number)]


class Row(BaseModel):
    """One row of a fact table, strictly: what a table of a user's own has to hold, too."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: Annotated[str, Field(min_length=1), _matches(ID, "lower-case letters, digits, dots and hyphens")]
    entity: Annotated[str, Field(min_length=1)]
    partner: str = ""
    variable: Annotated[str, Field(min_length=1)]
    commodity: str = ""
    hs: Annotated[
        str, _matches(re.compile(r"\d{4,10}(\+\d{4,10})*"), "customs items of 4 to 10 digits, joined by +")
    ] = ""
    period: Annotated[str, _matches(PERIOD, "YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Qn, or a range a/b")] = ""
    value: Number = None
    low: Number = None
    high: Number = None
    text: str = ""
    unit: Annotated[str, _one_of(("", *units.CANONICAL))] = ""
    currency: Annotated[str, _one_of(CURRENCIES)] = ""
    vat: Annotated[str, _one_of(VAT)] = ""
    incoterm: Annotated[str, _one_of(INCOTERMS)] = ""
    edition: str = ""
    source: Annotated[str, Field(min_length=1)]
    date: str = ""
    confidence: Annotated[str, _one_of(CONFIDENCE)]
    note: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Row:
        """What no single cell shows: a row says something, in order, in a unit that fits its currency."""
        numbers = [n for n in (self.value, self.low, self.high) if n is not None]
        if not numbers and not self.text:
            raise ValueError("value: a value, low or high, or a text")
        if numbers and not self.unit:
            raise ValueError("unit: a unit beside a number")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low: low at most high")
        low, high = (
            (-math.inf if self.low is None else self.low),
            (math.inf if self.high is None else self.high),
        )
        if self.value is not None and not low <= self.value <= high:
            raise ValueError("value: between low and high")
        paid = units.currency_of(self.unit)
        if paid and self.currency and paid != self.currency:
            raise ValueError(f"currency: {paid}, the currency of the unit")
        return self
