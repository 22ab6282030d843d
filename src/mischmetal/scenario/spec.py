"""The shape of a scenario file, strictly: an unknown field is an error.

Shapes only; whether a name, a date or a fact makes sense is checked in `resolve`.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from mischmetal.errors import InputError
from mischmetal.scenario.yamlfile import Document, Path

_NUMBER = "{fact: ID} or {assumption: REASON, value: , low: , high: }"


class Strict(BaseModel):
    """Unknown fields are refused and nothing is converted in silence."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class NumberSpec(Strict):
    """A number with its origin."""

    fact: str | None = None
    assumption: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    facts: list[str] = Field(default_factory=list)


def _not_bare(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    raise PydanticCustomError("bare_number", "a number with its origin")


def _day(value: Any) -> Any:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str):
        try:
            if len(value) == 10:
                return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError("not_a_day", "a date, YYYY-MM-DD")


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _all_or_list(value: Any) -> Any:
    if isinstance(value, str):
        return None if value == "all" else [value]
    return value


def _as_choice(value: Any) -> Any:
    if isinstance(value, str):
        return {"include": value}
    return {"include": value} if isinstance(value, list) else value


def _as_goods(value: Any) -> Any:
    if isinstance(value, list):
        return {"any": value}
    if isinstance(value, dict) and "any" not in value:
        block = {k: v for k, v in value.items() if k != "exclude"}
        return {"any": [block] if block else [], "exclude": value.get("exclude", [])}
    return value


def _as_blocks(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


Day = Annotated[datetime.date, BeforeValidator(_day, json_schema_input_type=str)]
Backed = Annotated[NumberSpec, BeforeValidator(_not_bare, json_schema_input_type=NumberSpec)]
Names = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]

Included = Annotated[
    list[str] | None, BeforeValidator(_all_or_list, json_schema_input_type=Literal["all"] | list[str])
]


class BlockSpec(Strict):
    """Goods that match every list given."""

    elements: Names = Field(default_factory=list)
    stages: Names = Field(default_factory=list)
    hs: Names = Field(default_factory=list)
    names: Names = Field(default_factory=list)


Blocks = Annotated[
    list[BlockSpec], BeforeValidator(_as_blocks, json_schema_input_type=BlockSpec | list[BlockSpec])
]


class GoodsSpec(Strict):
    """Goods in any block and in no excluded one."""

    any: Blocks = Field(default_factory=list)
    exclude: Blocks = Field(default_factory=list)


class ChoiceSpec(Strict):
    """Names from a list, or all, less some."""

    include: Included = None
    exclude: Names = Field(default_factory=list)


Chosen = Annotated[
    ChoiceSpec, BeforeValidator(_as_choice, json_schema_input_type=str | list[str] | ChoiceSpec)
]
Goods = Annotated[
    GoodsSpec, BeforeValidator(_as_goods, json_schema_input_type=BlockSpec | list[BlockSpec] | GoodsSpec)
]


class EventSpec(Strict):
    """One dated act."""

    id: str = Field(min_length=1)
    date: Day
    published: Day | None = None
    actor: str
    instrument: str
    direction: str
    title: str
    measure: str = ""
    until: Day | None = None
    goods: Goods = Field(default_factory=GoodsSpec)
    destinations: Chosen = Field(default_factory=ChoiceSpec)
    end_uses: Chosen = Field(default_factory=ChoiceSpec)
    numbers: dict[str, Backed] = Field(default_factory=dict)
    risk: Backed | None = None
    source: str = ""
    when: dict[str, str] = Field(default_factory=dict)
    note: str = ""


class SwitchSpec(Strict):
    """A named choice about what is not known."""

    value: str
    choices: list[str]
    reason: str


class FileSpec(Strict):
    """A scenario file."""

    name: str = Field(min_length=1)
    title: str = Field(min_length=1)
    description: str = ""
    start: str | None = Field(default=None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    extends: Names = Field(default_factory=list)
    remove: Names = Field(default_factory=list)
    set: dict[str, Any] = Field(default_factory=dict)
    switches: dict[str, SwitchSpec] = Field(default_factory=dict)
    events: list[EventSpec] = Field(default_factory=list)


_FIELDS: dict[str, type[Strict]] = {
    "events": EventSpec,
    "numbers": NumberSpec,
    "risk": NumberSpec,
    "goods": BlockSpec,
    "destinations": ChoiceSpec,
    "end_uses": ChoiceSpec,
    "switches": SwitchSpec,
}


def checked(document: Document) -> FileSpec:
    """A file's data in its shape. Raises InputError for the first thing that does not fit."""
    try:
        return FileSpec.model_validate(document.data)
    except ValidationError as error:
        raise _told(document, error, ()) from None


def checked_event(document: Document, path: Path, data: Any) -> EventSpec:
    """One event, changed since the file was read. Raises InputError."""
    try:
        return EventSpec.model_validate(data)
    except ValidationError as error:
        raise _told(document, error, path) from None


def _told(document: Document, error: ValidationError, prefix: Path) -> InputError:
    """The first error in the order of the file's lines, in the words of the file."""
    details = error.errors(include_url=False)
    first = min(details, key=lambda d: document.line((*prefix, *d["loc"])))
    path: Path = (*prefix, *first["loc"])
    kind = first["type"]
    if kind == "extra_forbidden":
        return document.error(path, found=str(path[-1]), choices=_fields(path).model_fields)
    if kind == "missing":
        return document.error(path, found="nothing", allowed=f"the field {path[-1]!r}")
    allowed = _NUMBER if kind == "bare_number" or "numbers" in path or "risk" in path else _message(first)
    return document.error(path, found=_short(first["input"]), allowed=allowed)


def _fields(path: Path) -> type[Strict]:
    return next((_FIELDS[k] for k in reversed(path[:-1]) if isinstance(k, str) and k in _FIELDS), FileSpec)


def _message(details: ErrorDetails) -> str:
    if details["type"] == "string_pattern_mismatch":
        return "a month, YYYY-MM"
    return details["msg"].removeprefix("Input should be ").removeprefix("Value error, ")


def _short(value: object) -> object:
    return value if isinstance(value, (str, int, float, bool)) else type(value).__name__
