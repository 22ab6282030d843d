"""Months of the licences of 2025 on the default network: ours, warm and exact, against solvers of the same program."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.registry import Result, Row, register
from benchmarks.rivals.solvers import LIMIT, clarabel, linopy_highs, piqp_alone
from mischmetal.simulate import scales as sizes
from mischmetal.simulate.clear import Cleared, clear
from mischmetal.simulate.demand import marginal_value
from mischmetal.simulate.market import Market
from mischmetal.simulate.market_export import MonthFile, read_month
from mischmetal.simulate.program import assemble, prepare
from mischmetal.simulate.qp import Program
from mischmetal.simulate.reach import alive
from mischmetal.simulate.run import run

WIDTH = 1.0003  # of the chords round each user's marginal value
AGREE = 1e-5  # relative, of objectives


def months(quick: bool) -> list[MonthFile]:
    with tempfile.TemporaryDirectory() as folder:
        run(
            "china-2025",
            chain="small" if quick else "default",
            months=6 if quick else 12,
            export=Path(folder),
        )
        return [read_month(path) for path in sorted(Path(folder).glob("*.zip"))]


def quadratic(market: Market, outcome: Cleared) -> Program:
    """The quadratic program that every rival gets: users as chords round their own marginal value."""
    scales = sizes.from_point(market, outcome.price, outcome.quantity)
    value = np.maximum(marginal_value(market, outcome.quantity[market.iso]), 1e-9)
    return assemble(market, prepare(market), scales, value, WIDTH, alive(market))


@register("months of the market")
def market_months(quick: bool) -> Result:
    files = months(quick)
    spent: list[float] = []
    solves: list[int] = []
    guess: Cleared | None = None
    workspace = prepare(files[0].market)
    for file in files:
        start = time.perf_counter()
        outcome = clear(file.market, workspace=workspace, guess=guess, month=file.month)
        spent.append(time.perf_counter() - start)
        solves.append(outcome.qp_solves)
        assert abs(outcome.objective - file.cleared.objective) <= AGREE * abs(file.cleared.objective)
        guess = outcome
    programs = [quadratic(f.market, f.cleared) for f in files]
    sample = programs[::3]  # every third month for what is slow
    ours = Row(
        who="mischmetal, exact curves, from last month", seconds=float(np.mean(spent)),
        note=f"{np.mean(solves):.1f} quadratic programs a month",
    )  # fmt: skip
    rows = [ours]
    truth: list[float] = []
    for name, rival, given in (
        ("a PIQP program alone, set up anew", piqp_alone, programs),
        ("Clarabel", clarabel, programs),
    ):
        timed = [rival(p) for p in given]
        rows.append(Row(who=name, seconds=float(np.mean([t.seconds for t in timed]))))
        if not truth:
            truth = [t.objective for t in timed]
        for t, best in zip(timed, truth, strict=True):
            assert abs(t.objective - best) <= AGREE * abs(best), name
    cold = []
    for file in files:
        start = time.perf_counter()
        clear(file.market, month=file.month)
        cold.append(time.perf_counter() - start)
    rows.append(Row(who="mischmetal, exact curves, from nothing", seconds=float(np.mean(cold))))
    limit = 5.0 if quick else LIMIT
    timed = [linopy_highs(p, limit) for p in (sample[:1] if quick else sample[:2])]
    for t, best in zip(timed, truth[::3], strict=False):
        assert not t.ended or abs(t.objective - best) <= 10 * AGREE * abs(best), "linopy"
    rows.append(
        Row(
            who="linopy + HiGHS, the same program", seconds=float(np.mean([t.seconds for t in timed])),
            bound=not all(t.ended for t in timed), note=f"{sum(t.ended for t in timed)} of {len(timed)} solved",
        )
    )  # fmt: skip
    n, a = files[0].market.A.shape
    start = time.perf_counter()
    run("china-2025", chain="small" if quick else "default", months=24)
    whole = time.perf_counter() - start
    notes = (
        f"{n} nodes, {a} activities, {len(files[0].market.iso)} users at a curve, {len(files)} months",
        f"a whole run of 24 months with licences, stocks and results: {whole:.1f} s",
        "rivals solve one program whose chords already stand round the answer; ours finds them",
    )
    return Result(subject="months of the market", unit="month", rows=tuple(rows), notes=notes)
