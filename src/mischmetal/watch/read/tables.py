"""Tables."""
from __future__ import annotations
from dataclasses import dataclass, field
from typing import Any
from mischmetal.watch.read.tokens import Token

@dataclass(slots=True)
class Rows:
    intercepts: list[dict[str, Any]] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)

class Used:
    def covers(self, place: int) -> bool:
        return False

def read_tables(text: str, tokens: list[Token]) -> tuple[Rows, Used]:
    return Rows(), Used()
