"""Every example runs as it is given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
ARGUMENTS = {"who_runs_out.py": ["china-2025", "small"], "check_market.py": None}


def test_every_example_is_tried_here():
    assert {p.name for p in EXAMPLES.glob("*.py")} == set(ARGUMENTS)


@pytest.mark.parametrize("name", [name for name, words in ARGUMENTS.items() if words is not None])
def test_an_example_runs(name):
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *ARGUMENTS[name]], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "worst month" in done.stdout
