"""Table headers: which column holds the hole, the depths, the length and which grade in which unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mischmetal.watch.read import analytes
from mischmetal.watch.read.masses import MASSES, TONNES_MT
from mischmetal.watch.read.tokens import Token

_LENGTHS = {
    "int",
    "intv",
    "drilled",
    "apparent",
    "metres",
    "intersect",
    "interval",
    "width",
    "length",
    "thickness",
    "m",
}
_OTHER_NUMBERS = {"east", "easting", "north", "northing", "rl", "mrl", "azimuth", "azi", "dip", "elevation", "depth", "x", "y", "z", "lat", "long", "latitude", "longitude", "gm", "gxm", "recovery", "sg", "density", "cog", "bearing", "metal", "eoh"}  # fmt: skip
_TEXTS = {"category", "classification", "class", "deposit", "prospect", "project", "comment", "comments", "lithology", "geology", "area", "domain", "zone", "type", "name", "material", "lode", "target", "description", "remarks", "company", "kategorie", "categoria", "classe", "status", "pit", "block", "sample"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `role`: hole, from, to, length, truewidth, grade, tonnes, contained, number, text."""

    role: str
    analyte: str = ""
    unit: str = ""
    factor: float = 1.0  # to metres, million tonnes or the mass unit
    mass: str = ""  # oz, lb, t, kg: contained only

    @property
    def numeric(self) -> bool:
        return self.role not in {"hole", "text"}


def read_header(tokens: list[Token]) -> list[Column] | None:
    """The columns that a line (or a few lines) of headings names, in order; None where it is no header."""
    if any(t.kind == "number" for t in tokens) or len(tokens) < 3:
        return None
    columns: list[Column] = []
    i = 0
    while i < len(tokens):
        i = read_column(tokens, i, columns)
    return columns if is_header(columns) else None


def is_header(columns: list[Column]) -> bool:
    """Whether the columns are those of drill results or of a resource table."""
    roles = [c.role for c in columns]
    if "grade" not in roles:
        return False
    drill = ("from" in roles and ("to" in roles or "length" in roles)) or (
        "hole" in roles and "length" in roles
    )
    return drill or "tonnes" in roles


def read_column(tokens: list[Token], i: int, out: list[Column]) -> int:
    """Read one token of a header into `out`; the place after it."""
    token = tokens[i]
    kind, name = token.kind, token.name
    if kind == "holeword":
        out.append(Column("hole"))
        return (
            i + 2
            if i + 1 < len(tokens) and tokens[i + 1].name in {"id", "no", "number", "name", "nr"}
            else i + 1
        )
    if kind == "from":
        out.append(Column("from"))
    elif kind == "to" or (token.text in {"a", "A"} and out and out[-1].role == "from"):
        out.append(Column("to"))
    elif kind == "truewidth":
        out.append(Column("truewidth"))
        if i + 1 < len(tokens) and tokens[i + 1].kind == "zone":
            return i + 2
    elif kind == "analyte":
        return _grade_column(tokens, i, out)
    elif kind in {"unit", "share"}:
        _unit_column(token, out)
    elif kind in TONNES_MT or kind in MASSES:
        _mass_column(token, out)
    elif kind == "contained":
        out.append(Column("contained"))
    elif kind in {"metre", "foot"}:
        _metre_column(token, out, tokens[i - 1].name if i else "")
    elif (
        kind == "zone"
        and name not in {"zone", "zones", "wide", "hit", "run", "core", "lens", "layer", "horizon"}
    ) or name in _LENGTHS:
        if not (out and out[-1].role in {"length", "truewidth"}):
            out.append(Column("length"))
    elif kind in {"downhole", "eoh"} or name in _OTHER_NUMBERS:
        if not (kind == "downhole" and i + 1 < len(tokens) and tokens[i + 1].kind in {"from", "to", "zone"}):
            out.append(Column("number"))
    elif name in _TEXTS:
        out.append(Column("text"))
    elif kind in {"visual"} or name in {"resource"}:
        pass
    return i + 1


def _grade_column(tokens: list[Token], i: int, out: list[Column]) -> int:
    name = tokens[i].name
    k = i + 1
    parts = [name]
    while k + 1 < len(tokens) and tokens[k].name == "+" and tokens[k + 1].kind == "analyte":
        parts.append(tokens[k + 1].name)
        k += 2
    name = "+".join(parts)
    name = analytes.SPELLINGS.get(name.lower(), name)
    if k + 1 < len(tokens) and tokens[k].name in {":", "/"} and tokens[k + 1].name == "TREO":
        out.append(Column("grade", f"{name}_share", "%TREO"))
        return k + 2
    if out and out[-1].role == "contained" and not out[-1].analyte:
        out[-1] = replace(out[-1], analyte=name)
        return k
    if out and out[-1].role == "grade" and not out[-1].analyte:
        out[-1] = replace(out[-1], analyte=name)
        return k
    out.append(Column("grade", name))
    return k


def _unit_column(token: Token, out: list[Column]) -> None:
    if token.kind == "share":
        if out and out[-1].role == "grade" and out[-1].analyte in analytes.RARE_EARTH_PARTS:
            out[-1] = Column("grade", f"{out[-1].analyte}_share", "%TREO")
        return
    if out and out[-1].role == "grade" and not out[-1].unit:
        out[-1] = replace(out[-1], unit=token.name)
    elif out and out[-1].role == "contained" and not out[-1].mass:
        return
    elif not (out and out[-1].role == "grade" and out[-1].unit == "%TREO"):
        out.append(Column("grade", "", token.name))


def _mass_column(token: Token, out: list[Column]) -> None:
    last = out[-1] if out else None
    if token.kind in MASSES:
        factor, mass = MASSES[token.kind]
        if last is not None and last.role == "grade" and not last.unit:
            out[-1] = Column("contained", last.analyte, factor=factor, mass=mass)
        elif last is not None and last.role == "contained" and not last.mass:
            out[-1] = replace(last, factor=factor, mass=mass)
        else:
            out.append(Column("contained", factor=factor, mass=mass))
        return
    factor = TONNES_MT[token.kind]
    if last is not None and last.role == "contained" and not last.mass:
        out[-1] = replace(last, factor=factor * 1e6, mass="t")
    elif last is not None and last.role == "grade" and not last.unit and any(c.role == "tonnes" for c in out):
        out[-1] = Column("contained", last.analyte, factor=factor * 1e6, mass="t")
    elif last is not None and last.role == "tonnes":
        out[-1] = replace(last, factor=factor)
    elif not any(c.role == "tonnes" for c in out):
        out.append(Column("tonnes", factor=factor))


def _metre_column(token: Token, out: list[Column], before: str) -> None:
    factor = 0.3048 if token.kind == "foot" else 1.0
    if (
        out
        and out[-1].role in {"from", "to", "length", "truewidth", "number"}
        and (before == "(" or out[-1].role != "number")
    ):
        out[-1] = replace(out[-1], factor=factor)
    elif before != "(":
        out.append(Column("length", factor=factor))


def with_units(columns: list[Column], tokens: list[Token]) -> list[Column] | None:
    """The columns with the units of a line that holds nothing else: `(m) (m) (g/t)`."""
    units = [t for t in tokens if t.kind in {"unit", "metre", "foot", *TONNES_MT, *MASSES}]
    if not units or any(
        t.kind not in {"unit", "metre", "foot", "punct", *TONNES_MT, *MASSES} for t in tokens
    ):
        return None
    numeric = [n for n, c in enumerate(columns) if c.numeric]
    grades = [n for n in numeric if columns[n].role == "grade" and not columns[n].unit]
    places = numeric if len(units) == len(numeric) else grades if len(units) == len(grades) else []
    if not places:
        return None
    out = list(columns)
    for n, token in zip(places, units, strict=True):
        column = out[n]
        if column.role == "grade" and token.kind == "unit":
            out[n] = replace(column, unit=token.name)
        elif column.role == "grade" and token.kind in MASSES:
            out[n] = Column(
                "contained", column.analyte, factor=MASSES[token.kind][0], mass=MASSES[token.kind][1]
            )
        elif column.role in {"from", "to", "length", "truewidth"} and token.kind == "foot":
            out[n] = replace(column, factor=0.3048)
        elif column.role == "tonnes" and token.kind in TONNES_MT:
            out[n] = replace(column, factor=TONNES_MT[token.kind])
    return out
