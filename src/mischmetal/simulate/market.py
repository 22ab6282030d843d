"""One month's market as arrays: what clearing takes and what a month is exported from.

Equation
    minimise  sum_a (c_a x_a + s_a x_a^2 / 2) - sum_k U_k(x_k)
    subject to  A x + e >= 0  (the slack is disposal, free and reported),  0 <= x <= u
    U_k'(x) = min(cap_k, P0_k (x / x0_k)^(-1/eps_k))
Units
    x, e, u in t a month; c and prices in USD/kg; s in USD/kg per t; the objective in thousand USD.
Source
    Samuelson (1952), spatial price equilibrium as a maximum; own choice of a finite value of lost output.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from mischmetal.errors import InputError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One month's market: n nodes (physical goods and permit goods), a activities, k isoelastic users."""

    A: sparse.csc_array  # (n, a) unit outputs (+) and inputs (-); a permit is an input at its permit node
    endowment: (
        FloatArray  # (n,) t there before any activity: opening stocks, permits; negative: a need to meet
    )
    cost: FloatArray  # (a,) USD/kg at zero flow, asked rents included
    slope: FloatArray  # (a,) USD/kg per t, >= 0
    capacity: FloatArray  # (a,) t, >= 0, inf allowed
    iso: IntArray  # (k,) the activities that are isoelastic users, each once
    iso_quantity: FloatArray  # (k,) x0, t, >= 0
    iso_price: FloatArray  # (k,) P0, USD/kg, > 0
    iso_elasticity: FloatArray  # (k,) eps, > 0
    iso_cap: FloatArray  # (k,) value of lost output, USD/kg, >= P0, finite: the highest marginal value
    asked_rent: FloatArray  # (a,) the part of cost that is an asked rent; 0 where none
    node_names: tuple[str, ...]
    activity_names: tuple[str, ...]


def require_sound(market: Market, where: str = "market") -> None:
    """Check shapes, signs and finiteness.

    Raises InputError that names the array and the first node or activity at fault.
    """
    n, a = market.A.shape
    k = len(market.iso)
    for field, names in (("node_names", n), ("activity_names", a)):
        if len(getattr(market, field)) != names:
            raise InputError(where, field=field, found=len(getattr(market, field)), allowed=f"{names} names")
    users = tuple(market.activity_names[j] if 0 <= j < a else f"activity {j}" for j in market.iso)
    if len(set(users)) != k or any(not 0 <= j < a for j in market.iso):
        raise InputError(where, field="iso", found=list(users)[:5], allowed="each an activity, named once")
    nodes, acts = market.node_names, market.activity_names
    _require(where, "A", market.A.data, None, np.isfinite(market.A.data), "finite numbers")
    _require(where, "endowment", market.endowment, nodes, np.isfinite(market.endowment), "a finite t")
    _require(where, "cost", market.cost, acts, np.isfinite(market.cost), "a finite USD/kg")
    _require(where, "asked_rent", market.asked_rent, acts, np.isfinite(market.asked_rent), "a finite USD/kg")
    for field, values, allowed in (
        ("slope", market.slope, "at least 0 and finite"),
        ("iso_quantity", market.iso_quantity, "at least 0 and finite"),
    ):
        names_ = acts if field == "slope" else users
        _require(where, field, values, names_, np.isfinite(values) & (values >= 0), allowed)
    _require(where, "capacity", market.capacity, acts, market.capacity >= 0, "at least 0, inf for none")
    for field in ("iso_price", "iso_elasticity", "iso_cap"):
        values = getattr(market, field)
        _require(where, field, values, users, np.isfinite(values) & (values > 0), "above 0 and finite")
    _require(
        where, "iso_cap", market.iso_cap, users, market.iso_cap >= market.iso_price, "at least iso_price"
    )


def _require(
    where: str,
    field: str,
    values: FloatArray,
    names: tuple[str, ...] | None,
    good: NDArray[np.bool_],
    allowed: str,
) -> None:
    if names is not None and values.shape != (len(names),):
        raise InputError(where, field=field, found=f"shape {values.shape}", allowed=f"({len(names)},)")
    if not good.all():
        j = int(np.flatnonzero(~good)[0])
        place = where if names is None else f"{where} {names[j]}"
        raise InputError(place, field=field, found=float(values[j]), allowed=allowed)
