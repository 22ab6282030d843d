"""World tables of the USGS Mineral Commodity Summaries as facts, in the three layouts published so far.

- a table of one commodity (edition 2024): a column for each year, the commodity inside the type;
- a table of all commodities (edition 2025): a column for each year, others for commodity and unit;
- a table of single values (edition 2026): one row for each value, with section, statistic and year.

Every edition restates earlier years, so facts are told apart by edition. Figures of the USGS are in the
public domain. Only tonnages are read, of rare earths, scandium and yttrium unless told otherwise.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from mischmetal.errors import InputError
from mischmetal.facts.fact import Fact
from mischmetal.facts.places import code_of
from mischmetal.facts.writing import Source, with_ids

COMMODITIES = ("rare earths", "scandium", "yttrium")
_SYMBOL = {"rare earths": "REO", "scandium": "Sc", "yttrium": "Y"}
_TONNES = {
    "metric tons": 1.0,
    "tons": 1.0,
    "kilograms": 1e-3,
    "thousand metric tons": 1e3,
    "million metric tons": 1e6,
}
_END = {"": "value", ">": "low", "<": "high"}
Cells = dict[str, str | float | None]


def read(path: Path, commodities: Sequence[str] = COMMODITIES) -> list[Fact]:
    """The facts of a world table, whichever of the known layouts it has.

    `commodities` as the table names them, in any case. Values are t REO for rare earths and t oxide for
    scandium and yttrium as printed; 'NA' and cells left empty give no fact, '>90000000' gives a low end.
    Raises InputError for a file that cannot be read, an unknown layout, a value or a unit that cannot be
    understood, and for a table that holds none of the commodities.
    """
    rows, header = _rows(path)
    for wanted, reader in _LAYOUTS:
        if wanted <= {_plain(h) for h in header}:
            wished = {_plain(c) for c in commodities}
            found = list(reader(path.name, rows, header, wished))
            if not found:
                raise InputError(
                    path.name,
                    field="commodity",
                    found=", ".join(sorted(wished)),
                    allowed="a commodity in the table",
                )
            edition = str(found[0]["edition"])
            return with_ids(f"usgs-{edition.lower().replace(' ', '-')}", found)
    known = "; ".join(", ".join(sorted(wanted)) for wanted, _ in _LAYOUTS)
    raise InputError(
        f"{path.name} row 1", field="columns", found=", ".join(h for h in header if h), allowed=known
    )


def source_of(facts: Sequence[Fact]) -> Source:
    """The source that the facts of `read` name."""
    year = facts[0].edition.removeprefix("MCS ")
    return Source(
        id=facts[0].source,
        title=f"U.S. Geological Survey, Mineral Commodity Summaries {year}, world data",
        url="https://www.usgs.gov/centers/national-minerals-information-center/mineral-commodity-summaries",
        date=year,
        terms="US government work, public domain",
    )


def _rows(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Rows and header of a release: UTF-8, or the Windows encoding in which some are published."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), found=error.strerror, allowed="a CSV file that can be read") from None
    if not raw.strip():
        raise InputError(
            str(path), found="an empty file", allowed="a world table of Mineral Commodity Summaries"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    reader = csv.DictReader(io.StringIO(text), restval="")
    rows = [{str(k): v.strip() for k, v in row.items() if isinstance(v, str)} for row in reader]
    return rows, list(reader.fieldnames or [])


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _cells(
    *,
    where: str,
    edition: str,
    country: str,
    commodity: str,
    variable: str,
    year: str,
    value: str,
    unit: str,
    note: str,
) -> Cells | None:
    """One fact without its id; None where the table has no figure."""
    figure = value.replace(",", "").strip()
    if figure in {"", "NA", "W", "—", "--", "-", "XX"}:
        return None
    known = re.fullmatch(r"([<>]?)(\d+(?:\.\d+)?)(?:\s*[-–]\s*(\d+(?:\.\d+)?))?", figure)
    if known is None or (known[1] and known[3]):
        allowed = "a number, a range, >number, <number, NA, W or nothing"
        raise InputError(where, field=variable, found=value, allowed=allowed)
    if _plain(unit) not in _TONNES:
        raise InputError(where, field="unit", found=unit, choices=_TONNES)
    factor = _TONNES[_plain(unit)]
    first = float(known[2]) * factor
    cells: Cells = {"low": first, "high": float(known[3]) * factor} if known[3] else {_END[known[1]]: first}
    return cells | {
        "entity": code_of(country),
        "variable": variable,
        "commodity": _SYMBOL.get(commodity, commodity),
        "period": year,
        "text": figure if known[1] else "",
        "unit": "t REO" if commodity in _SYMBOL else "t",
        "edition": edition,
        "source": f"usgs-{edition.lower().replace(' ', '-')}",
        "date": edition.removeprefix("MCS "),
        "confidence": "medium" if "estimated" in note.casefold() else "high",
        "note": note,
    }


def _edition(text: str, where: str) -> str:
    year = re.search(r"MCS\s*(20\d{2})", text)
    if year is None:
        raise InputError(where, field="source", found=text, allowed="the edition, as MCS2025")
    return f"MCS {year[1]}"


def _years(header: Sequence[str], start: str) -> list[tuple[str, str, bool]]:
    """Columns of a statistic that carry a year: name, year, whether the head calls it estimated."""
    out = []
    for name in header:
        year = re.search(r"(20\d{2})\s*$", name)
        if name.casefold().startswith(start) and year:
            out.append((name, year[1], "est" in name.casefold()))
    return out


def _one_commodity(
    name: str, rows: Sequence[Mapping[str, str]], header: Sequence[str], wished: set[str]
) -> Iterator[Cells]:
    """Layout of edition 2024: the type reads 'Rare earths, mine production, ..., metric tons'."""
    for number, row in enumerate(rows, start=2):
        if not row.get("Country"):
            continue
        where = f"{name} row {number}"
        commodity, _, rest = row["Type"].partition(",")
        if _plain(commodity) not in wished:
            continue
        unit = rest.rpartition(",")[2]
        edition = _edition(row["Source"], where)
        reserves = str(int(edition.removeprefix("MCS ")) - 1)
        given = [(c, "mine_production", y, row["Prod_notes"], e) for c, y, e in _years(header, "prod_t")]
        given.append(("Reserves_t", "reserves", reserves, row["Reserves_notes"], False))
        for column, variable, year, note, estimated in given:
            yield from _one(
                where=where, edition=edition, country=row["Country"], commodity=_plain(commodity),
                variable=variable, year=year, value=row[column], unit=unit, note=_noted(note, estimated),
            )  # fmt: skip


def _all_commodities(
    name: str, rows: Sequence[Mapping[str, str]], header: Sequence[str], wished: set[str]
) -> Iterator[Cells]:
    """Layout of edition 2025: production, capacity and reserves side by side, the year in the head."""
    for number, row in enumerate(rows, start=2):
        commodity = _plain(row.get("COMMODITY", ""))
        if commodity not in wished:
            continue
        where = f"{name} row {number}"
        given = [(c, "mine_production", y, row["PROD_NOTES"], e) for c, y, e in _years(header, "prod")]
        given += [(c, "capacity", y, row["CAP_NOTES"], e) for c, y, e in _years(header, "cap")]
        given += [(c, "reserves", y, row["RESERVE_NOTES"], e) for c, y, e in _years(header, "reserves")]
        for column, variable, year, note, estimated in given:
            yield from _one(
                where=where, edition=_edition(row["SOURCE"], where), country=row["COUNTRY"],
                commodity=commodity, variable=variable, year=year, value=row[column],
                unit=row["UNIT_MEAS"], note=_noted(note, estimated),
            )  # fmt: skip


def _single_values(
    name: str, rows: Sequence[Mapping[str, str]], header: Sequence[str], wished: set[str]
) -> Iterator[Cells]:
    """Layout of edition 2026: one row a value. The edition, told nowhere, is the year after the newest."""
    world = [
        r for r in rows if r["Section"].casefold().startswith("world") and _plain(r["Commodity"]) in wished
    ]
    years = [int(r["Year"]) for r in world if r["Year"].isdigit()]
    for number, row in enumerate(rows, start=2):
        if not row["Section"].casefold().startswith("world") or _plain(row["Commodity"]) not in wished:
            continue
        where = f"{name} row {number}"
        variable = {"production": "mine_production", "reserves": "reserves", "capacity": "capacity"}.get(
            _plain(row["Statistics"])
        )
        if variable is None:
            raise InputError(
                where,
                field="Statistics",
                found=row["Statistics"],
                choices=("Production", "Reserves", "Capacity"),
            )
        if re.search(r"mine production|^reserves", row["Statistics_detail"], re.IGNORECASE) is None:
            variable = (
                f"{variable}_other"  # capacity, world output of a by-product, one country's own definition
            )
        note = "; ".join(n for n in (row["Statistics_detail"], row["Notes"]) if n)
        yield from _one(
            where=where, edition=f"MCS {max(years) + 1}", country=row["Country"],
            commodity=_plain(row["Commodity"]), variable=variable, year=row["Year"], value=row["Value"],
            unit=row["Unit"], note=note,
        )  # fmt: skip


def _one(**given: str) -> Iterator[Cells]:
    cells = _cells(**given)
    if cells is not None:
        yield cells


def _noted(note: str, estimated: bool) -> str:
    return "; ".join(n for n in ("estimated" if estimated else "", note) if n)


_Reader = Callable[[str, Sequence[Mapping[str, str]], Sequence[str], set[str]], Iterator[Cells]]
_LAYOUTS: tuple[tuple[frozenset[str], _Reader], ...] = (
    (frozenset({"source", "country", "type", "prod_notes", "reserves_t", "reserves_notes"}), _one_commodity),
    (
        frozenset({"source", "commodity", "country", "unit_meas", "prod_notes", "reserve_notes"}),
        _all_commodities,
    ),
    (frozenset({"section", "commodity", "country", "statistics", "unit", "year", "value"}), _single_values),
)
