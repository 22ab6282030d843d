"""The package with all its extras, in an environment of its own: every command answers there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def command(tmp_path_factory) -> Path:
    """`mischmetal` of a fresh environment with '.[all]' and nothing for development."""
    home = tmp_path_factory.mktemp("clean") / "env"
    subprocess.run([sys.executable, "-m", "venv", home], check=True, timeout=300)
    python = home / "bin" / "python"
    install = [
        python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-c",
        "constraints.txt",
        ".[all]",
    ]
    done = subprocess.run(install, cwd=ROOT, capture_output=True, text=True, timeout=580)
    assert done.returncode == 0, done.stderr[-2000:]
    return home / "bin" / "mischmetal"


def _words(command: Path, *words: str) -> str:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"COLUMNS": "100"}
    done = subprocess.run(
        [command, *words], capture_output=True, text=True, timeout=120, env=environment, cwd="/"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _commands(text: str) -> list[str]:
    lines = text.partition("Commands:")[2].splitlines()
    return [line.split()[0] for line in lines if line.startswith("  ") and line[2:3].isalpha()]


def test_every_command_of_the_whole_tree_helps(command):
    top = _commands(_words(command, "--help"))
    assert {"run", "facts", "watch", "chain", "claims"} <= set(top)
    seen = 0
    for name in top:
        text = _words(command, name, "--help")
        for inner in _commands(text):
            deeper = _words(command, name, inner, "--help")
            for last in _commands(deeper):
                _words(command, name, inner, last, "--help")
            seen += 1
        seen += 1
    assert seen >= 20


def test_a_run_and_a_document_need_nothing_from_development(command, tmp_path):
    out = _words(
        command,
        "run",
        "china-2025",
        "--chain",
        "small",
        "--months",
        "5",
        "--no-variants",
        "--out",
        str(tmp_path / "r"),
    )
    assert out.splitlines()[-1].startswith("report: ")
    text = tmp_path / "a.txt"
    text.write_text("Hole XY-1 returned 12 m at 1.2% TREO from 30 m.")
    assert '"TREO"' in _words(command, "watch", "extract", str(text))
