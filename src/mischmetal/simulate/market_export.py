"""One month's market and its outcome as a zip of plain tables, for any other program.

Equation
    A x + endowment - disposed = 0 at every node; the rest is in `market` and in the guide (market_format)
Units
    as the column names say: t (a month), USD/kg, USD/kg per t; an empty capacity means none.
Source
    own format, version 1: market.json, nodes.csv, activities.csv, matrix.csv, users.csv.

Numbers are written so that they read back to the same bits, and the same month gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from mischmetal.errors import InputError
from mischmetal.simulate.certify import Certificate
from mischmetal.simulate.clear import Cleared
from mischmetal.simulate.market import FloatArray, Market, require_sound

FORMAT = "mischmetal market month"
VERSION = 1
Columns = Mapping[str, Sequence[str]]

NODES = ("node", "name", "endowment_t", "price_usd_per_kg", "disposed_t")
ACTIVITIES = (
    "activity",
    "name",
    "cost_usd_per_kg",
    "slope_usd_per_kg_per_t",
    "capacity_t",
    "asked_rent_usd_per_kg",
    "quantity_t",
    "capacity_rent_usd_per_kg",
)
MATRIX = ("node", "activity", "quantity")
USERS = ("activity", "quantity_t", "price_usd_per_kg", "elasticity", "cap_usd_per_kg")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFile:
    """What a month's file holds."""

    month: str  # YYYY-MM
    market: Market
    cleared: Cleared
    labels: Mapping[str, Columns]  # "nodes" and "activities": further columns by name


def write_month(
    path: Path, market: Market, cleared: Cleared, *, month: str, labels: Mapping[str, Columns] | None = None
) -> None:
    """Write a month to `path` (.zip), aside first and then renamed.

    `labels` may add text columns, `{"nodes": {"kind": [...]}, "activities": {...}}`, one value a row.
    Raises InputError where a column's length or name does not fit.
    """
    labels = labels or {}
    node_labels = _checked(labels, "nodes", NODES, len(market.node_names))
    activity_labels = _checked(labels, "activities", ACTIVITIES, len(market.activity_names))
    head = {
        "format": FORMAT,
        "version": VERSION,
        "month": month,
        "nodes": len(market.node_names),
        "activities": len(market.activity_names),
        "users": len(market.iso),
        "objective_thousand_usd": cleared.objective,
        "qp_solves": cleared.qp_solves,
        "certificate": asdict(cleared.certificate),
    }
    node_rows = zip(
        range(len(market.node_names)),
        market.node_names,
        market.endowment.tolist(),
        cleared.price.tolist(),
        cleared.disposed.tolist(),
        *node_labels.values(),
        strict=True,
    )
    activity_rows = zip(
        range(len(market.activity_names)),
        market.activity_names,
        market.cost.tolist(),
        market.slope.tolist(),
        ["" if np.isinf(u) else u for u in market.capacity.tolist()],
        market.asked_rent.tolist(),
        cleared.quantity.tolist(),
        cleared.capacity_rent.tolist(),
        *activity_labels.values(),
        strict=True,
    )
    coo = market.A.tocoo()
    curves = (market.iso, market.iso_quantity, market.iso_price, market.iso_elasticity, market.iso_cap)
    parts = {
        "market.json": json.dumps(head, indent=1, ensure_ascii=False) + "\n",
        "nodes.csv": _table((*NODES, *node_labels), node_rows),
        "activities.csv": _table((*ACTIVITIES, *activity_labels), activity_rows),
        "matrix.csv": _table(MATRIX, zip(coo.row.tolist(), coo.col.tolist(), coo.data.tolist(), strict=True)),
        "users.csv": _table(USERS, zip(*(values.tolist() for values in curves), strict=True)),
    }
    aside = path.with_name(path.name + ".part")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in parts.items():
            # a fixed date, so that the same month gives the same bytes
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    aside.replace(path)


def read_month(path: Path) -> MonthFile:
    """Read a month back. Raises InputError where the file is not one, or a table or column is missing."""
    try:
        with zipfile.ZipFile(path) as bundle:
            text = {name: bundle.read(name).decode() for name in bundle.namelist()}
    except (zipfile.BadZipFile, FileNotFoundError, UnicodeDecodeError) as error:
        found = type(error).__name__
        raise InputError(str(path), found=found, allowed="a zip written by write_month") from error
    head = _head(path, text)
    nodes = _columns(path, text, "nodes.csv", NODES)
    activities = _columns(path, text, "activities.csv", ACTIVITIES)
    matrix, users = _columns(path, text, "matrix.csv", MATRIX), _columns(path, text, "users.csv", USERS)
    shape = (len(nodes["name"]), len(activities["name"]))
    rows, columns = np.array(matrix["node"], dtype=np.int64), np.array(matrix["activity"], dtype=np.int64)
    market = Market(
        A=sparse.csc_array((_floats(matrix["quantity"]), (rows, columns)), shape=shape),
        endowment=_floats(nodes["endowment_t"]),
        cost=_floats(activities["cost_usd_per_kg"]),
        slope=_floats(activities["slope_usd_per_kg_per_t"]),
        capacity=_floats(u or "inf" for u in activities["capacity_t"]),
        asked_rent=_floats(activities["asked_rent_usd_per_kg"]),
        iso=np.array(users["activity"], dtype=np.int64),
        iso_quantity=_floats(users["quantity_t"]),
        iso_price=_floats(users["price_usd_per_kg"]),
        iso_elasticity=_floats(users["elasticity"]),
        iso_cap=_floats(users["cap_usd_per_kg"]),
        node_names=tuple(nodes["name"]),
        activity_names=tuple(activities["name"]),
    )
    require_sound(market, str(path))
    cleared = Cleared(
        price=_floats(nodes["price_usd_per_kg"]),
        quantity=_floats(activities["quantity_t"]),
        disposed=_floats(nodes["disposed_t"]),
        capacity_rent=_floats(activities["capacity_rent_usd_per_kg"]),
        objective=float(head["objective_thousand_usd"]),
        qp_solves=int(head["qp_solves"]),
        certificate=Certificate(**head["certificate"]),
    )
    labels = {
        "nodes": {name: values for name, values in nodes.items() if name not in NODES},
        "activities": {name: values for name, values in activities.items() if name not in ACTIVITIES},
    }
    return MonthFile(month=str(head["month"]), market=market, cleared=cleared, labels=labels)


def _checked(labels: Mapping[str, Columns], table: str, own: Sequence[str], rows: int) -> Columns:
    columns = labels.get(table, {})
    for name, values in columns.items():
        if name in own:
            raise InputError("labels", field=table, found=name, allowed="a name that the table does not have")
        if len(values) != rows:
            raise InputError("labels", field=f"{table} {name}", found=len(values), allowed=f"{rows} values")
    return columns


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def _head(path: Path, text: Mapping[str, str]) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(text.get("market.json", "{}"))
    if head.get("format") != FORMAT or head.get("version") != VERSION:
        found = f"{head.get('format')} {head.get('version')}"
        raise InputError(f"{path} market.json", field="format", found=found, allowed=f"{FORMAT} {VERSION}")
    return head


def _columns(path: Path, text: Mapping[str, str], table: str, own: Sequence[str]) -> dict[str, list[str]]:
    if table not in text:
        raise InputError(str(path), field="tables", found=sorted(text), allowed=f"{table} among them")
    rows = list(csv.reader(io.StringIO(text[table])))
    names = rows[0] if rows else []
    for name in own:
        if name not in names:
            raise InputError(f"{path} {table}", field="columns", found=names, allowed=f"{name} among them")
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(names)}


def _floats(values: Iterable[str]) -> FloatArray:
    return np.array([float(value) for value in values], dtype=np.float64)
