"""Finding facts: by id, or by what they are about."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mischmetal.errors import InputError, NotFound
from mischmetal.facts.fact import NUMBERS, Fact
from mischmetal.facts.load import load, packaged

if TYPE_CHECKING:
    import pandas as pd


@lru_cache(maxsize=1)
def _places() -> dict[str, int]:
    return {fact: row for row, fact in enumerate(packaged()["id"])}


@lru_cache(maxsize=4096)
def get(fact_id: str) -> Fact:
    """The packaged fact of an id. Raises NotFound, with the nearest id, where there is none."""
    if fact_id not in _places():
        raise NotFound("fact", fact_id, _near(fact_id))
    return facts_of(packaged().iloc[[_places()[fact_id]]])[0]


def facts_of(frame: pd.DataFrame) -> list[Fact]:
    """The rows of a frame (columns of `Fact`) as facts."""
    return [_fact({str(k): v for k, v in row.items()}) for row in frame.to_dict("records")]


def _fact(row: Mapping[str, Any]) -> Fact:
    cells: dict[str, Any] = {
        k: (None if math.isnan(v) else float(v)) if k in NUMBERS else v for k, v in row.items()
    }
    return Fact(**cells)


def _near(fact_id: str) -> list[str]:
    """The ids most like one, of its table where that exists; the few that share most words are compared."""
    table, _, _ = fact_id.partition(".")
    words = set(fact_id.replace("-", ".").split("."))
    same = [i for i in _places() if i.startswith(f"{table}.")] or list(_places())
    alike = sorted(same, key=lambda i: -len(words & set(i.replace("-", ".").split("."))))[:200]
    return difflib.get_close_matches(fact_id, alike, n=6, cutoff=0.0)


def find(
    query: str = "",
    *,
    table: str | None = None,
    variable: str | None = None,
    commodity: str | None = None,
    entity: str | None = None,
    partner: str | None = None,
    period: str | None = None,
    confidence: str | None = None,
    source: str | None = None,
) -> pd.DataFrame:
    """Facts that hold every word of `query` and equal every field given, in the order of the tables.

    `period` matches by its beginning: 2025 finds 2025-06-04. Raises NotFound for an unknown table, InputError
    for an unknown value of confidence.
    """
    frame = load([table]) if table is not None else packaged()
    if confidence is not None and confidence not in set(frame["confidence"]):
        raise InputError(
            "find", field="confidence", found=confidence, choices=sorted(set(packaged()["confidence"]))
        )
    given = {"variable": variable, "commodity": commodity, "entity": entity, "partner": partner,
             "confidence": confidence, "source": source}  # fmt: skip
    for name, wanted in given.items():
        if wanted is not None:
            frame = frame[frame[name].str.casefold() == wanted.casefold()]
    if period is not None:
        frame = frame[frame["period"].str.startswith(period)]
    words = query.casefold().split()
    if words:
        text = frame["id"].copy()
        for column in ("entity", "partner", "variable", "commodity", "hs", "text", "note"):
            text = text + " " + frame[column]
        text = text.str.casefold()
        held = text.str.contains(words[0], regex=False)
        for word in words[1:]:
            held &= text.str.contains(word, regex=False)
        frame = frame[held]
    return frame.reset_index(drop=True)
