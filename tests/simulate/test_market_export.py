"""Exported months: they read back to the same bits, and a program that knows nothing of this one agrees."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mischmetal.errors import InputError
from mischmetal.simulate.clear import clear
from mischmetal.simulate.market_export import read_month, write_month
from mischmetal.simulate.run import run

CHECKER = Path(__file__).parents[2] / "examples" / "check_market.py"


def check(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(CHECKER), str(path)], capture_output=True, text=True, timeout=300
    )


def test_the_checker_imports_nothing_of_the_package():
    assert "mischmetal" not in CHECKER.read_text().split('"""', 2)[2]


def test_a_licensed_month_of_the_default_chain_is_confirmed_by_another_program(tmp_path):
    run("china-2025", months=5, export=tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"2025-0{m}.zip" for m in range(1, 6)]
    done = check(tmp_path / "2025-05.zip")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("scenario", ["china-ban-heavy", "no-policy"])
def test_months_of_other_scenarios_are_confirmed_too(scenario, tmp_path):
    run(scenario, chain="small", months=9, export=tmp_path)
    done = check(tmp_path / "2025-09.zip")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_answer_is_found_out(tmp_path):
    run("china-2025", chain="small", months=6, export=tmp_path)
    path = tmp_path / "2025-06.zip"
    month = read_month(path)
    from dataclasses import replace

    wrong = replace(month.cleared, price=month.cleared.price * 1.01)
    write_month(path, month.market, wrong, month="2025-06", labels=month.labels)
    done = check(path)
    assert done.returncode == 1
    assert "FAIL margins" in done.stdout


def test_a_month_reads_back_to_the_same_bits_and_bytes(tmp_path):
    run("china-2025", chain="small", months=4, export=tmp_path)
    path = tmp_path / "2025-04.zip"
    month = read_month(path)
    write_month(tmp_path / "again.zip", month.market, month.cleared, month=month.month, labels=month.labels)
    assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()
    again = clear(month.market)
    np.testing.assert_allclose(again.objective, month.cleared.objective, rtol=1e-9)
    kinds = dict(zip(month.market.node_names, month.labels["nodes"]["kind"], strict=True))
    assert {kind for name, kind in kinds.items() if name.startswith("permit ")} == {"permit"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p.write_bytes(b"no zip"), "BadZipFile"),
        (lambda p: _drop(p, "users.csv"), "users.csv"),
        (lambda p: p.unlink(), "FileNotFoundError"),
    ],
)
def test_an_unreadable_month_is_told_in_one_line(change, said, tmp_path):
    run("no-policy", chain="small", months=1, export=tmp_path)
    path = tmp_path / "2025-01.zip"
    change(path)
    with pytest.raises(InputError) as error:
        read_month(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def _drop(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as bundle:
        kept = {n: bundle.read(n) for n in bundle.namelist() if n != name}
    with zipfile.ZipFile(path, "w") as bundle:
        for n, data in kept.items():
            bundle.writestr(n, data)
