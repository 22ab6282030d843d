"""Which of the four classes a document's news belongs to, from the words around its figures."""

from __future__ import annotations

import re
from functools import lru_cache

_INITIAL = re.compile(
    r"\b(?:maiden|initial|first|inaugural)\s+(?:\w+\s+){0,3}?(?:mineral\s+|jorc\s+)?(?:resource|mre)\b|erstressource|erste\s+mineralressource|prima\s+stima|primeira\s+estimativa",
    re.IGNORECASE,
)
_DISTRICT_FIRST = re.compile(
    r"\b(?:discover(?:y|ed|ies)|maiden|first[- ]ever|greenfields?|never (?:before )?drilled|first (?:drill )?hole)\b",
    re.IGNORECASE,
)
_CLAY = re.compile(r"\b(?:clays?|saprolit\w+|regolith|ionic|ion[- ]adsorption|laterit\w+)\b", re.IGNORECASE)
_ROCK = re.compile(
    r"\b(?:carbonatites?|monazite|bastnaesite|bastnäsite|xenotime|hard[- ]rock|pegmatites?|ironstones?|eudialyte|dykes?)\b",
    re.IGNORECASE,
)


def is_initial_resource(text: str) -> bool:
    """Whether a resource is told as the project's first."""
    return _INITIAL.search(text) is not None


@lru_cache(maxsize=4)  # asked for every intercept of one document
def is_first_in_district(text: str) -> tuple[int, int] | None:
    """Where the text says discovery, maiden, first hole; None where it does not."""
    found = _DISTRICT_FIRST.search(text)
    return None if found is None else found.span()


@lru_cache(maxsize=4)
def deposit_type(text: str) -> str:
    """clay, hard rock or "": by the words that stand more often."""
    clay, rock = len(_CLAY.findall(text)), len(_ROCK.findall(text))
    if clay == rock:
        return ""
    return "clay" if clay > rock else "hard rock"
