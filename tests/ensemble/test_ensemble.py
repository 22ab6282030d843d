"""Ensembles: draws within their ranges, the same numbers for any number of workers, nothing lost on the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mischmetal.ensemble import Range, draw, open_ensemble, ranges, run_ensemble
from mischmetal.ensemble import run as runs
from mischmetal.ensemble.summary import LEAST, bands, chance_of_running_out, importance, outcomes
from mischmetal.errors import InputError
from mischmetal.scenario import load
from mischmetal.simulate.behaviour import packaged
from mischmetal.simulate.run import base_year, run

SMALL = {"chain": "small", "months": 6}


@given(st.integers(2, 70), st.integers(0, 2**31), st.integers(1, 6))
@settings(max_examples=25, deadline=None)
def test_draws_lie_in_their_ranges_and_the_first_stay_the_same(members, seed, count):
    found = [Range(path=f"p{k}", name=f"p{k}", low=-k, high=k + 1.0, unit="") for k in range(count)]
    design = draw(found, members, seed)
    assert design.shape == (members, count)
    for k, r in enumerate(found):
        assert (design[:, k] >= r.low).all()
        assert (design[:, k] <= r.high).all()
    more = draw(found, 2 * members, seed)
    np.testing.assert_array_equal(more[:members], design)


def test_every_range_that_is_not_fixed_is_drawn():
    chain = base_year("default").baseline.network.chain
    found = {r.path for r in ranges(packaged(), load("china-2025"), chain, fixed=["behaviour.hoarding"])}
    assert "behaviour.hoarding" not in found
    assert {"behaviour.cover_scale", "events.port-hold.numbers.held", "chain.heavy_share"} <= found


@pytest.fixture(scope="module")
def ensemble(tmp_path_factory):
    folder = tmp_path_factory.mktemp("e") / "members"
    return run_ensemble("china-2025", folder, members=6, workers=2, **SMALL)


def test_any_number_of_workers_gives_the_same_numbers(ensemble, tmp_path):
    alone = run_ensemble("china-2025", tmp_path / "one", members=6, workers=1, **SMALL)
    assert alone.members == ensemble.members
    for name in runs.KEPT:
        np.testing.assert_array_equal(alone.array(name), ensemble.array(name))


def test_a_member_is_the_run_that_its_row_describes(ensemble):
    given_ = [f"{r.path}={v!r}" for r, v in zip(ensemble.ranges, ensemble.design[2].tolist(), strict=True)]
    direct = run("china-2025", overrides=given_, **SMALL)
    np.testing.assert_array_equal(ensemble.array("quote")[2], direct.data["quote"].values.astype(np.float32))


def test_what_is_done_is_not_done_again_and_more_members_go_on(ensemble, tmp_path):
    folder = tmp_path / "members"
    first = run_ensemble("china-2025", folder, members=2, workers=1, **SMALL)
    stamp = {p.name: p.stat().st_mtime_ns for p in folder.glob("member-*.npz")}
    second = run_ensemble("china-2025", folder, members=4, workers=1, **SMALL)
    assert len(first.members), len(second.members) == (2, 4)
    assert {name: (folder / name).stat().st_mtime_ns for name in stamp} == stamp
    np.testing.assert_array_equal(second.array("quote"), ensemble.array("quote")[:4])
    with pytest.raises(InputError, match="another ensemble"):
        run_ensemble("china-2025", folder, members=4, seed=7, workers=1, **SMALL)
    (folder / "member-00003.npz").unlink()
    with pytest.raises(InputError, match="1 members missing"):
        open_ensemble(folder)


def test_a_killed_ensemble_goes_on_where_it_stopped(ensemble, tmp_path):
    folder = tmp_path / "members"
    code = (
        "from pathlib import Path\nfrom mischmetal.ensemble import run_ensemble\nimport sys\n"
        "if __name__ == '__main__':\n"
        "    run_ensemble('china-2025', Path(sys.argv[1]), members=6, workers=1, chain='small', months=6)\n"
    )
    script = tmp_path / "go.py"
    script.write_text(code)
    process = subprocess.Popen([sys.executable, script, folder], start_new_session=True)
    while len(list(folder.glob("member-*.npz"))) < 2 and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = {p.name: p.stat().st_mtime_ns for p in folder.glob("member-*.npz")}
    assert 2 <= len(kept) <= 6
    done = run_ensemble("china-2025", folder, members=6, workers=2, **SMALL)
    assert {name: (folder / name).stat().st_mtime_ns for name in kept} == kept
    np.testing.assert_array_equal(done.array("short"), ensemble.array("short"))


@pytest.mark.filterwarnings("ignore")
def test_a_dask_worker_killed_on_the_way_loses_nothing(ensemble, tmp_path):
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        folder = tmp_path / "members"
        victim = next(iter(cluster.workers.values())).process.pid

        def kill() -> None:
            while not list(folder.glob("member-*.npz")):
                time.sleep(0.02)
            os.kill(victim, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        done = run_ensemble("china-2025", folder, members=6, cluster=cluster.scheduler_address, **SMALL)
        killer.join()
    for name in ("quote", "stopped_share", "exports_magnets"):
        np.testing.assert_array_equal(done.array(name), ensemble.array(name))


def test_an_address_without_scheduler_is_told_in_one_line(tmp_path):
    with pytest.raises(InputError, match="--cluster: found 'tcp://127"):
        run_ensemble("china-2025", tmp_path / "m", members=2, cluster="tcp://127.0.0.1:9", **SMALL)


def test_bands_are_ordered_and_chances_are_shares(ensemble):
    for name, labels in (("exports_magnets", {}), ("quote", {"element": "Dy"}), ("short", {"region": "DE"})):
        table = bands(ensemble, name, **labels)
        assert list(table.index) == list(ensemble.months)
        assert (np.diff(table.to_numpy(), axis=1) >= -1e-6).all()
    chance = chance_of_running_out(ensemble)
    assert chance["chance"].between(0, 1).all()
    assert (chance["chance_worst"] <= chance["chance"] + 1e-12).all()
    assert importance(ensemble).empty  # too few members for an index


@pytest.mark.filterwarnings("ignore")
def test_the_index_finds_what_matters_and_leaves_out_what_does_not(ensemble, monkeypatch):
    """A made-up outcome: one assumption does nearly all of it, another a little, the rest nothing."""
    from dataclasses import replace

    found = [Range(path=f"p{k}", name=f"p{k}", low=0.0, high=1.0, unit="") for k in range(6)]
    design = draw(found, 256, 3)
    made = replace(ensemble, ranges=tuple(found), design=design, members=tuple(range(256)), failed={})
    values = 3 * design[:, 2] + 1 * design[:, 4] ** 2
    monkeypatch.setattr("mischmetal.ensemble.summary.outcomes", lambda e: {"y": values})
    table = importance(made).set_index("assumption")["y"]
    assert len(made.members) >= LEAST
    assert table.index[0] == "p2"
    assert table["p2"] == pytest.approx(0.89, abs=0.06)
    assert table["p4"] == pytest.approx(0.11, abs=0.06)
    assert table.drop(["p2", "p4"]).fillna(0.0).max() < 0.1
    assert outcomes(ensemble)


def test_the_report_shows_the_members(tmp_path):
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "mischmetal.app.cli", "run", "china-2025", "--chain", "small", "--months", "6",
        "--no-variants", "--members", "3", "--out", out,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    page = Path(out / "report.html").read_text()
    assert "3 members" in page
    assert 'id="fan-magnets' in page
    assert (out / "tables" / "chance_of_running_out.csv").exists()
    assert sorted(p.name for p in (out / "members").glob("member-*.npz"))
    assert not out.with_name("out.members").exists()
