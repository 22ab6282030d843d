"""Flows nearest to all figures that satisfy every mass balance.

Equation
    min  sum_k (over_k / above_k)^2 + (under_k / below_k)^2 + sum_s ((x_s - v_s) / (0.5 v_s))^2 + eps sum_a x_a^2
    s.t. A x = 0,  W x - over + under = v,  x, over, under >= 0
Units
    x, v, over, under and the widths above and below in t (REO, metal or gross) a month.
Source
    Weighted least-squares data reconciliation: Kuehn and Davidson (1961), Chem. Eng. Progress 57(6);
    for material flows Cencic (2016), J. Env. Eng. and Management. Solver: PIQP (Schwan et al. 2023).

The solver's answer is then projected onto the balances to the last digit, on the flows that it uses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import piqp
from scipy import sparse
from scipy.sparse.linalg import splu

from mischmetal.baseline.estimate import SPREAD, Figure, Figures, figures
from mischmetal.chain.network import Network
from mischmetal.errors import NotReconciled

KILOGRAM = 1e-3  # t
RIDGE = 1e-7  # weight that keeps flows without any figure finite
UNUSED = 1e-7  # share of the largest neighbouring flow below which a flow counts as zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Base-year flows of a network, t a month, and the figures they were drawn from."""

    network: Network
    flow: np.ndarray  # (a,)
    figures: tuple[Figure, ...]
    fitted: np.ndarray  # (k,) what the flows give for each figure
    W: sparse.csr_array  # (k, a)
    imbalance: float  # worst node residual / (throughput + 1 kg)


def imbalance(A: sparse.csc_array, x: np.ndarray) -> np.ndarray:
    """Residual of each node relative to its throughput plus one kilogram; (n,)."""
    throughput = 0.5 * (abs(A) @ x)
    return np.asarray(np.abs(A @ x) / (throughput + KILOGRAM))


def reconcile(network: Network) -> Baseline:
    """Reconcile a chain's base year.

    Raises NotReconciled where the solver finds no flows or the balances cannot be met to 1e-9.
    """
    given = figures(network)
    x = _solve(network, given)
    x = _project(network.A, np.where(x > UNUSED * _scale(network, given), x, 0.0))
    worst = imbalance(network.A, x)
    if worst.max(initial=0.0) > 1e-9 or x.min(initial=0.0) < 0:
        node = network.nodes[int(worst.argmax())].name
        raise NotReconciled(
            f"base year of {network.chain.name}: {node} does not balance, residual {worst.max():.2g} of throughput"
        )
    return Baseline(
        network=network,
        flow=x,
        figures=given.figures,
        fitted=given.W @ x,
        W=given.W,
        imbalance=float(worst.max(initial=0.0)),
    )


def _scale(network: Network, given: Figures) -> np.ndarray:
    """A typical size of each flow, t a month; (a,)."""
    size = np.zeros(len(network.activities))
    value = np.array([f.value for f in given.figures])
    own = given.W.tocoo()
    counts = np.bincount(own.row, minlength=len(value))
    for k, j in zip(own.row, own.col, strict=True):
        if counts[k] == 1:
            size[j] = max(size[j], value[k])
    np.maximum.at(size, given.split_activity, given.split_value)
    # a flow without a figure is as large as the largest sized flow at any of its nodes
    coo = abs(network.A).tocoo()
    at_node = np.zeros(coo.shape[0])
    np.maximum.at(at_node, coo.row, size[coo.col] * coo.data)
    guess = np.zeros(coo.shape[1])
    np.maximum.at(guess, coo.col, at_node[coo.row])
    return np.where(size > 0, size, np.where(guess > 0, guess, 1.0))


def _solve(network: Network, given: Figures) -> np.ndarray:
    """The QP in scaled flows y = x / s, and what each figure is exceeded or missed by over its width there."""
    A, W, s = network.A, given.W, _scale(network, given)
    value = np.array([f.value for f in given.figures])
    above = np.array([f.above for f in given.figures])
    below = np.array([f.below for f in given.figures])
    n, a = A.shape
    k = len(value)
    split = np.zeros(a)
    centre = np.zeros(a)
    width = SPREAD * np.maximum(given.split_value, 1e-6)
    split[given.split_activity] = 1.0 / width**2
    centre[given.split_activity] = given.split_value
    quadratic = np.concatenate([split * s**2 + RIDGE, np.ones(2 * k)])
    linear = np.concatenate([-split * centre * s, np.zeros(2 * k)])
    scaled = A @ sparse.diags_array(s)
    rows = np.maximum(np.asarray(abs(scaled).max(axis=1).todense()).ravel(), 1e-12)
    balance = sparse.hstack([sparse.diags_array(1 / rows) @ scaled, sparse.csr_array((n, 2 * k))])
    unit = np.minimum(above, below)  # of each figure's row, so that no entry is large
    apart = [-sparse.diags_array(above / unit), sparse.diags_array(below / unit)]
    fit = sparse.hstack([sparse.diags_array(1 / unit) @ W @ sparse.diags_array(s), *apart])
    solver = piqp.SparseSolver()
    solver.settings.eps_abs = 1e-6
    solver.settings.eps_rel = 1e-9
    solver.settings.max_iter = 500
    solver.setup(
        sparse.csc_matrix(sparse.diags_array(quadratic)), linear,
        sparse.csc_matrix(sparse.vstack([balance, fit])), np.concatenate([np.zeros(n), value / unit]),
        x_l=np.zeros(a + 2 * k), x_u=np.full(a + 2 * k, np.inf),
    )  # fmt: skip
    status = solver.solve()
    if status != piqp.PIQP_SOLVED:
        raise NotReconciled(
            f"base year of {network.chain.name}: no flows found ({status}); is some figure impossible?"
        )
    return np.asarray(np.asarray(solver.result.x[:a]) * s)


def _project(A: sparse.csc_array, x: np.ndarray) -> np.ndarray:
    """Nearest flows, each weighted by its own size, that meet A x = 0; zero flows stay zero."""
    for _ in range(30):
        used = np.flatnonzero(x > 0)
        live = np.unique(A[:, used].indices)
        B = sparse.csr_array(A)[live][:, used] @ sparse.diags_array(x[used])
        residual = -(A @ x)[live]
        size = np.sqrt(np.asarray(B.multiply(B).sum(axis=1)).ravel())
        D = sparse.diags_array(1 / size)
        normal = sparse.csc_array(D @ B @ B.T @ D + 1e-13 * sparse.eye_array(len(live)))
        step = B.T @ (D @ splu(sparse.csc_matrix(normal)).solve(D @ residual))
        x = x.copy()
        # a flow that would be driven below a thousandth of itself is not used
        x[used] = np.where(step > -0.999, x[used] * (1 + step), 0.0)
        if imbalance(A, x).max() < 1e-12:
            break
    return x
