"""Grades, and the cut-offs that are made of them.

grade  = [qualifier] number [range] unit ["(" number unit ")"] [of] name {"+" name}
       | name [":"|of|at] number unit
cutoff = grade cutoff-word | cutoff-word [of] grade
"""

from __future__ import annotations

from dataclasses import replace

from mischmetal.watch.read import analytes, numbers
from mischmetal.watch.read.cursor import Cursor
from mischmetal.watch.read.lexicon import UNITS
from mischmetal.watch.read.names import analyte_name
from mischmetal.watch.read.phrase import Grade, Phrase
from mischmetal.watch.read.words import CARRY, GRAMS, PARTED


def _value_unit(r: Cursor, i: int) -> tuple[Grade, int] | None:
    """[qualifier] number [range] unit, without a name."""
    start, qualifier, up_to = i, "", False
    while i < start + 3:
        kind = r.kind(i)
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
    value = r.number(i)
    if value is None or (i > start and r.breaks(i)):
        return None
    first = i
    unit = r.unit(i + 1)
    high: float | None = None
    k = unit[1] if unit else i + 1
    if (
        (r.kind(k) in {"to", "and"} and r.kind(k) != "and")
        or r.name(k) == "-"
        or (r.kind(k) == "and" and r.kind(start) == "between")
    ):
        top, top_unit = r.number(k + 1), r.unit(k + 2)
        if top is not None and top_unit and (unit is None or unit[0] == top_unit[0]) and top > value:
            high, unit, k = top, top_unit, top_unit[1]
    if unit is None:
        if parted := _parted_unit(r, i, value, start, qualifier):
            return parted
        named = analyte_name(r, i + 1)
        if named and (after := r.unit(named[1])) and not analyte_name(r, after[1]):
            grade = Grade(
                named[0],
                value,
                after[0],
                r.tokens[start].start,
                r.tokens[after[1] - 1].end,
                qualifier=qualifier,
            )
            return grade, after[1]
        return None
    value = _settle(r, first, value, unit[0])
    grade = Grade("", value, unit[0], r.tokens[start].start, r.tokens[k - 1].end, high, qualifier, up_to)
    return grade, k


def _parted_unit(r: Cursor, i: int, value: float, start: int, qualifier: str) -> tuple[Grade, int] | None:
    """`9.2 grams gold per tonne`, `3.1 g Au/t`, `2.4 kg U3O8/t`."""
    unit = PARTED.get(r.name(i + 1))
    named = analyte_name(r, i + 3 if r.name(i + 2) in {"of", "di", "de"} else i + 2) if unit else None
    if unit is None or named is None:
        return None
    k = named[1] + 2
    if r.name(named[1]) not in {"per", "/", "a", "pro", "je", "por"} or r.kind(k - 1) != "tonne":
        # `0.7 gram gold`, as some papers print it
        if named[0] not in analytes.PRECIOUS or r.name(i + 1) not in GRAMS:
            return None
        k = named[1]
    elif r.kind(k) == "zone" or r.name(k) == "rock":
        k += 1
    return Grade(named[0], value, unit, r.tokens[start].start, r.tokens[k - 1].end, qualifier=qualifier), k


def _settle(r: Cursor, i: int, value: float, unit: str) -> float:
    """The decimal mark where the unit knows better: no thousands of per cent, no thousandths of ppm."""
    raw = r.tokens[i].text
    if unit == "%" and value > 100 and raw.count(".") + raw.count(",") == 1:
        return numbers.bounded(raw.replace(",", "."))
    if unit in {"ppm", "ppb"} and "," in raw and value < 100:
        whole, _, rest = raw.partition(",")
        if len(rest) == 3 and rest.isdigit() and whole.isdigit():
            return numbers.bounded(whole + rest)
    return value


def read_grade(r: Cursor, i: int) -> tuple[Grade, int] | None:
    """One grade with its name where it has one."""
    named = analyte_name(r, i, opens=True)
    if named is not None:
        return _named_grade(r, i, *named)
    found = _value_unit(r, i)
    if found is None:
        return None
    grade, k = found
    if grade.analyte:
        return _converted(grade), k
    if (
        r.name(k) == "("
        and (inside := analyte_name(r, k + 1))
        and r.name(inside[1]) == ")"
        and not r.breaks(k)
    ):
        grade = replace(grade, analyte=inside[0], end=r.tokens[inside[1]].end)
        return _converted(grade), inside[1] + 1  # 4.0 % (THM)
    if r.name(k) in {"(", "["} and r.kind(k + 1) == "unit" and r.name(k + 2) in {")", "]"}:
        k += 3  # grams per tonne (g/t)
    other: Grade | None = None
    if r.name(k) in {"(", "/"} and (second := _value_unit(r, k + 1)) is not None and not second[0].analyte:
        close = second[1] + 1 if r.name(k) == "(" else second[1]
        if (r.name(k) == "/" or r.name(second[1]) == ")") and not r.metre(k + 2):
            after = r.skip_light(close)
            if analyte_name(r, after) or r.name(k) == "(":
                other, k = second[0], close
    return _finish(r, grade, other, k, i)


def _of_other(r: Cursor, k: int, after: int) -> bool:
    """`71 % of the drill holes`: a share of something that is no analyte."""
    return any(r.name(j) == "of" for j in range(k, after)) and r.kind(after) not in {
        "number",
        "share",
        "",
    }


def _finish(r: Cursor, grade: Grade, other: Grade | None, k: int, i: int) -> tuple[Grade, int]:
    after = r.skip_light(k)
    if r.kind(after) == "share" and grade.unit == "%":
        return replace(grade, unknown=True), after + 1
    named = analyte_name(r, after)
    end = r.tokens[k - 1].end
    if named is None:
        return replace(
            grade,
            end=end,
            unknown=_names_other(r, after) or _of_other(r, k, after),
            extra=_other(r, grade, other, ""),
        ), k
    name, k = named
    assumed = False
    if name == "Li" and grade.unit == "%" and r.tokens[after].text.lower() == "lithium":
        name, assumed = "Li2O", True
    if _share_follows(r, k) and grade.unit == "%" and name in analytes.RARE_EARTH_PARTS:
        share = replace(grade, analyte=f"{name}_share", unit="%TREO", end=r.tokens[k].end)
        return share, k + (1 if r.kind(k) == "share" else 2)
    grade = replace(grade, analyte=name, end=r.tokens[k - 1].end, assumed=assumed)
    return _converted(replace(grade, extra=_other(r, grade, other, name))), k


def _share_follows(r: Cursor, k: int) -> bool:
    if r.breaks(k):
        return False
    if r.kind(k) == "share":
        return True
    return r.name(k) in {":", "/"} and r.kind(k + 1) == "analyte" and r.name(k + 1) == "TREO"


def _other(r: Cursor, grade: Grade, other: Grade | None, name: str) -> Grade | None:
    """The second number of `6885 ppm (0.69 %)`: nothing where it says the same, a share where it is one."""
    if other is None or grade.ppm is None or other.ppm is None:
        return None
    if abs(other.ppm - grade.ppm) <= 0.03 * max(grade.ppm, other.ppm):
        return None
    if other.unit == "%" and name in analytes.RARE_EARTH_PARTS:
        return replace(other, analyte=f"{name}_share", unit="%TREO")
    return None


def _names_other(r: Cursor, k: int) -> bool:
    """Whether the words after a bare grade say that it is of something else: slimes, recovery, core loss."""
    if r.breaks(k) or k >= r.size:
        return False
    if r.kind(k) in {"ratio", "share", "kill"}:
        return True
    return r.kind(k) == "word" and r.name(k).isalpha() and r.name(k) not in CARRY


def _named_grade(r: Cursor, i: int, name: str, k: int) -> tuple[Grade, int] | None:
    """`TREO 0.35 %`, `gold at 3.2 g/t`, unless the number has a name of its own."""
    first = k
    while (
        k < first + 3
        and not r.breaks(k)
        and (
            r.kind(k) in {"at", "share"}
            or r.name(k)
            in {":", "=", "-", "grade", "content", "value", "values", "level", "ratio", "di", "grades"}
            or (r.name(k) in {"/"} and r.name(k + 1) == "TREO")
        )
    ):
        k += 1
    ratio = any(r.kind(j) == "ratio" for j in range(first, k))
    share = False
    if r.name(first) in {"/", ":"} and r.kind(first + 1) == "analyte" and r.name(first + 1) == "TREO":
        share, k = True, first + 2
        while r.kind(k) in {"ratio", "at"} or r.name(k) in {":", "="}:
            k += 1
    if r.breaks(k):
        return None
    found = _value_unit(r, k)
    if found is None or found[0].analyte:
        return None
    grade, after = found
    if (
        r.name(after) == "("
        and (second := _value_unit(r, after + 1)) is not None
        and r.name(second[1]) == ")"
    ):
        other = _other(r, grade, second[0], name)
        if other is not None or (
            (second[0].ppm or 0) and abs((second[0].ppm or 0) - (grade.ppm or 0)) < 0.03 * (grade.ppm or 1)
        ):
            grade, after = replace(grade, extra=other), second[1] + 1
    if r.kind(after) == "share" and grade.unit == "%":
        share, after = True, after + 1
    own = analyte_name(r, r.skip_light(after))
    if own is not None and not share and r.kind(own[1]) != "number":
        if own[0] != name:
            return None
        after = own[1]
    start = r.tokens[i].start
    end = r.tokens[after - 1].end
    if share and name in analytes.RARE_EARTH_PARTS:
        return replace(
            grade, analyte=f"{name}_share", unit="%TREO", start=start, end=end, named_first=True
        ), after
    unknown = ratio or share or _names_ratio(r, after)
    if name == "Li" and grade.unit == "%" and r.tokens[i].text.lower() == "lithium":
        name = "Li2O"
    return _converted(
        replace(grade, analyte=name, start=start, end=end, named_first=True, unknown=unknown)
    ), after


def _names_ratio(r: Cursor, k: int) -> bool:
    return not r.breaks(k) and r.kind(k) in {"ratio"}


def grade_phrase(r: Cursor, i: int) -> Phrase | None:
    found = read_grade(r, i)
    if found is None:
        return None
    grade, k = found
    for kind in ("cutoff", "topcut"):
        j = r.skip_light(k)
        if r.kind(j) == "kill":
            continue
        if r.kind(j) == kind or (r.name(j) in {"lower", "upper", "nominal"} and r.kind(j + 1) == kind):
            last = j + (1 if r.kind(j) == kind else 2)
            if not r.breaks(j):
                own = analyte_name(r, last) if not grade.analyte else None
                return r.make(
                    kind,
                    i,
                    own[1] if own else last,
                    grade=replace(grade, analyte=grade.analyte or (own[0] if own else "")),
                )
    return r.make("grade", i, k, grade=grade, up_to=grade.up_to)


def keyed_cut(r: Cursor, i: int) -> Phrase | None:
    """`cut-off grade of 0.5 g/t Au`, `top cut: 30 g/t`."""
    kind = r.kind(i)
    j = i + 1
    while (
        j < i + 6
        and not r.breaks(j)
        and (
            r.kind(j) in {"at", "about", "cutoff", "topcut"}
            or r.name(j) in {":", "=", "(", "grade", "value", "was", "is", "a", "to", "used", "applied"}
        )
    ):
        j += 1
    if r.breaks(j):
        return None
    found = read_grade(r, j)
    if found is None:
        return None
    return r.make(kind, i, found[1], grade=found[0])


def ending(r: Cursor, i: int) -> Phrase | None:
    found = read_grade(r, r.skip_light(i + 1))
    return None if found is None else r.make("ending", i, found[1], grade=found[0])


def _converted(grade: Grade) -> Grade:
    """Ounces and pounds a ton as g/t and kg/t: the closed list of units has no others."""
    if grade.unit == "oz/t":
        return replace(grade, unit="g/t", value=round(grade.value * UNITS["oz/t"][0], 4))
    if grade.unit == "lb/t":
        return replace(grade, unit="kg/t", value=round(grade.value * UNITS["lb/t"][0] / 1000, 6))
    return grade
