"""Sparse convex quadratic programs behind one small interface: PIQP, and Clarabel as its check.

Equation
    minimise c'y + y' diag(q) y / 2  subject to  G y >= h,  0 <= y <= u;  z >= 0 the duals of G y >= h
Units
    none here: the caller scales.
Source
    PIQP: Schwan, Jiang, Kuhn, Jones (2023); Clarabel: Goulart and Chen (2024).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import sparse

from mischmetal.errors import MissingExtra
from mischmetal.simulate.market import FloatArray

SolverName = Literal["piqp", "clarabel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One quadratic program; G (n, m) keeps its sparsity between updates."""

    c: FloatArray  # (m,)
    q: FloatArray  # (m,) diagonal, >= 0
    G: sparse.csc_matrix  # (n, m)
    h: FloatArray  # (n,)
    u: FloatArray  # (m,) inf allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a solver returned, solved or not."""

    y: FloatArray  # (m,)
    z: FloatArray  # (n,)
    solved: bool
    infeasible: bool  # the solver holds that nothing fits, or that something earns without limit
    status: str


class Piqp:
    """PIQP with its symbolic set-up kept; `tight` asks for all the accuracy it has."""

    def __init__(self) -> None:
        self._solver: Any = None

    def anew(self) -> Piqp:
        """The same without its past."""
        return Piqp()

    def solve(self, program: Program, *, tight: bool = False) -> Answer:
        import piqp

        n, m = program.G.shape
        P = sparse.csc_matrix((program.q, np.arange(m), np.arange(m + 1)), shape=(m, m))
        fresh = self._solver is None
        if fresh:
            self._solver = piqp.SparseSolver()
        settings = self._solver.settings
        settings.eps_abs, settings.eps_rel = (1e-11, 1e-11) if tight else (1e-8, 1e-9)
        settings.eps_duality_gap_abs, settings.eps_duality_gap_rel = (1e-10, 1e-11) if tight else (1e-7, 1e-9)
        # a loop of nearly free trade must not pass for gain without limit
        settings.eps_primal_inf = settings.eps_dual_inf = 1e-9
        settings.max_iter = 400 if tight else 120
        above = np.full(n, np.inf)
        if fresh:
            zero = np.zeros(m)
            self._solver.setup(P, program.c, None, None, program.G, program.h, above, zero, program.u)
        else:
            self._solver.update(P=P, c=program.c, G=program.G, h_l=program.h, x_u=program.u)
        status = self._solver.solve()
        result = self._solver.result
        return Answer(
            y=np.array(result.x),
            z=np.array(result.z_l),
            solved=status == piqp.Status.PIQP_SOLVED,
            infeasible=status in (piqp.Status.PIQP_PRIMAL_INFEASIBLE, piqp.Status.PIQP_DUAL_INFEASIBLE),
            status=str(status).removeprefix("Status.PIQP_").lower().replace("_", " "),
        )


class Clarabel:
    """Clarabel, a development dependency, for comparison."""

    def anew(self) -> Clarabel:
        """Itself: it keeps nothing."""
        return self

    def solve(self, program: Program, *, tight: bool = False) -> Answer:
        try:
            import clarabel  # type: ignore[import-untyped]
        except ImportError as error:
            raise MissingExtra("the comparison solver clarabel", "dev") from error
        n, m = program.G.shape
        bounded = np.flatnonzero(np.isfinite(program.u))
        eye = sparse.identity(m, format="csr")
        rows = sparse.vstack([-program.G, -eye, eye[bounded]], format="csc")
        right = np.concatenate([-program.h, np.zeros(m), program.u[bounded]])
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        accuracy = 1e-11 if tight else 1e-9
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = accuracy
        P = sparse.diags(program.q, format="csc", shape=(m, m))
        cones = [clarabel.NonnegativeConeT(len(right))]
        solution = clarabel.DefaultSolver(P, program.c, rows, right, cones, settings).solve()
        return Answer(
            y=np.array(solution.x),
            z=np.array(solution.z)[:n],
            solved=solution.status in (clarabel.SolverStatus.Solved, clarabel.SolverStatus.AlmostSolved),
            infeasible="Infeasible" in str(solution.status),
            status=str(solution.status),
        )
