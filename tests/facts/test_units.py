import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mischmetal import units
from mischmetal.errors import InputError

ELEMENTS = st.sampled_from([*units.OXIDE, *units.MIXTURES])
AMOUNTS = st.floats(min_value=1e-6, max_value=1e12)
CONTENTS = st.floats(min_value=0.01, max_value=1.6)


def test_dysprosium_by_hand() -> None:
    dy, o = 162.50, 15.999
    assert units.oxide_per_metal("Dy") == pytest.approx((2 * dy + 3 * o) / (2 * dy))
    assert units.convert(1, "t metal", "t REO", "Dy") == pytest.approx(1.14768, abs=1e-5)
    assert units.convert(100, "USD/kg REO", "USD/kg metal", "Dy") == pytest.approx(114.768, abs=1e-3)


@given(AMOUNTS, ELEMENTS)
def test_oxide_and_back(amount: float, element: str) -> None:
    there = units.convert(amount, "t REO", "kg metal", element)
    assert units.convert(there, "kg metal", "t REO", element) == pytest.approx(amount, rel=1e-12)


@given(AMOUNTS, ELEMENTS, CONTENTS)
def test_magnet_to_metal_and_back(amount: float, element: str, content: float) -> None:
    there = units.convert(amount, "t gross", "t metal", element, content=content)
    assert there < 2 * amount
    assert units.convert(there, "t metal", "t gross", element, content=content) == pytest.approx(
        amount, rel=1e-12
    )


@given(AMOUNTS, AMOUNTS, ELEMENTS)
def test_value_of_a_lot_does_not_depend_on_the_basis(tonnes: float, price: float, element: str) -> None:
    metal = units.convert(tonnes, "t REO", "t metal", element) * units.convert(
        price, "USD/t REO", "USD/t metal", element
    )
    assert metal == pytest.approx(tonnes * price, rel=1e-12)


@given(st.sampled_from(units.CANONICAL), st.sampled_from(units.CANONICAL), AMOUNTS)
def test_units_convert_both_ways_or_not_at_all(a: str, b: str, amount: float) -> None:
    if units.dimension(a) != units.dimension(b):
        with pytest.raises(InputError):
            units.convert(amount, a, b)
    else:
        back = units.convert(units.convert(amount, a, b), b, a)
        assert math.isclose(back, amount, rel_tol=1e-12)


@pytest.mark.parametrize(
    ("value", "frm", "to", "expected"),
    [
        (5, "CNY/t REO", "CNY/kg REO", 0.005),
        (45, "working days", "days", 63),
        (2, "months", "days", 60.875),
        (1, "USD/lb", "USD/kg", 2.2046226),
        (12, "t REO/year", "t REO/month", 1),
        (3, "million USD", "USD", 3e6),
        (25, "percent", "fraction", 0.25),
    ],
)
def test_known_conversions(value: float, frm: str, to: str, expected: float) -> None:
    assert units.convert(value, frm, to) == pytest.approx(expected)


def test_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"found 't RE0'.*Did you mean 't REO'\?"):
        units.parse_unit("t RE0")


@pytest.mark.parametrize(
    ("frm", "to", "told"),
    [
        ("t REO", "USD", "a unit of the dimension of USD"),
        ("t REO", "t metal", "an element"),
        ("t REO", "t gross", "content"),
        ("USD/kg REO", "CNY/kg REO", "a unit of the dimension of CNY/kg REO"),
        ("t", "t REO", "a unit of the dimension of t REO"),
    ],
)
def test_other_dimensions_are_refused(frm: str, to: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        units.convert(1.0, frm, to)


def test_unknown_element_is_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'Dy'"):
        units.oxide_per_metal("Dyy")


@pytest.mark.parametrize(
    ("unit", "currency"),
    [("USD/kg REO", "USD"), ("million CNY", "CNY"), ("CNY/USD", ""), ("t REO", ""), ("kg/unit", "")],
)
def test_currency_of_a_unit(unit: str, currency: str) -> None:
    assert units.currency_of(unit) == currency
