"""What the grammar makes of tokens: phrases, and the grades in them."""

from __future__ import annotations

from dataclasses import dataclass

from mischmetal.watch.read.lexicon import UNITS


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade as printed. `analyte` is "" where none stands beside the number."""

    analyte: str
    value: float
    unit: str
    start: int
    end: int
    high: float | None = None
    qualifier: str = ""
    up_to: bool = False
    assumed: bool = False  # the printed name was read as another (lithium in % as Li2O)
    unknown: bool = False  # a grade of something that is not on the list
    extra: Grade | None = None  # the same thing in another basis: 645 ppm (24.8 %)
    named_first: bool = False

    @property
    def ppm(self) -> float | None:
        """Mass share in parts per million; None for a share of TREO."""
        return None if self.unit == "%TREO" else self.value * UNITS[self.unit][0]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: `kind`, its tokens [first, last), what it holds."""

    kind: str  # length, from, interval, grade, cutoff, topcut, truewidth, hole, ending or a token's kind
    first: int
    last: int
    start: int
    end: int
    nl: int
    name: str = ""
    value: float = 0.0
    high: float | None = None
    grade: Grade | None = None
    up_to: bool = False
    indent: int = 0
    bullet: str = ""


def spelled(grade: Grade) -> str:
    """`0.5 g/t Au`: a cut-off as words."""
    return f"{grade.value:g} {grade.unit} {grade.analyte}".strip()
