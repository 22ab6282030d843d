"""A policy notice as a draft scenario: a file that `mischmetal run` accepts, with every assumption named.

What the notice does not say, above all how a licence is reviewed, is filled with the terms of the packaged
licences of April 2025 and says so.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

from ruamel.yaml import YAML

from mischmetal.scenario import load
from mischmetal.watch.read.notices import Notice, known_elements

REVIEW = (
    "review_scale",
    "review_shape",
    "ship_days",
    "approval",
    "withdrawal",
    "validity",
    "order_book",
    "order_book_days",
)
OPENS = ("export_licence", "ban", "quota", "duty")


def draft(notice: Notice, *, title: str, link: str = "", today: datetime.date) -> str | None:
    """The text of a scenario file; None where the notice names no rare earth, code or stage to bear on.

    A suspension or general licence bears on the measure of April 2025, the one that is known.
    """
    instrument = notice.instrument.value
    goods = _goods(notice)
    if goods is None:
        return None
    day = (
        notice.effective.value
        if notice.effective
        else (notice.published.value if notice.published else today.isoformat())
    )
    published = notice.published.value if notice.published and notice.published.value <= day else day
    name = f"draft-{notice.actor.value.lower()}-{day}"
    event: dict[str, Any] = {
        "id": f"draft-{instrument.replace('_', '-')}",
        "date": datetime.date.fromisoformat(day),
        "published": datetime.date.fromisoformat(published),
        "actor": notice.actor.value,
        "instrument": instrument,
        "measure": name if instrument in OPENS else _measure(notice),
        "direction": "tighten" if instrument in OPENS else "ease",
        "title": title or f"Notice of {day}",
        "goods": goods,
        "destinations": [d.value for d in notice.destinations] or "all",
        "end_uses": "all",
        "note": f"Drafted from a notice{f' at {link}' if link else ''}; check every part before use.",
    }
    numbers = _numbers(instrument)
    if numbers:
        event["numbers"] = numbers
    if instrument == "quota":
        event["until"] = datetime.date.fromisoformat(day).replace(month=12, day=31)
    told = {
        "name": name,
        "title": f"Draft: {title or 'a policy notice'}",
        "extends": "china-2025",
        "start": "2025-01",
        "events": [event],
    }
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 110
    out = io.StringIO()
    yaml.dump(told, out)
    return "%YAML 1.2\n---\n" + out.getvalue()


def _measure(notice: Notice) -> str:
    """The packaged measure that a notice names by number, else that of April 2025."""
    opened = {e.measure for e in load("china-2025").events if e.measure}
    named = f"cn-2025-{notice.number.value}" if notice.number else ""
    return named if named in opened else "cn-2025-18"


def _goods(notice: Notice) -> dict[str, Any] | None:
    goods: dict[str, Any] = {}
    if elements := known_elements(notice):
        goods["elements"] = elements
    if notice.hs:
        goods["hs"] = sorted({said.value[:8] for said in notice.hs})
    stages = [said.value for said in notice.stages]
    if stages and not notice.hs:
        goods["stages"] = stages
    return goods or None


def _numbers(instrument: str) -> dict[str, Any]:
    if instrument == "export_licence":
        known = load("china-2025").event("no18").numbers
        return {
            name: {
                "assumption": "not in the notice; as the licences of April 2025",
                "value": known[name].value,
                "low": known[name].low,
                "high": known[name].high,
                **({"unit": known[name].unit} if known[name].unit in ("days", "months") else {}),
            }
            for name in REVIEW
            if name in known
        }
    missing = {
        "quota": ("quantity", 0.0, 1.0e6),
        "duty": ("rate", 0.0, 1.0),
        "general_licence": ("exempt", 0.0, 1.0),
    }
    if instrument in missing:
        name, low, high = missing[instrument]
        return {
            name: {
                "assumption": "not read from the notice: fill in",
                "value": low if instrument == "quota" else 0.1,
                "low": low,
                "high": high,
            }
        }
    return {}
