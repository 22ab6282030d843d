"""Clearing on markets whose answer can be worked out by hand, and on a made-up network."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from clear_cases import certified, licensed, market
from scipy.optimize import brentq

from mischmetal.errors import InputError, NotCleared
from mischmetal.simulate.certify import certify, margins
from mischmetal.simulate.clear import clear, prepare, price_interval, rent_sum
from mischmetal.simulate.demand import marginal_value, utility


def at(names, values, name):
    return float(values[names.index(name)])


def test_one_mine_one_user_meets_where_cost_is_value():
    m = market(
        {"mine": ({"ore": 1.0}, 10.0, 0.05, np.inf), "use": ({"ore": -1.0}, 0.0, 0.0, np.inf)},
        {"use": (100.0, 20.0, 0.4, 400.0)},
    )
    cleared = clear(m)
    x = brentq(lambda q: 10 + 0.05 * q - 20 * (q / 100) ** (-1 / 0.4), 1, 1000, xtol=1e-12)
    assert cleared.quantity == pytest.approx([x, x], rel=1e-9)
    assert cleared.price == pytest.approx([10 + 0.05 * x], rel=1e-9)
    assert certified(cleared)


def test_permit_binds_and_its_rent_is_the_gap_between_prices():
    m = licensed(10.0)
    cleared = clear(m)
    cn, jp, rent = (at(m.node_names, cleared.price, n) for n in ("CN", "JP", "permit"))
    assert at(m.activity_names, cleared.quantity, "ship") == pytest.approx(10.0, rel=1e-9)
    assert jp == pytest.approx(min(400.0, 20.0 * (10 / 100) ** (-1 / 0.5)), rel=1e-9)
    assert rent == pytest.approx(jp - cn - 1.0, rel=1e-9)
    assert rent_sum(m, cleared, 1, np.array([m.node_names.index("permit")])) == pytest.approx(rent)


def test_user_at_the_value_of_lost_output_takes_what_there_is():
    m = licensed(1.0)
    cleared = clear(m)
    assert at(m.node_names, cleared.price, "JP") == pytest.approx(400.0, rel=1e-9)
    assert at(m.activity_names, cleared.quantity, "use JP") == pytest.approx(1.0, rel=1e-9)


def test_no_permit_at_all_has_a_finite_rent_and_an_open_interval():
    m = licensed(0.0)
    cleared = clear(m)
    node = m.node_names.index("permit")
    cn, jp = (at(m.node_names, cleared.price, n) for n in ("CN", "JP"))
    assert (jp, cleared.quantity[m.activity_names.index("ship")]) == (400.0, 0.0)
    assert cleared.price[node] == pytest.approx(jp - cn - 1.0, rel=1e-9)
    assert price_interval(m, cleared, node) == pytest.approx((cleared.price[node], np.inf))


def test_slack_permit_has_no_rent_and_prices_differ_by_freight():
    m = licensed(1000.0)
    cleared = clear(m)
    assert at(m.node_names, cleared.price, "permit") == 0.0
    assert at(m.node_names, cleared.disposed, "permit") > 0
    assert at(m.node_names, cleared.price, "JP") == pytest.approx(at(m.node_names, cleared.price, "CN") + 1.0)


def test_permits_in_series_are_worth_their_sum():
    m = market(
        {
            "mine": ({"CN": 1.0}, 10.0, 0.05, 400.0),
            "ship": ({"CN": -1.0, "export": -1.0, "import": -1.0, "JP": 1.0}, 1.0, 0.0, np.inf),
            "use": ({"JP": -1.0}, 0.0, 0.0, np.inf),
        },
        {"use": (100.0, 20.0, 0.5, 400.0)},
        {"export": 50.0, "import": 50.0},
    )
    cleared = clear(m)
    total = rent_sum(m, cleared, 1, np.array([1, 2]))
    assert total == pytest.approx(20.0 * 0.5 ** (-2) - (10 + 0.05 * 50) - 1.0, rel=1e-9)


def test_by_product_in_surplus_is_disposed_of_at_nothing():
    m = market(
        {
            "mine": ({"Ce": 0.7, "Nd": 0.3}, 5.0, 0.01, np.inf),
            "use Nd": ({"Nd": -1.0}, 0.0, 0.0, np.inf),
            "use Ce": ({"Ce": -1.0}, 0.0, 0.0, 20.0),
        },
        {"use Nd": (100.0, 50.0, 0.5, 1000.0), "use Ce": (20.0, 1.0, 0.5, 20.0)},
    )
    cleared = clear(m)
    assert at(m.node_names, cleared.price, "Ce") == 0.0
    assert at(m.node_names, cleared.disposed, "Ce") > 0
    assert at(m.activity_names, cleared.capacity_rent, "use Ce") == pytest.approx(1.0, rel=1e-9)


def test_idle_route_leaves_an_interval_that_holds_the_price():
    m = market(
        {
            "make": ({"A": 1.0}, 10.0, 0.0, np.inf),
            "ship": ({"A": -1.0, "B": 1.0}, 2.0, 0.0, np.inf),
            "scrap": ({"B": -1.0}, -3.0, 0.0, np.inf),
        }
    )
    cleared = clear(m)
    assert (cleared.quantity == 0).all()
    low, high = price_interval(m, cleared, 1)
    assert (low, high) == pytest.approx((3.0, cleared.price[0] + 2.0))
    assert low <= cleared.price[1] <= high


def test_empty_and_closed_markets_clear():
    nothing = clear(market({}))
    assert nothing.objective == 0.0
    closed = replace(licensed(), capacity=np.zeros(4))
    cleared = clear(closed)
    assert (cleared.quantity == 0).all()
    assert certified(cleared)


def test_a_user_who_wants_nothing_takes_nothing():
    m = licensed(10.0)
    idle = replace(m, iso_quantity=np.array([100.0, 0.0]))
    assert at(m.activity_names, clear(idle).quantity, "use JP") == 0.0


@pytest.mark.parametrize("capacity", [5.0, 0.0])
def test_a_need_beyond_reach_is_named(capacity):
    m = market({"make": ({"magnet": 1.0}, 1.0, 0.0, capacity)}, endowment={"magnet": -7.5})
    with pytest.raises(NotCleared, match=r"2025-05: market not cleared at magnet: gap (2|7)\.5 t needed"):
        clear(m, month="2025-05")


def test_an_activity_that_earns_without_limit_is_told():
    m = market({"make": ({"gold": 1.0}, 1.0, 0.0, np.inf), "sell": ({"gold": -1.0}, -2.0, 0.0, np.inf)})
    with pytest.raises(NotCleared, match="without limit"):
        clear(m)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("capacity", np.array([1.0, -2.0, np.inf, np.inf]), "ship, capacity: found -2.0"),
        ("cost", np.array([np.nan, 1.0, 0.0, 0.0]), "mine, cost: found nan"),
        ("slope", np.zeros(3), "slope: found 'shape"),
        ("iso", np.array([2, 2]), "iso: found"),
        ("iso_cap", np.array([400.0, 5.0]), "use JP, iso_cap: found 5.0; allowed: at least iso_price"),
        ("endowment", np.array([0.0, np.inf, 0.0]), "permit, endowment: found inf"),
    ],
)
def test_unsound_arrays_are_refused_by_name(field, value, told):
    with pytest.raises(InputError, match=told):
        clear(replace(licensed(), **{field: value}))


def test_a_workspace_serves_other_numbers_and_other_patterns():
    first = licensed(10.0)
    workspace = prepare(first)
    clear(first, workspace=workspace)
    for other in (licensed(60.0), replace(first, capacity=first.capacity / 2), market({})):
        assert clear(other, workspace=workspace).objective == pytest.approx(clear(other).objective, rel=1e-9)


def test_certificate_names_what_is_wrong():
    m = licensed(10.0)
    cleared = clear(m)
    quantity = cleared.quantity * np.array([1.01, 1.0, 1.0, 1.0])
    worse = certify(m, cleared.price, quantity, cleared.disposed)
    assert worse.worst_node == "CN"
    assert worse.mass_balance > 1e-4
    dearer = certify(m, cleared.price + np.array([1.0, 0.0, 0.0]), cleared.quantity, cleared.disposed)
    assert dearer.complementarity > 1e-3


def test_marginal_value_is_the_slope_of_utility():
    m = licensed(10.0, eps=1.0)
    for x in (np.array([1.0, 3.0]), np.array([60.0, 180.0]), np.array([5.5, 0.5])):
        step = 1e-5 * x
        slope = (utility(m, x + step) - utility(m, x - step)) / (2 * step)
        assert slope == pytest.approx(marginal_value(m, x), rel=1e-6)


def test_margins_vanish_where_something_flows():
    m = licensed(30.0)
    cleared = clear(m)
    margin = margins(m, cleared.price, cleared.quantity)
    assert margin == pytest.approx(np.zeros(4), abs=1e-7)
