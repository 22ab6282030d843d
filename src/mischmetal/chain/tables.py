"""A chain is a folder of small tables; this module reads and checks them.

Every estimate in a table (`base`, `value`) either names a packaged fact (`fact`) or says in
`note` why it is assumed. Annual tonnes; USD/kg; shares as fractions. See `mischmetal chain new DIR`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mischmetal import facts
from mischmetal.chain.reading import read_rows
from mischmetal.errors import InputError, NotFound

STAGES = ("feed", "solution", "oxide", "metal", "intermediate", "scrap")
KINDS = ("mine", "separate", "finish", "metal", "make", "recycle", "avoid")
PACKAGED = ("default", "small")


def _blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Finite = Field(allow_inf_nan=False)
Number = Annotated[float, BeforeValidator(_blank), Finite]
Optional = Annotated[Annotated[float, Finite] | None, BeforeValidator(_blank)]
Positive = Annotated[float, BeforeValidator(_blank), Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, BeforeValidator(_blank), Field(ge=0, allow_inf_nan=False)]
Flag = Annotated[bool, BeforeValidator(lambda v: {"yes": True, "no": False, "": False}.get(v, v))]


class Row(BaseModel):
    """One row of a chain table; unknown columns are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    note: str = ""


class Estimate(Row):
    """A figure with its range: from a fact, or assumed with the reason in `note`.

    `factor` turns the fact's unit into the table's (for example a share of a total).
    """

    base: Optional = None
    low: Optional = None
    high: Optional = None
    fact: str = ""
    factor: Number = 1.0


class Element(Row):
    element: str
    name: str
    oxide: str
    oxide_per_metal: Positive
    traded: Flag = True
    surplus: Flag = False  # more is dug up than is used: the rest stays in solution at no price


class Region(Row):
    region: str
    name: str
    members: str = ""


class Group(Row):
    group: str
    name: str


class Good(Row):
    good: str
    stage: Literal["feed", "solution", "oxide", "metal", "intermediate", "scrap"]
    unit: Literal["t REO", "t metal", "t gross"]
    element: str = ""  # the one element of a solution or oxide
    tagged: Flag = False  # abroad, its nodes carry the end-use group named on a licence
    hs: str = ""


class Content(Row):
    good: str
    element: str
    content: NotNegative  # t REO in one unit of the good
    fact: str = ""


class Process(Row):
    process: str
    kind: Literal["mine", "separate", "finish", "metal", "make", "recycle", "avoid"]
    classes: Flag = False  # abroad its tagged inputs are met by users with their own cover


class Recipe(Row):
    process: str
    good: str
    quantity: Number  # outputs positive, inputs negative, for one unit of the process
    spread: Flag = False  # yes: the good's elements come out one by one, as "<element> solution"


class Plant(Estimate):
    process: str
    region: str
    cost: Number = 0.0  # USD/kg, engineered; used where the base year gives no margin
    elasticity: Positive = 0.5  # of supply, at the base point
    spare: NotNegative = 0.2  # capacity beyond base output, share


class Route(Estimate):
    good: str
    origin: str
    destination: str
    cost: NotNegative = 0.2  # freight and insurance, USD/kg
    wedge: NotNegative = 0.0  # tax that is not refunded, share of the origin price
    elasticity: Positive = 10.0
    sea_months: NotNegative = 1.0


class Use(Estimate):
    region: str
    good: str
    group: str
    elasticity: Positive = 0.2
    lost_output: Positive = 20.0  # value of lost output, times the base price


class Stock(Row):
    region: str
    good: str
    holder: Literal["trader", "maker", "surplus", "user"]
    months: NotNegative
    low: Optional = None
    high: Optional = None
    fact: str = ""


class Price(Row):
    region: str
    good: str
    price: Optional = None  # USD/kg, ex VAT
    low: Optional = None
    high: Optional = None
    fact: str = ""
    factor: Number = 1.0


class Target(Estimate):
    name: str
    measure: Literal["flow", "in", "out"]
    kind: str = ""
    process: str = ""
    good: str = ""
    origin: str = ""
    destination: str = ""
    group: str = ""


class Variant(Row):
    """A split that facts leave open: how much of `good` and `other` together is `good`, as a factor on it."""

    name: str
    good: str
    other: str
    low: Positive
    high: Positive
    fact: str = ""


OPTIONAL: dict[str, type[Row]] = {"variants": Variant}
TABLES: dict[str, type[Row]] = {
    "elements": Element,
    "regions": Region,
    "groups": Group,
    "goods": Good,
    "content": Content,
    "processes": Process,
    "recipes": Recipe,
    "plants": Plant,
    "routes": Route,
    "uses": Use,
    "stocks": Stock,
    "prices": Price,
    "targets": Target,
}


class Setting(Row):
    key: Literal["name", "base_year", "controller", "hub"]
    value: str = ""  # a chain without an open market leaves hub empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The tables of one chain, checked against each other."""

    name: str
    base_year: str
    controller: str  # region whose border tags goods with the end-use group
    hub: str  # the open market outside the controller
    elements: tuple[Element, ...]
    regions: tuple[Region, ...]
    groups: tuple[Group, ...]
    goods: tuple[Good, ...]
    content: tuple[Content, ...]
    processes: tuple[Process, ...]
    recipes: tuple[Recipe, ...]
    plants: tuple[Plant, ...]
    routes: tuple[Route, ...]
    uses: tuple[Use, ...]
    stocks: tuple[Stock, ...]
    prices: tuple[Price, ...]
    targets: tuple[Target, ...]
    variants: tuple[Variant, ...] = ()


def packaged(name: str) -> Path:
    """Folder of a packaged chain."""
    return Path(str(resources.files("mischmetal.chain") / "tables" / name))


def load_chain(folder: str | Path = "default") -> Chain:
    """Read a chain: a packaged name (`default`, `small`) or a folder of tables.

    Raises InputError naming file, row, field, what was found and what is allowed.
    """
    path = packaged(str(folder)) if str(folder) in PACKAGED else Path(folder)
    if not path.is_dir():
        raise InputError(
            str(folder), found="no such folder", allowed=f"a folder of tables, or {', '.join(PACKAGED)}"
        )
    return _load(path)


@lru_cache(maxsize=8)
def _load(path: Path) -> Chain:
    given = read_rows(path / "chain.csv", Setting)
    _unique("chain", [row.key for row in given])
    settings = {row.key: row.value for row in given}
    for key in ("name", "base_year", "controller"):
        if key not in settings:
            raise InputError(
                "chain.csv", field="key", found=f"no row {key!r}", allowed="name, base_year, controller, hub"
            )
    rows = {name: read_rows(path / f"{name}.csv", model) for name, model in TABLES.items()}
    for name, model in OPTIONAL.items():
        if (path / f"{name}.csv").is_file():
            rows[name] = read_rows(path / f"{name}.csv", model)
    chain = Chain(
        name=settings["name"],
        base_year=settings["base_year"],
        controller=settings["controller"],
        hub=settings.get("hub", ""),
        **rows,
    )
    check(chain)
    return chain


def check(chain: Chain) -> None:
    """Refuse names that no other table knows, duplicate rows, and ranges that do not hold their value."""
    keys = {
        "element": _unique("elements", [r.element for r in chain.elements]),
        "region": _unique("regions", [r.region for r in chain.regions]),
        "group": _unique("groups", [r.group for r in chain.groups]),
        "good": _unique("goods", [r.good for r in chain.goods]),
        "process": _unique("processes", [r.process for r in chain.processes]),
    }
    refers = {"origin": "region", "destination": "region", "other": "good"} | {key: key for key in keys}
    for setting, value in (("controller", chain.controller), ("hub", chain.hub)):
        if value and value not in keys["region"]:
            raise InputError("chain.csv", field=setting, found=value, choices=keys["region"])
    for table in (*TABLES, *OPTIONAL):
        for number, row in enumerate(getattr(chain, table), start=2):
            for field, key in refers.items():
                found = getattr(row, field, "")
                if table == "targets" and found:
                    continue  # targets may list several, separated by blanks
                if found and found not in keys[key]:
                    raise InputError(f"{table}.csv row {number}", field=field, found=found, choices=keys[key])
            _check_range(table, number, row)
            _check_fact(table, number, getattr(row, "fact", ""))
    _unique("plants", [(r.process, r.region) for r in chain.plants])
    _unique("routes", [(r.good, r.origin, r.destination) for r in chain.routes])
    _unique("uses", [(r.region, r.good, r.group) for r in chain.uses])
    _unique("content", [(r.good, r.element) for r in chain.content])
    _unique("recipes", [(r.process, r.good, r.quantity > 0) for r in chain.recipes])
    _unique("stocks", [(r.region, r.good, r.holder) for r in chain.stocks])
    _unique("prices", [(r.region, r.good) for r in chain.prices])
    _unique("targets", [r.name for r in chain.targets])


def _check_fact(table: str, number: int, fact: str) -> None:
    if not fact:
        return
    try:
        facts.get(fact)
    except NotFound:
        allowed = "the id of a packaged fact (see: mischmetal facts find), or a reason in note"
        raise InputError(f"{table}.csv row {number}", field="fact", found=fact, allowed=allowed) from None


def _unique(table: str, names: list[Any]) -> set[Any]:
    seen: dict[Any, int] = {}
    for number, name in enumerate(names, start=2):
        if name in seen:
            raise InputError(
                f"{table}.csv row {number}", found=name, allowed=f"one row each; row {seen[name]} has it"
            )
        seen[name] = number
    return set(seen)


def _check_range(table: str, number: int, row: Row) -> None:
    base = getattr(row, "base", None)
    if base is not None and base < 0:
        raise InputError(
            f"{table}.csv row {number}", field="base", found=base, allowed="a number of at least 0"
        )
    low, high = getattr(row, "low", None), getattr(row, "high", None)
    value = getattr(row, "base", getattr(row, "price", getattr(row, "months", None)))
    for name, bad in (
        ("low", low is not None and value is not None and low > value * (1 + 1e-9) + 1e-12),
        ("high", high is not None and value is not None and high < value * (1 - 1e-9) - 1e-12),
        ("low", low is not None and high is not None and low > high),
    ):
        if bad:
            raise InputError(
                f"{table}.csv row {number}",
                field=name,
                found=getattr(row, name),
                allowed=f"a range that holds {value:g}" if value is not None else "low at most high",
            )
