"""What is measured: every subject registers itself, the driver runs each and its rivals once a call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a subject's result."""

    who: str
    seconds: float  # for one unit of the subject
    bound: bool = False  # True: it was stopped, so this is a lower bound
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A subject's measurement; the first row is ours, the others are rivals on the same problem."""

    subject: str
    unit: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = field(default=())


Subject = Callable[[bool], Result]  # quick -> result; raises AssertionError where answers differ
SUBJECTS: dict[str, Subject] = {}


def register(name: str) -> Callable[[Subject], Subject]:
    def keep(subject: Subject) -> Subject:
        SUBJECTS[name] = subject
        return subject

    return keep
