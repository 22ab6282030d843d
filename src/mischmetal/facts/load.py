"""The packaged tables as one frame: read once, kept for the rest of the process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from mischmetal.errors import NotFound
from mischmetal.facts.fact import COLUMNS, NUMBERS

if TYPE_CHECKING:
    import pandas as pd

APART = ("sources", "measures")  # tables of another shape


def folder() -> Path:
    """Where the packaged tables lie."""
    return Path(str(resources.files("mischmetal.facts"))) / "tables"


@lru_cache(maxsize=1)
def tables() -> tuple[str, ...]:
    """Names of the packaged fact tables."""
    return tuple(sorted(p.stem for p in folder().glob("*.csv") if p.stem not in APART))


def load(names: Sequence[str] | None = None) -> pd.DataFrame:
    """All packaged facts, or those of some tables; columns of `Fact`, missing numbers NaN, other cells text.

    The frame is a copy that the caller may change. Raises NotFound for an unknown table.
    """
    frame = packaged()
    if names is None:
        return frame.copy()
    for name in names:
        if name not in tables():
            raise NotFound("fact table", name, tables())
    return frame[frame["table"].isin(list(names))].reset_index(drop=True)


@lru_cache(maxsize=1)
def packaged() -> pd.DataFrame:
    """All packaged facts, shared: for reading only. `load` gives a frame to change."""
    import pandas as pd

    frame = pd.concat([_read(name) for name in tables()], ignore_index=True)
    return frame[["id", "table", *(c for c in COLUMNS if c != "id")]]


def _read(name: str) -> pd.DataFrame:
    import pandas as pd

    frame = pd.read_csv(
        folder() / f"{name}.csv",
        dtype={c: "float64" if c in NUMBERS else str for c in COLUMNS},
        keep_default_na=False,
        na_values={c: [""] for c in NUMBERS},
    )
    frame["table"] = name
    return frame


@lru_cache(maxsize=1)
def _sources() -> pd.DataFrame:
    return _plain("sources")


@lru_cache(maxsize=1)
def _measures() -> pd.DataFrame:
    return _plain("measures")


def _plain(name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(folder() / f"{name}.csv", dtype=str, keep_default_na=False)


def sources() -> pd.DataFrame:
    """Where facts come from: id, title, url, date, terms (all text; url is empty for what was recalled)."""
    return _sources().copy()


def measures() -> pd.DataFrame:
    """Dated measures with all that the register says of each: announced, effective, ends, actor, goods.

    `id` is the id of the fact in table `events`.
    """
    return _measures().copy()
