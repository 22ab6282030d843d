"""Judging: how much an announcement matters, explained part by part, and what to be careful about.

No price is forecast. Where there is no table to measure against, the finding says "not ranked".
"""

from __future__ import annotations

from mischmetal.watch.judge.judge import judge

__all__ = ["judge"]
