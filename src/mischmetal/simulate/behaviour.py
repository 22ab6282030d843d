"""How users, traders and makers behave between months: the frozen file of parameters.

Every parameter has a value, a range, a unit and a source or a stated assumption; `behaviour.yaml` carries
the date on which it was frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from ruamel.yaml import YAML

from mischmetal.errors import InputError, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One behaviour parameter with its range."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    reason: str  # source, or why it is assumed
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """All parameters by name; `behaviour["hoarding"]` is a value."""

    frozen: str  # date
    parameters: Mapping[str, Parameter]

    def __getitem__(self, name: str) -> float:
        if name not in self.parameters:
            raise NotFound("behaviour parameter", name, self.parameters)
        return self.parameters[name].value

    def values(self) -> dict[str, float]:
        return {name: p.value for name, p in self.parameters.items()}


@lru_cache(maxsize=1)
def packaged() -> Behaviour:
    """The packaged, frozen parameters."""
    text = (resources.files("mischmetal.simulate") / "behaviour.yaml").read_text(encoding="utf-8")
    data = YAML(typ="safe", pure=True).load(text)
    return Behaviour(
        frozen=str(data["frozen"]),
        parameters={name: _parameter(name, row) for name, row in data["parameters"].items()},
    )


def _parameter(name: str, row: Mapping[str, Any]) -> Parameter:
    low, value, high = float(row["low"]), float(row["value"]), float(row["high"])
    if not low <= value <= high:
        raise InputError("behaviour.yaml", field=name, found=value, allowed=f"{low:g} to {high:g}")
    reason = row.get("assumption") or row["source"]
    return Parameter(
        name=name, value=value, low=low, high=high, unit=str(row["unit"]),
        reason=str(reason), assumed="assumption" in row,
    )  # fmt: skip


def with_behaviour(base: Behaviour, values: Mapping[str, float | str]) -> Behaviour:
    """Parameters with some at another value of their range: "low", "high" or a number within it.

    Raises NotFound for an unknown name, InputError outside the range.
    """
    chosen = dict(base.parameters)
    for name, wanted in values.items():
        if name not in chosen:
            raise NotFound("behaviour parameter", name, chosen)
        known = chosen[name]
        value = _end(known, wanted)
        if value is None or not known.low <= value <= known.high:
            allowed = f"low, high, or {known.low:g} to {known.high:g} {known.unit}"
            raise InputError("behaviour", field=name, found=wanted, allowed=allowed)
        chosen[name] = Parameter(
            name=name, value=value, low=known.low, high=known.high, unit=known.unit,
            reason=known.reason, assumed=known.assumed,
        )  # fmt: skip
    return Behaviour(frozen=base.frozen, parameters=chosen)


def _end(known: Parameter, wanted: float | str) -> float | None:
    if isinstance(wanted, str):
        named = {"low": known.low, "high": known.high, "value": known.value}.get(wanted)
        if named is not None:
            return named
        try:
            return float(wanted)
        except ValueError:
            return None
    return float(wanted)
