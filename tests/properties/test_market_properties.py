"""What must hold for every market: random small networks of regions, stages, permits and users."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.subjects.random_network import random_market
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse

from mischmetal.simulate.certify import certify, margins, money_moved
from mischmetal.simulate.clear import Cleared, clear
from mischmetal.simulate.market import Market

few = settings(max_examples=25, deadline=None)


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """A random market, some of its capacities and permits cut, some tied."""
    market = random_market(
        regions=draw(st.integers(1, 4)),
        elements=draw(st.integers(1, 4)),
        groups=draw(st.integers(1, 2)),
        seed=draw(st.integers(0, 10_000)),
    )
    cuts = draw(
        st.lists(st.tuples(st.integers(0, 10_000), st.sampled_from([0.0, 0.1, 0.5, 2.0])), max_size=6)
    )
    capacity, endowment = market.capacity.copy(), market.endowment.copy()
    for place, factor in cuts:
        j = place % len(capacity)
        capacity[j] = factor * (capacity[j] if np.isfinite(capacity[j]) else 10.0)
        endowment[place % len(endowment)] *= factor
    return replace(market, capacity=capacity, endowment=endowment)


def pinned(market: Market, cleared: Cleared) -> np.ndarray:
    """Nodes whose price is no interval: some user takes from them, and could take more or less."""
    x = cleared.quantity[market.iso]
    able = (x > 1e-6) & (x < market.capacity[market.iso] * (1 - 1e-6))
    return np.unique(market.A[:, market.iso[able]].indices)


@few
@given(markets(), st.integers(0, 10_000), st.floats(1.01, 3.0))
def test_relaxing_a_capacity_or_a_permit_never_lowers_the_surplus(market, place, factor):
    before = clear(market)
    finite = np.flatnonzero(np.isfinite(market.capacity))
    j = finite[place % len(finite)]
    wider = replace(
        market,
        capacity=np.where(np.arange(len(market.cost)) == j, factor * market.capacity + 1, market.capacity),
    )
    permits = [i for i, name in enumerate(market.node_names) if name.startswith("permit")]
    endowment = market.endowment.copy()
    if permits:
        endowment[permits[place % len(permits)]] += factor
    for after in (clear(wider), clear(replace(market, endowment=endowment))):
        assert after.objective <= before.objective + 1e-9 * abs(before.objective) + 1e-9


@few
@given(markets())
def test_nothing_runs_at_a_loss_and_what_is_left_over_is_free(market):
    cleared = clear(market)
    margin = margins(market, cleared.price, cleared.quantity) / money_moved(
        market, cleared.price, cleared.quantity
    )
    assert (margin[cleared.quantity > 1e-6] >= -1e-6).all()
    assert (margin[cleared.quantity < market.capacity - 1e-6] <= 1e-6).all()
    assert (cleared.price[cleared.disposed > 1e-6] <= 1e-6).all()
    assert cleared.certificate.mass_balance <= 1e-9
    # the certificate is not taken from the solver: it is what the arrays say
    assert cleared.certificate == certify(market, cleared.price, cleared.quantity, cleared.disposed)


@few
@given(markets(), st.sampled_from([1e-3, 0.5, 7.0, 1000.0]), st.sampled_from([0.01, 1.0, 100.0]))
def test_units_change_nothing(market, tonnes, dollars):
    """Quantities in other units by a factor `tonnes`, money by `dollars`."""
    other = replace(
        market,
        endowment=market.endowment * tonnes,
        capacity=market.capacity * tonnes,
        iso_quantity=market.iso_quantity * tonnes,
        cost=market.cost * dollars,
        slope=market.slope * dollars / tonnes,
        iso_price=market.iso_price * dollars,
        iso_cap=market.iso_cap * dollars,
    )
    one, two = clear(market), clear(other)
    assert two.objective == pytest.approx(one.objective * tonnes * dollars, rel=1e-6)
    users = market.iso
    assert two.quantity[users] / tonnes == pytest.approx(one.quantity[users], rel=1e-4, abs=1e-6)
    nodes = pinned(market, one)
    assert two.price[nodes] / dollars == pytest.approx(one.price[nodes], rel=1e-4, abs=1e-3)


def halved(market: Market, region: str) -> Market:
    """The market with a region's nodes twice, what touches them in halves, and free trade between them."""
    twin = [
        i
        for i, name in enumerate(market.node_names)
        if region in name.split()[1:] and not name.startswith("permit")
    ]
    n, a = market.A.shape
    of = {i: n + k for k, i in enumerate(twin)}
    touched = np.flatnonzero(abs(market.A[twin, :]).sum(axis=0) > 0)
    half = np.ones(a)
    half[touched] = 0.5
    copy = market.A[:, touched].tocoo()
    rows = np.array([of.get(int(i), int(i)) for i in copy.row])
    second = sparse.csc_array((copy.data, (rows, copy.col)), shape=(n + len(twin), len(touched)))
    first = sparse.vstack([market.A, sparse.csc_array((len(twin), a))])
    k = np.arange(len(twin))
    here, there = np.array(twin), n + k
    ones = np.ones(len(twin))
    shape = (n + len(twin), len(twin))
    go = sparse.csc_array((np.r_[-ones, ones], (np.r_[here, there], np.r_[k, k])), shape=shape)
    own = np.isin(market.iso, touched)
    at = {int(j): a + p for p, j in enumerate(touched)}
    iso_half = np.where(own, 0.5, 1.0)
    free = np.zeros(2 * len(twin))
    endowment = market.endowment.copy()
    endowment[twin] *= 0.5

    def both(values: np.ndarray, factor: np.ndarray, rest: np.ndarray) -> np.ndarray:
        return np.r_[values * factor, (values * factor)[touched], rest]

    return Market(
        A=sparse.hstack([first, second, go, -go], format="csc"),
        endowment=np.r_[endowment, endowment[twin]],
        cost=both(market.cost, np.ones(a), free),
        slope=both(market.slope, 1 / half, free),
        capacity=both(market.capacity, half, free + np.inf),
        asked_rent=both(market.asked_rent, np.ones(a), free),
        iso=np.r_[market.iso, np.array([at[int(j)] for j in market.iso[own]], dtype=np.int64)],
        iso_quantity=np.r_[market.iso_quantity * iso_half, (market.iso_quantity * iso_half)[own]],
        iso_price=np.r_[market.iso_price, market.iso_price[own]],
        iso_elasticity=np.r_[market.iso_elasticity, market.iso_elasticity[own]],
        iso_cap=np.r_[market.iso_cap, market.iso_cap[own]],
        node_names=(*market.node_names, *(f"{market.node_names[i]} twin" for i in twin)),
        activity_names=(
            *market.activity_names,
            *(f"{market.activity_names[j]} twin" for j in touched),
            *(f"to twin {i}" for i in twin),
            *(f"from twin {i}" for i in twin),
        ),
    )


@few
@given(markets())
def test_two_halves_with_free_trade_are_one_region(market):
    one, two = clear(market), clear(halved(market, "0"))
    assert two.objective == pytest.approx(one.objective, rel=1e-7)
    nodes = pinned(market, one)
    assert two.price[nodes] == pytest.approx(one.price[nodes], rel=1e-4, abs=1e-3)


@few
@given(markets(), st.integers(0, 2**31))
def test_any_guess_leads_to_the_same_month(market, seed):
    rng = np.random.default_rng(seed)
    good = clear(market)
    n, a = market.A.shape
    quantity = np.minimum(good.quantity * 10 ** rng.uniform(-3, 3, a), market.capacity)
    bad = Cleared(
        price=10 ** rng.uniform(-3, 4, n),
        quantity=quantity,
        disposed=np.zeros(n),
        capacity_rent=np.zeros(a),
        objective=0.0,
        qp_solves=0,
        certificate=good.certificate,
    )
    again = clear(market, guess=bad)
    assert again.qp_solves <= 10
    # where nothing can be had the objective is nothing: compare with the money at stake
    stake = float((market.iso_quantity * market.iso_price).sum())
    assert again.objective == pytest.approx(good.objective, rel=1e-8, abs=1e-12 * stake + 1e-12)
    assert again.quantity[market.iso] == pytest.approx(good.quantity[market.iso], rel=1e-5, abs=1e-6)


@few
@given(markets(), st.integers(0, 2**31), st.floats(0.1, 0.9))
def test_activities_may_be_closed_at_random(market, seed, share):
    shut = np.random.default_rng(seed).random(len(market.cost)) < share
    closed = replace(market, capacity=np.where(shut, 0.0, market.capacity))
    cleared = clear(closed)
    assert (cleared.quantity[shut] == 0).all()
    assert cleared.certificate.complementarity <= 1e-6
    assume(share > 0.2)
    assert cleared.objective >= clear(market).objective - 1e-9 * abs(cleared.objective) - 1e-9
