"""A scenario as the model reads it: events in order of their dates, every number with its origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from mischmetal.errors import InputError, NotFound
from mischmetal.scenario.event import Event, Number, Phase, Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A resolved scenario: nothing in it depends on another file."""

    name: str
    title: str
    description: str
    start: str  # first month of a run, YYYY-MM
    events: tuple[Event, ...]  # by date
    switches: Mapping[str, Switch]
    extends: tuple[str, ...]  # what it was composed from, nearest first

    def numbers(self) -> dict[str, Number]:
        """Every number by its path, as `events.ID.numbers.NAME` or `events.ID.risk`."""
        return dict(_numbers(self.events))

    def event(self, event_id: str) -> Event:
        """The event of that id. Raises NotFound."""
        for event in self.events:
            if event.id == event_id:
                return event
        raise NotFound("event", event_id, [e.id for e in self.events])


def _numbers(events: tuple[Event, ...]) -> Iterator[tuple[str, Number]]:
    for event in events:
        for name, number in event.numbers.items():
            yield f"events.{event.id}.numbers.{name}", number
        if event.risk is not None:
            yield f"events.{event.id}.risk", event.risk


def as_known(scenario: Scenario, on: date) -> Scenario:
    """The scenario as it stood on a day: without what was published later, and without any end still to come.

    A known event that starts later stays. An end after that day is dropped even where it had been announced:
    nobody could rely on it. Numbers stay as they are; those that lean on later facts show it by their facts.
    """
    known = (e for e in scenario.events if e.published <= on)
    open_ended = (replace(e, until=None) if e.until is not None and e.until > on else e for e in known)
    return replace(scenario, events=tuple(open_ended))


def with_values(scenario: Scenario, values: Mapping[str, float | str]) -> Scenario:
    """The scenario with some numbers at another value of their range: "low", "high" or a number.

    Paths are those of `Scenario.numbers`. Raises NotFound for an unknown path, InputError outside the range.
    """
    known = scenario.numbers()
    chosen: dict[str, Number] = {}
    for path, wanted in values.items():
        if path not in known:
            raise NotFound("number", path, known)
        number = known[path]
        ends = {"low": number.low, "high": number.high, "value": number.value}
        value = ends.get(wanted) if isinstance(wanted, str) else float(wanted)
        if value is None or not number.low <= value <= number.high:
            allowed = f"low, high, or {number.low:g} to {number.high:g} {number.unit}"
            raise InputError(scenario.name, field=path, found=wanted, allowed=allowed)
        chosen[path] = replace(number, value=value)
    return replace(scenario, events=tuple(_with(e, chosen) for e in scenario.events))


def _with(event: Event, chosen: Mapping[str, Number]) -> Event:
    numbers = {n: chosen.get(f"events.{event.id}.numbers.{n}", number) for n, number in event.numbers.items()}
    return replace(event, numbers=numbers, risk=chosen.get(f"events.{event.id}.risk", event.risk))


def timeline(scenario: Scenario) -> list[Phase]:
    """Phases of tightening and easing, split where the direction turns.

    Events stand on the day on which they became known, or took effect if that was earlier. Neutral events
    stand in the phase in which they fall and turn nothing; those before the first turn open the first phase.
    """
    runs: list[tuple[str, list[Event]]] = []
    before: list[Event] = []
    for _, group in groupby(sorted(scenario.events, key=_first_day), key=_first_day):
        now = runs[-1][0] if runs else ""
        # of one day, what goes on as before stands first, so that no phase is empty
        for event in sorted(group, key=lambda e: e.direction not in ("neutral", now)):
            if event.direction == "neutral":
                (runs[-1][1] if runs else before).append(event)
            elif runs and runs[-1][0] == event.direction:
                runs[-1][1].append(event)
            else:
                runs.append((event.direction, [event] if runs else [*before, event]))
    starts = [next(_first_day(e) for e in events if e.direction == direction) for direction, events in runs]
    ends: list[date | None] = [*starts[1:], None]
    return [
        Phase(start=start, end=end, direction=direction, events=tuple(events))
        for (direction, events), start, end in zip(runs, starts, ends, strict=False)
    ]


def _first_day(event: Event) -> date:
    return min(event.date, event.published)


def resolved(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data, ready for JSON: what a result keeps so that it can be made again."""
    plain = _plain(asdict(scenario))
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (frozenset, set)):
        return sorted(_plain(v) for v in value)
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
