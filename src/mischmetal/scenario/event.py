"""Numbers with an origin, what an event bears on, and the event itself: frozen data, no behaviour."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number of a scenario, backed by a fact or by a stated assumption."""

    value: float
    low: float
    high: float
    unit: str  # canonical unit of its kind
    origin: str  # "fact" or "assumption"
    facts: tuple[str, ...] = ()  # the fact itself, or the facts an assumption leans on
    reason: str = ""  # of an assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Names taken from a list: `include` is None for all."""

    include: frozenset[str] | None = None
    exclude: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        return name not in self.exclude and (self.include is None or name in self.include)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsBlock:
    """Goods that match every list given; an empty list asks nothing."""

    elements: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    hs: tuple[str, ...] = ()  # leading digits
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Goods in any of `blocks` and in none of `exclude`; no block at all means every good."""

    blocks: tuple[GoodsBlock, ...] = ()
    exclude: tuple[GoodsBlock, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRef:
    """What a schedule must know of a good of the network."""

    name: str
    stage: str  # of vocabulary.STAGES
    elements: tuple[str, ...]
    heavy: bool  # holds Dy or Tb
    hs: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated act: it opens a measure, changes one, or only stands in the timeline."""

    id: str
    date: datetime.date  # from when it has effect
    published: datetime.date  # when it became known
    actor: str  # ISO2 or EU
    instrument: str
    title: str
    direction: str  # tighten, ease or neutral
    measure: str = ""  # the measure opened or changed
    until: datetime.date | None = None  # first day without effect
    goods: Goods = field(default_factory=Goods)
    destinations: Choice = field(default_factory=Choice)
    end_uses: Choice = field(default_factory=Choice)
    numbers: Mapping[str, Number] = field(default_factory=dict)
    risk: Number | None = None  # adds to perceived risk
    source: str = ""  # fact id
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A named choice about what nobody knows."""

    name: str
    value: str
    choices: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of time in which what happened went one way."""

    start: datetime.date
    end: datetime.date | None  # first day of the next phase; None: open
    direction: str  # tighten or ease
    events: tuple[Event, ...]
