"""What would have helped: the same scenario with one thing done beforehand, and with the best pairs.

Equation
    avoided = lost output without the lever - lost output with it, member by member, the same draws for both
    per dollar = mean avoided / mean cost
Units
    Million USD over the run; the cost of each lever is an assumption that says so.
Source
    Common random numbers (Kahn and Marshall 1953, cited from memory), so that a difference is the lever's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import combinations
from multiprocessing import get_context
from typing import Any

import numpy as np

from mischmetal.baseline import Anchored, anchor, reconcile
from mischmetal.chain import build, load_chain
from mischmetal.chain.variants import with_variants
from mischmetal.ensemble.draws import draw, ranges
from mischmetal.ensemble.run import _one_thread
from mischmetal.errors import NotCleared
from mischmetal.scenario import load, parse_overrides
from mischmetal.scenario.vocabulary import OPENING, of_chain
from mischmetal.simulate.behaviour import packaged
from mischmetal.simulate.results import Run
from mischmetal.simulate.run import base_year, run
from mischmetal.simulate.state import State
from mischmetal.simulate.step import World

MEMBERS = 16
PAIRS_OF = 3  # the best levers that are tried in pairs
CARRY = 0.10  # a year: cost of capital and storage of stock; assumption
BUILD = 40.0  # USD per kg a year of new separation or magnet capacity, a tenth of it a year; assumption, from memory
MORE = 1.5  # capacity abroad, times
RELEASED = 2.0  # months of need released over the first three months of a measure
SUPPORT = 0.2  # of the price, paid to producers abroad by a price floor
REDESIGN = 5.0  # USD per kg of need designed out a year early; assumption
DIVERTED = "JP"  # the region that diversifies; the largest importer of licensed oxides


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing that could have been done beforehand."""

    name: str
    title: str
    base: Callable[[Anchored], Anchored] = lambda a: a
    stocks: float = 0.0  # months more of users' cover
    adjust: Callable[[World, State, int, int], State] | None = None  # world, state, month, month of the shock
    cost: Callable[[Run, Anchored], float] = lambda r, a: 0.0  # million USD over the run
    assumption: str = ""  # behind the cost


def _scaled(anchored: Anchored, chosen: Sequence[int], factor: float) -> Anchored:
    """Some activities with `factor` times the quantity at every margin, and as much capacity."""
    slope, capacity = anchored.slope.copy(), anchored.capacity.copy()
    slope[list(chosen)] /= factor
    capacity[list(chosen)] *= factor
    return replace(anchored, slope=slope, capacity=capacity)


def _of_kind(anchored: Anchored, kinds: tuple[str, ...], *, abroad: bool, only: str = "") -> list[int]:
    network = anchored.baseline.network
    home = network.chain.controller
    return [
        j
        for j, a in enumerate(network.activities)
        if a.kind in kinds
        and anchored.baseline.flow[j] > 0
        and (not abroad or a.origin != home)
        and (not only or a.origin == only)
    ]


def _magnets_in(anchored: Anchored, region: str) -> list[int]:
    acts = anchored.baseline.network.activities
    return [j for j in _of_kind(anchored, ("make",), abroad=True, only=region) if "NdFeB" in acts[j].process]


def _floor(anchored: Anchored) -> Anchored:
    chosen = _of_kind(anchored, ("mine", "separate", "finish"), abroad=True)
    cost = anchored.cost.copy()
    network = anchored.baseline.network
    index = network.node_index()
    for j in chosen:
        paid = sum(anchored.price[index[n]] * q for n, q in network.activities[j].terms if q > 0)
        cost[j] -= SUPPORT * paid
    return replace(
        _scaled(anchored, chosen, 1.0), cost=cost, capacity=_scaled(anchored, chosen, 1.25).capacity
    )


def _release(world: World, state: State, month: int, shock: int) -> State:
    if not shock <= month < shock + 3:
        return state
    cells = world.layout.cells
    each = cells.need[:, None] / cells.cover.shape[1]
    return replace(state, coming=state.coming + RELEASED / 3 * each[None])


def _thrift(world: World, state: State, month: int, shock: int) -> State:
    if month:
        return state
    return replace(state, designed_out=np.full_like(state.designed_out, world.behaviour["redesign_most"]))


def _need_value(result: Run, anchored: Anchored) -> float:
    """A month of the users' need outside the licensing country, million USD."""
    index = anchored.baseline.network.node_index()
    total = 0.0
    for node, i in index.items():
        if (
            node.good in result.data["item"].values
            and node.group
            and node.region in result.data["region"].values
        ):
            at = {"region": node.region, "group": node.group, "item": node.good}
            total += float(result.data["need"].sel(at).isel(month=0)) * float(anchored.price[i]) * 1e-3
    return total


def _built(chosen: Callable[[Anchored], list[int]]) -> Callable[[Run, Anchored], float]:
    def cost(result: Run, anchored: Anchored) -> float:
        more = (MORE - 1) * 12 * sum(float(anchored.baseline.flow[j]) for j in chosen(anchored))
        return more * BUILD * 1e-3 * 0.1 * len(result.months) / 12

    return cost


def _support(result: Run, anchored: Anchored) -> float:
    """What a floor pays: its part of the price on what is separated abroad in the base year, million USD."""
    network = anchored.baseline.network
    index = network.node_index()
    paid = 0.0
    for j in _of_kind(anchored, ("finish",), abroad=True):
        value = sum(float(anchored.price[index[n]]) * q for n, q in network.activities[j].terms if q > 0)
        paid += float(anchored.baseline.flow[j]) * value * SUPPORT * 1e-3
    return paid * len(result.months)


def _redesigned(result: Run, anchored: Anchored) -> float:
    need = float(result.data["need"].isel(month=0).sum()) * 12
    return need * packaged()["redesign_most"] * REDESIGN * 1e-3


def _recycled(result: Run, anchored: Anchored) -> float:
    more = 12 * sum(float(anchored.baseline.flow[j]) for j in _of_kind(anchored, ("recycle",), abroad=False))
    return more * BUILD * 1e-3 * 0.1 * len(result.months) / 12


LEVERS: tuple[Lever, ...] = (
    Lever(
        name="cover", title="a month more of cover", stocks=1.0,
        cost=lambda r, a: _need_value(r, a) * CARRY * len(r.months) / 12,
        assumption="a tenth of the stock's value a year for capital and storage",
    ),
    Lever(
        name="recycling", title="twice the recycling",
        base=lambda a: _scaled(a, _of_kind(a, ("recycle",), abroad=False), 2.0),
        cost=_recycled,
        assumption="40 USD per kg a year of capacity, a tenth of it a year",
    ),
    Lever(
        name="separation", title="half as much separation again outside China",
        base=lambda a: _scaled(a, _of_kind(a, ("separate", "finish"), abroad=True), MORE),
        cost=_built(lambda a: _of_kind(a, ("separate",), abroad=True)),
        assumption="40 USD per kg a year of capacity, a tenth of it a year",
    ),
    Lever(
        name="thrifting", title="redesign a year earlier", adjust=_thrift,
        cost=_redesigned,
        assumption="5 USD per kg of need that is designed out",
    ),
    Lever(
        name="release", title="release of two months of need from a stockpile", adjust=_release,
        cost=lambda r, a: _need_value(r, a) * RELEASED * (CARRY * len(r.months) / 12 + 0.1),
        assumption="a tenth of the stock's value a year, and a tenth lost on turning it over",
    ),
    Lever(
        name="floor", title="a price floor for producers outside China", base=_floor, cost=_support,
        assumption="a fifth of the price on all separated output abroad, a quarter more capacity for it",
    ),
    Lever(
        name="diversify", title=f"half as many magnets again made in {DIVERTED}",
        base=lambda a: _scaled(a, _magnets_in(a, DIVERTED), MORE), cost=_built(lambda a: _magnets_in(a, DIVERTED)),
        assumption="40 USD per kg a year of capacity, a tenth of it a year",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverResult:
    """One lever or pair."""

    names: tuple[str, ...]
    title: str
    avoided: tuple[float, ...]  # by member, million USD
    cost: float  # million USD, mean
    lost: float  # million USD that are still lost, mean

    @property
    def per_dollar(self) -> float:
        mean = float(np.mean(self.avoided))
        return mean / self.cost if self.cost > 0 else float("nan")

    def to_json(self) -> dict[str, Any]:
        low, high = np.quantile(self.avoided, [0.1, 0.9])
        return {
            "levers": list(self.names), "title": self.title, "avoided_million_usd": float(np.mean(self.avoided)),
            "avoided_10": float(low), "avoided_90": float(high), "cost_million_usd": self.cost,
            "per_dollar": self.per_dollar if np.isfinite(self.per_dollar) else None, "lost_million_usd": self.lost,
            "members": len(self.avoided),
        }  # fmt: skip


def run_levers(
    scenario: str, *, chain: str = "default", months: int = 24, given: Sequence[str] = (), members: int = MEMBERS,
    seed: int = 2026, workers: int = 2, progress: Callable[[int, int], None] | None = None,
) -> list[LeverResult]:  # fmt: skip
    """Every lever alone, then pairs of the best, each with the same members; most avoided first.

    Raises InputError and NotFound as `run` does.
    """
    own = base_year(chain).baseline.network.chain
    rest = [t for t in given if not t.startswith(("behaviour.", "chain."))]
    told = load(scenario, overrides=parse_overrides(rest), vocabulary=of_chain(own))
    found = ranges(packaged(), told, own, [t.partition("=")[0] for t in given])
    design = draw(found, max(members, 2), seed)[:members]
    rows = [(*given, *(f"{r.path}={float(v)!r}" for r, v in zip(found, row, strict=True))) for row in design]
    first: list[tuple[str, ...]] = [(), *((lever.name,) for lever in LEVERS)]
    pairs = PAIRS_OF * (PAIRS_OF - 1) // 2
    total = (len(first) + pairs) * len(rows)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_one_thread) as pool:

        def lost(
            choices: Sequence[tuple[str, ...]], done: int
        ) -> dict[tuple[str, ...], list[tuple[float, float]]]:
            jobs = [(scenario, chain, months, row, names) for names in choices for row in rows]
            out: dict[tuple[str, ...], list[tuple[float, float]]] = {names: [] for names in choices}
            for k, (job, value) in enumerate(zip(jobs, pool.map(lost_with, jobs), strict=True), start=1):
                out[job[4]].append(value)
                if progress is not None:
                    progress(done + k, total)
            return out

        single = lost(first, 0)
        results = [_result(names, single[()], single[names]) for names in first[1:]]
        best = [r.names[0] for r in sorted(results, key=lambda r: -float(np.mean(r.avoided)))[:PAIRS_OF]]
        both = lost(list(combinations(best, 2)), len(first) * len(rows))
        results += [_result(names, single[()], values) for names, values in both.items()]
    return sorted(results, key=lambda r: (-float(np.mean(r.avoided)), r.names))


def _result(
    names: tuple[str, ...], without: Sequence[tuple[float, float]], with_it: Sequence[tuple[float, float]]
) -> LeverResult:
    known = [(a, b) for a, b in zip(without, with_it, strict=True) if np.isfinite(a[0]) and np.isfinite(b[0])]
    titles = {lever.name: lever.title for lever in LEVERS}
    return LeverResult(
        names=names,
        title=" and ".join(titles[n] for n in names),
        avoided=tuple(a[0] - b[0] for a, b in known),
        cost=float(np.mean([b[1] for _, b in known])) if known else float("nan"),
        lost=float(np.mean([b[0] for _, b in known])) if known else float("nan"),
    )


def lost_with(job: tuple[str, str, int, tuple[str, ...], tuple[str, ...]]) -> tuple[float, float]:
    """Lost output and cost of one member with some levers, million USD; NaN where the market does not clear."""
    scenario, chain, months, given, names = job
    chosen = [lever for lever in LEVERS if lever.name in names]
    splits = dict(t.removeprefix("chain.").split("=", 1) for t in given if t.startswith("chain."))
    base = _base(chain, splits, sum(lever.stocks for lever in chosen))
    anchored = base
    for lever in chosen:
        anchored = lever.base(anchored)
    adjusts = [lever.adjust for lever in chosen if lever.adjust is not None]
    rest = [t for t in given if not t.startswith("chain.")]
    told = load(
        scenario,
        overrides=parse_overrides([t for t in rest if not t.startswith("behaviour.")]),
        vocabulary=of_chain(base.baseline.network.chain),
    )
    opened = [e.date for e in told.events if e.instrument in OPENING and f"{e.date:%Y-%m}" >= told.start]
    first = min(opened) if opened else None
    year, month = (int(p) for p in told.start.split("-"))
    shock = 0 if first is None else (first.year - year) * 12 + first.month - month

    def adjust(world: World, state: State, t: int) -> State:
        for one in adjusts:
            state = one(world, state, t, shock)
        return state

    try:
        result = run(told, months=months, overrides=[t for t in rest if t.startswith("behaviour.")],
                     anchored=anchored, adjust=adjust if adjusts else None)  # fmt: skip
    except NotCleared:
        return float("nan"), float("nan")
    return float(result.data["lost_output"].sum()), sum(lever.cost(result, base) for lever in chosen)


def _base(chain: str, splits: dict[str, str], more: float) -> Anchored:
    """The base year, with users abroad holding some months more."""
    if not more:
        return base_year(chain, tuple(sorted(splits.items())))
    own = with_variants(load_chain(chain), splits)
    stocks = tuple(
        s.model_copy(update={"months": s.months + more, "high": None, "low": None})
        if s.holder == "user"
        else s
        for s in own.stocks
    )
    return anchor(reconcile(build(replace(own, stocks=stocks))))
