"""Checks of fact tables, packaged or of a user's own: every problem is one line that can be acted on."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from mischmetal import units
from mischmetal.errors import InputError
from mischmetal.facts.fact import COLUMNS, CONFIDENCE, CURRENCIES, INCOTERMS, REQUIRED, VAT, Row
from mischmetal.facts.load import APART

ELEMENTS = (*units.OXIDE, "Pm")
OTHERS = ("Ga", "Ge", "Sb", "Th")  # elements beside the rare earths that a table may speak of
_CLOSED: Mapping[str, tuple[str, ...]] = {
    "unit": units.CANONICAL,
    "confidence": CONFIDENCE,
    "currency": CURRENCIES,
    "vat": VAT,
    "incoterm": INCOTERMS,
}
# dimension that a variable's name promises: the unit of a price is money per mass, a share has none
_PROMISED: tuple[tuple[str, Callable[[str], bool], str], ...] = (
    (
        "price",
        lambda unit: bool(units.currency_of(unit)) and "/" in unit,
        "a currency per mass, as USD/kg REO",
    ),
    ("mine_production", lambda unit: units.dimension(unit).startswith("[mass"), "a mass, as t REO"),
    ("reserves", lambda unit: units.dimension(unit).startswith("[mass"), "a mass, as t REO"),
    ("exports_quantity", lambda unit: units.dimension(unit).startswith("[mass"), "a mass, as t gross"),
    ("imports_quantity", lambda unit: units.dimension(unit).startswith("[mass"), "a mass, as t gross"),
    ("approval_share", lambda unit: units.dimension(unit) == "dimensionless", "a share, as %"),
)


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file as text. Raises InputError for a file that is missing, empty or not UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            str(path), found=f"a byte that is not UTF-8 at position {error.start}", allowed="UTF-8"
        ) from None
    except OSError as error:
        raise InputError(str(path), found=error.strerror, allowed="a CSV file that can be read") from None
    if not text.strip():
        raise InputError(
            str(path), found="an empty file", allowed=f"a table with the columns {', '.join(REQUIRED)}"
        )
    reader = csv.DictReader(io.StringIO(text), restkey="(more cells than columns)", restval="")
    return [{str(k): v if isinstance(v, str) else ",".join(v) for k, v in row.items()} for row in reader]


def problems(path: Path, sources: Iterable[str] | None = None) -> Iterator[InputError]:
    """All problems of one table, as errors of one line each; none for a good table.

    `sources` are ids that the column `source` may hold; None leaves them unchecked.
    """
    try:
        rows = read_table(path)
    except InputError as error:
        yield error
        return
    header = _header(path)
    missing = [c for c in REQUIRED if c not in header]
    for column in missing:
        yield InputError(
            f"{path.name}", field="columns", found=", ".join(header), allowed=f"a column {column!r}"
        )
    for column in header:
        if column not in COLUMNS:
            yield InputError(f"{path.name} row 1", field="column", found=column, choices=COLUMNS)
    if missing:
        return
    if not rows:
        yield InputError(path.name, found="a header alone", allowed="at least one row")
    seen: dict[str, int] = {}
    known = None if sources is None else set(sources)
    for number, row in enumerate(rows, start=2):
        where = f"{path.name} row {number}"
        yield from _row_problems(where, {k: v for k, v in row.items() if k in COLUMNS or k.startswith("(")})
        if row["id"] in seen:
            yield InputError(
                where,
                field="id",
                found=row["id"],
                allowed=f"an id of its own (also in row {seen[row['id']]})",
            )
        seen.setdefault(row["id"], number)
        if known is not None and row["source"] not in known:
            yield InputError(
                where, field="source", found=row["source"], allowed="an id in sources.csv", choices=known
            )


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _row_problems(where: str, row: dict[str, str]) -> Iterator[InputError]:
    """Problems of one row: each cell, what the cells say together, and names from closed lists."""
    try:
        fact = Row.model_validate(row)
    except ValidationError as error:
        for detail in error.errors():
            yield _told(where, row, dict(detail))
        return
    if fact.unit:
        for start, fits, allowed in _PROMISED:
            if fact.variable == start and not fits(fact.unit):
                yield InputError(where, field="unit", found=fact.unit, allowed=f"{allowed}, for a {start}")
    head = fact.commodity.split(":")[0]
    if re.fullmatch(r"[A-Z][a-z]?", head) and head not in (*ELEMENTS, *OTHERS):
        yield InputError(where, field="commodity", found=fact.commodity, choices=ELEMENTS)


def _told(where: str, row: Mapping[str, str], detail: dict[str, Any]) -> InputError:
    """One finding of pydantic as a line: field, what was found, what is allowed, and the nearest name."""
    field = str(detail["loc"][0]) if detail["loc"] else ""
    message = str(detail["msg"]).removeprefix("Value error, ")
    if not field:
        field, _, message = message.partition(": ")
    found = row.get(field, "")
    if detail["type"] == "missing":
        return InputError(where, field=field, found="nothing", allowed="a value")
    if detail["type"] == "string_too_short":
        return InputError(where, field=field, found="an empty cell", allowed="a value")
    if field in _CLOSED and detail["loc"]:
        allowed = _nearby(found, _CLOSED[field])
        return InputError(where, field=field, found=found, allowed=allowed, choices=_CLOSED[field])
    if detail["type"] == "extra_forbidden":
        return InputError(where, found=field, allowed=f"as many cells as columns ({len(COLUMNS)} at most)")
    return InputError(where, field=field, found=found, allowed=message)


def _nearby(found: str, names: tuple[str, ...]) -> str:
    """A closed list in short: all of it, or the names nearest to what was found."""
    if len(names) <= 12:
        return ", ".join(name or "(empty)" for name in names)
    near = difflib.get_close_matches(found, names, n=4, cutoff=0.3) or list(names[:4])
    return ", ".join(near) + ", ..."


def check(path: Path) -> list[InputError]:
    """Problems of a table, or of every fact table in a folder; ids must be unique over the folder.

    A folder's own sources.csv is what its `source` cells are checked against; without one they are not.
    Raises InputError for a path that does not exist or a folder without a table.
    """
    if not path.exists():
        raise InputError(str(path), found="nothing there", allowed="a CSV file or a folder of them")
    if path.is_file():
        return list(problems(path))
    files = sorted(p for p in path.glob("*.csv") if p.stem not in APART)
    if not files:
        raise InputError(str(path), found="a folder without a table", allowed="at least one .csv file")
    listed = path / "sources.csv"
    sources = [row.get("id", "") for row in read_table(listed)] if listed.exists() else None
    found = [problem for file in files for problem in problems(file, sources)]
    return found + list(_repeated(files))


def _repeated(files: Iterable[Path]) -> Iterator[InputError]:
    """Ids that two tables share."""
    owner: dict[str, str] = {}
    for file in files:
        try:
            ids = {row.get("id", "") for row in read_table(file)}
        except InputError:
            continue  # told by `problems` already
        for fact_id in sorted(ids):
            if owner.setdefault(fact_id, file.name) != file.name:
                yield InputError(
                    file.name,
                    field="id",
                    found=fact_id,
                    allowed=f"an id of its own (also in {owner[fact_id]})",
                )
