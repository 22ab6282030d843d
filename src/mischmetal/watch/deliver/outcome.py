"""What became of one attempt to send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`kind` decides what comes next.

    sent: the other side said so. refused: it said no, so nothing arrived. unreached: no connection came
    about, so nothing arrived. unknown: it may have arrived; the next attempt says so.
    """

    kind: Literal["sent", "refused", "unreached", "unknown"]
    detail: str = ""
    wait_s: float = 0.0  # how long the other side asked us to wait
