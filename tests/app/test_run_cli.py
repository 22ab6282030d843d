"""The commands as a user types them: real processes, real files, one line for what is wrong."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from mischmetal.chain.tables import packaged
from mischmetal.report.summary import schema

SMALL = ["--chain", "small", "--no-variants", "--months", "6"]


def mischmetal(*words: object, **more) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mischmetal.app.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **more)


@pytest.fixture(scope="module")
def result(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("run") / "china-2025"
    done = mischmetal("run", "china-2025", *SMALL, "--out", out)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"report: {out / 'report.html'}"
    return out


def test_a_run_leaves_report_arrays_tables_and_summary(result):
    assert {p.name for p in result.iterdir()} == {
        "report.html", "results.nc", "summary.json", "provenance.json", "tables"
    }  # fmt: skip
    summary = json.loads((result / "summary.json").read_text())
    jsonschema.validate(summary, schema())
    assert summary["months"] == [f"2025-0{m}" for m in range(1, 7)]
    provenance = json.loads((result / "provenance.json").read_text())
    assert len(provenance["facts"]) == 64
    assert provenance["scenario"]["events"]
    assert provenance["behaviour"]["frozen"] == "2026-11-25"
    import xarray as xr

    with xr.open_dataset(result / "results.nc", engine="h5netcdf") as data:
        assert data["quote"].attrs["units"] == "USD/kg REO"


def test_a_result_checks_itself(result):
    done = mischmetal("check", result)
    assert done.returncode == 0, done.stderr
    spoiled = result.parent / "spoiled"
    shutil.copytree(result, spoiled)
    told = json.loads((spoiled / "summary.json").read_text())
    told["licences"]["pending"][-1] += 50
    told["checks"]["mass_balance_max_relative"] = 1e-3
    (spoiled / "summary.json").write_text(json.dumps(told))
    done = mischmetal("check", spoiled)
    assert done.returncode == 1
    assert "misses pending by 50" in done.stderr
    assert "mass_balance_max_relative" in done.stderr


def test_the_same_command_twice_gives_the_same_bytes(result, tmp_path):
    again = tmp_path / "again"
    assert mischmetal("run", "china-2025", *SMALL, "--out", again).returncode == 0
    for path in sorted(result.rglob("*")):
        if path.suffix in (".csv", ".json"):
            assert path.read_bytes() == (again / path.relative_to(result)).read_bytes(), path.name


def test_an_earlier_result_is_kept_unless_told_otherwise(result):
    before = (result / "summary.json").read_bytes()
    done = mischmetal("run", "no-policy", *SMALL, "--out", result)
    assert done.returncode == 2
    assert done.stderr.strip().endswith("allowed: another folder, or --force to replace it")
    assert (result / "summary.json").read_bytes() == before
    other = result.parent / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("precious")
    done = mischmetal("run", "no-policy", *SMALL, "--out", other, "--force")
    assert done.returncode == 2
    assert (other / "thesis.txt").read_text() == "precious"


def test_markets_are_exported_on_request(tmp_path):
    out = tmp_path / "m"
    done = mischmetal(
        "run",
        "china-2025",
        "--chain",
        "small",
        "--no-variants",
        "--months",
        2,
        "--out",
        out,
        "--export-market",
    )
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in (out / "market").iterdir()) == ["2025-01.zip", "2025-02.zip"]


def test_an_interrupt_leaves_nothing_half_written(tmp_path):
    out = tmp_path / "broken"
    command = [
        sys.executable,
        "-m",
        "mischmetal.app.cli",
        "run",
        "china-2025",
        "--no-variants",
        "--out",
        str(out),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    time.sleep(2.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert process.returncode != 0
    assert "Traceback" not in said
    assert not out.exists()
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_the_earlier_result(result, tmp_path):
    """A file-size limit stands for the disk: writing the arrays fails part of the way."""
    out = tmp_path / "kept"
    shutil.copytree(result, out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "from mischmetal.app.cli import main; main(sys.argv[1:])"
    )
    words = ["run", "china-2025", *SMALL, "--out", str(out), "--force"]
    done = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, timeout=300)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]


GOOD = """name: mine
title: Mine
start: 2025-01
events:
  - id: a
    date: 2025-03-01
    actor: CN
    instrument: ban
    measure: m
    direction: tighten
    title: Ban
    goods: {elements: [Dy], stages: [oxide]}
    destinations: [JP]
    end_uses: all
"""
BAD = {
    "malformed yaml": (GOOD + "  - {", "mine.yaml line"),
    "NO as a country": (GOOD.replace("destinations: [JP]", "destinations: [NOR]"), "destinations"),
    "unknown element": (GOOD.replace("[Dy]", "[Dyy]"), "Did you mean 'Dy'"),
    "duplicate key": (GOOD.replace("title: Ban\n", "title: Ban\n    title: Twice\n"), "title"),
    "a bare number": (GOOD.replace("instrument: ban", "instrument: duty") + "    numbers: {rate: 0.2}\n", "rate"),
    "NaN": (
        GOOD.replace("instrument: ban", "instrument: duty")
        + "    numbers: {rate: {assumption: x, value: .nan, low: 0, high: 1}}\n",
        "rate",
    ),
    "a unit of the wrong dimension": (
        GOOD.replace("instrument: ban", "instrument: quota").replace("date: 2025-03-01", "date: 2025-03-01\n    until: 2025-06-01")
        + "    numbers: {quantity: {assumption: x, value: 5, low: 0, high: 9, unit: USD}}\n",
        "USD",
    ),
    "dates out of order": (
        GOOD + GOOD.split("events:\n")[1].replace("id: a", "id: b").replace("2025-03-01", "2024-03-01").replace("measure: m", "measure: n"),
        "date",
    ),
    "a cycle in extends": (GOOD.replace("title: Mine", "title: Mine\nextends: mine.yaml"), "extends"),
    "an empty file": ("", "mine.yaml"),
    "no UTF-8": (b"name: m\xff\n", "mine.yaml"),
    "a fact that does not exist": (GOOD.replace("title: Ban\n", "title: Ban\n    source: events.nope\n"), "events.nope"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_bad_scenarios_end_in_one_line_and_exit_code_2(what, tmp_path):
    text, said = BAD[what]
    path = tmp_path / "mine.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    done = mischmetal("run", path, *SMALL, "--out", tmp_path / "out")
    assert done.returncode == 2, done.stdout + done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert said in lines[0]
    assert not (tmp_path / "out").exists()


def test_norway_is_a_country(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(GOOD.replace("[JP]", "[NO, SE]"))
    assert mischmetal("check", path).returncode == 0


def test_bad_chains_end_in_one_line_and_exit_code_2(tmp_path):
    folder = tmp_path / "chain"
    shutil.copytree(packaged("small"), folder)
    text = (folder / "plants.csv").read_text().replace(",6000.0,", ",-6000.0,", 1)
    (folder / "plants.csv").write_text(text)
    done = mischmetal("run", "no-policy", "--chain", folder, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "error: plants.csv row 2, base: found -6000.0; allowed: a number of at least 0"
    )


@pytest.mark.parametrize(
    "words",
    [[], ["run"], ["scenarios"], ["check"], ["timeline"], ["claims"], ["facts"], ["chain", "new"], ["chain", "check"],
     ["facts", "find"], ["facts", "show"], ["facts", "validate"], ["watch"]],
)  # fmt: skip
def test_every_command_helps_with_an_example(words):
    done = mischmetal(*words, "--help", env={**os.environ, "COLUMNS": "100"})
    assert done.returncode == 0, done.stderr
    if words not in (["facts"], ["watch"]):
        assert "Example" in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


def test_the_timeline_and_the_scenarios_can_be_read_by_programs():
    phases = json.loads(mischmetal("timeline", "china-2025", "--json").stdout)
    assert phases[0]["direction"] == "tighten"
    assert phases[0]["start"] == "2025-04-04"
    assert set(json.loads(mischmetal("scenarios", "--json").stdout)) >= {"no-policy", "china-2025"}
