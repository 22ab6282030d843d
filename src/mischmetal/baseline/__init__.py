"""A base year that adds up: flows reconciled with the facts, and curves anchored on them."""

from mischmetal.baseline.anchor import Anchored, anchor
from mischmetal.baseline.reconcile import Baseline, reconcile
from mischmetal.baseline.residuals import residual_table

__all__ = ["Anchored", "Baseline", "anchor", "reconcile", "residual_table"]
