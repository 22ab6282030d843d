"""A JSON reply of the UN Comtrade API (v1) as facts: a country's reported trade by partner and item."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mischmetal.errors import InputError
from mischmetal.facts.fact import Fact
from mischmetal.facts.places import code_of
from mischmetal.facts.writing import Source, with_ids

FLOWS = {"X": "exports", "M": "imports", "RX": "re_exports", "RM": "re_imports"}
# customs items of rare earths -> commodity, as the packaged tables name them
ITEMS = {
    "280530": "RE metals",
    "284610": "Ce compounds",
    "284690": "RE compounds except Ce",
    "850511": "metal magnets (all)",
    "85051110": "RE magnets",
    "261220": "monazite",
}
SOURCE = Source(
    id="un-comtrade",
    title="United Nations, UN Comtrade Database",
    url="https://comtradeplus.un.org/",
    date="",
    terms="UN Comtrade terms of use: attribution, limits on redistribution",
)
_TOTALS = {"partner2Code": 0, "motCode": 0, "customsCode": "C00"}  # rows of parts would count twice
_NEEDED = ("freqCode", "period", "reporterISO", "flowCode", "partnerISO", "cmdCode", "netWgt", "primaryValue")


def read(path: Path) -> list[Fact]:
    """Facts of a reply saved to a file: net weight in t gross and value in USD.

    Only rows of the total over customs procedures, modes of transport and second partners are read, so that
    nothing counts twice. A weight that the office estimated says so in its note and has confidence medium.
    Raises InputError for a file that is no such reply, a reply with an error or one that was cut off.
    """
    try:
        reply = json.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(
            str(path), found="bytes that are not UTF-8", allowed="a JSON reply of UN Comtrade"
        ) from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path.name} line {error.lineno}", found=error.msg, allowed="a JSON reply of UN Comtrade"
        ) from None
    except OSError as error:
        raise InputError(str(path), found=error.strerror, allowed="a file that can be read") from None
    rows = reply.get("data") if isinstance(reply, dict) else None
    if not isinstance(rows, list):
        raise InputError(
            path.name, field="data", found=type(reply).__name__, allowed="an object with a list 'data'"
        )
    if reply.get("error"):
        raise InputError(path.name, field="error", found=reply["error"], allowed="a reply without an error")
    if "count" in reply and reply["count"] != len(rows):
        raise InputError(
            path.name, field="count", found=reply["count"], allowed=f"the number of rows, {len(rows)}"
        )
    return with_ids(
        "comtrade", (c for i, row in enumerate(rows) for c in _cells(f"{path.name} data[{i}]", row))
    )


def _cells(where: str, row: Mapping[str, Any]) -> Iterator[dict[str, str | float | None]]:
    """Weight and value of one row, where it is a total."""
    missing = [name for name in _NEEDED if name not in row]
    if missing:
        raise InputError(where, field=missing[0], found="nothing", allowed=f"the fields {', '.join(_NEEDED)}")
    if any(row.get(field, total) not in {total, None} for field, total in _TOTALS.items()):
        return
    flow = FLOWS.get(row["flowCode"])
    if flow is None:
        raise InputError(where, field="flowCode", found=row["flowCode"], choices=FLOWS)
    period = str(row["period"])
    period = f"{period[:4]}-{period[4:6]}" if row["freqCode"] == "M" else period
    item = str(row["cmdCode"])
    base: dict[str, str | float | None] = {
        "entity": code_of(str(row["reporterISO"])), "partner": code_of(str(row["partnerISO"])),
        "commodity": ITEMS.get(item, f"HS {item}"), "hs": item, "period": period, "source": SOURCE.id,
    }  # fmt: skip
    guessed = bool(row.get("isNetWgtEstimated"))
    told = {True: ("medium", "weight estimated by the office"), False: ("high", "")}[guessed]
    if row["netWgt"]:
        confidence, note = told
        yield base | {"variable": f"{flow}_quantity", "value": float(row["netWgt"]) / 1000, "unit": "t gross",
                      "confidence": confidence, "note": note}  # fmt: skip
    if row["primaryValue"] is not None:
        basis = {"exports": "FOB", "imports": "CIF"}.get(flow, "")
        yield base | {"variable": f"{flow}_value", "value": float(row["primaryValue"]), "unit": "USD",
                      "currency": "USD", "incoterm": basis, "confidence": "high"}  # fmt: skip
