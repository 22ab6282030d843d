"""Tokens to phrases: lengths, depths, grades, cut-offs, true widths and hole names.

A small recursive-descent grammar; each rule looks a bounded number of tokens ahead, returns the phrase and
the place after it, or None. What fits no rule is handed on as a one-token phrase of its own kind.

    length   = [about|up to|more] number ["-"] metre
    depth    = from [about] number [metre] | from surface | [at] number metre depth
    interval = [from|between] number [metre] (to|"-"|and) number metre
    grade    = [qualifier] number [range] unit ["(" number unit ")"] [of] name {"+" name}
             | name [":"|of|at] number unit
    cutoff   = grade cutoff-word | cutoff-word [of] grade
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from mischmetal.watch.read import analytes, numbers
from mischmetal.watch.read.lexicon import UNITS
from mischmetal.watch.read.tokens import Token

FOOT_M = 0.3048
TONNES_MT = {"tonne": 1e-6, "kt": 1e-3, "wt": 1e-2, "mt": 1.0, "yt": 100.0, "bt": 1000.0}
MASSES: dict[str, tuple[float, str]] = {
    "oz": (1.0, "oz"),
    "koz": (1e3, "oz"),
    "moz": (1e6, "oz"),
    "lb": (1.0, "lb"),
    "mlb": (1e6, "lb"),
    "kgmass": (1.0, "kg"),
}
LIGHT_WORDS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "di",
        "an",
        "de",
        "do",
        "da",
        "della",
        "dello",
        "dell",
        "dei",
        "degli",
        "del",
        "grade",
        "grades",
        "content",
        "value",
        "values",
        "average",
        "combined",
        "contained",
        "total",
        "head",
        "high",
        "mit",
        "der",
        "des",
        "von",
        "um",
        "assay",
        "assays",
        "result",
        "results",
        "equal",
        "approximately",
        "as",
    ]
)


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


class Reader:
    """The tokens of one document and the rules that read them; it never changes after it is made."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens = tokens
        self.text = text
        self.size = len(tokens)

    def kind(self, i: int) -> str:
        return self.tokens[i].kind if i < self.size else ""

    def name(self, i: int) -> str:
        return self.tokens[i].name if i < self.size else ""

    def breaks(self, i: int) -> bool:
        return i >= self.size or self.tokens[i].nl == 2

    def phrases(self) -> list[Phrase]:
        """The whole document as phrases, in order."""
        out: list[Phrase] = []
        i = 0
        while i < self.size:
            found = self._phrase(i) or self._plain(i)
            token = self.tokens[i]
            out.append(replace(found, nl=token.nl, indent=token.indent, bullet=token.bullet))
            i = found.last
        return out

    def _phrase(self, i: int) -> Phrase | None:
        kind = self.kind(i)
        if kind == "ending":
            return self._ending(i)
        if kind in {"cutoff", "topcut"}:
            return self._keyed_cut(i)
        if kind == "truewidth":
            return self._keyed_width(i)
        if kind in {"from", "between", "surface", "number", "at", "about", "to", "more", "over"} and (
            found := self._depth(i)
        ):
            return found
        if found := self._length(i):
            return found
        if found := self._mass(i):
            return found
        if found := self._grade_phrase(i):
            return found
        if kind in {"hole", "holeword"}:
            return self._hole(i)
        return None

    def _make(self, kind: str, first: int, last: int, **more: object) -> Phrase:
        return Phrase(kind, first, last, self.tokens[first].start, self.tokens[last - 1].end, 0, **more)  # type: ignore[arg-type]

    def _plain(self, i: int) -> Phrase:
        token = self.tokens[i]
        kind = token.kind
        if kind == "stop" and not self._ends_sentence(i):
            kind = "punct"
        if token.name == ";":
            kind = "semi"
        elif kind in {"from", "cutoff", "topcut", "truewidth", "ending", "hole"}:
            kind += "_word"  # the bare word, no phrase
        return self._make(kind, i, i + 1, name=token.name)

    def _ends_sentence(self, i: int) -> bool:
        token = self.tokens[i]
        if token.text not in ".。" or token.text == "。":
            return True
        after = self.text[token.end : token.end + 2]
        if after and not after[0].isspace():
            # a lost space: `over 3 meters.The next`
            left = self.tokens[i - 1] if i else None
            closed = (
                left is not None
                and left.end == token.start
                and left.kind in {"metre", "number", "word", "zone"}
            )
            short = left is not None and left.kind == "word" and len(left.text) < 4
            return closed and not short and after[0].isupper() and not after[1:].isupper()
        before = self.tokens[i - 1] if i else None
        ahead = self.text[token.end : token.end + 2].strip()
        if before is not None and before.text in {"m", "ft", "oz"} and ahead and not ahead.isupper():
            return False  # 12 m. at 3 g/t
        return not (before is not None and before.kind in {"word", "analyte"} and len(before.text) == 1)

    # lengths and depths

    def _metre(self, i: int, *, glued: bool = False) -> tuple[float, int] | None:
        """Factor to metres and the place after the unit."""
        if (
            self.name(i) == "-"
            and self.kind(i + 1) in {"metre", "foot"}
            and self.tokens[i + 1].start == self.tokens[i].end
        ):
            i += 1
        if self.breaks(i) and i < self.size and not glued and self.tokens[i].bullet:
            return None
        if self.kind(i) == "metre":
            return 1.0, i + 1
        if self.kind(i) == "foot":
            return FOOT_M, i + 1
        return None

    def _number(self, i: int) -> float | None:
        return self.tokens[i].value if self.kind(i) == "number" else None

    def _skip(self, i: int, kinds: set[str], limit: int = 3) -> int:
        while (
            limit
            and i < self.size
            and (self.kind(i) in kinds or self.name(i) in {"a", "an", "the", "of", "der", "einer"})
        ):
            i += 1
            limit -= 1
        return i

    def _length(self, i: int) -> Phrase | None:
        j, up_to = i, False
        while j < i + 3 and self.kind(j) in {"about", "upto", "more", "less"}:
            up_to |= self.kind(j) == "upto"
            j += 1
        value = self._number(j)
        if value is None or (unit := self._metre(j + 1)) is None:
            return None
        factor, k = unit
        if self.kind(k) == "punct" and self.name(k) == "(" and self.kind(k + 1) == "number":
            other = self._metre(k + 2)
            if other is not None and other[0] != factor and self.name(other[1]) == ")":
                k = other[1] + 1  # the same length in the other unit
        length = value * factor
        kind = "length"
        tail = self._skip(k, {"about"}, 2)
        if self.kind(tail) == "truewidth" or (
            self.name(tail) == "estimated" and self.kind(tail + 1) == "truewidth"
        ):
            kind, k = "truewidth", tail + (1 if self.kind(tail) == "truewidth" else 2)
        elif self.name(k) == "(" and self.kind(k + 1) == "truewidth" and self.name(k + 2) == ")":
            kind, k = "truewidth", k + 3
        elif self.kind(k) == "belowsurface":
            kind, k = "below", k + 1
        elif self.kind(k) == "kill" or self.name(k) in {"x", "by", "×"} or self._before_distance(i):
            kind = "distance"
        return self._make(kind, i, k, value=length, up_to=up_to)

    def _before_distance(self, i: int) -> bool:
        """`x 40m`, `spaced 40m`, `depth of 40m`: a number of metres that is no sampled interval."""
        if i == 0 or self.breaks(i):
            return False
        before = self.tokens[i - 1]
        return before.name in {"x", "×", "by", "$", "€", "£", "¥"} or (
            before.kind == "kill" and before.name in {"spaced", "spacing", "apart"}
        )

    def _depth(self, i: int) -> Phrase | None:
        kind = self.kind(i)
        if kind == "surface":
            return self._from_surface(i, i + 1) if self.name(i).startswith(_SURFACE_LEADS) else None
        if self.name(i) in _OF and i and self.kind(i - 1) == "zone" and not self.breaks(i):
            return None  # an interval of 12 m, not one from 12 m
        j = i
        lead = kind in {"from", "between", "to"}
        if lead or kind == "at":
            j = self._skip(
                i + 1, {"about", "downhole", "from", "more"} | ({"at"} if kind == "from" else set()), 5
            )
            if self.kind(j) == "surface" and kind == "from":
                return self._from_surface(i, j + 1)
        elif kind in {"about", "more", "over"}:
            j = i + 1
        low = self._number(j)
        if low is None:
            return None
        unit = self._metre(j + 1)
        k = unit[1] if unit else j + 1
        if found := self._second(i, k, low, unit[0] if unit else None, lead=lead):
            return found
        if kind in {"at", "number", "about", "more", "over"}:
            return self._said_depth(i, k, low, unit) if kind != "over" else None
        if kind == "to":
            return self._make("to_depth", i, k, value=low * unit[0]) if unit else None
        if unit is None:
            bare = (
                self.breaks(k)
                or self.kind(k) in {"punct", "incl", "and", "stop", "hole"}
                or self.name(k) in {"in", ";"}
            )
            return (
                self._make("from", i, k, value=low)
                if kind == "from" and self.name(i) == "from" and bare
                else None
            )
        if self.kind(k) == "kill" or kind == "between":
            return None
        return self._end_of_from(i, k, low * unit[0])

    def _end_of_from(self, i: int, k: int, value: float) -> Phrase:
        if self.kind(k) == "belowsurface":
            return self._make("below", i, k + 1, value=value)
        if self.kind(k) == "downhole" and not self.breaks(k):
            k += 1
        if self.kind(k) == "belowsurface" and not self.breaks(k):
            k += 1
        return self._make("from", i, k, value=value)

    def _from_surface(self, i: int, k: int) -> Phrase:
        if (
            self.kind(k) == "to"
            and (high := self._number(k + 1)) is not None
            and (unit := self._metre(k + 2))
        ):
            return self._make("interval", i, unit[1], value=0.0, high=high * unit[0])
        return self._make("from", i, k, value=0.0)

    def _second(self, i: int, k: int, low: float, factor: float | None, *, lead: bool) -> Phrase | None:
        """The rest of `from 12 to 34 m`, `12 - 34 m`, `between 12 m and 34 m`."""
        between = self.kind(i) == "between"
        joint = self.kind(k) == "to" or self.name(k) == "-" or (between and self.kind(k) == "and")
        joint |= self.kind(i) == "from" and self.name(k) in {"a", "à", "al", "ao"}
        if not joint or self.breaks(k):
            return None
        j = self._skip(k + 1, {"about"}, 1)
        high = self._number(j)
        if high is None or self.breaks(j):
            return None
        unit = self._metre(j + 1)
        if unit is None:
            if not (lead and factor):
                return None
            unit = (factor, j + 1)
        behind = unit[1] + 1 if self.name(unit[1]) == "of" else unit[1]
        if high <= low:
            return None
        ranged = not lead and "of" in {self.name(i), self.name(i - 1) if i and not self.breaks(i) else ""}
        if ranged or self.kind(behind) == "kill" or self.name(behind) in {"wide", "thick"}:
            return self._make("distance", i, unit[1])  # widths of 0.6-2 m, from 320 m to 600 m of strike
        last = unit[1] + (1 if self.kind(unit[1]) == "downhole" and not self.breaks(unit[1]) else 0)
        return self._make("interval", i, last, value=low * (factor or unit[0]), high=high * unit[0])

    def _said_depth(self, i: int, k: int, low: float, unit: tuple[float, int] | None) -> Phrase | None:
        """`at 206 m depth`: told by the word after it."""
        if unit is not None and self.kind(i) == "at" and self.name(k) in {"mark", "level", "point"}:
            return self._make("from", i, k + 1, value=low * unit[0])  # at the 26.4-metre mark
        if unit is None or self.breaks(k) or self.kind(k) != "downhole":
            return None
        if not any(word in self.name(k) for word in ("depth", "tiefe", "profond", "profund", "处", "deep")):
            return None
        return self._make("from", i, k + 1, value=low * unit[0])

    # tonnes

    def _tonnes(self, i: int) -> tuple[float, int] | None:
        """Factor to million tonnes and the place after the unit, `(Mt)` behind the words taken along."""
        factor = TONNES_MT.get(self.kind(i))
        if factor is None or (self.breaks(i) and self.tokens[i].bullet):
            return None
        k = i + 1
        if self.name(k) == "(" and self.kind(k + 1) in TONNES_MT and self.name(k + 2) == ")":
            k += 3
        return factor, k

    def _mass(self, i: int) -> Phrase | None:
        """`81.3 Mt` (rock) or `79,600 ounces gold`, `61,492 tonnes of contained TREO` (what is in it)."""
        j, lead = i, ""
        while j < i + 3 and self.kind(j) in {"about", "between", "over", "more", "upto"}:
            lead, j = self.kind(j), j + 1
        value = self._number(j)
        if value is None:
            return None
        if (mass := MASSES.get(self.kind(j + 1))) is not None:
            return self._contained(i, j + 2, value * mass[0], mass[1])
        unit = self._tonnes(j + 1)
        k = unit[1] if unit else j + 1
        if unit is None and self.name(j + 1) in _MILLIONS and self.kind(j + 2) in {"to", "and", "punct"}:
            unit, k = (_MILLIONS[self.name(j + 1)], j + 2), j + 2  # 330 million to 1.4 billion tonnes
        high: float | None = None
        if self.kind(k) == "to" or self.name(k) == "-" or (lead == "between" and self.kind(k) == "and"):
            top = self._number(self._skip(k + 1, {"about", "between"}, 1))
            second = self._tonnes(self._skip(k + 1, {"about", "between"}, 1) + 1) if top is not None else None
            superseded = i > 0 and self.kind(i - 1) == "from" and self.kind(k) == "to" and unit is not None
            if (
                top is not None
                and second is not None
                and top * second[0] > value * (unit or second)[0]
                and not superseded
            ):
                high, k, unit = top * second[0], second[1], (unit or second)
        if unit is not None and (what := self._metal_in_front(i)):
            return self._make("contained_mass", i, k, value=round(value * unit[0] * 1e6, 3), name=f"t {what}")
        rate = self.kind(k) == "mtpa" or (self.name(k) in {"/", "per"} and self.kind(k + 1) == "km")
        if unit is None or rate or (high is None and self.name(k - 1) in _MILLIONS):
            return None
        if high is None and (
            found := self._contained(i, k, round(value * unit[0] * 1e6, 3), "t", need_name=True)
        ):
            return found
        return self._make("tonnage", i, k, value=value * unit[0], high=high)

    def _metal_in_front(self, i: int) -> str:
        """`Li2O量达60.1万吨`, `Li2O资源量131万吨`: tonnes of what is in the rock, told before the number."""
        j = i - 1
        while j > i - 3 and j > 0 and self.tokens[j].text in {"达", "为", "约", "计"}:
            j -= 1
        if j < 1 or not (self.tokens[j].text == "量" or self.tokens[j].text in {"资源量", "储量", "金属量"}):
            return ""
        return self.tokens[j - 1].name if self.kind(j - 1) == "analyte" else ""

    def _contained(
        self, i: int, k: int, value: float, unit: str, *, need_name: bool = False
    ) -> Phrase | None:
        after = k
        while (
            after < k + 4
            and not self.breaks(after)
            and (self.name(after) in LIGHT_WORDS or self.kind(after) in {"contained", "total"})
        ):
            after += 1
        named = self._name(after)
        if named is None or (self.kind(named[1]) == "number" and need_name):
            return None if need_name else self._make("contained_mass", i, k, value=value, name=f"{unit} ")
        return self._make("contained_mass", i, named[1], value=value, name=f"{unit} {named[0]}")

    # grades

    def _unit(self, i: int) -> tuple[str, int] | None:
        if self.kind(i) != "unit" or (self.breaks(i) and self.tokens[i].bullet):
            return None
        return self.name(i), i + 1

    def _name(self, i: int) -> tuple[str, int] | None:
        """An analyte's name, sums joined, with a repeated name in brackets or quotes taken along."""
        if i >= self.size or (self.breaks(i) and self.tokens[i].bullet):
            return None
        token = self.tokens[i]
        if token.kind == "analyte":
            name = token.name
        elif token.text in {"lead", "Lead", "LEAD"}:
            name = "Pb"
        elif token.text in {"HM", "Cg", "GC"}:
            name = {"HM": "THM"}.get(token.text, "TGC")
        else:
            return None
        if name == "Li" and token.text.lower() == "lithium" and self.name(i + 1) == "oxide":
            return "Li2O", i + 2
        i += 1
        parts = [name]
        while (
            self.name(i) == "+"
            and self.kind(i + 1) == "analyte"
            and self.kind(i + 2) != "number"
            and len(parts) < 8
        ):
            parts.append(self.name(i + 1))
            i += 2
        name = "+".join(parts)
        name = analytes.SPELLINGS.get(name.lower(), name) if len(parts) > 1 else name
        return self._alias(name, i)

    def _alias(self, name: str, i: int) -> tuple[str, int]:
        """`total rare earth oxide (TREO)`, `... or "TREO"`, `Pd (palladium)`, `equivalent` after a symbol."""
        if (
            self.kind(i) == "word"
            and self.name(i) in {"equivalent", "equiv", "eq"}
            and name in analytes.SYMBOLS
        ):
            name, i = f"{name}Eq", i + 1
        if self.name(i) in {"or", "(", "["} or self.name(i) in {'"', "“", "'", "‘"}:
            j = i
            while j < i + 3 and (self.name(j) in {"or", "(", "[", '"', "“", "'", "‘"}):
                j += 1
            if self.kind(j) == "analyte":
                k, printed = j + 1, self.name(j)
                if self.name(k) in {"equivalent", "equiv", "eq"} and printed in analytes.SYMBOLS:
                    j, printed = k, f"{printed}Eq"
                    k += 1
                while k < j + 4 and self.name(k) in {")", "]", '"', "”", "'", "’", "*"}:
                    k += 1
                if k > j + 1:
                    return printed, k
        return name, i

    def _value_unit(self, i: int) -> tuple[Grade, int] | None:
        """[qualifier] number [range] unit, without a name."""
        start, qualifier, up_to = i, "", False
        while i < start + 3:
            kind = self.kind(i)
            if kind in {"more", "over"}:
                qualifier = ">"
            elif kind == "less":
                qualifier = "<"
            elif kind == "about":
                qualifier = qualifier or "~"
            elif kind == "upto":
                up_to = True
            elif kind == "between":
                pass
            else:
                break
            i += 1
        value = self._number(i)
        if value is None or (i > start and self.breaks(i)):
            return None
        first = i
        unit = self._unit(i + 1)
        high: float | None = None
        k = unit[1] if unit else i + 1
        if (
            (self.kind(k) in {"to", "and"} and self.kind(k) != "and")
            or self.name(k) == "-"
            or (self.kind(k) == "and" and self.kind(start) == "between")
        ):
            top, top_unit = self._number(k + 1), self._unit(k + 2)
            if top is not None and top_unit and (unit is None or unit[0] == top_unit[0]) and top > value:
                high, unit, k = top, top_unit, top_unit[1]
        if unit is None:
            if parted := self._parted_unit(i, value, start, qualifier):
                return parted
            named = self._name(i + 1)
            if named and (after := self._unit(named[1])) and not self._name(after[1]):
                grade = Grade(
                    named[0],
                    value,
                    after[0],
                    self.tokens[start].start,
                    self.tokens[after[1] - 1].end,
                    qualifier=qualifier,
                )
                return grade, after[1]
            return None
        value = self._settle(first, value, unit[0])
        grade = Grade(
            "", value, unit[0], self.tokens[start].start, self.tokens[k - 1].end, high, qualifier, up_to
        )
        return grade, k

    def _parted_unit(self, i: int, value: float, start: int, qualifier: str) -> tuple[Grade, int] | None:
        """`9.2 grams gold per tonne`, `3.1 g Au/t`, `2.4 kg U3O8/t`."""
        unit = _PARTED.get(self.name(i + 1))
        named = self._name(i + 3 if self.name(i + 2) in {"of", "di", "de"} else i + 2) if unit else None
        if unit is None or named is None:
            return None
        k = named[1] + 2
        if self.name(named[1]) not in {"per", "/", "a", "pro", "je", "por"} or self.kind(k - 1) != "tonne":
            # `0.7 gram gold`, as some papers print it
            if named[0] not in analytes.PRECIOUS or self.name(i + 1) not in _GRAMS:
                return None
            k = named[1]
        elif self.kind(k) == "zone" or self.name(k) == "rock":
            k += 1
        return Grade(
            named[0], value, unit, self.tokens[start].start, self.tokens[k - 1].end, qualifier=qualifier
        ), k

    def _settle(self, i: int, value: float, unit: str) -> float:
        """The decimal mark where the unit knows better: no thousands of per cent, no thousandths of ppm."""
        raw = self.tokens[i].text
        if unit == "%" and value > 100 and raw.count(".") + raw.count(",") == 1:
            return numbers.bounded(raw.replace(",", "."))
        if unit in {"ppm", "ppb"} and "," in raw and value < 100:
            whole, _, rest = raw.partition(",")
            if len(rest) == 3 and rest.isdigit() and whole.isdigit():
                return numbers.bounded(whole + rest)
        return value

    def grade(self, i: int) -> tuple[Grade, int] | None:
        """One grade with its name where it has one."""
        named = self._name(i)
        if named is not None:
            return self._named_grade(i, *named)
        found = self._value_unit(i)
        if found is None:
            return None
        grade, k = found
        if grade.analyte:
            return _converted(grade), k
        if (
            self.name(k) == "("
            and (inside := self._name(k + 1))
            and self.name(inside[1]) == ")"
            and not self.breaks(k)
        ):
            grade = replace(grade, analyte=inside[0], end=self.tokens[inside[1]].end)
            return _converted(grade), inside[1] + 1  # 4.0 % (THM)
        if self.name(k) in {"(", "["} and self.kind(k + 1) == "unit" and self.name(k + 2) in {")", "]"}:
            k += 3  # grams per tonne (g/t)
        other: Grade | None = None
        if (
            self.name(k) in {"(", "/"}
            and (second := self._value_unit(k + 1)) is not None
            and not second[0].analyte
        ):
            close = second[1] + 1 if self.name(k) == "(" else second[1]
            if (self.name(k) == "/" or self.name(second[1]) == ")") and not self._metre(k + 2):
                after = self._skip_light(close)
                if self._name(after) or self.name(k) == "(":
                    other, k = second[0], close
        return self._finish(grade, other, k, i)

    def _skip_light(self, k: int, limit: int = 3) -> int:
        while (
            limit
            and k < self.size
            and not self.breaks(k)
            and (self.name(k) in LIGHT_WORDS or self.kind(k) == "total")
        ):
            k += 1
            limit -= 1
        return k

    def _of_other(self, k: int, after: int) -> bool:
        """`71 % of the drill holes`: a share of something that is no analyte."""
        return any(self.name(j) == "of" for j in range(k, after)) and self.kind(after) not in {
            "number",
            "share",
            "",
        }

    def _finish(self, grade: Grade, other: Grade | None, k: int, i: int) -> tuple[Grade, int]:
        after = self._skip_light(k)
        if self.kind(after) == "share" and grade.unit == "%":
            return replace(grade, unknown=True), after + 1
        named = self._name(after)
        end = self.tokens[k - 1].end
        if named is None:
            return replace(
                grade,
                end=end,
                unknown=self._names_other(after) or self._of_other(k, after),
                extra=self._other(grade, other, ""),
            ), k
        name, k = named
        assumed = False
        if name == "Li" and grade.unit == "%" and self.tokens[after].text.lower() == "lithium":
            name, assumed = "Li2O", True
        if self._share_follows(k) and grade.unit == "%" and name in analytes.RARE_EARTH_PARTS:
            share = replace(grade, analyte=f"{name}_share", unit="%TREO", end=self.tokens[k].end)
            return share, k + (1 if self.kind(k) == "share" else 2)
        grade = replace(grade, analyte=name, end=self.tokens[k - 1].end, assumed=assumed)
        return _converted(replace(grade, extra=self._other(grade, other, name))), k

    def _share_follows(self, k: int) -> bool:
        if self.breaks(k):
            return False
        if self.kind(k) == "share":
            return True
        return self.name(k) in {":", "/"} and self.kind(k + 1) == "analyte" and self.name(k + 1) == "TREO"

    def _other(self, grade: Grade, other: Grade | None, name: str) -> Grade | None:
        """The second number of `6885 ppm (0.69 %)`: nothing where it says the same, a share where it is one."""
        if other is None or grade.ppm is None or other.ppm is None:
            return None
        if abs(other.ppm - grade.ppm) <= 0.03 * max(grade.ppm, other.ppm):
            return None
        if other.unit == "%" and name in analytes.RARE_EARTH_PARTS:
            return replace(other, analyte=f"{name}_share", unit="%TREO")
        return None

    def _names_other(self, k: int) -> bool:
        """Whether the words after a bare grade say that it is of something else: slimes, recovery, core loss."""
        if self.breaks(k) or k >= self.size:
            return False
        if self.kind(k) in {"ratio", "share", "kill"}:
            return True
        return self.kind(k) == "word" and self.name(k).isalpha() and self.name(k) not in _CARRY_WORDS

    def _named_grade(self, i: int, name: str, k: int) -> tuple[Grade, int] | None:
        """`TREO 0.35 %`, `gold at 3.2 g/t`, unless the number has a name of its own."""
        first = k
        while (
            k < first + 3
            and not self.breaks(k)
            and (
                self.kind(k) in {"at", "share"}
                or self.name(k)
                in {":", "=", "-", "grade", "content", "value", "values", "level", "ratio", "di", "grades"}
                or (self.name(k) in {"/"} and self.name(k + 1) == "TREO")
            )
        ):
            k += 1
        ratio = any(self.kind(j) == "ratio" for j in range(first, k))
        share = False
        if (
            self.name(first) in {"/", ":"}
            and self.kind(first + 1) == "analyte"
            and self.name(first + 1) == "TREO"
        ):
            share, k = True, first + 2
            while self.kind(k) in {"ratio", "at"} or self.name(k) in {":", "="}:
                k += 1
        if self.breaks(k):
            return None
        found = self._value_unit(k)
        if found is None or found[0].analyte:
            return None
        grade, after = found
        if (
            self.name(after) == "("
            and (second := self._value_unit(after + 1)) is not None
            and self.name(second[1]) == ")"
        ):
            other = self._other(grade, second[0], name)
            if other is not None or (
                (second[0].ppm or 0)
                and abs((second[0].ppm or 0) - (grade.ppm or 0)) < 0.03 * (grade.ppm or 1)
            ):
                grade, after = replace(grade, extra=other), second[1] + 1
        if self.kind(after) == "share" and grade.unit == "%":
            share, after = True, after + 1
        own = self._name(self._skip_light(after))
        if own is not None and not share and self.kind(own[1]) != "number":
            if own[0] != name:
                return None
            after = own[1]
        start = self.tokens[i].start
        end = self.tokens[after - 1].end
        if share and name in analytes.RARE_EARTH_PARTS:
            return replace(
                grade, analyte=f"{name}_share", unit="%TREO", start=start, end=end, named_first=True
            ), after
        unknown = ratio or share or self._names_ratio(after)
        if name == "Li" and grade.unit == "%" and self.tokens[i].text.lower() == "lithium":
            name = "Li2O"
        return _converted(
            replace(grade, analyte=name, start=start, end=end, named_first=True, unknown=unknown)
        ), after

    def _names_ratio(self, k: int) -> bool:
        return not self.breaks(k) and self.kind(k) in {"ratio"}

    def _grade_phrase(self, i: int) -> Phrase | None:
        found = self.grade(i)
        if found is None:
            return None
        grade, k = found
        for kind in ("cutoff", "topcut"):
            j = self._skip_light(k)
            if self.kind(j) == "kill":
                continue
            if self.kind(j) == kind or (
                self.name(j) in {"lower", "upper", "nominal"} and self.kind(j + 1) == kind
            ):
                last = j + (1 if self.kind(j) == kind else 2)
                if not self.breaks(j):
                    own = self._name(last) if not grade.analyte else None
                    return self._make(
                        kind,
                        i,
                        own[1] if own else last,
                        grade=replace(grade, analyte=grade.analyte or (own[0] if own else "")),
                    )
        return self._make("grade", i, k, grade=grade, up_to=grade.up_to)

    def _keyed_cut(self, i: int) -> Phrase | None:
        """`cut-off grade of 0.5 g/t Au`, `top cut: 30 g/t`."""
        kind = self.kind(i)
        j = i + 1
        while (
            j < i + 6
            and not self.breaks(j)
            and (
                self.kind(j) in {"at", "about", "cutoff", "topcut"}
                or self.name(j)
                in {":", "=", "(", "grade", "value", "was", "is", "a", "to", "used", "applied"}
            )
        ):
            j += 1
        if self.kind(j) == "analyte" and self.kind(j + 1) != "number":
            skipped = self._name(j)
            if skipped and self.kind(skipped[1]) in {"at"} and self._value_unit(skipped[1] + 1):
                pass
        if self.breaks(j):
            return None
        found = self.grade(j)
        if found is None:
            return None
        return self._make(kind, i, found[1], grade=found[0])

    def _keyed_width(self, i: int) -> Phrase | None:
        """`true width of 12 m`, `(TW: ~12 m)`."""
        j = i + 1
        while (
            j < i + 6
            and not self.breaks(j)
            and (
                self.kind(j) in {"at", "about", "over", "truewidth"}
                or self.name(j) in {":", "=", "(", "is", "estimated", "to", "be", "was", "-"}
            )
        ):
            j += 1
        value = self._number(j)
        if value is None or (unit := self._metre(j + 1)) is None:
            return None
        return self._make("truewidth", i, unit[1], value=value * unit[0])

    def _ending(self, i: int) -> Phrase | None:
        found = self.grade(self._skip_light(i + 1))
        return None if found is None else self._make("ending", i, found[1], grade=found[0])

    # hole names

    def _hole(self, i: int) -> Phrase | None:
        token = self.tokens[i]
        if token.kind == "hole":
            before = self.tokens[i - 1] if i else None
            if (
                before is not None
                and before.name
                in {
                    "licence",
                    "license",
                    "tenement",
                    "tenements",
                    "permit",
                    "concession",
                    "tsx",
                    "asx",
                }
                or self.name(i + 1) in _COMPANY
            ):
                return None
            return self._make("hole", i, i + 1, name=token.name)
        j = i + 1
        while j < i + 4 and (
            (
                self.name(j) in {"no", ".", "#", ":", "id", "number", "nr", "n", "°", "º", "nº", "n°"}
                or (self.name(j) == "(" and j == i + 1)
            )
            and not self.breaks(j)
        ):
            j += 1
        if j >= self.size or self.breaks(j):
            return None
        start = self.tokens[j].start
        end = start
        while (
            end < len(self.text)
            and end - start < 30
            and (self.text[end].isalnum() or self.text[end] in "-_/")
        ):
            end += 1
        name = self.text[start:end].rstrip("-_/")
        if (
            not name
            or not any(c.isdigit() for c in name)
            or token.name
            in {"holes", "drillholes", "drill holes", "boreholes", "fori", "furos", "bohrlöcher"}
        ):
            return None
        last = j
        while last < self.size and self.tokens[last].start < start + len(name):
            last += 1
        if self.tokens[j].kind == "number" and (
            self.kind(j + 1) in {"metre", "unit", "foot", "km"} and self.name(j + 1) != "ha"
        ):
            return None
        if self.tokens[j].kind == "number" and not name.replace("-", "").replace("_", "").isalnum():
            return None
        if not all(c.isascii() for c in name):
            return None
        return self._make("hole", i, last, name=name)


_COMPANY = frozenset(
    {"mining", "resources", "metals", "minerals", "limited", "ltd", "corp", "inc", "energy", "plc"}
)
_MILLIONS = {
    "million": 1.0,
    "millionen": 1.0,
    "milioni": 1.0,
    "milhões": 1.0,
    "millones": 1.0,
    "billion": 1000.0,
}
_GRAMS = frozenset(
    {"gram", "grams", "gramm", "gramo", "gramos", "grammo", "grammi", "grama", "gramas", "grammes"}
)
_OF = frozenset({"von", "de", "di"})
_PARTED = {
    **dict.fromkeys(
        ("gram", "grams", "g", "gramm", "gramas", "gramo", "gramos", "grama", "grammo", "grammi", "grammes"),
        "g/t",
    ),
    **dict.fromkeys(("kilo", "kilos"), "kg/t"),
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kgs"), "kg/t"),
    **dict.fromkeys(("oz", "ounce", "ounces"), "oz/t"),
}
_SURFACE_LEADS = (
    "from ",
    "at ",
    "ab ",
    "dalla ",
    "da ",
    "a partir",
    "desde",
    "von ",
    "0m",
    "top of",
    "surface d",
)
_CARRY_WORDS = frozenset(
    [
        "from",
        "in",
        "over",
        "across",
        "within",
        "and",
        "including",
        "to",
        "at",
        "with",
        "for",
        "using",
        "above",
        "on",
        "is",
        "was",
        "are",
        "were",
        "which",
        "that",
        "this",
        "these",
        "ending",
        "the",
        "of",
        "as",
        "below",
        "by",
        "respectively",
        "also",
        "has",
        "have",
        "than",
        "down",
        "drilled",
        "returned",
        "auf",
        "ab",
        "aus",
        "bei",
        "von",
        "da",
        "dal",
        "nel",
        "in",
        "com",
        "de",
        "em",
        "no",
        "na",
        "incl",
        "via",
        "up",
        "but",
        "while",
        "near",
        "close",
        "beneath",
        "starting",
        "e",
        "und",
        "et",
        "y",
        "or",
        "near-surface",
        "along",
        "true",
        "estimated",
        "uncut",
        "cut",
        "intersected",
        "grade",
        "grades",
    ]
)


def _converted(grade: Grade) -> Grade:
    """Ounces and pounds a ton as g/t and kg/t: the closed list of units has no others."""
    if grade.unit == "oz/t":
        return replace(grade, unit="g/t", value=round(grade.value * UNITS["oz/t"][0], 4))
    if grade.unit == "lb/t":
        return replace(grade, unit="kg/t", value=round(grade.value * UNITS["lb/t"][0] / 1000, 6))
    return grade


def spelled(grade: Grade) -> str:
    """`0.5 g/t Au`: a cut-off as words."""
    return f"{grade.value:g} {grade.unit} {grade.analyte}".strip()


__all__ = ["Grade", "Phrase", "Reader", "numbers", "spelled"]
