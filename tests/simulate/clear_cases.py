"""Small markets that the tests of clearing share."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from mischmetal.simulate.market import Market

Terms = Mapping[str, float]


def market(
    activities: Mapping[str, tuple[Terms, float, float, float]],
    users: Mapping[str, tuple[float, float, float, float]] | None = None,
    endowment: Terms | None = None,
) -> Market:
    """Activities as name: (terms, cost, slope, capacity); users as name: (x0, P0, eps, cap); t and USD/kg."""
    names = tuple(activities)
    nodes = tuple(dict.fromkeys(node for terms, *_ in activities.values() for node in terms))
    at = {node: i for i, node in enumerate(nodes)}
    rows = [at[node] for terms, *_ in activities.values() for node in terms]
    columns = [j for j, (terms, *_) in enumerate(activities.values()) for _ in terms]
    values = [quantity for terms, *_ in activities.values() for quantity in terms.values()]
    curves = np.array(list((users or {}).values()), dtype=np.float64).reshape(-1, 4)
    numbers = np.array([rest for _, *rest in activities.values()], dtype=np.float64).reshape(-1, 3)
    return Market(
        A=sparse.csc_array((values, (rows, columns)), shape=(len(nodes), len(names))),
        endowment=np.array([(endowment or {}).get(node, 0.0) for node in nodes]),
        cost=numbers[:, 0],
        slope=numbers[:, 1],
        capacity=numbers[:, 2],
        iso=np.array([names.index(user) for user in users or {}], dtype=np.int64),
        iso_quantity=curves[:, 0],
        iso_price=curves[:, 1],
        iso_elasticity=curves[:, 2],
        iso_cap=curves[:, 3],
        asked_rent=np.zeros(len(names)),
        node_names=nodes,
        activity_names=names,
    )


def licensed(permit: float = 10.0, *, eps: float = 0.5) -> Market:
    """One mine in CN at 10 to 30 USD/kg, users in CN and JP who take 100 t each at 20; JP's need a permit."""
    return market(
        {
            "mine": ({"CN": 1.0}, 10.0, 0.05, 400.0),
            "ship": ({"CN": -1.0, "permit": -1.0, "JP": 1.0}, 1.0, 0.0, np.inf),
            "use CN": ({"CN": -1.0}, 0.0, 0.0, np.inf),
            "use JP": ({"JP": -1.0}, 0.0, 0.0, np.inf),
        },
        {"use CN": (100.0, 20.0, eps, 400.0), "use JP": (100.0, 20.0, eps, 400.0)},
        {"permit": permit},
    )


def certified(cleared: object) -> bool:
    """Whether a month's certificate holds: conditions to 1e-6, balances to 1e-9."""
    certificate = cleared.certificate  # type: ignore[attr-defined]
    return certificate.complementarity <= 1e-6 and certificate.mass_balance <= 1e-9
