"""The figures most often quoted about 2025, each checked against the packaged facts by a declared rule.

A claim is a stated figure with the range in which a measured one would confirm it, and two lists of measures:
those that its words name, and others that it may have been mistaken for. The verdict follows:

- confirmed: all measures that its words name lie in the range;
- conflicts: at least one of them does not;
- no source: no packaged fact measures what the words name.

Facts that rest on memory decide nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mischmetal.facts.checks import Claim, Reading
from mischmetal.facts.load import load
from mischmetal.facts.quoted import CLAIMS

if TYPE_CHECKING:
    import pandas as pd


def audit(facts: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row a claim: id, claim, verdict, measured (asked), elsewhere (other measures), facts,
    agrees_with.

    `facts` defaults to the packaged ones. `agrees_with` names another measure that the stated figure does
    fit.
    """
    import pandas as pd

    table = load() if facts is None else facts
    table = table[table["confidence"] != "memory"]
    return pd.DataFrame([_judged(claim, table) for claim in CLAIMS])


def _judged(claim: Claim, facts: pd.DataFrame) -> dict[str, str]:
    asked = [r for m in claim.asked for r in m.kind(m.name, facts, m.parts, claim.unit)]
    other = [r for m in claim.other for r in m.kind(m.name, facts, m.parts, claim.unit)]
    fits = [claim.low <= r.high and r.low <= claim.high for r in asked]
    verdict = "no source" if not asked else "confirmed" if all(fits) else "conflicts"
    also = [r.name for r in other if claim.low <= r.high and r.low <= claim.high]
    return {
        "id": claim.id,
        "claim": claim.says,
        "verdict": verdict,
        "measured": "; ".join(_told(r, claim.unit) for r in asked),
        "elsewhere": "; ".join(_told(r, claim.unit) for r in other),
        "agrees_with": "; ".join(also) if verdict != "confirmed" else "",
        "range": f"{claim.low:,.6g} to {claim.high:,.6g} {claim.unit}: {claim.why}",
        "facts": ";".join(i for r in asked + other for i in r.facts),
    }


def _told(reading: Reading, unit: str) -> str:
    """A reading as text: a figure or a range, with its name."""
    ends = [f"{x:,.0f}" if abs(x) >= 1000 else f"{x:.3g}" for x in (reading.low, reading.high)]
    figure = ends[0] if reading.low == reading.high else f"{ends[0]} to {ends[1]}"
    return f"{reading.name}: {figure} {unit}"
