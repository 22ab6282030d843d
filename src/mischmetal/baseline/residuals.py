"""Which sources cannot both be true, and by how much."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.linalg import splu

from mischmetal.baseline.reconcile import Baseline

PER_YEAR = 12.0


def residual_table(baseline: Baseline, *, named: int = 12) -> pd.DataFrame:
    """One row a figure, worst first: value, range and fit (t a year), misfit in standard deviations,
    whether the fit lies in the range, and for the `named` worst what they contradict.
    """
    f = baseline.figures
    value = np.array([x.value for x in f])
    table = pd.DataFrame(
        {
            "figure": [x.name for x in f],
            "fact": [x.fact for x in f],
            "confidence": [x.confidence for x in f],
            "value": value * PER_YEAR,
            "low": [x.low * PER_YEAR for x in f],
            "high": [x.high * PER_YEAR for x in f],
            "fitted": baseline.fitted * PER_YEAR,
            "misfit_sd": _misfit(baseline),
        }
    )
    slack = 1e-6 * table["value"].abs() + 1e-6
    table["in_range"] = table["fitted"].between(table["low"] - slack, table["high"] + slack)
    table["contradicts"] = ""
    worst = table["misfit_sd"].abs().sort_values(ascending=False, kind="stable").index[:named]
    for k, names in zip(worst, _opponents(baseline, np.array(worst)), strict=True):
        table.loc[k, "contradicts"] = names
    order = table["misfit_sd"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _misfit(baseline: Baseline) -> np.ndarray:
    """Misfit of each figure in standard deviations; (k,)."""
    return np.array([f.misfit(x) for f, x in zip(baseline.figures, baseline.fitted, strict=True)])


def _opponents(baseline: Baseline, worst: np.ndarray) -> list[str]:
    """For each figure the others that pull its fit away most.

    The fit of figure k moves by S[k, j] = (W_k K W_j') / sigma_j^2 for a unit change of figure j, K the
    inverse of the reduced normal matrix on the flows in use; figure j's pull on k is S[k, j] times its own
    misfit against the value that k would like.
    """
    # a flow that its own figure wants and the fit has at zero is free to answer too
    size = baseline.flow.copy()
    for k in worst:
        own = baseline.W.indices[baseline.W.indptr[k] : baseline.W.indptr[k + 1]]
        idle = own[size[own] <= 0]
        size[idle] = baseline.figures[k].value / max(len(own), 1)
    used = np.flatnonzero(size > 0)
    A = sparse.csr_array(baseline.network.A)[:, used]
    A = A[np.unique(A.nonzero()[0])]
    # the width that counts is that of the side on which the fit lies
    sigma = np.array(
        [f.above if f.value < x else f.below for f, x in zip(baseline.figures, baseline.fitted, strict=True)]
    )
    scale = sparse.diags_array(np.maximum(size[used], 1e-6))
    W = sparse.csr_array(sparse.diags_array(1 / sigma) @ baseline.W[:, used] @ scale)
    moved = sparse.csr_array(A @ scale)
    length = np.sqrt(np.asarray(moved.multiply(moved).sum(axis=1)).ravel())
    B = sparse.csr_array(sparse.diags_array(1 / length) @ moved)
    n = B.shape[0]
    blocks: Any = [[W.T @ W + 1e-6 * sparse.eye_array(len(used)), B.T], [B, -1e-9 * sparse.eye_array(n)]]
    kkt: Any = sparse.block_array(blocks)
    factor = splu(sparse.csc_matrix(kkt))
    misfit = _misfit(baseline)
    names = []
    for k in worst:
        right = np.concatenate([W[[k]].toarray().ravel(), np.zeros(n)])
        pull = (W @ factor.solve(right)[: len(used)]) * -misfit * np.sign(misfit[k])
        pull[k] = 0
        first = np.argsort(-pull)[:2]
        rivals = [j for j in first if pull[j] > 0.005 * abs(misfit[k])] or [
            j for j in first[:1] if pull[j] > 0
        ]
        names.append("; ".join(baseline.figures[j].name for j in rivals))
    return names
