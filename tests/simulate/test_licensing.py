"""The licence queue: every tonne filed is pending, approved, denied or withdrawn, for all inputs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mischmetal.simulate.rules import licensing as rule
from mischmetal.simulate.rules import porthold

MEMBERS, LICENCES, COHORTS, MONTHS = 2, 3, 5, 4
share = st.floats(0, 1)
tonnes = st.floats(0, 1e5)


@st.composite
def a_run(draw):
    """Filings, terms and capacities of four months."""
    months = []
    for _ in range(MONTHS):
        cells = (LICENCES, COHORTS)
        approval = draw(arrays(float, cells, elements=share))
        review = rule.Review(
            decided=draw(arrays(float, cells, elements=share)),
            approval=approval,
            withdrawal=draw(arrays(float, cells, elements=share)) * (1 - approval),
            ready=draw(arrays(float, cells, elements=share)),
        )
        filed = draw(arrays(float, (MEMBERS, LICENCES, COHORTS), elements=tonnes))
        capacity = draw(st.none() | arrays(float, MEMBERS, elements=tonnes))
        months.append((filed, review, capacity))
    return months


@settings(max_examples=60, deadline=None)
@given(a_run())
def test_every_tonne_filed_is_somewhere(months):
    queue = rule.empty_queue(MEMBERS, LICENCES, COHORTS, 6)
    total = dict.fromkeys(("applied", "approved", "denied", "withdrawn", "ready"), 0.0)
    for filed, review, capacity in months:
        queue, flows = rule.advance_queue(queue, filed, review, capacity=capacity)
        total = {name: value + getattr(flows, name) for name, value in total.items()}
        pending = queue.pending.sum(axis=2)
        gone = total["approved"] + total["denied"] + total["withdrawn"]
        np.testing.assert_allclose(total["applied"], gone + pending, rtol=1e-13, atol=1e-9)
        waiting = queue.waiting.sum(axis=2)
        np.testing.assert_allclose(total["approved"], total["ready"] + waiting, rtol=1e-13, atol=1e-9)
        assert (queue.pending >= 0).all()
        assert (queue.waiting >= 0).all()
        if capacity is not None:
            decided = (flows.approved + flows.denied + flows.withdrawn).sum(axis=1)
            assert (decided <= capacity * (1 + 1e-12) + 1e-9).all()


@pytest.mark.parametrize("name", ["decided", "approval", "withdrawal", "ready"])
def test_shares_outside_zero_and_one_are_refused(name):
    terms = {n: np.full((1, 1), 0.5) for n in ("decided", "approval", "withdrawal", "ready")}
    review = rule.Review(**{**terms, name: np.full((1, 1), 1.5)})
    with pytest.raises(ValueError, match=name):
        rule.advance_queue(rule.empty_queue(1, 1, 1, 1), np.ones((1, 1, 1)), review)


def test_a_capacity_delays_and_loses_nothing():
    review = rule.Review(
        decided=np.ones((1, 1)), approval=np.ones((1, 1)), withdrawal=np.zeros((1, 1)), ready=np.ones((1, 1))
    )
    queue, flows = rule.advance_queue(
        rule.empty_queue(1, 1, 1, 1), np.full((1, 1, 1), 10.0), review, capacity=np.array([4.0])
    )
    assert flows.approved[0, 0] == pytest.approx(4.0)
    assert queue.pending[0, 0, 0] == pytest.approx(6.0)


@given(st.floats(0.5, 6), st.floats(5, 300), st.floats(0, 45))
def test_the_kernel_is_a_distribution(shape, scale, lag):
    kernel = rule.weibull_kernel(np.array([shape]), np.array([scale]), np.array([lag]), 24)
    assert (kernel >= -1e-9).all()
    assert kernel.sum() <= 1 + 1e-9


def test_the_kernel_against_a_fine_sum():
    kernel = rule.weibull_kernel(np.array([2.8]), np.array([78.0]), np.array([14.0]), 6, length=30.0)[0]
    filed = (np.arange(30_000) + 0.5) / 1000
    waited = np.arange(7)[:, None] * 30.0 - filed - 14.0
    curve = np.where(waited > 0, 1 - np.exp(-((np.maximum(waited, 0) / 78) ** 2.8)), 0.0).mean(axis=1)
    np.testing.assert_allclose(kernel, np.diff(curve), atol=1e-6)


def test_exponential_reviews_have_the_closed_form():
    months = rule.weibull_kernel(np.array([1.0]), np.array([30.0]), np.array([0.0]), 3, length=30.0)[0]
    assert months[0] == pytest.approx(math.exp(-1), rel=1e-9)
    assert months[2] / months[1] == pytest.approx(math.exp(-1), rel=1e-9)


def test_applications_close_the_gap_and_count_what_is_pending():
    one = np.ones((1, 1))
    filed = rule.applications(
        10 * one, 20 * one, 5 * one, 10 * one, 15 * one, lead=np.array([[3.07]]), closing=np.array([[4.0]])
    )
    assert filed[0, 0] == pytest.approx(10 + (20 + 30.7 - 5 - 10 - 15) / 4)
    assert rule.applications(one, one, 100 * one, one, one, lead=one, closing=one)[0, 0] == 0
    assert rule.order_book(10 * one, 2.07 * one)[0, 0] == pytest.approx(20.7)


@given(arrays(float, (1, 2, 4), elements=tonnes), arrays(float, (1, 2), elements=share))
def test_permits_are_spent_oldest_first_and_expire(permits, part):
    used = permits.sum(axis=2) * part
    left = rule.spend_permits(permits, used)
    np.testing.assert_allclose(left.sum(axis=2), permits.sum(axis=2) - used, rtol=1e-12, atol=1e-8)
    spent = permits - left
    for licence in range(2):
        touched = np.nonzero(spent[0, licence] > 1e-9)[0]
        if len(touched):
            np.testing.assert_array_equal(left[0, licence, touched[0] + 1 :], 0)
    older, expired = rule.age_permits(left, np.array([3.0, np.inf]))
    np.testing.assert_allclose(older.sum(axis=2) + expired, left.sum(axis=2), rtol=1e-12, atol=1e-8)
    assert expired[0, 1] == 0
    assert older[0, 0, 3] == 0


def test_more_cannot_be_shipped_than_is_permitted():
    with pytest.raises(ValueError, match="permitted"):
        rule.spend_permits(np.ones((1, 1, 2)), np.full((1, 1), 2.5))


def test_new_permits_are_the_youngest_and_a_share_goes_to_traders():
    permits = rule.add_permits(np.zeros((1, 1, 3)), np.full((1, 1), 7.0))
    np.testing.assert_array_equal(permits[0, 0], [7, 0, 0])
    own, pool = rule.split_pool(permits.sum(axis=2), np.array([0.1]))
    assert own[0, 0] == pytest.approx(6.3)
    assert pool[0, 0] == pytest.approx(0.7)


@given(arrays(float, (2, 3), elements=tonnes), share, st.floats(0, 3))
def test_a_hold_moves_only_the_share_that_is_held(normal, held, release):
    cap = porthold.hold_cap(normal, np.full(2, held), np.full(2, release))
    np.testing.assert_allclose(cap, normal * (1 - held) + normal * held * release, rtol=1e-12, atol=1e-9)


def test_a_held_share_above_one_is_refused():
    with pytest.raises(ValueError, match="held"):
        porthold.hold_cap(np.ones((1, 1)), np.array([1.2]), np.array([1.0]))


@pytest.mark.parametrize("module", [rule, porthold])
def test_every_rule_states_equation_units_and_source(module):
    rules = [
        f
        for n, f in vars(module).items()
        if callable(f) and not isinstance(f, type) and not n.startswith("_")
    ]
    own = [f for f in rules if f.__module__ == module.__name__]
    assert own
    for f in own:
        for heading in ("Equation", "Units", "Source"):
            assert f"\n    {heading}\n" in f.__doc__, f"{f.__name__}: {heading}"
