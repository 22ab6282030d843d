"""Scenario files: found, composed, checked, resolved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from mischmetal.errors import InputError, NotFound
from mischmetal.scenario import resolve
from mischmetal.scenario.event import Event, Switch
from mischmetal.scenario.resolve import Lookup, Placed
from mischmetal.scenario.scenario import Scenario, with_values
from mischmetal.scenario.spec import EventSpec, FileSpec, SwitchSpec, checked, checked_event
from mischmetal.scenario.vocabulary import CHANGING, DEFAULT, OPENING, Vocabulary
from mischmetal.scenario.yamlfile import Document, read

START = "2025-01"
_PACKS = resources.files("mischmetal.scenario") / "packs"
_ENDS = ("low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A file with everything that it extends, nothing resolved yet."""

    spec: FileSpec
    start: str
    switches: Mapping[str, SwitchSpec]
    events: Mapping[str, Placed]  # by id
    extends: tuple[str, ...]


def names() -> dict[str, str]:
    """The packaged scenarios: name -> title."""
    listed = sorted(f.name.removesuffix(".yaml") for f in _PACKS.iterdir() if f.name.endswith(".yaml"))
    return {name: checked(_document(name, None)).title for name in listed}


def load(
    name_or_path: str | Path,
    *,
    overrides: Mapping[str, Any] | None = None,
    vocabulary: Vocabulary = DEFAULT,
    lookup: Lookup = resolve.packaged_lookup,
) -> Scenario:
    """A scenario by its packaged name or from a file, composed, checked and resolved.

    `overrides` maps paths to values: `switches.NAME`, `events.ID.FIELD`, `events.ID.numbers.NAME` (a number,
    or "low" or "high" for an end of its range), `remove` (ids), `start`. Raises InputError or NotFound.
    """
    composed = _compose(str(name_or_path), None, ())
    wanted = dict(overrides or {})
    ends = {path: end for path, end in wanted.items() if isinstance(end, str) and end in _ENDS}
    rest = {path: value for path, value in wanted.items() if path not in ends}
    composed = _changed(composed, rest, "an override")
    events = _events(composed, vocabulary, lookup)
    scenario = Scenario(
        name=composed.spec.name,
        title=composed.spec.title,
        description=composed.spec.description.strip(),
        start=composed.start,
        events=events,
        switches={n: _switch(n, s) for n, s in composed.switches.items()},
        extends=composed.extends,
    )
    return with_values(scenario, ends)


def parse_override(text: str) -> tuple[str, Any]:
    """`path=value` as given on a command line; the value is read as YAML. Raises InputError."""
    path, mark, value = text.partition("=")
    if not mark or not path.strip() or not value.strip():
        raise InputError("--set", found=text, allowed="path=value, for example switches.after_2026_11=NAME")
    return path.strip(), read(f"value: {value}".encode(), "--set").data["value"]


def json_schema() -> dict[str, Any]:
    """The JSON schema of a scenario file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **FileSpec.model_json_schema()}


def _document(name: str, beside: Path | None) -> Document:
    """A packaged scenario, or a file (also beside the file that names it)."""
    packaged = _PACKS / f"{name}.yaml"
    if "/" not in name and "\\" not in name and packaged.is_file():
        return read(packaged.read_bytes(), f"{name}.yaml")
    path = Path(name)
    if beside is not None and not path.is_absolute():
        path = beside / path
    if path.is_dir():
        raise InputError(str(path), found="a folder", allowed="a scenario file")
    if not path.is_file():
        known = [f.name.removesuffix(".yaml") for f in _PACKS.iterdir() if f.name.endswith(".yaml")]
        raise NotFound("scenario", name, known)
    try:
        return read(path.read_bytes(), path.name)
    except OSError as error:
        raise InputError(str(path), found=error.strerror or "unreadable", allowed="a readable file") from None


def _folder(name: str, beside: Path | None) -> Path | None:
    path = Path(name)
    if beside is not None and not path.is_absolute():
        path = beside / path
    return path.parent if path.is_file() else None


def _compose(name: str, beside: Path | None, trail: tuple[str, ...]) -> Composed:
    document = _document(name, beside)
    spec = checked(document)
    if spec.name in trail:
        round_trip = " -> ".join([*trail[trail.index(spec.name) :], spec.name])
        raise document.error(("extends",), found=round_trip, allowed="no cycle")
    own = _folder(name, beside)
    parents = [_compose(parent, own, (*trail, spec.name)) for parent in spec.extends]
    events: dict[str, Placed] = {}
    switches: dict[str, SwitchSpec] = {}
    extends: list[str] = []
    for parent in parents:
        events |= parent.events
        switches |= parent.switches
        extends += [n for n in (parent.spec.name, *parent.extends) if n not in extends]
    for index, gone in enumerate(spec.remove):
        if gone not in events:
            raise document.error(("remove", index), found=gone, choices=events)
        del events[gone]
    switches |= spec.switches
    events |= _own_events(document, spec, events)
    starts = [p.start for p in parents if p.start]
    composed = Composed(
        spec=spec,
        start=spec.start or (starts[-1] if starts else START),
        switches=switches,
        events=events,
        extends=tuple(extends),
    )
    return _changed(composed, spec.set, f"set in {document.label}", document)


def _own_events(document: Document, spec: FileSpec, inherited: Mapping[str, Placed]) -> dict[str, Placed]:
    """A file's own events, in the order of their dates and under ids of their own."""
    own: dict[str, Placed] = {}
    before: EventSpec | None = None
    for index, event in enumerate(spec.events):
        if event.id in own or event.id in inherited:
            allowed = "an id of its own (remove the inherited event first)"
            raise document.error(("events", index, "id"), found=f"{event.id} a second time", allowed=allowed)
        if before is not None and event.date < before.date:
            found = f"{event.date} after {before.date}"
            raise document.error(("events", index, "date"), found=found, allowed="events in order of date")
        own[event.id] = Placed(spec=event, document=document, path=("events", index))
        before = event
    return own


def _changed(
    composed: Composed, changes: Mapping[str, Any], who: str, document: Document | None = None
) -> Composed:
    """The same with some parts set, each by its path. Raises InputError for a path that leads nowhere."""
    events, switches, start = dict(composed.events), dict(composed.switches), composed.start
    for path, value in changes.items():
        where = who if document is None else f"{document.label} line {document.line(('set', path))}"
        keys = path.split(".")
        if path == "start":
            start = str(value)
        elif path == "remove":
            for gone in [value] if isinstance(value, str) else value:
                _known_id(where, path, str(gone), events)
                del events[str(gone)]
        elif keys[0] == "switches" and len(keys) == 2:
            if keys[1] not in switches:
                raise InputError(where, field=path, found=keys[1], choices=switches)
            switches[keys[1]] = _turned(where, path, switches[keys[1]], value)
        elif keys[0] == "events" and len(keys) >= 3:
            event_id = next((i for i in events if path.startswith(f"events.{i}.")), keys[1])
            _known_id(where, path, event_id, events)
            inner = path.removeprefix(f"events.{event_id}.").split(".")
            backed = _backed(inner, value, who) if document is None else value
            events[event_id] = _set_in(events[event_id], inner, backed, who)
        else:
            allowed = "start, remove, switches.NAME, events.ID.FIELD or events.ID.numbers.NAME"
            raise InputError(where, field=path, found=path, allowed=allowed)
    return replace(composed, events=events, switches=switches, start=start)


def _known_id(where: str, path: str, event_id: str, events: Mapping[str, Placed]) -> None:
    if event_id not in events:
        raise InputError(where, field=path, found=event_id, choices=events)


def _turned(where: str, path: str, switch: SwitchSpec, value: Any) -> SwitchSpec:
    if value not in switch.choices:
        raise InputError(where, field=path, found=value, choices=switch.choices)
    return switch.model_copy(update={"value": value})


def _backed(keys: list[str], value: Any, who: str) -> Any:
    """A bare number from an override becomes an assumption that says so; in a file it stays refused."""
    if keys[0] in ("numbers", "risk") and isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"assumption": who, "value": float(value), "low": float(value), "high": float(value)}
    return value


def _set_in(placed: Placed, keys: list[str], value: Any, who: str) -> Placed:
    """An event with one part changed."""
    data = placed.spec.model_dump(exclude_defaults=True)
    inner = data
    for key in keys[:-1]:
        inner = inner.setdefault(key, {})
        if not isinstance(inner, dict):
            raise placed.error(*keys, found=".".join(keys), allowed="a field of the event")
    inner[keys[-1]] = value
    changed = checked_event(placed.document, placed.path, data)
    return replace(placed, spec=changed, changed_by=who)


def _switch(name: str, spec: SwitchSpec) -> Switch:
    return Switch(name=name, value=spec.value, choices=tuple(spec.choices), reason=spec.reason)


def _events(composed: Composed, vocabulary: Vocabulary, lookup: Lookup) -> tuple[Event, ...]:
    """The events that the switches leave, resolved and by date; each change refers to an opened measure."""
    resolved: list[tuple[Placed, Event]] = []
    for placed in composed.events.values():
        event = resolve.event(placed, vocabulary, lookup)
        if _holds(placed, composed.switches):
            resolved.append((placed, event))
    opened: dict[str, str] = {}
    for placed, event in resolved:
        if event.instrument in OPENING:
            if event.measure in opened:
                found = f"{event.measure}, opened by {opened[event.measure]} already"
                raise placed.error("measure", found=found, allowed="one opening event a measure")
            opened[event.measure] = event.id
    for placed, event in resolved:
        if event.instrument in CHANGING and event.measure not in opened:
            raise placed.error("measure", found=event.measure, choices=opened)
    return tuple(sorted((e for _, e in resolved), key=lambda e: e.date))


def _holds(placed: Placed, switches: Mapping[str, SwitchSpec]) -> bool:
    for name, choice in placed.spec.when.items():
        if name not in switches:
            raise placed.error("when", name, found=name, choices=switches)
        if choice not in switches[name].choices:
            raise placed.error("when", name, found=choice, choices=switches[name].choices)
    return all(switches[name].value == choice for name, choice in placed.spec.when.items())


def parse_overrides(texts: Sequence[str]) -> dict[str, Any]:
    """Several `path=value`. Raises InputError."""
    return dict(parse_override(text) for text in texts)
