"""Names of countries, as offices of statistics write them, and their codes."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    text = resources.files("mischmetal.facts").joinpath("places.csv").read_text("utf-8")
    return {row["name"].casefold(): row["code"] for row in csv.DictReader(text.splitlines())}


def code_of(name: str) -> str:
    """ISO 3166 alpha-2 of a name or an alpha-3 code; EU or World where it is one; else the name itself.

    Names are known in English, Chinese and some other languages, from the Unicode CLDR and from the
    tables read.
    """
    plain = " ".join(name.split())
    known = _codes()
    return known.get(plain.casefold(), plain.upper() if plain.upper() in _alpha2() else plain)


@lru_cache(maxsize=1)
def _alpha2() -> frozenset[str]:
    return frozenset(_codes().values())
