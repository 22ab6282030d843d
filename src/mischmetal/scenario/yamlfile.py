"""A YAML 1.2 file as plain data that still knows its lines, so that an error can point at one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mischmetal.errors import InputError

Path = tuple[str | int, ...]
_LARGEST = 2_000_000  # bytes; the packaged scenarios have some 30,000
_DEEPEST = 40
_MOST_NODES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Plain data of one file, and the line on which each part of it begins."""

    label: str  # file name as the user knows it
    data: dict[str, Any]
    lines: Mapping[Path, int]  # from 1

    def line(self, path: Path) -> int:
        """Line of a part, or of the nearest part around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def error(
        self,
        path: Path,
        *,
        found: object = None,
        allowed: object = None,
        choices: Iterable[str] | None = None,
    ) -> InputError:
        """An error about one part of the file, with its line and field."""
        field = dotted(path, self.data) or None
        where = f"{self.label} line {self.line(path)}"
        return InputError(where, field=field, found=found, allowed=allowed, choices=choices)


def dotted(path: Path, data: Any) -> str:
    """A path as text; an item of a list that has an id is called by it."""
    words: list[str] = []
    for key in path:
        if isinstance(key, int):
            item = data[key] if isinstance(data, list) and key < len(data) else None
            name = item.get("id") if isinstance(item, dict) else None
            words[-1:] = [f"{words[-1] if words else ''}[{name if isinstance(name, str) else key}]"]
            data = item
        else:
            words.append(str(key))
            data = data.get(key) if isinstance(data, dict) else None
    return ".".join(words)


def read(raw: bytes, label: str) -> Document:
    """Read a file's bytes. Raises InputError in one line for whatever is not a mapping in YAML 1.2."""
    text = _text(raw, label)
    loaded = _parsed(text, label)
    if loaded is None:
        raise InputError(label, found="an empty file", allowed="a scenario with name, title and events")
    if not isinstance(loaded, dict):
        raise InputError(f"{label} line 1", found=_kind(loaded), allowed="a mapping of fields")
    lines: dict[Path, int] = {(): 1}
    data = _plain(loaded, (), label, lines)
    assert isinstance(data, dict)
    return Document(label=label, data=data, lines=lines)


def _kind(value: object) -> str:
    return "a list" if isinstance(value, list) else str(value)[:40]


def _text(raw: bytes, label: str) -> str:
    if len(raw) > _LARGEST:
        raise InputError(label, found=f"{len(raw):,} bytes", allowed=f"at most {_LARGEST:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x}"
        raise InputError(f"{label} line {line}", found=found, allowed="text in UTF-8") from None
    for number, row in enumerate(text.splitlines(), start=1):
        if row.startswith("%YAML") and row.split()[1:2] != ["1.2"]:
            # YAML 1.1 would read the country NO as false
            raise InputError(f"{label} line {number}", found=row.strip(), allowed="YAML 1.2")
    return text


def _parsed(text: str, label: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    reader = YAML(typ="rt")
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{label} line {mark.line + 1} column {mark.column + 1}" if mark else label
        found = " ".join(str(error.problem or error.context or "unreadable text").split())
        raise InputError(where, found=found, allowed="well-formed YAML 1.2, each key once") from None
    except (YAMLError, ValueError, RecursionError) as error:
        found = " ".join(str(error).split())[:120]
        raise InputError(label, found=found, allowed="well-formed YAML 1.2") from None


def _plain(node: Any, path: Path, label: str, lines: dict[Path, int]) -> Any:
    """Lists and dicts without the reader's own types; notes lines; refuses odd keys and odd numbers."""
    if len(path) > _DEEPEST or len(lines) > _MOST_NODES:
        raise InputError(label, found="a file that nests or repeats itself", allowed=f"{_DEEPEST} levels")
    if isinstance(node, dict):
        data: dict[str, Any] = {}
        for key, value in node.items():
            inner = (*path, str(key))
            lines[inner] = _line(node, key, lines[path], of_key=True)
            if not isinstance(key, str):
                raise InputError(
                    f"{label} line {lines[inner]}", found=key, allowed="a name (put it in quotes)"
                )
            data[str(key)] = _plain(value, inner, label, lines)
        return data
    if isinstance(node, list):
        items: list[Any] = []
        for index, value in enumerate(node):
            lines[(*path, index)] = _line(node, index, lines[path], of_key=False)
            items.append(_plain(value, (*path, index), label, lines))
        return items
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, float):
        if not math.isfinite(node):
            raise InputError(
                f"{label} line {lines[path]}",
                field=dotted(path, None),
                found=str(node),
                allowed="a finite number",
            )
        return float(node)
    if isinstance(node, int):
        return int(node)
    return str(node) if isinstance(node, str) else node


def _line(node: Any, key: Any, around: int, *, of_key: bool) -> int:
    try:
        place = node.lc.key(key) if of_key else node.lc.item(key)
    except (AttributeError, KeyError, TypeError):  # merged from an anchor: no place of its own
        return around
    return int(place[0]) + 1
