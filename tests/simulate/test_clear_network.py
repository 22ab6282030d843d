"""Clearing on made-up networks shaped like the real one: certificates, a second solver, months in a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.subjects.random_network import random_market
from clear_cases import certified

from mischmetal.simulate.clear import clear, prepare
from mischmetal.simulate.market import Market


def compare(market: Market, rel: float = 1e-5) -> None:
    """PIQP and Clarabel must tell the same users' quantities, pinned prices and objective."""
    ours, theirs = clear(market), clear(market, solver="clarabel")
    assert certified(ours)
    assert ours.objective == pytest.approx(theirs.objective, rel=rel)
    assert ours.quantity[market.iso] == pytest.approx(theirs.quantity[market.iso], rel=rel, abs=1e-9)
    fed = np.unique(market.A[:, market.iso].indices)
    assert ours.price[fed] == pytest.approx(theirs.price[fed], rel=rel, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_two_solvers_agree(seed):
    compare(random_market(regions=5, elements=5, groups=2, seed=seed))


def test_two_solvers_agree_on_a_network_of_full_size():
    market = random_market(regions=18, elements=10, groups=6)
    assert market.A.shape[1] > 7000
    compare(market)


@pytest.mark.parametrize("size", [0.0, 1e-3, 0.1])
def test_months_in_a_row_clear_from_the_last_one(size):
    market = random_market(regions=6, elements=5, groups=3, seed=2)
    rng, workspace, last = np.random.default_rng(5), prepare(market), None
    for month in range(6):
        now = replace(
            market,
            capacity=market.capacity * np.exp(size * rng.normal(size=len(market.capacity))),
            cost=market.cost * np.exp(0.3 * size * rng.normal(size=len(market.cost))),
            endowment=market.endowment * rng.choice([0.0, 0.5, 1.0, 2.0], len(market.endowment)),
        )
        last = clear(now, workspace=workspace, guess=last, month=str(month))
        assert certified(last)
        assert last.objective == pytest.approx(clear(now).objective, rel=1e-8)
        assert last.qp_solves <= 10


def test_an_unchanged_month_needs_no_program():
    market = random_market(regions=4, elements=4, groups=2)
    first = clear(market)
    again = clear(market, guess=first)
    assert again.qp_solves == 0
    assert again.quantity == pytest.approx(first.quantity, rel=1e-9, abs=1e-9)


def test_the_same_market_twice_gives_the_same_bytes():
    market = random_market(regions=4, elements=4, groups=2)
    one, two = clear(market), clear(market)
    assert one.price.tobytes() == two.price.tobytes()
    assert one.quantity.tobytes() == two.quantity.tobytes()
