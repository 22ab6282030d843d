"""Mischmetal: an open market model of the rare-earth chain, from mine to magnet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "run"]

if TYPE_CHECKING:
    from mischmetal.simulate import Run, run


def __getattr__(name: str) -> Any:
    # loaded when first asked for, so that the command line's help stays quick
    if name in ("Run", "run"):
        from mischmetal import simulate

        return getattr(simulate, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
