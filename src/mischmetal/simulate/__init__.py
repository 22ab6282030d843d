"""The market, month by month."""

from mischmetal.simulate.behaviour import Behaviour, packaged, with_behaviour
from mischmetal.simulate.results import Run
from mischmetal.simulate.run import base_year, run

__all__ = ["Behaviour", "Run", "base_year", "packaged", "run", "with_behaviour"]
