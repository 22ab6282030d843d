"""Tables for the page: a caption, named columns, cells as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from mischmetal.report.labels import figure_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells as text; the first column heads its row; `numeric` columns are set right."""

    caption: str  # says what is counted, in which unit
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """Build a table; numbers become text, and a column is numeric when all its known cells are numbers."""
    kinds = tuple(all(_is_number(row[i]) for row in rows) if rows else False for i in range(len(columns)))
    text = tuple(tuple(_text(cell) for cell in row) for row in rows)
    return Table(caption=caption, columns=tuple(columns), rows=text, numeric=kinds)


def frame_table(caption: str, frame: pd.DataFrame, headings: Sequence[str] | None = None) -> Table:
    """A data frame as a table, its index left out."""
    names = list(headings) if headings is not None else [str(c) for c in frame.columns]
    return table(caption, names, [tuple(row) for row in frame.itertuples(index=False)])


def _is_number(cell: object) -> bool:
    return cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool))


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return figure_text(float(cell))
    return str(cell)
