"""Units that numbers of a scenario may be given in, by dimension."""

from __future__ import annotations

from mischmetal.errors import InputError

_MONTH = 30.4375  # days, mean of the Gregorian calendar
_FACTORS: dict[str, dict[str, float]] = {
    "days": {
        "days": 1.0, "day": 1.0, "calendar days": 1.0, "working days": 7 / 5, "business days": 7 / 5,
        "weeks": 7.0, "months": _MONTH, "month": _MONTH, "years": 365.25,
    },
    "share": {"share": 1.0, "fraction": 1.0, "%": 0.01, "percent": 0.01},
    "t": {"t": 1.0, "kt": 1e3, "kg": 1e-3, "t REO": 1.0, "kg REO": 1e-3, "t gross": 1.0, "t metal": 1.0},
    "t/month": {"t/month": 1.0, "t/year": 1 / 12},
    "count": {"count": 1.0, "applications": 1.0, "licences": 1.0, "firms": 1.0, "entities": 1.0},
}  # fmt: skip
_FACTORS["months"] = {unit: factor / _MONTH for unit, factor in _FACTORS["days"].items()}


def convert(value: float, unit: str, to: str) -> float:
    """A value in the canonical unit `to`. Raises InputError for a unit of another dimension.

    Working days are five a week, without holidays; a month has 30.4375 days.
    """
    factors = _FACTORS[to]
    if unit not in factors:
        raise InputError("unit", found=unit, allowed=", ".join(factors), choices=list(factors))
    return value * factors[unit]


def units_of(to: str) -> tuple[str, ...]:
    """Units from which `to` can be reached."""
    return tuple(_FACTORS[to])
