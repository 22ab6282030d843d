"""Every subject of `make bench` runs on its smallest case, so that none rots; no second is asserted."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.__main__ import main
from benchmarks.registry import SUBJECTS


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("subject", sorted(SUBJECTS))
def test_every_subject_runs_beside_its_rivals(subject, tmp_path):
    results = main(["--quick", "--out", str(tmp_path), subject])
    assert [r.subject for r in results] == [subject]
    assert len(results[0].rows) >= 2
    assert json.loads((tmp_path / "bench.json").read_text())[0]["rows"]
    assert (tmp_path / "bench.svg").read_text().startswith("<?xml")
