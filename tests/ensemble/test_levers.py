"""Levers: nothing done changes nothing, more cover never loses more, the same members behind every difference."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from mischmetal.ensemble.levers import LEVERS, LeverResult, lost_with, run_levers

GIVEN = ("behaviour.cover_scale=0.8", "events.port-hold.numbers.held=0.5")


def lost(*names: str) -> float:
    return lost_with(("china-2025", "small", 8, GIVEN, names))[0]


def test_every_lever_says_what_its_cost_rests_on():
    assert len({lever.name for lever in LEVERS}) == len(LEVERS) >= 7
    assert all(lever.assumption for lever in LEVERS)


@pytest.mark.parametrize("name", ["cover", "release", "thrifting"])
def test_stock_in_hand_and_less_need_never_lose_more(name):
    assert lost(name) <= lost() * (1 + 1e-6)


def test_more_supply_abroad_does_not_make_the_loss_larger_by_much():
    """Second best: a lever can hurt somebody, but on the small chain none moves the loss the wrong way by a tenth."""
    base = lost()
    for name in ("separation", "recycling", "floor", "diversify"):
        assert lost(name) <= base * 1.1


def test_results_are_per_member_differences_most_avoided_first():
    found = run_levers("china-2025", chain="small", months=6, members=2, workers=2)
    assert len(found) == len(LEVERS) + 3
    means = [float(np.mean(r.avoided)) for r in found]
    assert means == sorted(means, reverse=True)
    assert all(len(r.avoided) == 2 for r in found)
    assert sum(len(r.names) == 2 for r in found) == 3


def test_a_band_holds_its_mean_and_nothing_is_saved_per_no_dollar():
    r = LeverResult(names=("x",), title="x", avoided=(1.0, 2.0, 9.0), cost=0.0, lost=3.0)
    told = r.to_json()
    assert told["avoided_10"] <= told["avoided_million_usd"] <= told["avoided_90"]
    assert told["per_dollar"] is None


def test_the_command_prints_json():
    command = [sys.executable, "-m", "mischmetal.app.cli", "levers", "china-2025", "--chain", "small", "--months", "5",
               "--members", "1", "--json"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {r["members"] for r in told["results"]} == {1}
    assert set(told["cost_assumptions"]) == {lever.name for lever in LEVERS}
