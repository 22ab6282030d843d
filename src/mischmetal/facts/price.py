"""The identity of a price: its currency, whether VAT is in it, and where the buyer takes over.

Two prices are compared only on one basis. Every step between bases is a function of its own that takes its
rate from a fact, so that a VAT-inclusive price inside China never meets a FOB price unseen. China refunds no
VAT on exports of rare-earth oxides and metals: what an exporter pays for them is the price with VAT, and FOB
lies at that level. The two are still not one basis, because a buyer inside China gets the VAT back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mischmetal.errors import InputError, MischmetalError
from mischmetal.facts.fact import Fact
from mischmetal.facts.query import facts_of, find


class BasisError(MischmetalError):
    """Two prices on different bases were put side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBasis:
    """What belongs to a price beside its number."""

    currency: str  # USD, CNY, ...
    vat: str  # incl or ex; empty: the source does not say
    incoterm: str  # FOB, EXW, CIF, DDP; empty: the source does not say

    def __str__(self) -> str:
        vat = {"incl": "with VAT", "ex": "ex VAT"}.get(self.vat, "VAT not known")
        return ", ".join((self.currency, vat, self.incoterm or "delivery not known"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price with its basis, and the ids of all facts that it rests on."""

    value: float  # basis.currency per the mass that the fact's unit says
    basis: PriceBasis
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A rate of VAT (fraction) or of exchange (currency units per USD), with its fact."""

    value: float
    fact: str


EX_WORKS_CHINA = PriceBasis(currency="CNY", vat="ex", incoterm="EXW")
FOB = PriceBasis(currency="USD", vat="ex", incoterm="FOB")


def basis_of(fact: Fact) -> PriceBasis:
    """The basis of a fact that is a price. Raises InputError where it has no currency."""
    if not fact.currency:
        raise InputError(fact.id, field="currency", allowed="a fact that is a price, with a currency")
    return PriceBasis(currency=fact.currency, vat=fact.vat, incoterm=fact.incoterm)


def price_of(fact: Fact) -> Price:
    """A fact as a price; the middle where only a range is told. Raises InputError without a number."""
    value = fact.value
    if value is None and fact.low is not None and fact.high is not None:
        value = 0.5 * (fact.low + fact.high)
    if value is None:
        raise InputError(fact.id, field="value", allowed="a fact with a number")
    return Price(value=value, basis=basis_of(fact), facts=(fact.id,))


def vat_rate(period: str) -> Rate:
    """China's standard rate of VAT on goods in force at a period (YYYY, YYYY-MM or a day), as a fraction."""
    rate = _in_force("vat_rate", period)
    return Rate(value=rate.value / 100, fact=rate.fact)


def vat_refund(period: str) -> Rate:
    """The part of the VAT rate that China refunds on exports of oxides and metals (since May 2005: none)."""
    rate = _in_force("vat_refund_rate", period)
    return Rate(value=rate.value / 100, fact=rate.fact)


def fx_rate(period: str) -> Rate:
    """CNY per USD in the month of a period; for a whole year the mean of its months.

    Raises InputError for a month that no packaged rate covers.
    """
    found = facts_of(find(table="rates", variable="fx_rate", period=period[:7]))
    if not found:
        raise InputError(
            "fx_rate", field="period", found=period, allowed="a month with a packaged rate of exchange"
        )
    values = [f.value for f in found if f.value is not None]
    return Rate(value=sum(values) / len(values), fact=";".join(f.id for f in found))


def _in_force(variable: str, period: str) -> Rate:
    """The newest rate that began by a period. Raises InputError where none had."""
    known = sorted(facts_of(find(table="rates", variable=variable)), key=lambda f: f.period)
    begun = [f for f in known if f.period[: len(period)] <= period]
    if not begun or begun[-1].value is None:
        raise InputError(variable, field="period", found=period, allowed=f"a period since {known[0].period}")
    return Rate(value=begun[-1].value, fact=begun[-1].id)


def without_vat(price: Price, rate: Rate) -> Price:
    """A price with VAT, less it: p / (1 + v). Raises BasisError for a price that has none in it."""
    _require(price, vat="incl", step="take VAT off")
    return _moved(price, price.value / (1 + rate.value), rate, vat="ex")


def with_vat(price: Price, rate: Rate) -> Price:
    """A price ex VAT inside China, with it: p (1 + v). Raises BasisError for any other price."""
    _require(price, vat="ex", incoterm="EXW", step="put VAT on")
    return _moved(price, price.value * (1 + rate.value), rate, vat="incl")


def to_usd(price: Price, rate: Rate) -> Price:
    """A price in CNY, in USD: p / e. Raises BasisError for a price in another currency."""
    _require(price, currency="CNY", step="go from CNY to USD")
    return _moved(price, price.value / rate.value, rate, currency="USD")


def export_level(price: Price, vat: Rate, refund: Rate) -> Price:
    """What a price ex works, ex VAT comes to at the border: p (1 + v - r), FOB; inland freight left out.

    Raises BasisError for a price that isn't ex works and ex VAT.
    """
    _require(price, vat="ex", incoterm="EXW", step="go from works to border")
    moved = _moved(price, price.value * (1 + vat.value - refund.value), vat, incoterm="FOB")
    return replace(moved, facts=(*moved.facts, refund.fact))


def same_basis(prices: Iterable[Price]) -> PriceBasis:
    """The one basis of all prices. Raises BasisError, naming both, where there are two or one is unknown."""
    listed = list(prices)
    if not listed:
        raise InputError("prices", allowed="at least one price")
    first = listed[0]
    for price in listed:
        if price.basis != first.basis:
            raise BasisError(
                f"cannot compare {first.facts[0]} ({first.basis}) with {price.facts[0]} ({price.basis}): "
                "convert one of them first (without_vat, with_vat, to_usd, export_level)"
            )
        if not price.basis.vat:
            raise BasisError(f"cannot compare {price.facts[0]}: its source does not say whether VAT is in it")
    return first.basis


def ratio(a: Price, b: Price) -> float:
    """a / b. Raises BasisError where the two aren't on one basis."""
    same_basis((a, b))
    return a.value / b.value


def _require(price: Price, *, step: str, **wanted: str) -> None:
    for name, value in wanted.items():
        if getattr(price.basis, name) != value:
            raise BasisError(f"cannot {step}: {price.facts[0]} is {price.basis}, not {value}")


def _moved(price: Price, value: float, rate: Rate, **basis: str) -> Price:
    return Price(
        value=value, basis=replace(price.basis, **basis), facts=(*price.facts, *rate.fact.split(";"))
    )
