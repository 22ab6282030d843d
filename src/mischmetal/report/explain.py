"""For any number of the report: its equation, the facts it rests on, and how many are from memory."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from mischmetal.report.equations import EQUATIONS, Equation

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run

HEADINGS = ("Equation", "Units", "Source")


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One array of the results: what it is, in which unit, by which equation and from which facts."""

    variable: str
    title: str
    unit: str
    equation: str  # name; '' where the array names none
    facts: tuple[str, ...]
    same_as: str  # the first variable with exactly these facts, where it isn't this one
    memory: float | None  # share of those facts without a retrievable source; None without facts


def slug(text: str) -> str:
    """A name as an anchor."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def explain(run: Run, facts: pd.DataFrame) -> list[Explained]:
    """Every array of the run, in order of name."""
    confidence = facts.set_index("id")["confidence"]
    out = []
    first: dict[tuple[str, ...], str] = {}
    for name in sorted(str(v) for v in run.data.data_vars):
        attrs = run.data[name].attrs
        ids = tuple(sorted({part.strip() for part in str(attrs.get("facts", "")).split(",")} - {""}))
        out.append(
            Explained(
                variable=name,
                title=str(attrs.get("long_name", name)),
                unit=str(attrs.get("units", "")),
                equation=str(attrs.get("equation", "")),
                facts=ids,
                same_as="" if first.setdefault(ids, name) == name else first[ids],
                memory=memory_share(ids, confidence),
            )
        )
    return out


def memory_share(ids: Iterable[str], confidence: pd.Series[str]) -> float | None:
    """Share of the facts named that rest on memory; a fact that cannot be found counts as memory."""
    listed = list(ids)
    if not listed:
        return None
    return sum(confidence.get(fact, "memory") == "memory" for fact in listed) / len(listed)


def equations(names: Iterable[str]) -> list[Equation]:
    """The equations named, each once, in order of name: from the rule that computes it, else from the list
    of market equations; one that is neither says so."""
    rules = _rules()
    out = []
    for name in sorted({n for n in names if n}):
        found = rules.get(slug(name)) or EQUATIONS.get(slug(name))
        out.append(found or Equation(name=name, text="", units="", source=""))
    return out


@lru_cache(maxsize=1)
def _rules() -> dict[str, Equation]:
    """Docstrings of the rules that carry the heading Equation, by rule and by function name."""
    package = importlib.import_module("mischmetal.simulate.rules")
    found: dict[str, Equation] = {}
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        functions = [
            f for _, f in inspect.getmembers(module, inspect.isfunction) if f.__module__ == module.__name__
        ]
        parts = [_parsed(info.name, inspect.getdoc(module))]
        parts += [_parsed(f.__name__, inspect.getdoc(f)) for f in functions]
        known = [part for part in parts if part is not None]
        found |= {slug(part.name): part for part in known}
        if known and slug(info.name) not in found:
            found[slug(info.name)] = Equation(
                name=info.name,
                text="\n\n".join(f"{part.name}:\n{part.text}" for part in known),
                units="; ".join(f"{part.name}: {part.units}" for part in known if part.units),
                source="; ".join(f"{part.name}: {part.source}" for part in known if part.source),
            )
    return found


def _parsed(name: str, doc: str | None) -> Equation | None:
    """Split a docstring at its headings; None without an Equation."""
    if not doc:
        return None
    parts: dict[str, list[str]] = {}
    current = ""
    for line in doc.splitlines():
        head, _, rest = line.strip().partition(":")
        if head in HEADINGS:
            current = head
            parts[current] = [rest.strip()] if rest.strip() else []
        elif current and set(line.strip()) - {"-"}:
            parts[current].append(line)
    if "Equation" not in parts:
        return None
    text = {key: inspect.cleandoc("\n".join(lines)) for key, lines in parts.items()}
    return Equation(
        name=name, text=text["Equation"], units=text.get("Units", ""), source=text.get("Source", "")
    )
