"""From a csv file to checked rows: whatever is wrong is told in one line naming file, row and field."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from mischmetal.errors import InputError


def read_rows(path: Path, model: type[BaseModel]) -> tuple[Any, ...]:
    """Rows of one table; the first problem ends in one line naming file, row and field."""
    header, cells = _cells(path)
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    for name in required:
        if name not in header:
            raise InputError(
                f"{path.name} row 1", field=name, found="no such column", allowed=", ".join(required)
            )
    for name in header:
        if name not in model.model_fields:
            raise InputError(f"{path.name} row 1", field="header", found=name, choices=model.model_fields)
        if header.count(name) > 1:
            raise InputError(f"{path.name} row 1", field="header", found=f"{name} twice", allowed="once")
    rows = []
    for number, values in cells:
        where = f"{path.name} row {number}"
        if len(values) != len(header):
            raise InputError(where, found=f"{len(values)} cells", allowed=f"{len(header)}, as the header has")
        row = dict(zip(header, values, strict=True))
        try:
            rows.append(model.model_validate({k: v for k, v in row.items() if v != ""}))
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0]) if first["loc"] else "row"
            raise InputError(where, field=field, found=row.get(field), allowed=_allowed(first)) from None
    return tuple(rows)


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Header and rows of a csv, each with the number of the line that it ends on; blank lines are left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            path.name, found=f"byte {error.object[error.start]:#x}", allowed="UTF-8 text"
        ) from None
    except FileNotFoundError:
        raise InputError(
            path.name, found="no such file", allowed="a table; see: mischmetal chain new DIR"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows += [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        where = f"{path.name} row {reader.line_num}"
        raise InputError(where, found=str(error), allowed="comma-separated values") from None
    if not rows:
        raise InputError(path.name, found="an empty file", allowed="a header and rows")
    return [name.strip() for name in rows[0][1]], rows[1:]


def _allowed(error: Any) -> str:
    context = error.get("ctx", {})
    words = {
        "greater_than_equal": "a number of at least {ge}",
        "greater_than": "a number above {gt}",
        "less_than_equal": "a number of at most {le}",
        "float_parsing": "a number",
        "missing": "a value",
        "literal_error": "{expected}",
        "bool_type": "yes or no",
        "bool_parsing": "yes or no",
        "value_error": "{error}",
        "finite_number": "a finite number",
    }
    form = words.get(error["type"])
    return form.format(**context) if form else str(error["msg"])
