"""Formula weights against published conversion factors, and prices of one year against each other."""

import pytest

from mischmetal import units
from mischmetal.facts import facts_of, find, get
from mischmetal.facts.price import Rate, export_level, price_of, ratio, vat_rate, vat_refund


def test_oxide_factors_are_those_published() -> None:
    published = facts_of(find(table="baseline-2024", variable="oxide_per_metal"))
    assert {fact.commodity for fact in published} == set(units.OXIDE)
    for fact in published:
        assert fact.value is not None
        assert units.oxide_per_metal(fact.commodity) == pytest.approx(fact.value, abs=0.0051), fact.id


@pytest.mark.parametrize("element", ["ndpr", "dy", "tb"])
def test_export_price_of_2024_is_the_price_in_china_with_vat(element: str) -> None:
    """The 2024 means in China, ex VAT, and FOB meet once the VAT that is not refunded is put back."""
    inside = price_of(get(f"baseline-2024.cn.price-annual-mean.{element}-oxide.2024.2"))
    fob = price_of(get(f"baseline-2024.cn.price-annual-mean.{element}-oxide.2024"))
    assert (inside.basis.incoterm, inside.basis.vat, fob.basis.incoterm) == ("EXW", "ex", "FOB")
    level = export_level(inside, vat_rate("2024"), vat_refund("2024"))
    assert ratio(level, fob) == pytest.approx(1.0, abs=0.02)
    refunded = export_level(inside, vat_rate("2024"), Rate(value=vat_rate("2024").value, fact="none"))
    assert ratio(refunded, fob) < 0.9
