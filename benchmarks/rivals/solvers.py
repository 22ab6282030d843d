"""What a user would pick instead, on one quadratic program: minimise c'y + y'diag(q)y/2, G y >= h, 0 <= y <= u.

Each returns the seconds that it took, the objective, and whether it came to an end.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from mischmetal.simulate.qp import Clarabel, Piqp, Program

LIMIT = 60.0  # seconds after which a rival is stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One solution of one program."""

    seconds: float
    objective: float
    ended: bool


def objective(program: Program, y: np.ndarray) -> float:
    return float(program.c @ y + (program.q * y**2).sum() / 2)


def piqp_alone(program: Program) -> Timed:
    """PIQP as it comes, set up anew."""
    start = time.perf_counter()
    answer = Piqp().solve(program, tight=True)
    return Timed(seconds=time.perf_counter() - start, objective=objective(program, answer.y), ended=True)


def clarabel(program: Program) -> Timed:
    start = time.perf_counter()
    answer = Clarabel().solve(program)
    return Timed(seconds=time.perf_counter() - start, objective=objective(program, answer.y), ended=True)


def linopy_highs(program: Program, limit: float = LIMIT) -> Timed:
    """linopy builds the model, HiGHS solves it; stopped after `limit` seconds."""
    import linopy
    import pandas as pd

    start = time.perf_counter()
    model = linopy.Model()
    n, m = program.G.shape
    columns, rows = pd.RangeIndex(m, name="y"), pd.RangeIndex(n, name="node")
    y = model.add_variables(lower=0, upper=pd.Series(program.u, columns), coords=[columns], name="flow")
    by_row = program.G.tocsr()
    widest = int(np.diff(by_row.indptr).max())
    index, value = np.full((n, widest), -1), np.full((n, widest), np.nan)
    for i in range(n):
        span = slice(by_row.indptr[i], by_row.indptr[i + 1])
        index[i, : span.stop - span.start] = by_row.indices[span]
        value[i, : span.stop - span.start] = by_row.data[span]
    import xarray as xr

    places = xr.DataArray(index, coords={"node": rows, "term": range(widest)}, dims=("node", "term"))
    weight = xr.DataArray(np.nan_to_num(value), coords=places.coords, dims=places.dims)
    left = (y.sel(y=places.clip(0)) * weight).sum("term")
    model.add_constraints(left >= xr.DataArray(program.h, coords={"node": rows}), name="balance")
    cost, curve = pd.Series(program.c, columns), pd.Series(program.q / 2, columns)
    model.add_objective((cost * y).sum() + (curve * (y * y)).sum())
    _, condition = model.solve(
        solver_name="highs", io_api="direct", time_limit=limit, log_to_console=False, output_flag=False
    )
    seconds = time.perf_counter() - start
    ended = condition == "optimal"  # stopped at the limit it also says ok, with whatever it had
    found = np.asarray(model.solution["flow"].values) if ended else np.zeros(m)
    return Timed(seconds=seconds, objective=objective(program, found), ended=ended)
