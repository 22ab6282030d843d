"""Many runs of one scenario, with what is not known drawn from its ranges."""

from mischmetal.ensemble.draws import Range, draw, ranges
from mischmetal.ensemble.run import Ensemble, open_ensemble, run_ensemble

__all__ = ["Ensemble", "Range", "draw", "open_ensemble", "ranges", "run_ensemble"]
