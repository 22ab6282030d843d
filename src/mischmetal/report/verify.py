"""Does a saved result add up? Its schema, its accounting, its markets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from mischmetal.errors import InputError
from mischmetal.report.summary import LICENCES

MASS = 1e-9
CONDITIONS = 1e-6
BASE = 1e-6


def verify(folder: Path) -> list[str]:
    """What is wrong with a result, one line each; nothing where it adds up. Raises InputError if unreadable."""
    path = folder / "summary.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(str(path), found=type(error).__name__, allowed="a summary written by run") from None
    problems = []
    months = len(found["months"])
    checks = found["checks"]
    for name, most in (
        ("mass_balance_max_relative", MASS),
        ("complementarity_max_relative", CONDITIONS),
        ("baseline_max_relative_deviation", BASE),
    ):
        if checks.get(name) is not None and checks[name] > most:
            problems.append(f"{path}, checks.{name}: found {checks[name]:.3g}; allowed: at most {most:g}")
    for path_in, values in _arrays(found):
        if len(values) != months:
            problems.append(f"{path}, {path_in}: found {len(values)} months; allowed: {months}")
    flows = {name: np.array([v or 0.0 for v in found["licences"][name]]) for name in LICENCES}
    left = np.cumsum(flows["applied"] - flows["approved"] - flows["denied"] - flows["withdrawn"])
    gap = np.abs(left - flows["pending"]).max(initial=0.0)
    if gap > 1e-6 * max(flows["applied"].sum(), 1.0):
        problems.append(f"{path}, licences: applied less decided misses pending by {gap:.3g} t REO")
    return problems


def _arrays(found: dict[str, object]) -> list[tuple[str, list[object]]]:
    out: list[tuple[str, list[object]]] = []

    def walk(name: str, value: object) -> None:
        if isinstance(value, list):
            out.append((name, value))
        elif isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{name}.{key}" if name else key, inner)

    for part in ("prices", "exports", "licences"):
        walk(part, found[part])
    return out
