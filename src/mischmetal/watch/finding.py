"""What the watch passes from hand to hand: a document, what was found in it, what is told to whom.

All three are plain frozen values that go to JSON and back without loss (`to_json`, `from_json`), so the
store, the page and the channels see the same thing. Nothing here reads, judges or sends.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

CLASSES: dict[str, str] = {
    "drill": "significant drill result",
    "resource": "initial resource",
    "financing": "significant financing",
    "milestone": "milestone",
    "policy": "policy notice",
    "customs": "customs release",
    "source": "source failure",
}
"""Class key -> words for people. The first four are judged; the last three are told as they are."""


def digest(*parts: str) -> str:
    """Sixteen hex digits that stay the same for the same parts, on every machine and in every run."""
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of one announcement, notice or release, as text.

    `item` is the source's own name of it (a feed's guid, an exchange's document key, a path) and stays
    the same when the text is edited; `id` changes with the text. `previous` is the id of the version
    that this one replaces. `refused` says in one line why no text could be taken from it.
    """

    id: str
    source: str
    item: str
    version: int = 1
    previous: str | None = None
    kind: str = "text"  # pdf, html, text
    title: str = ""
    link: str = ""
    company: str = ""
    published: str = ""  # ISO 8601 with offset, as the source says; "" where it says nothing
    fetched: str = ""  # ISO 8601, UTC
    text: str = ""
    refused: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One addend of a score, with the words that explain it and the figures' source where there is one."""

    name: str
    points: float
    why: str
    source: str = ""
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One red flag: `id` is from a closed list of the judge, `why` is one line."""

    id: str
    why: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure as told, with the half-open range [start, end) of the document's text it came from."""

    label: str
    value: float | str | None
    unit: str = ""
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a document says and that may matter to somebody.

    `score` is 0-100, or None where there is nothing to measure against ("not ranked"); `parts` add up
    to it. `cls` is a key of `CLASSES`.
    """

    id: str
    document: str
    cls: str
    title: str
    score: float | None = None
    parts: tuple[Part, ...] = ()
    red_flags: tuple[Flag, ...] = ()
    figures: tuple[Figure, ...] = ()
    company: str = ""
    commodity: str = ""  # element symbol, oxide formula or group: Au, Cu, TREO, NdPr
    where: str = ""  # place in the document's words: project, district, hole
    region: str = ""  # ISO 3166 alpha-2 or "" where unknown
    basis: str = ""  # which prices were used, for example "packaged 2024 prices"

    @property
    def rank(self) -> str:
        """The score for people."""
        return "not ranked" if self.score is None else f"{self.score:.0f}/100"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Finding:
        """Back from `to_json`, after a journey through JSON (lists for tuples)."""
        flat = {name: row[name] for name in row if name not in {"parts", "red_flags", "figures"}}
        return cls(
            **flat,
            parts=tuple(Part(**part) for part in row.get("parts", ())),
            red_flags=tuple(
                Flag(**{**flag, "span": _span(flag.get("span"))}) for flag in row.get("red_flags", ())
            ),
            figures=tuple(
                Figure(**{**fig, "span": _span(fig.get("span"))}) for fig in row.get("figures", ())
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One message to one channel address. `id` never changes, however often it has to be sent."""

    id: str
    channel: str  # name of a channel in the settings; its secrets are not kept here
    address: str = ""  # which of the channel's addresses, as a digest of what the settings say
    finding: str | None
    title: str
    body: str
    link: str = ""
    attempt: int = 1
    repeat: bool = False  # an earlier attempt's outcome is unknown, so it may already have arrived
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def repeat_mark(self) -> str:
        """What a reader sees when an earlier attempt may already have arrived; else ""."""
        return f"possible repeat (attempt {self.attempt})" if self.repeat else ""


def _span(value: Any) -> tuple[int, int] | None:
    return None if value is None else (int(value[0]), int(value[1]))
