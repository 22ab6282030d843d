"""The market, month by month: `simulate.run.run` runs a scenario."""

from mischmetal.simulate.behaviour import Behaviour, packaged, with_behaviour
from mischmetal.simulate.results import Run

__all__ = ["Behaviour", "Run", "packaged", "with_behaviour"]
