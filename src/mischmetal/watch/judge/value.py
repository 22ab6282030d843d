"""Rare earths by what they would earn: value of a tonne of rock at prices by element, as the product sold.

Only elements that the document prints are valued; a mixed product earns a share of the separated oxides'
price (`tables/payability.csv`). The rank compares with a reference basket at the packaged 2024 prices,
so a rise of heavy prices lifts a heavy-rich result and leaves a light one where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mischmetal.watch.judge.reference import read

PACKAGED = "packaged 2024 prices"
_OXIDE_PER_METAL = {"Nd": 1.1664, "Pr": 1.2082, "Dy": 1.1477, "Tb": 1.1762, "Y": 1.2699, "La": 1.1728, "Ce": 1.2284, "Sm": 1.1596, "Eu": 1.1579, "Gd": 1.1526, "Ho": 1.1455, "Er": 1.1435, "Yb": 1.1387, "Lu": 1.1371}  # fmt: skip
"""Mass of oxide (as sold: Pr6O11, Tb4O7, CeO2) from one mass of metal; formula weights."""

_OXIDES = {"Nd2O3": "Nd", "Pr6O11": "Pr", "Dy2O3": "Dy", "Tb4O7": "Tb", "Y2O3": "Y", "La2O3": "La", "CeO2": "Ce", "Sm2O3": "Sm", "Eu2O3": "Eu", "Gd2O3": "Gd", "Ho2O3": "Ho", "Er2O3": "Er", "Yb2O3": "Yb", "Lu2O3": "Lu", "Pr2O3": "Pr", "Tb2O3": "Tb"}  # fmt: skip
_DY_IN_DYTB = 0.85  # Dy:Tb near 6:1 in most ores; memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """USD a tonne of rock, paid as the product named."""

    usd_per_t: float
    parts: dict[str, float]  # by printed analyte, USD/t
    payability: float
    product: str
    basis: str  # which prices
    equivalent_ppm: float  # TREO of the reference basket that would be worth the same


def packaged_prices() -> dict[str, float]:
    """USD/kg oxide by element, means of 2024, FOB China (EXW for Sc)."""
    return {row["element"]: float(row["value"]) for row in read("prices_2024")}


def payability(deposit_type: str) -> tuple[float, str, str]:
    """Share of the oxide price, the product's name and the source, for a deposit type or ""."""
    rows = {row["deposit_type"]: row for row in read("payability")}
    row = rows.get(deposit_type, rows[""])
    return float(row["value"]), row["product"], row["source_title"]


def _price(name: str, prices: Mapping[str, float]) -> tuple[float, float] | None:
    """USD/kg and the oxide mass for one printed mass of `name`; None where it has no price."""
    if name == "NdPr":
        known = prices.get("NdPr")
        if known is None and "Nd" in prices and "Pr" in prices:
            known = 0.75 * prices["Nd"] + 0.25 * prices["Pr"]
        return None if known is None else (known, 1.0)
    if name == "DyTb":
        if "Dy" in prices and "Tb" in prices:
            return _DY_IN_DYTB * prices["Dy"] + (1 - _DY_IN_DYTB) * prices["Tb"], 1.0
        return None
    if name in _OXIDES:
        element = _OXIDES[name]
        return (prices[element], 1.0) if element in prices else None
    if name in _OXIDE_PER_METAL and name in prices:
        return prices[name], _OXIDE_PER_METAL[name]
    return None


def reference_usd_per_kg() -> float:
    """Value of a kilogram of the reference basket's TREO at the packaged prices, paid as mixed carbonate."""
    prices = packaged_prices()
    paid = payability("clay")[0]
    total = 0.0
    for row in read("reference_basket"):
        known = _price(row["part"], prices)
        assert known is not None
        total += float(row["share_of_treo"]) * known[0]
    return total * paid


def value(
    assays: list[dict[str, Any]], deposit_type: str, prices: Mapping[str, float] | None, basis: str
) -> Value | None:
    """Value of a tonne of rock with these assays; None where no priced element is printed."""
    table = packaged_prices() if prices is None else dict(prices)
    paid, product, _ = payability(deposit_type)
    treo = next((row["value_ppm"] for row in assays if row["analyte"] == "TREO"), None)
    parts: dict[str, float] = {}
    taken: set[str] = set()
    for row in assays:
        name, ppm = row["analyte"], row.get("value_ppm")
        if name.endswith("_share"):
            if treo is None:
                continue
            name, ppm = name.removesuffix("_share"), treo * row["value"] / 100
        known = _price(name, table)
        elements = {"NdPr": {"Nd", "Pr"}, "DyTb": {"Dy", "Tb"}}.get(name, {_OXIDES.get(name, name)})
        if known is None or ppm is None or taken & elements:
            continue
        taken |= elements
        parts[name] = ppm / 1000 * known[1] * known[0] * paid
    if not parts:
        return None
    total = sum(parts.values())
    return Value(
        usd_per_t=total,
        parts=parts,
        payability=paid,
        product=product,
        basis=PACKAGED if prices is None else basis,
        equivalent_ppm=total / reference_usd_per_kg() * 1000,
    )
