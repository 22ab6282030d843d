"""Which facts stand behind each array of a run."""

from __future__ import annotations

from collections.abc import Iterable

from mischmetal.chain import Chain
from mischmetal.scenario import Scenario


def facts_behind(chain: Chain, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Array -> ids of the facts that it rests on: rows of the chain, prices, stocks, licensing facts."""
    prices = _ids(chain.prices)
    flows = _ids([*chain.plants, *chain.routes, *chain.uses, *chain.targets, *chain.content])
    users, stocks = _ids([*chain.uses, *chain.routes]), _ids(chain.stocks)
    terms = {f for n in scenario.numbers().values() for f in n.facts}
    acts = {e.source for e in scenario.events if e.source}
    licence = terms | acts
    behind = {
        "domestic_CN": prices | flows,
        "quote": prices | flows | licence,
        "quote_dual": prices | flows | licence,
        "traded": prices | flows | licence,
        "asked_rent": prices | flows | licence,
        "queue_days": licence,
        "need": users,
        "short": users | stocks | licence,
        "stopped_share": users | stocks | licence,
        "cover_days": users | stocks | licence,
        "lost_output": users | stocks | licence | prices,
        "hold_share": licence,
    }
    behind |= dict.fromkeys(
        ("applied", "approved", "denied", "withdrawn", "pending"), users | stocks | licence
    )
    behind |= dict.fromkeys(("exports_magnets", "exports_element", "flows"), flows | licence)
    behind |= dict.fromkeys(("mine_output", "separation_output", "magnet_output"), flows)
    return {name: tuple(sorted(ids)) for name, ids in behind.items()}


def _ids(rows: Iterable[object]) -> set[str]:
    return {fact for row in rows if (fact := getattr(row, "fact", ""))}
