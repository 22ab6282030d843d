"""From the shape of an event to an event that means something: names, dates, facts and ranges checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mischmetal.errors import InputError, MischmetalError, NotFound
from mischmetal.scenario import quantities
from mischmetal.scenario.event import Choice, Event, Goods, GoodsBlock, Number
from mischmetal.scenario.spec import BlockSpec, ChoiceSpec, EventSpec, GoodsSpec, NumberSpec
from mischmetal.scenario.vocabulary import (
    CHANGING,
    COUNTRIES,
    DIRECTIONS,
    FACT_KINDS,
    INSTRUMENTS,
    NUMBERS,
    OPENING,
    REQUIRED_NUMBERS,
    RISK,
    NumberKind,
    Vocabulary,
    numbers_of,
)
from mischmetal.scenario.yamlfile import Document, Path


class FactLike(Protocol):
    """What a number needs of a fact."""

    @property
    def table(self) -> str: ...
    @property
    def variable(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def unit(self) -> str: ...


Lookup = Callable[[str], FactLike]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An event's shape and where it stands, so that errors can point at it."""

    spec: EventSpec
    document: Document
    path: Path
    changed_by: str = ""  # what set a part of it afterwards

    def error(
        self,
        *inner: str | int,
        found: object = None,
        allowed: object = None,
        choices: Iterable[str] | None = None,
    ) -> InputError:
        error = self.document.error((*self.path, *inner), found=found, allowed=allowed, choices=choices)
        return error if not self.changed_by else InputError(f"{error} (as changed by {self.changed_by})")


def event(placed: Placed, words: Vocabulary, lookup: Lookup) -> Event:
    """The event behind a shape. Raises InputError with file, line and field."""
    spec = placed.spec
    _known(placed, "instrument", spec.instrument, INSTRUMENTS)
    _known(placed, "direction", spec.direction, DIRECTIONS)
    _known(placed, "actor", spec.actor, COUNTRIES | words.regions | {"EU"})
    if spec.until is not None and spec.until <= spec.date:
        raise placed.error("until", found=str(spec.until), allowed=f"a day after {spec.date}")
    if spec.instrument in OPENING + CHANGING and not spec.measure:
        raise placed.error("measure", found="nothing", allowed="the id of the measure")
    if spec.source:
        _fact(placed, ("source",), spec.source, lookup)
    risk = None if spec.risk is None else _number(placed, ("risk",), spec.risk, RISK, lookup)
    return Event(
        id=spec.id,
        date=spec.date,
        published=spec.published or spec.date,
        actor=spec.actor,
        instrument=spec.instrument,
        title=spec.title,
        direction=spec.direction,
        measure=spec.measure,
        until=spec.until,
        goods=_goods(placed, spec.goods, words),
        destinations=_choice(placed, "destinations", spec.destinations, words.places),
        end_uses=_choice(placed, "end_uses", spec.end_uses, words.groups),
        numbers=_numbers(placed, lookup),
        risk=risk,
        source=spec.source,
        note=spec.note,
    )


def _known(placed: Placed, field: str, name: str, choices: Iterable[str]) -> None:
    listed = list(choices)
    if name not in listed:
        raise placed.error(field, found=name, choices=listed)


def _choice(placed: Placed, field: str, spec: ChoiceSpec, choices: frozenset[str]) -> Choice:
    for name in [*(spec.include or []), *spec.exclude]:
        _known(placed, field, name, choices)
    include = None if spec.include is None else frozenset(spec.include)
    return Choice(include=include, exclude=frozenset(spec.exclude))


def _goods(placed: Placed, spec: GoodsSpec, words: Vocabulary) -> Goods:
    return Goods(
        blocks=tuple(_block(placed, b, words) for b in spec.any),
        exclude=tuple(_block(placed, b, words) for b in spec.exclude),
    )


def _block(placed: Placed, spec: BlockSpec, words: Vocabulary) -> GoodsBlock:
    lists: list[tuple[str, list[str], frozenset[str] | None]] = [
        ("elements", spec.elements, words.elements),
        ("stages", spec.stages, words.stages),
        ("names", spec.names, words.goods),
    ]
    for field, found, choices in lists:
        for name in found:
            if choices is not None and name not in choices:
                raise placed.error("goods", field, found=name, choices=choices)
    codes = tuple(code.replace(".", "").replace(" ", "") for code in spec.hs)
    for code in codes:
        if not code.isdigit() or not 2 <= len(code) <= 10:
            raise placed.error("goods", "hs", found=code, allowed="2 to 10 digits")
    return GoodsBlock(
        elements=frozenset(spec.elements),
        stages=frozenset(spec.stages),
        hs=codes,
        names=frozenset(spec.names),
    )


def _numbers(placed: Placed, lookup: Lookup) -> Mapping[str, Number]:
    spec = placed.spec
    allowed = numbers_of(spec.instrument)
    for name in spec.numbers:
        if name not in allowed:
            if not allowed:
                raise placed.error("numbers", name, found=name, allowed=f"no number in a {spec.instrument}")
            raise placed.error("numbers", name, found=name, choices=allowed)
    for name in sorted(REQUIRED_NUMBERS.get(spec.instrument, frozenset()) - set(spec.numbers)):
        raise placed.error("numbers", found=f"no {name!r}", allowed=f"{name} ({NUMBERS[name].text})")
    return {n: _number(placed, ("numbers", n), s, NUMBERS[n], lookup) for n, s in spec.numbers.items()}


def _number(placed: Placed, path: Path, spec: NumberSpec, kind: NumberKind, lookup: Lookup) -> Number:
    if (spec.fact is None) == (spec.assumption is None):
        found = "both fact and assumption" if spec.fact is not None else "neither fact nor assumption"
        raise placed.error(*path, found=found, allowed="one of them")
    try:
        number = (
            _from_fact(placed, path, spec, kind, lookup)
            if spec.fact is not None
            else _assumed(placed, path, spec, kind, lookup)
        )
    except InputError as error:
        if str(error).startswith("unit"):
            raise placed.error(*path, "unit", allowed=f"{kind.unit}; {error}") from None
        raise
    for name in ("low", "value", "high"):
        value = getattr(number, name)
        if not kind.least <= value <= kind.most:
            raise placed.error(
                *path, name, found=value, allowed=f"{kind.least:g} to {kind.most:g} {kind.unit}"
            )
    if not number.low <= number.value <= number.high:
        found = f"low {number.low:g}, value {number.value:g}, high {number.high:g}"
        raise placed.error(*path, found=found, allowed="low <= value <= high")
    return number


def _fact(placed: Placed, path: Path, fact_id: str, lookup: Lookup) -> FactLike:
    try:
        return lookup(fact_id)
    except NotFound as error:
        near = str(error).partition("Did you mean ")[2]
        allowed = f"the id of a fact. Did you mean {near}" if near else "the id of a fact"
        raise placed.error(*path, found=fact_id, allowed=allowed) from None


def _admissible(placed: Placed, path: Path, fact_id: str, lookup: Lookup) -> tuple[FactLike, str]:
    """A fact of how licences worked, and its kind; outcomes such as volumes and prices are refused."""
    fact = _fact(placed, path, fact_id, lookup)
    kind = FACT_KINDS.get(fact.variable) if fact.table == "licensing" else None
    if kind is None:
        raise placed.error(
            *path, found=f"{fact_id} (variable {fact.variable!r} of table {fact.table!r})",
            allowed="a licensing fact on review time, approval share, counts of applications, validity, "
            "general-licence holders, port hold or inspection delay",
        )  # fmt: skip
    return fact, kind


def _from_fact(placed: Placed, path: Path, spec: NumberSpec, kind: NumberKind, lookup: Lookup) -> Number:
    assert spec.fact is not None
    given = [n for n in ("value", "low", "high", "unit") if getattr(spec, n) is not None]
    if given:
        raise placed.error(*path, given[0], found=f"{given[0]} beside a fact", allowed="the fact alone")
    fact, of = _admissible(placed, path, spec.fact, lookup)
    if of not in kind.facts:
        raise placed.error(
            *path, found=f"{spec.fact} (variable {fact.variable!r})",
            allowed=f"{kind.text}: {', '.join(sorted(kind.facts)) or 'no fact, an assumption only'}",
        )  # fmt: skip
    stated = [x for x in (fact.value,) if x is not None and math.isfinite(x)]
    ends = stated + [x for x in (fact.low, fact.high) if x is not None and math.isfinite(x)]
    if not ends:
        raise placed.error(*path, found=f"{spec.fact}, which has no figure", allowed="a fact with a figure")
    middle = stated[0] if stated else (min(ends) + max(ends)) / 2
    low, value, high = (quantities.convert(x, fact.unit, kind.unit) for x in (min(ends), middle, max(ends)))
    return Number(value=value, low=low, high=high, unit=kind.unit, origin="fact", facts=(spec.fact,))


def _assumed(placed: Placed, path: Path, spec: NumberSpec, kind: NumberKind, lookup: Lookup) -> Number:
    assert spec.assumption is not None
    if not spec.assumption.strip():
        raise placed.error(*path, "assumption", found="no reason", allowed="why this is assumed")
    for name in ("low", "high"):
        if getattr(spec, name) is None:
            raise placed.error(*path, found=f"no {name!r}", allowed="an assumption with low and high")
    assert spec.low is not None
    assert spec.high is not None
    for index, fact_id in enumerate(spec.facts):
        _admissible(placed, (*path, "facts", index), fact_id, lookup)
    middle = (spec.low + spec.high) / 2 if spec.value is None else spec.value
    unit = spec.unit or kind.unit
    low, value, high = (quantities.convert(x, unit, kind.unit) for x in (spec.low, middle, spec.high))
    return Number(
        value=value, low=low, high=high, unit=kind.unit, origin="assumption",
        facts=tuple(spec.facts), reason=spec.assumption,
    )  # fmt: skip


def packaged_lookup(fact_id: str) -> FactLike:
    """The packaged fact of that id."""
    from mischmetal import facts

    getter: Lookup | None = getattr(facts, "get", None)
    if getter is None:
        raise MischmetalError("the packaged facts cannot be read")
    return getter(fact_id)
