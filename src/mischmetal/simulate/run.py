"""A run: a scenario on a chain, month by month."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from mischmetal import __version__
from mischmetal.baseline import Anchored, anchor, reconcile
from mischmetal.chain import build, load_chain
from mischmetal.chain.variants import with_variants
from mischmetal.errors import InputError
from mischmetal.facts.load import folder as fact_folder
from mischmetal.scenario import Scenario, load, parse_overrides, resolved
from mischmetal.scenario.network import goods_of
from mischmetal.scenario.schedule import Schedule, schedule
from mischmetal.scenario.vocabulary import of_chain
from mischmetal.simulate.behaviour import packaged, with_behaviour
from mischmetal.simulate.certify import Certificate
from mischmetal.simulate.clear import Cleared, Workspace, prepare
from mischmetal.simulate.layout import Layout
from mischmetal.simulate.market_export import write_month
from mischmetal.simulate.origins import facts_behind
from mischmetal.simulate.results import Recorder, Run
from mischmetal.simulate.state import State
from mischmetal.simulate.step import Month, World, advance, build_market, desired
from mischmetal.simulate.world import build_world, first_state

MONTHS = 24
Progress = Callable[[int, int], None]
Adjust = Callable[[World, State, int], State]


def run(
    scenario: str | Path | Scenario = "china-2025",
    *,
    chain: str | Path = "default",
    months: int = MONTHS,
    overrides: Mapping[str, Any] | Sequence[str] = (),
    progress: Progress | None = None,
    export: Path | None = None,
    anchored: Anchored | None = None,
    adjust: Adjust | None = None,
) -> Run:
    """Simulate a scenario.

    `scenario`: a packaged name, a file or a loaded scenario. `overrides`: `path=value` texts or a mapping;
    paths start with `events.`, `switches.`, `behaviour.` or `chain.` (its variants). `months` from the
    scenario's start. `export`: folder for one market file a month. `anchored`: a base year of one's own. `adjust`: what
    comes from outside the market at the start of a month, a release of stock for instance.
    Raises InputError and NotFound for bad input, NotReconciled and NotCleared where no solution is found.
    """
    if months < 1:
        raise InputError("run", field="months", found=months, allowed="at least 1")
    given = dict(overrides) if isinstance(overrides, Mapping) else parse_overrides(list(overrides))
    manners = {k.removeprefix("behaviour."): v for k, v in given.items() if k.startswith("behaviour.")}
    splits = {k.removeprefix("chain."): v for k, v in given.items() if k.startswith("chain.")}
    rest = {k: v for k, v in given.items() if not k.startswith(("behaviour.", "chain."))}
    base = anchored or base_year(str(chain), tuple(sorted(splits.items())))
    own = base.baseline.network.chain
    words = of_chain(own)
    told = scenario if isinstance(scenario, Scenario) else load(scenario, overrides=rest, vocabulary=words)
    behaviour = with_behaviour(packaged(), manners)
    plan = plan_of(told, base, month_names(told.start, months))
    world = build_world(base, plan, behaviour)
    return _simulate(world, plan, told, progress, export, adjust)


@lru_cache(maxsize=4)
def base_year(chain: str = "default", splits: tuple[tuple[str, float | str], ...] = ()) -> Anchored:
    """The reconciled and anchored base year of a chain, kept for the rest of the process.

    `splits` are pairs of a variant's name and its factor, "low" or "high".
    """
    return anchor(reconcile(build(with_variants(load_chain(chain), dict(splits)))))


def month_names(start: str, count: int) -> tuple[str, ...]:
    """`count` months from `start` on, YYYY-MM."""
    year, month = (int(part) for part in start.split("-"))
    first = year * 12 + month - 1
    return tuple(f"{(first + k) // 12}-{(first + k) % 12 + 1:02d}" for k in range(count))


def plan_of(scenario: Scenario, base: Anchored, months: tuple[str, ...]) -> Schedule:
    """What a scenario means month by month for the goods, regions and groups of a chain."""
    chain = base.baseline.network.chain
    return schedule(
        scenario,
        months,
        goods=goods_of(chain),
        regions=tuple(r.region for r in chain.regions),
        groups=tuple(g.group for g in chain.groups),
    )


def _simulate(
    world: World,
    plan: Schedule,
    scenario: Scenario,
    progress: Progress | None,
    export: Path | None,
    adjust: Adjust | None,
) -> Run:
    layout = world.layout
    recorder = Recorder(world, plan)
    state = first_state(world)
    guess = (base_outcome(layout), base_outcome(layout))
    workspace: Workspace | None = None
    worst: list[Certificate] = []
    solves: list[int] = []
    drift = 0.0
    for t in range(len(world.months)):
        if adjust is not None:
            state = adjust(world, state, t)
        if workspace is None:
            cells, stocks = desired(world, state.risk)
            nothing = np.zeros(len(layout.gate))
            market = build_market(world, state, t, cells, stocks, nothing, np.zeros(len(nothing), dtype=bool))
            workspace = prepare(market)
        after, month = advance(world, state, t, workspace, guess)
        guess = (month.cleared, month.cleared)
        recorder.record(t, state, after, month)
        worst.append(month.cleared.certificate)
        solves.append(month.solves)
        drift = max(drift, deviation(layout, month))
        if export is not None:
            write_market(export, world, month, t)
        state = after
        if progress is not None:
            progress(t + 1, len(world.months))
    chain = layout.anchored.baseline.network.chain
    checks: dict[str, Any] = {
        "nodes": len(layout.node_names),
        "activities": len(layout.activity_names),
        "mass_balance_max_relative": max(c.mass_balance for c in worst),
        "complementarity_max_relative": max(c.complementarity for c in worst),
        "baseline_imbalance": layout.anchored.baseline.imbalance,
        "qp_solves_a_month": float(np.mean(solves)),
        "baseline_max_relative_deviation": drift if not scenario.events else None,
    }
    return Run(
        name=scenario.name,
        title=scenario.title,
        months=world.months,
        data=recorder.dataset(facts_behind(chain, scenario)),
        scenario=resolved(scenario),
        checks=checks,
        events=[_event(e) for e in scenario.events],
        provenance=_provenance(world, plan),
    )


def base_outcome(layout: Layout) -> Cleared:
    """The base year as an outcome: where the first month starts from."""
    n, a = layout.A.shape
    nothing = Certificate(mass_balance=0.0, complementarity=0.0, worst_node="", worst_activity="")
    return Cleared(
        price=layout.price,
        quantity=layout.quantity,
        disposed=np.zeros(n),
        capacity_rent=np.zeros(a),
        objective=0.0,
        qp_solves=0,
        certificate=nothing,
    )


def deviation(layout: Layout, month: Month) -> float:
    """Largest relative distance of a month's prices and flows from the base year, where goods move."""
    n = layout.base_nodes
    moving = 0.5 * (abs(layout.A) @ layout.quantity)[:n] > 1e-9
    price = np.abs(month.cleared.price[:n] - layout.price[:n])[moving] / (layout.price[:n][moving] + 1e-3)
    flow = np.abs(month.cleared.quantity - layout.quantity) / (layout.quantity + 1e-3)
    return float(max(price.max(initial=0.0), flow.max(initial=0.0)))


def write_market(folder: Path, world: World, month: Month, t: int) -> None:
    """One month's market file, with what each node and activity is."""
    layout = world.layout
    network = layout.anchored.baseline.network
    gates = set(layout.gate.tolist()) | set(layout.quota.tolist())
    kinds = ["permit" if i in gates else "good" for i in range(len(layout.node_names))]
    acts = [network.activities[b].kind if b >= 0 else "user" for b in layout.base.tolist()]
    folder.mkdir(parents=True, exist_ok=True)
    write_month(
        folder / f"{world.months[t]}.zip", month.market, month.cleared, month=world.months[t],
        labels={"nodes": {"kind": kinds}, "activities": {"kind": acts}},
    )  # fmt: skip


def _event(event: Any) -> dict[str, Any]:
    return {
        "date": event.date.isoformat(),
        "published": event.published.isoformat(),
        "id": event.id,
        "actor": event.actor,
        "instrument": event.instrument,
        "measure": event.measure,
        "direction": event.direction,
        "title": event.title,
        "fact": event.source,
    }


def _provenance(world: World, plan: Schedule) -> dict[str, Any]:
    chain = world.layout.anchored.baseline.network.chain
    return {
        "code": __version__,
        "facts": facts_digest(),
        "chain": chain.name,
        "base_year": chain.base_year,
        "behaviour": {"frozen": world.behaviour.frozen, **world.behaviour.values()},
        "nodes": len(world.layout.node_names),
        "activities": len(world.layout.activity_names),
        "left_out": list(plan.left_out),
        "seeds": [],
    }


@lru_cache(maxsize=1)
def facts_digest() -> str:
    """SHA-256 over the packaged fact tables."""
    digest = hashlib.sha256()
    for path in sorted(fact_folder().glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
