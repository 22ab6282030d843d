"""Another split of what two goods are together: the share of magnets with heavy rare earths, for instance.

Equation
    good' = min(f good, good + other),  other' = good + other - good'
Units
    t a year in every row of plants, routes and uses where both goods stand side by side; f without unit.
Source
    Range of f: the table of variants of a chain, with its fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mischmetal.chain.tables import Chain, Variant
from mischmetal.errors import InputError, NotFound


def with_variants(chain: Chain, values: Mapping[str, float | str]) -> Chain:
    """A chain with some splits moved: "low", "high" or a factor within the range.

    Raises NotFound for an unknown variant, InputError outside its range.
    """
    known = {v.name: v for v in chain.variants}
    for name, wanted in values.items():
        if name not in known:
            raise NotFound("variant of the chain", name, known or ["none"])
        chain = _moved(chain, known[name], _factor(known[name], wanted))
    return chain


def _factor(variant: Variant, wanted: float | str) -> float:
    ends = {"low": variant.low, "high": variant.high, "value": 1.0}
    try:
        factor = ends[wanted] if isinstance(wanted, str) and wanted in ends else float(wanted)
    except ValueError:
        factor = float("nan")
    if not min(variant.low, 1.0) <= factor <= max(variant.high, 1.0):
        allowed = f"low, high, or {variant.low:g} to {variant.high:g}"
        raise InputError("variants.csv", field=variant.name, found=wanted, allowed=allowed)
    return factor


def _moved(chain: Chain, variant: Variant, factor: float) -> Chain:
    makers = {
        good: {r.process for r in chain.recipes if r.good == good and r.quantity > 0}
        for good in _pair(variant)
    }

    def place(table: str, row: Any) -> tuple[str, tuple[str, ...]] | None:
        """Which of the two goods a row is about, and where it stands."""
        for good in _pair(variant):
            if table == "plants" and row.process in makers[good]:
                return good, (row.region,)
            if table == "routes" and row.good == good:
                return good, (row.origin, row.destination)
            if table == "uses" and row.good == good:
                return good, (row.region, row.group)
        return None

    changed: dict[str, Any] = {}
    for table in ("plants", "routes", "uses"):
        rows = list(getattr(chain, table))
        pairs: dict[tuple[str, ...], dict[str, int]] = {}
        for i, row in enumerate(rows):
            found = place(table, row)
            if found is not None and row.base is not None:
                pairs.setdefault(found[1], {})[found[0]] = i
        for pair in pairs.values():
            if len(pair) == 2:
                first, second = pair[variant.good], pair[variant.other]
                total = rows[first].base + rows[second].base
                more = min(rows[first].base * factor, total)
                rows[first] = _scaled(rows[first], more)
                rows[second] = _scaled(rows[second], total - more)
        changed[table] = tuple(rows)
    return replace(chain, **changed)


def _pair(variant: Variant) -> tuple[str, str]:
    return variant.good, variant.other


def _scaled(row: Any, base: float) -> Any:
    """A row at another base figure, its range moved along."""
    if not row.base:
        return row
    k = base / row.base
    ends = {name: None if getattr(row, name) is None else getattr(row, name) * k for name in ("low", "high")}
    return row.model_copy(update={"base": base, **ends})
