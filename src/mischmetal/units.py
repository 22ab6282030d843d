"""Units at the doors: a closed list of names, and the ways between oxide, metal and gross tonnes.

Inside the model numbers are bare floats in t REO, t metal or t gross. Here the name of a unit is read, its
dimension is checked and a value is taken from one unit to another. Tonnes of oxide (REO), of metal and of a
gross product are three dimensions: going from one to another needs the element (formula weights) or the
content of the product.

Source of the atomic weights: IUPAC, Standard atomic weights of the elements 2021 (Pure and Applied
Chemistry 94, 2022), abridged values.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mischmetal.errors import InputError

if TYPE_CHECKING:
    import pint

# abridged standard atomic weights, g/mol
ATOMIC_WEIGHT = MappingProxyType(
    {
        "O": 15.999, "Sc": 44.956, "Y": 88.906, "La": 138.91, "Ce": 140.12, "Pr": 140.91, "Nd": 144.24,
        "Sm": 150.36, "Eu": 151.96, "Gd": 157.25, "Tb": 158.93, "Dy": 162.50, "Ho": 164.93, "Er": 167.26,
        "Tm": 168.93, "Yb": 173.05, "Lu": 174.97,
    }
)  # fmt: skip
# the oxide in which each element is traded and reported: atoms of metal, atoms of oxygen
OXIDE = MappingProxyType(
    dict.fromkeys(("Sc", "Y", "La", "Nd", "Sm", "Eu", "Gd", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"), (2, 3))
    | {"Ce": (1, 2), "Pr": (6, 11), "Tb": (4, 7)}
)
# usual mixtures: shares by mass of metal. NdPr as it is sold from most ores, one part of Pr to three of Nd.
MIXTURES = MappingProxyType({"NdPr": {"Nd": 0.75, "Pr": 0.25}})

CURRENCIES = ("USD", "CNY", "EUR", "AUD", "CAD", "JPY", "INR", "MYR")
_BASES = ("", " REO", " metal", " gross")
_MASS = {"kg": 1.0, "t": 1e3, "Mt": 1e9, "lb": 0.45359237}  # kg
_POUND = "lb"


def _definitions() -> dict[str, str]:
    """Canonical name -> expression in the registry's own words."""
    out: dict[str, str] = {}
    for base in _BASES:
        stem = f"kg{base.replace(' ', '_')}" if base else "kilogram"
        for mass, factor in _MASS.items():
            if mass == _POUND:
                continue
            out[f"{mass}{base}"] = f"{factor} * {stem}"
            for span in ("year", "month", "day"):
                out[f"{mass}{base}/{span}"] = f"{factor} * {stem} / {span}"
        for currency in CURRENCIES:
            for mass in ("kg", "t", _POUND):
                out[f"{currency}/{mass}{base}"] = f"{1 / _MASS[mass]!r} * {currency} / {stem}"
    for currency in CURRENCIES:
        out |= {currency: currency, f"million {currency}": f"1e6 * {currency}"}
        out |= {
            f"million {currency}/year": f"1e6 * {currency} / year",
            f"{currency}/month": f"{currency} / month",
        }
        out |= {f"{currency}/unit": f"{currency} / item", f"{currency}/share": f"{currency} / stock"}
        out |= {f"{currency}/USD": f"{currency} / USD"} if currency != "USD" else {}
    return out | {
        "%": "0.01", "fraction": "1", "share": "1", "ppm": "1e-6", "ratio": "1", "wt%": "0.01",
        "percentage points": "0.01", "%/year": "0.01 / year",
        "count": "item", "rank": "place", "index": "point", "date": "calendar",
        "days": "day", "working days": "1.4 * day", "weeks": "7 * day", "months": "month", "years": "year",
        "t REO/t metal": "kg_REO / kg_metal", "t REO/t": "kg_REO / kilogram", "t/t": "1", "kg/t": "1e-3",
        "kg CO2e/kg": "kilogram / kilogram", "kg/MW": "kilogram / megawatt", "kg/unit": "kilogram / item",
        "m3/t": "1e-3 * meter ** 3 / kilogram", "km2": "1e6 * meter ** 2",
        "million litres": "1e3 * meter ** 3",
        "Bq/g": "1e3 * becquerel / kilogram",
    }  # fmt: skip


_DEFINED = MappingProxyType(_definitions())
CANONICAL = tuple(_DEFINED)
# words that users write for a canonical name
SYNONYMS = MappingProxyType(
    {
        "percent": "%", "t oxide": "t REO", "t TREO": "t REO", "kg oxide": "kg REO",
        "USD/kg oxide": "USD/kg REO", "tonnes": "t", "tonne": "t", "metric tons": "t",
        "t/yr": "t/year", "t/y": "t/year",
        "day": "days", "week": "weeks", "month": "months", "year": "years", "business days": "working days",
    }
)  # fmt: skip


@lru_cache(maxsize=1)
def ureg() -> pint.UnitRegistry[float]:
    """The registry behind `convert`, built on first use; a basis of tonnes or a currency is a dimension."""
    import pint

    registry: pint.UnitRegistry[float] = pint.UnitRegistry(cache_folder=None)
    for base in _BASES[1:]:
        registry.define(f"kg{base.replace(' ', '_')} = [mass{base.replace(' ', '_')}]")
    for currency in CURRENCIES:
        registry.define(f"{currency} = [money_{currency}]")
    for name in ("item", "place", "point", "stock", "calendar"):
        registry.define(f"{name} = [{name}s_counted]")
    return registry


def parse_unit(text: str, where: str = "unit") -> str:
    """The canonical name of a unit. Raises InputError, with the nearest name, for one not in the list."""
    name = SYNONYMS.get(text.strip(), text.strip())
    if name not in _DEFINED:
        raise InputError(
            where,
            found=text,
            choices=CANONICAL,
            allowed="t REO, kg REO, t metal, t gross, %, USD/kg REO, ...",
        )
    return name


@lru_cache(maxsize=512)
def _quantity(name: str) -> pint.Quantity[float]:
    quantity: pint.Quantity[float] = 1.0 * ureg().Quantity(_DEFINED[name])
    return quantity


def dimension(unit: str) -> str:
    """The dimension of a unit, as text; equal for units that convert into each other without an element."""
    return str(_quantity(parse_unit(unit)).dimensionality)


def currency_of(unit: str) -> str:
    """The currency that a price or a sum is in, empty for other units and for rates between currencies."""
    words = unit.replace("million ", "").split("/")
    return words[0] if words[0] in CURRENCIES and not set(words[1:]) & set(CURRENCIES) else ""


def basis_of(unit: str) -> str:
    """REO, metal or gross; empty for a unit that says none or two of them."""
    found = [b.strip() for b in _BASES[1:] if b in f" {unit}".replace("/", " / ")]
    return found[0] if len(found) == 1 else ""


def oxide_per_metal(element: str) -> float:
    """Tonnes of oxide that hold one tonne of metal (formula weights); for NdPr, of its usual mixture.

    Raises InputError for anything else.
    """
    if element in MIXTURES:
        return sum(share * oxide_per_metal(part) for part, share in MIXTURES[element].items())
    if element not in OXIDE:
        raise InputError("element", found=element, choices=[*OXIDE, *MIXTURES])
    metals, oxygens = OXIDE[element]
    return 1 + oxygens * ATOMIC_WEIGHT["O"] / (metals * ATOMIC_WEIGHT[element])


def convert(
    value: float, frm: str, to: str, element: str | None = None, *, content: float | None = None
) -> float:
    """A value in `frm` as a value in `to`.

    `element` (a symbol, or NdPr) leads between REO and metal by formula weights; `content` (t REO in a
    tonne of the gross product, in (0, 1.6]) leads between gross and REO, and with both one reaches metal.
    Prices per mass turn the other way. Raises InputError for unknown units, for units of different
    dimensions, and where the element or the content that is needed is missing.
    """
    source, target = parse_unit(frm, "from"), parse_unit(to, "to")
    a, b = basis_of(source), basis_of(target)
    bridge = ureg().Quantity(1.0, "dimensionless")
    if a != b and a and b:
        per_reo = _reo_in(a, element, content) / _reo_in(
            b, element, content
        )  # REO in 1 of a, over REO in 1 of b
        bridge = ureg().Quantity(per_reo, f"kg_{b} / kg_{a}")
        if _is_price(source):
            bridge = 1 / bridge
    moved = value * _quantity(source) * bridge
    if moved.dimensionality != _quantity(target).dimensionality:
        raise InputError("unit", found=frm, allowed=f"a unit of the dimension of {to}")
    return float((moved / _quantity(target)).to("dimensionless").magnitude)


def _is_price(unit: str) -> bool:
    return bool(currency_of(unit)) and "/" in unit


def _reo_in(basis: str, element: str | None, content: float | None) -> float:
    """Tonnes of REO in a tonne of metal, of REO or of gross product."""
    if basis == "REO":
        return 1.0
    if basis == "metal":
        if element is None:
            raise InputError("element", allowed="an element, to go between metal and another basis")
        return oxide_per_metal(element)
    if content is None or not 0 < content <= 1.6:
        raise InputError(
            "content", found=content, allowed="t REO in a tonne of the product, above 0 and at most 1.6"
        )
    return content
