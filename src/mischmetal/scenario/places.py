"""Masks: which goods, regions and groups an event bears on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mischmetal.scenario.event import Choice, Event, GoodRef, Goods, GoodsBlock
from mischmetal.scenario.vocabulary import COUNTRIES, EU, members

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """The goods, regions and groups that masks are drawn over."""

    goods: tuple[GoodRef, ...]
    regions: tuple[str, ...]
    groups: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        return len(self.goods), len(self.regions), len(self.groups)


def mask(event: Event, space: Space, home: str) -> BoolArray:
    """(good, region, group): what the event bears on; never `home`, behind the measure's own border."""
    goods = np.array([bears_on(event.goods, g) for g in space.goods], dtype=np.bool_)
    regions = np.array(
        [r != home and covers(event.destinations, r, space.regions) for r in space.regions], dtype=np.bool_
    )
    groups = np.array([event.end_uses.has(u) for u in space.groups], dtype=np.bool_)
    return np.asarray(goods[:, None, None] & regions[None, :, None] & groups[None, None, :])


def bears_on(goods: Goods, good: GoodRef) -> bool:
    """True where a good is in any block (or there is none) and in no excluded block."""
    inside = not goods.blocks or any(_in_block(b, good) for b in goods.blocks)
    return inside and not any(_in_block(b, good) for b in goods.exclude)


def _in_block(block: GoodsBlock, good: GoodRef) -> bool:
    return (
        (not block.elements or bool(block.elements.intersection(good.elements)))
        and (not block.stages or good.stage in block.stages)
        and (not block.names or good.name in block.names)
        and (not block.hs or (bool(good.hs) and any(_same_heading(code, good.hs) for code in block.hs)))
    )


def _same_heading(code: str, good: str) -> bool:
    """One code is the beginning of the other: goods of a model carry the code down to what facts separate."""
    return good.startswith(code) or code.startswith(good)


def covers(destinations: Choice, region: str, regions: tuple[str, ...]) -> bool:
    """True where a region is named, or more than half of the countries that it stands for are.

    The hub of the open market (no country) is reached by a measure on all destinations only.
    """
    if region in destinations.exclude:
        return False
    if destinations.include is not None and region in destinations.include:
        return True
    countries = members(region, regions)
    if not countries:
        return destinations.include is None
    left = countries - expand(destinations.exclude)
    if destinations.include is not None:
        left &= expand(destinations.include)
    return 2 * len(left) > len(countries)


def expand(places: frozenset[str]) -> frozenset[str]:
    """The countries behind a list of places; EU stands for its members."""
    return (places - {"EU"}) | (EU if "EU" in places else frozenset())


def left_out(event: Event, space: Space) -> tuple[str, ...]:
    """Countries that an event names and that no region here answers for."""
    named = expand(event.destinations.include or frozenset()) & COUNTRIES
    reached = [r for r in space.regions if covers(event.destinations, r, space.regions)]
    answered = frozenset().union(*(members(r, space.regions) for r in reached)) if reached else frozenset()
    missing = named - answered - {event.actor}
    if "EU" in (event.destinations.include or frozenset()) and answered & EU:
        missing -= EU
    return tuple(f"{event.id}: {country}" for country in sorted(missing))
