"""From the tables of a chain to nodes, activities and the matrix A[n, a].

Equation
    A[n, a] = quantity of good n that one unit of activity a yields (+) or takes (-)
Units
    x in the unit of the activity's main good a month (t REO, t metal or t gross); quantities are ratios.
Source
    Koopmans (1951), activity analysis; own choice of nodes.

Past the controller's border a tagged good's node carries the end-use group named on the licence, so a
licence granted to one group cannot feed another; what is not made from licensed goods enters an
untagged pool and is assigned to any group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from mischmetal.chain.activity import Activity, Node
from mischmetal.chain.tables import Chain, Plant, Process, Recipe, Route
from mischmetal.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Nodes (n,), activities (a,) and the csc matrix A (n, a) of one chain."""

    chain: Chain
    nodes: tuple[Node, ...]
    activities: tuple[Activity, ...]
    A: sparse.csc_array

    def node_index(self) -> dict[Node, int]:
        return {node: i for i, node in enumerate(self.nodes)}


@dataclass(frozen=True, slots=True)
class _Tags:
    """Which groups take a tagged good in a region, and with what weight."""

    chain: Chain
    tagged: frozenset[str]
    weight: dict[tuple[str, str], dict[str, float]]  # tagged (region, good) -> group -> t a year
    used: dict[tuple[str, str], dict[str, float]]  # the same for uses of any good

    def wanted(self, region: str, good: str) -> dict[str, float]:
        """Groups that want a good in a region, whether or not its node is tagged."""
        return self.weight.get((region, good)) or self.used.get((region, good)) or {}

    def abroad(self, region: str) -> bool:
        return region not in (self.chain.controller, self.chain.hub)

    def groups(self, region: str, good: str) -> dict[str, float]:
        """Groups of a good's nodes in a region; {'': 1} where it is not tagged."""
        if good not in self.tagged or not self.abroad(region):
            return {"": 1.0}
        return self.weight.get((region, good)) or {}


def build(chain: Chain) -> Network:
    """The network of a chain.

    Raises InputError where a process has no recipe or a tagged good reaches a region that nobody uses it in.
    """
    tags = _tags(chain)
    activities = [*_plants(chain, tags), *_routes(chain, tags), *_uses(chain, tags)]
    activities += _assignments(chain, tags, activities)
    activities += _disposals(chain, activities)
    nodes = tuple(sorted({node for a in activities for node, _ in a.terms}))
    index = {node: i for i, node in enumerate(nodes)}
    rows = [index[node] for a in activities for node, _ in a.terms]
    columns = [j for j, a in enumerate(activities) for _ in a.terms]
    values = [quantity for a in activities for _, quantity in a.terms]
    A = sparse.csc_array((values, (rows, columns)), shape=(len(nodes), len(activities)))
    A.sum_duplicates()
    _refuse_dead_ends(chain, nodes, A)
    return Network(chain=chain, nodes=nodes, activities=tuple(activities), A=A)


def _refuse_dead_ends(chain: Chain, nodes: tuple[Node, ...], A: sparse.csc_array) -> None:
    """A node that is fed but never emptied, or emptied but never fed, is an error of the tables."""
    made = np.asarray((A > 0).sum(axis=1)).ravel()
    taken = np.asarray((A < 0).sum(axis=1)).ravel()
    for node, supply, use in zip(nodes, made, taken, strict=True):
        if not supply:
            raise InputError(
                f"chain {chain.name}",
                field=node.name,
                found="used, never supplied",
                allowed="a plant or route",
            )
        if not use:
            raise InputError(
                f"chain {chain.name}", field=node.name, found="supplied, never used", allowed="a use or route"
            )


def _recipe(chain: Chain, process: str) -> list[Recipe]:
    rows = [r for r in chain.recipes if r.process == process]
    if not rows:
        raise InputError(
            "recipes.csv", field="process", found=f"no row for {process!r}", allowed="inputs and outputs"
        )
    return rows


def _tags(chain: Chain) -> _Tags:
    tagged = frozenset(g.good for g in chain.goods if g.tagged)
    weight: dict[tuple[str, str], dict[str, float]] = {}

    def add(region: str, good: str, group: str, amount: float) -> bool:
        cell = weight.setdefault((region, good), {})
        new = group not in cell
        cell[group] = max(cell.get(group, 0.0), amount)
        return new

    used: dict[tuple[str, str], dict[str, float]] = {}
    for use in chain.uses:
        used.setdefault((use.region, use.good), {})[use.group] = max(use.base or 0.0, 1e-9)
        if use.good in tagged:
            add(use.region, use.good, use.group, max(use.base or 0.0, 1e-9))
    # goods are wanted upstream for the groups that want them downstream: repeat until nothing is new
    changed = True
    while changed:
        changed = False
        for route in chain.routes:
            if route.good in tagged and route.origin not in (chain.controller, chain.hub):
                for group, amount in weight.get((route.destination, route.good), {}).items():
                    if _is_made_tagged(chain, route.origin, route.good):
                        changed |= add(route.origin, route.good, group, amount)
        for plant in chain.plants:
            rows = _recipe(chain, plant.process)
            outputs = [r.good for r in rows if r.quantity > 0 and not r.spread]
            wanted: dict[str, float] = {}
            for good in outputs:
                wanted |= weight.get((plant.region, good), {}) or used.get((plant.region, good), {})
            for row in rows:
                if row.quantity < 0 and row.good in tagged:
                    for group, amount in wanted.items():
                        changed |= add(plant.region, row.good, group, amount * -row.quantity)
    return _Tags(chain, tagged, weight, used)


def _is_made_tagged(chain: Chain, region: str, good: str) -> bool:
    """True where a `make` process in the region yields the good for a named group."""
    makes = {p.process for p in chain.processes if p.kind == "make"}
    return any(
        plant.region == region
        and plant.process in makes
        and any(r.good == good and r.quantity > 0 for r in _recipe(chain, plant.process))
        for plant in chain.plants
    )


def _plants(chain: Chain, tags: _Tags) -> Iterator[Activity]:
    kinds = {p.process: p for p in chain.processes}
    content: dict[str, list[tuple[str, float]]] = {}
    for row in chain.content:
        content.setdefault(row.good, []).append((row.element, row.content))
    for number, plant in enumerate(chain.plants, start=2):
        yield from _plant(chain, tags, kinds[plant.process], plant, number, content)


def _plant(
    chain: Chain,
    tags: _Tags,
    process: Process,
    plant: Plant,
    number: int,
    content: dict[str, list[tuple[str, float]]],
) -> Iterator[Activity]:
    rows = _recipe(chain, plant.process)
    region = plant.region
    tagged_goods = [r.good for r in rows if r.good in tags.tagged and tags.abroad(region)]
    grouped = process.kind == "make" and bool(tagged_goods)
    if process.kind == "avoid" and tagged_goods:
        grouped = True
    groups = {"": 1.0}
    if grouped:
        key = next((r.good for r in rows if r.quantity > 0), tagged_goods[0])
        groups = tags.wanted(region, key)
        if not groups:
            raise InputError(
                f"plants.csv row {number}",
                field="region",
                found=f"{plant.process} in {region}",
                allowed=f"a region where some end-use group takes {key}",
            )
    total = sum(groups.values())
    for group, weight in groups.items():
        terms: list[tuple[Node, float]] = []
        for row in rows:
            if row.spread:
                terms += [
                    (Node(region, f"{element} solution"), row.quantity * share)
                    for element, share in content.get(row.good, [])
                    if share > 0
                ]
                continue
            tag = group if row.good in tags.tagged and tags.abroad(region) and grouped else ""
            terms.append((Node(region, row.good, tag), row.quantity))
        yield Activity(
            kind=process.kind, process=plant.process, origin=region, destination=region, group=group,
            terms=tuple(terms), cost=plant.cost, elasticity=plant.elasticity, spare=plant.spare,
            table="plants", row=number, share=weight / total,
        )  # fmt: skip


def _routes(chain: Chain, tags: _Tags) -> Iterator[Activity]:
    for number, route in enumerate(chain.routes, start=2):
        groups = tags.groups(route.destination, route.good)
        if not groups:
            raise InputError(
                f"routes.csv row {number}",
                field="destination",
                found=f"{route.good} to {route.destination}",
                allowed="a region where some end-use group takes it",
            )
        total = sum(groups.values())
        for group, weight in groups.items():
            yield _ship(chain, tags, route, number, group, weight / total)


def _ship(chain: Chain, tags: _Tags, route: Route, number: int, group: str, share: float) -> Activity:
    made_for_group = (
        tags.abroad(route.origin)
        and route.good in tags.tagged
        and _is_made_tagged(chain, route.origin, route.good)
    )
    start = Node(route.origin, route.good, group if made_for_group else "")
    return Activity(
        kind="ship", process=route.good, origin=route.origin, destination=route.destination, group=group,
        terms=((start, -1.0), (Node(route.destination, route.good, group), 1.0)),
        cost=route.cost, wedge=route.wedge, elasticity=route.elasticity, sea_months=route.sea_months,
        table="routes", row=number, share=share,
    )  # fmt: skip


def _uses(chain: Chain, tags: _Tags) -> Iterator[Activity]:
    for number, use in enumerate(chain.uses, start=2):
        tag = use.group if use.good in tags.tagged and tags.abroad(use.region) else ""
        yield Activity(
            kind="use", process=use.good, origin=use.region, destination=use.region, group=use.group,
            terms=((Node(use.region, use.good, tag), -1.0),),
            elasticity=use.elasticity, lost_output=use.lost_output, table="uses", row=number,
        )  # fmt: skip


def _assignments(chain: Chain, tags: _Tags, activities: Iterable[Activity]) -> list[Activity]:
    """Untagged supply abroad may go to any group that takes the good there."""
    pools = {
        node
        for a in activities
        for node, quantity in a.terms
        if quantity > 0 and not node.group and node.good in tags.tagged and tags.abroad(node.region)
    }
    return [
        Activity(
            kind="assign", process=pool.good, origin=pool.region, destination=pool.region, group=group,
            terms=((pool, -1.0), (Node(pool.region, pool.good, group), 1.0)),
        )
        for pool in sorted(pools)
        for group in tags.groups(pool.region, pool.good)
    ]  # fmt: skip


def _disposals(chain: Chain, activities: Iterable[Activity]) -> list[Activity]:
    """What stays in solution: elements in surplus, and those that nobody in the region finishes."""
    element = {g.good: g.element for g in chain.goods if g.stage == "solution"}
    surplus = {e.element for e in chain.elements if e.surplus}
    finished = {
        node for a in activities for node, quantity in a.terms if quantity < 0 and node.good in element
    }
    arising = {node for a in activities for node, _ in a.terms if node.good in element}
    kept = {node for node in arising if element[node.good] in surplus or node not in finished}
    return [
        Activity(
            kind="dispose", process=node.good, origin=node.region, destination=node.region, group=node.group,
            terms=((node, -1.0),),
        )
        for node in sorted(kept)
    ]  # fmt: skip
