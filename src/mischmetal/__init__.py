"""Mischmetal: an open market model of the rare-earth chain, from mine to magnet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Run", "__version__", "run"]

if TYPE_CHECKING:
    from mischmetal.simulate.results import Run
    from mischmetal.simulate.run import run


def __getattr__(name: str) -> Any:
    # loaded when first asked for, so that the command line's help stays quick
    if name == "run":
        from mischmetal.simulate.run import run as found

        return found
    if name == "Run":
        from mischmetal.simulate.results import Run as kind

        return kind
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
