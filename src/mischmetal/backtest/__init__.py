"""What the model gets right and wrong, held against observation beside naive forecasts."""

from mischmetal.backtest.run import Backtest, backtest, backtest_2025
from mischmetal.backtest.scores import SeriesScore, score
from mischmetal.backtest.series import Series, observed_2025, read_observed

__all__ = [
    "Backtest",
    "Series",
    "SeriesScore",
    "backtest",
    "backtest_2025",
    "observed_2025",
    "read_observed",
    "score",
]
