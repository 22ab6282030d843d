import pytest
from hypothesis import given
from hypothesis import strategies as st

from mischmetal.errors import InputError
from mischmetal.facts import get
from mischmetal.facts.price import (
    FOB,
    BasisError,
    Price,
    PriceBasis,
    Rate,
    export_level,
    fx_rate,
    price_of,
    ratio,
    same_basis,
    to_usd,
    vat_rate,
    vat_refund,
    with_vat,
    without_vat,
)

SMM = "prices.cn.price.dy-oxide.2025-03-03"
INCL = PriceBasis(currency="CNY", vat="incl", incoterm="EXW")


def test_a_price_with_vat_is_never_compared_with_fob() -> None:
    inside = price_of(get(SMM))
    assert inside.basis == INCL
    fob = Price(value=250.0, basis=FOB, facts=("some-fob-price",))
    with pytest.raises(
        BasisError, match=r"cannot compare .*with VAT.* with some-fob-price .*convert one of them first"
    ):
        ratio(inside, fob)
    with pytest.raises(BasisError, match="cannot compare"):
        ratio(to_usd(inside, fx_rate("2025-03")), fob)


def test_the_way_to_fob_names_every_rate() -> None:
    inside = price_of(get(SMM))
    bare = without_vat(inside, vat_rate("2025-03-03"))
    level = export_level(to_usd(bare, fx_rate("2025-03-03")), vat_rate("2025-03"), vat_refund("2025-03"))
    assert level.basis == FOB
    assert level.value == pytest.approx(1_710_000 / 7.2493)
    assert level.facts == (
        SMM, "rates.cn.vat-rate.2019-04", "rates.cn.fx-rate.2025-03", "rates.cn.vat-rate.2019-04",
        "rates.cn.vat-refund-rate.2005-05",
    )  # fmt: skip
    assert same_basis([level, Price(value=1.0, basis=FOB, facts=("x",))]) == FOB


@pytest.mark.parametrize(
    ("period", "rate"),
    [("2018-04", 0.17), ("2018-05", 0.16), ("2019-03-31", 0.16), ("2019-04", 0.13), ("2025", 0.13)],
)
def test_vat_rate_follows_the_calendar(period: str, rate: float) -> None:
    assert vat_rate(period).value == rate


def test_a_year_takes_the_mean_of_its_months() -> None:
    rate = fx_rate("2024")
    assert rate.value == pytest.approx(7.1957, abs=1e-3)
    assert rate.fact.count(";") == 11


def test_a_month_without_a_rate_is_refused() -> None:
    with pytest.raises(InputError, match="fx_rate, period: found '1990-01'"):
        fx_rate("1990-01")
    with pytest.raises(InputError, match="vat_rate, period: found '1990'"):
        vat_rate("1990")


@given(st.floats(1e-3, 1e9), st.floats(0.0, 0.5))
def test_vat_off_and_on_again(value: float, rate: float) -> None:
    price = Price(value=value, basis=INCL, facts=("p",))
    vat = Rate(value=rate, fact="v")
    back = with_vat(without_vat(price, vat), vat)
    assert back.value == pytest.approx(value, rel=1e-12)
    assert back.basis == INCL


def test_steps_refuse_the_wrong_basis() -> None:
    vat = Rate(value=0.13, fact="v")
    fob = Price(value=1.0, basis=FOB, facts=("p",))
    with pytest.raises(BasisError, match="cannot take VAT off"):
        without_vat(fob, vat)
    with pytest.raises(BasisError, match="cannot put VAT on"):
        with_vat(fob, vat)
    with pytest.raises(BasisError, match="cannot go from CNY to USD"):
        to_usd(fob, vat)
    with pytest.raises(BasisError, match="cannot go from works to border"):
        export_level(fob, vat, vat)


def test_a_basis_that_is_not_known_is_not_compared() -> None:
    unknown = Price(value=1.0, basis=PriceBasis(currency="CNY", vat="", incoterm="EXW"), facts=("p",))
    with pytest.raises(BasisError, match="does not say whether VAT"):
        same_basis([unknown, unknown])


def test_only_prices_have_a_basis() -> None:
    with pytest.raises(InputError, match="a fact that is a price"):
        price_of(get("baseline-2024.cn.mine-output-official-quota.reo.2024"))
