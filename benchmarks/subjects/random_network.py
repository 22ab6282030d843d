"""A made-up network shaped like a real one: mines of several elements, stages, trade, permits."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from mischmetal.simulate.market import Market

STAGES = ("oxide", "metal")


class _Builder:
    """Collects nodes and activities; a node is made when first named."""

    def __init__(self) -> None:
        self.nodes: dict[str, int] = {}
        self.names: list[str] = []
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []
        self.cost: list[float] = []
        self.slope: list[float] = []
        self.capacity: list[float] = []
        self.users: list[tuple[int, float, float, float, float]] = []
        self.endowment: dict[str, float] = {}

    def add(
        self, name: str, terms: dict[str, float], cost: float, slope: float = 0.0, capacity: float = np.inf
    ) -> int:
        column = len(self.names)
        for node, quantity in terms.items():
            self.rows.append(self.nodes.setdefault(node, len(self.nodes)))
            self.columns.append(column)
            self.values.append(quantity)
        self.names.append(name)
        self.cost.append(cost)
        self.slope.append(slope)
        self.capacity.append(capacity)
        return column

    def market(self) -> Market:
        shape = (len(self.nodes), len(self.names))
        A = sparse.csc_array((self.values, (self.rows, self.columns)), shape=shape)
        A.sum_duplicates()
        users = np.array(self.users, dtype=np.float64).reshape(-1, 5)
        return Market(
            A=A,
            endowment=np.array([self.endowment.get(node, 0.0) for node in self.nodes]),
            cost=np.array(self.cost),
            slope=np.array(self.slope),
            capacity=np.array(self.capacity),
            iso=users[:, 0].astype(np.int64),
            iso_quantity=users[:, 1],
            iso_price=users[:, 2],
            iso_elasticity=users[:, 3],
            iso_cap=users[:, 4],
            asked_rent=np.zeros(len(self.names)),
            node_names=tuple(self.nodes),
            activity_names=tuple(self.names),
        )


def random_market(*, regions: int = 18, elements: int = 10, groups: int = 6, seed: int = 1) -> Market:
    """Roughly regions x (2 elements + 2 groups) nodes and 2 regions^2 x elements activities.

    Region 0 mines most and licenses its magnets by destination and group. Costs tie on purpose: freight has
    three levels only, so that many routes break even at once.
    """
    rng = np.random.default_rng(seed)
    build = _Builder()
    size = 2e4 * 0.4 ** np.arange(elements)  # t a month, cerium to lutetium
    value = 0.8 * 3.0 ** (np.arange(elements) * 6 / max(elements - 1, 1))  # USD/kg
    weight = np.r_[0.7, rng.dirichlet(np.ones(regions - 1)) * 0.3] if regions > 1 else np.ones(1)
    for r in range(regions):
        _mines(build, rng, r, weight[r], size, value)
        for e in range(elements):
            capacity = size[e] * max(weight[r], 0.02) * 1.3
            terms = {f"oxide {e} {r}": -1.15, f"metal {e} {r}": 1.0}
            build.add(f"reduce {e} {r}", terms, 0.1 * value[e] + 1, 0.2 * value[e] / capacity, capacity)
    for s in range(regions):
        for t in range(regions):
            if s != t:
                freight = float(rng.choice([0.1, 0.2, 0.4]))
                for e in range(elements):
                    for stage in STAGES:
                        build.add(
                            f"ship {stage} {e} {s}>{t}",
                            {f"{stage} {e} {s}": -1.0, f"{stage} {e} {t}": 1.0},
                            freight + 0.01 * value[e],
                        )
    _users(build, rng, regions, elements, groups, weight, size, value)
    return build.market()


def _mines(build: _Builder, rng: np.random.Generator, r: int, weight: float, size, value) -> None:  # type: ignore[no-untyped-def]
    ore = size * rng.uniform(0.5, 1.5, len(size))
    total = float(ore.sum()) * weight
    basket = float((ore / ore.sum() * value).sum())
    terms = {f"oxide {e} {r}": float(share) for e, share in enumerate(ore / ore.sum())}
    build.add(f"mine {r}", terms, 0.5 * basket, 0.3 * basket / max(total, 1e-3), 1.2 * total)


def _users(build, rng, regions, elements, groups, weight, size, value) -> None:  # type: ignore[no-untyped-def]
    heavy = max(1, elements // 3)
    need = rng.dirichlet(np.ones(regions))
    for r in range(regions):
        for e in range(elements):
            for stage in STAGES:
                x0, price = (
                    float(size[e] * need[r] * 0.3),
                    float(value[e]) * (1.3 if stage == "metal" else 1.05),
                )
                use = build.add(f"use {stage} {e} {r}", {f"{stage} {e} {r}": -1.0}, 0.0)
                build.users.append((use, x0, price, float(rng.uniform(0.1, 0.8)), 20 * price))
        recipe = {f"metal {e} {r}": -0.3 * 0.4**i for i, e in enumerate(range(elements - heavy, elements))}
        magnets = float(size[elements - heavy :].sum() * max(weight[r], 0.02))
        build.add(f"magnets {r}", {**recipe, f"magnet {r}": 1.0}, 20.0, 5.0 / magnets, 2 * magnets)
        price = 25.0 + sum(
            -q * float(value[elements - heavy + i]) * 1.3 for i, q in enumerate(recipe.values())
        )
        for g in range(groups):
            local, x0 = f"magnet {r} {g}", 0.3 * magnets / groups * float(rng.uniform(0.3, 2))
            build.add(f"assign {r} {g}", {f"magnet {r}": -1.0, local: 1.0}, 0.0)
            use = build.add(f"use magnet {r} {g}", {local: -1.0}, 0.0)
            build.users.append((use, x0, price, float(rng.uniform(0.1, 0.3)), 20 * price))
            build.endowment[local] = float(rng.choice([0.0, 0.2])) * x0
            if r:
                permit = f"permit {r} {g}"
                build.add(f"licensed {r} {g}", {"magnet 0": -1.0, permit: -1.0, local: 1.0}, 0.5)
                build.endowment[permit] = float(rng.choice([0.0, 0.3, 1.0, 5.0])) * x0
