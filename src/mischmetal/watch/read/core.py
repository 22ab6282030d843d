"""One drill intercept while it is put together, and one assay as told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mischmetal.watch.read import analytes
from mischmetal.watch.read.phrase import Grade, Phrase, spelled


@dataclass(slots=True)
class Core:
    """One intercept while it is put together; `first` and `last` are phrase numbers, [first, last)."""

    first: int
    last: int
    length: float | None
    grades: list[Grade]
    start: int
    end: int
    length_span: tuple[int, int] | None = None
    from_m: float | None = None
    to_m: float | None = None
    from_span: tuple[int, int] | None = None
    true_width: float | None = None
    to_eoh: bool = False
    cutoff: str | None = None
    topcut: str | None = None
    below: float | None = None
    up_to: bool = False
    hole: str | None = None
    parent: int | None = None
    method: str | None = None
    restated: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Down-hole from and to where both are known."""
        if self.from_m is None:
            return None
        if self.to_m is not None:
            return self.from_m, self.to_m
        return None if self.length is None else (self.from_m, self.from_m + self.length)

    def take(self, phrase: Phrase) -> bool:
        """Take along what says more about this core; False where it has it already."""
        if phrase.kind == "from" and self.from_m is None:
            self.from_m, self.from_span = phrase.value, (phrase.start, phrase.end)
        elif phrase.kind == "interval" and self.from_m is None:
            self.from_m, self.to_m = phrase.value, phrase.high
            self.from_span = (phrase.start, phrase.end)
        elif (
            phrase.kind == "to_depth"
            and self.from_m is not None
            and self.to_m is None
            and phrase.value > self.from_m
        ):
            self.to_m = phrase.value
        elif phrase.kind == "truewidth" and self.true_width is None and phrase.value:
            self.true_width = phrase.value
        elif phrase.kind == "below" and self.below is None:
            self.below = phrase.value
        elif phrase.kind == "eoh":
            self.to_eoh = True
        elif phrase.kind in {"cutoff", "topcut"} and phrase.grade is not None:
            if phrase.kind == "cutoff":
                self.cutoff = self.cutoff or spelled(phrase.grade)
            else:
                self.topcut = self.topcut or spelled(phrase.grade)
        else:
            return False
        return True


TAKEN = {"from", "interval", "to_depth", "truewidth", "below", "eoh", "cutoff", "topcut"}


def assay(grade: Grade, fallback: str = "") -> dict[str, Any]:
    """One assay as told: names from the closed list, `value_ppm` for every mass share."""
    analyte = grade.analyte or fallback
    row: dict[str, Any] = {"analyte": analyte, "value": grade.value, "unit": grade.unit}
    if grade.high is not None:
        row["value_high"] = grade.high
    if grade.qualifier:
        row["qualifier"] = grade.qualifier
    if grade.unit != "%TREO":
        row["value_ppm"] = round(float(grade.ppm or 0.0), 6)
    if grade.assumed or not grade.analyte:
        row["analyte_assumed"] = True
    row["span"] = [grade.start, grade.end]
    return row


def shares(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A part of TREO above TREO itself is its share, not a grade: 24 % MREO beside 0.26 % TREO."""
    treo = next((row["value_ppm"] for row in rows if row["analyte"] == "TREO"), None)
    if treo is None:
        return rows
    out = []
    for row in rows:
        if row["analyte"] in analytes.RARE_EARTH_PARTS and row["unit"] == "%" and row["value_ppm"] > treo:
            share = {**row, "analyte": f"{row['analyte']}_share", "unit": "%TREO"}
            del share["value_ppm"]
            out.append(share)
        else:
            out.append(row)
    return out
