"""Rules between months: invariants for all inputs, and the habits that hold every rule."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mischmetal.simulate import rules
from mischmetal.simulate.rules.asked import next_quote, next_rent
from mischmetal.simulate.rules.demand import designed_out, slow_demand
from mischmetal.simulate.rules.expectation import expected_price, perceived_risk
from mischmetal.simulate.rules.porthold import hold_cap
from mischmetal.simulate.rules.stock import desired_stock, holding_curve, target_stock
from mischmetal.simulate.rules.trade import qualified_months, traded_price

positive = st.floats(1e-3, 1e4)
share = st.floats(0.0, 1.0)


def _rules():
    for info in pkgutil.iter_modules(rules.__path__):
        module = importlib.import_module(f"{rules.__name__}.{info.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield info.name, name, function


@pytest.mark.parametrize(("module", "name", "function"), list(_rules()))
def test_every_rule_states_equation_units_and_source_and_is_tested(module, name, function):
    doc = inspect.getdoc(function) or ""
    for heading in ("Equation", "Units", "Source"):
        assert f"\n{heading}\n" in doc, f"{module}.{name} lacks {heading}"
    tests = "".join(p.read_text() for p in Path(__file__).parent.glob("test_*.py"))
    assert f"{name}(" in tests, f"no test calls {name}"


@given(positive, positive, positive, st.floats(0.01, 1))
def test_a_quote_rises_when_more_is_wanted_than_there_is_and_never_below_its_floor(
    quote, wanted, available, k
):
    a = [np.array([v]) for v in (quote, 0.0, wanted, available)]
    after = next_quote(*a, k)[0]
    assert (after > quote) == (wanted > available * (1 + 1e-12)) or after == pytest.approx(quote)
    assert next_quote(a[0], np.array([2 * quote]), a[2], a[3], k)[0] >= 2 * quote
    assert next_quote(*a, k, np.array([1.1 * quote]))[0] <= 1.1 * quote * (1 + 1e-12)
    slow = next_quote(*a, k / 2)[0]
    assert abs(np.log(slow / quote)) <= abs(np.log(after / quote)) + 1e-12


@given(st.floats(0, 1e3), positive, positive, st.floats(0.01, 1), st.floats(0.1, 10))
def test_a_rent_is_never_negative_and_moves_with_wanted_over_available(rent, wanted, available, k, r0):
    after = next_rent(np.array([rent]), np.array([wanted]), np.array([available]), k, r0)[0]
    assert after >= 0
    if wanted > available * (1 + 1e-9):
        assert after >= rent
    if wanted < available * (1 - 1e-9):
        assert after <= rent


@given(positive, positive, positive, st.floats(0, 0.5), st.floats(0, 0.5))
def test_expected_prices_lie_between_what_is_seen_and_what_is_normal(expected, price, normal, a, b):
    after = float(expected_price(*(np.array(v) for v in (expected, price, normal)), a, b))
    assert min(expected, price, normal) - 1e-9 <= after <= max(expected, price, normal) + 1e-9
    assert float(expected_price(np.array(price), np.array(price), np.array(price), a, b)) == pytest.approx(
        price
    )


@given(st.floats(0, 5), st.floats(-5, 5), share)
def test_risk_dies_down_and_is_never_negative(risk, event, decay):
    after = float(perceived_risk(np.array(risk), np.array(event), decay))
    assert after >= 0
    assert after <= risk + max(event, 0) + 1e-12


@given(positive, positive, st.floats(0, 3), st.floats(0, 3))
def test_risk_raises_desired_cover(cover, use, risk, h):
    calm = desired_stock(np.array(cover), np.array(use), np.array(0.0), h)
    assert calm == pytest.approx(cover * use)
    assert desired_stock(np.array(cover), np.array(use), np.array(risk), h) >= calm


@given(positive, positive, st.floats(1, 24))
def test_a_gap_in_stock_closes_without_overshooting(stock, desired, months):
    s = np.array(stock)
    for _ in range(3):
        after = target_stock(s, np.array(desired), months)
        assert min(float(s), desired) - 1e-9 <= after <= max(float(s), desired) + 1e-9
        s = after


@given(positive, positive, st.floats(0.05, 3))
def test_stock_at_its_target_is_worth_what_is_expected(value, target, beta):
    cost, slope = holding_curve(np.array(value), np.array(target), beta, np.array(1e-6))
    assert -(cost + slope * target) == pytest.approx(value)
    assert -cost == pytest.approx(value * (1 + beta))


@given(positive, positive, st.floats(0.1, 10), share, share)
def test_slow_demand_moves_towards_its_long_run_curve_and_rests_at_the_base(use, normal, ratio, speed, up):
    rest = slow_demand(
        np.array(normal), np.array(normal), np.array(1.0), np.array(0.2), long_run=0.6, speed=speed, up=up
    )
    assert rest == pytest.approx(normal)
    goal = normal * ratio**-0.4
    after = slow_demand(
        np.array(use), np.array(normal), np.array(ratio), np.array(0.2), long_run=0.6, speed=speed, up=up
    )
    assert min(use, goal) - 1e-6 * use <= after <= max(use, goal) * (1 + 1e-6)


@given(share, share, share, st.floats(1, 36))
def test_what_is_designed_out_stays_out_up_to_its_most(done, stopped, most, months):
    before = min(done, most)
    after = float(designed_out(np.array(before), np.array(stopped), most, months))
    assert before - 1e-12 <= after <= most + 1e-12


@given(st.lists(positive, min_size=2, max_size=5), positive, positive, share)
def test_a_traded_price_lies_within_what_was_paid(spot, index, quote, contract):
    volume = np.arange(1.0, len(spot) + 1)
    found = float(
        traded_price(np.array(spot), np.array(index), volume, np.array(quote), np.array(2.0), contract)
    )
    paid = [contract * index + (1 - contract) * s for s in spot] + [quote]
    assert min(paid) - 1e-9 <= found <= max(paid) + 1e-9
    nothing = traded_price(
        np.array([1.0]), np.array(1.0), np.array([0.0]), np.array(1.0), np.array(0.0), contract
    )
    assert np.isnan(nothing)


def test_a_route_starts_again_when_it_stops_paying():
    q = np.zeros(2)
    for margin in ([1.0, 1.0], [1.0, -1.0], [1.0, 1.0]):
        q = qualified_months(q, np.array(margin))
    assert q.tolist() == [3.0, 1.0]


@given(positive, share, st.floats(0, 3))
def test_a_port_hold_lets_through_what_is_not_held_and_what_is_released(normal, held, release):
    cap = float(hold_cap(np.array([[normal]]), np.array([held]), np.array([release]))[0, 0])
    assert cap >= normal * (1 - held) - 1e-9
    assert float(hold_cap(np.array([[normal]]), np.array([held]), np.array([1.0]))[0, 0]) == pytest.approx(
        normal
    )


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: next_quote(np.ones(1), np.ones(1), np.ones(1), np.zeros(1), 0.2),
        lambda: next_rent(np.ones(1), np.ones(1), np.ones(1), 0.2, 0.0),
        lambda: expected_price(np.ones(1), np.ones(1), np.ones(1), 0.7, 0.7),
        lambda: perceived_risk(np.ones(1), np.ones(1), 1.5),
        lambda: desired_stock(-np.ones(1), np.ones(1), np.ones(1), 1.0),
        lambda: target_stock(np.ones(1), np.ones(1), 0.5),
        lambda: holding_curve(np.ones(1), np.ones(1), 0.0, np.ones(1)),
        lambda: slow_demand(np.ones(1), np.ones(1), np.zeros(1), np.ones(1), long_run=0.5, speed=0.1, up=0.5),
        lambda: designed_out(np.ones(1), np.ones(1), 0.1, 0.0),
        lambda: traded_price(np.ones(1), np.ones(1), np.ones(1), np.ones(1), np.ones(1), 2.0),
        lambda: hold_cap(np.ones((1, 1)), np.array([1.5]), np.array([1.0])),
    ],
)
def test_what_a_rule_cannot_mean_is_refused(wrong):
    with pytest.raises(ValueError, match=r"must|found"):
        wrong()
