"""summary.json and the csv tables: published schema, right units, same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

from mischmetal.report import csvs, summary


def test_summary_follows_the_published_schema(licensed, observed) -> None:
    text = summary.summary_text(licensed, observed)
    loaded = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(summary.schema())
    jsonschema.validate(loaded, summary.schema())
    assert loaded["scenario"] == "made-licences"
    assert loaded["months"][0] == "2025-01"
    assert "baseline_max_relative_deviation" not in loaded["checks"]


def test_every_array_has_the_length_of_months(licensed, observed) -> None:
    loaded = summary.summary(licensed, observed)

    def arrays(node):
        if isinstance(node, dict):
            for key, child in node.items():
                if key not in {"months", "facts"}:
                    yield from arrays(child)
        elif isinstance(node, list):
            yield node

    found = list(arrays(loaded))
    assert len(found) > 50
    assert {len(a) for a in found} == {len(loaded["months"])}


def test_no_policy_reports_its_deviation_from_the_baseline(unlicensed, observed) -> None:
    assert summary.summary(unlicensed, observed)["checks"]["baseline_max_relative_deviation"] == 1e-8


def test_sums_over_destinations_and_items(licensed, observed) -> None:
    loaded = summary.summary(licensed, observed)
    assert loaded["exports"]["CN"]["magnets"][4] == pytest.approx(1000.0)
    assert loaded["licences"]["applied"][3] == pytest.approx(320.0)
    filed = np.cumsum(loaded["licences"]["applied"])
    gone = np.cumsum([loaded["licences"][k] for k in ("approved", "denied", "withdrawn")], axis=1).sum(axis=0)
    np.testing.assert_allclose(filed - gone, loaded["licences"]["pending"])


def test_unknown_is_null_and_never_nan(licensed, observed) -> None:
    loaded = summary.summary(licensed, observed)
    assert loaded["prices"]["Sc"]["traded"] == [None] * 24
    assert "NaN" not in summary.summary_text(licensed, observed)


def test_observed_names_fact_and_customs_item(licensed, observed) -> None:
    loaded = summary.summary(licensed, observed)["observed"]
    may = loaded["exports"]["CN"]["magnets"][4]
    assert may["value"] == 1238
    assert may["item"] == "85051110"
    assert may["fact"] in set(observed["facts"])
    assert loaded["exports"]["CN"]["magnets"][20] is None
    assert set(loaded["prices"]) == {str(e) for e in licensed.data["element"].values}


def test_rounding_keeps_ten_digits_and_drops_minus_zero() -> None:
    assert summary.rounded(1.23456789012345) == 1.23456789
    assert str(summary.rounded(-0.0)) == "0.0"
    assert summary.rounded(float("inf")) is None


def test_same_run_same_bytes(licensed, observed, tmp_path: Path) -> None:
    for name in ("a", "b"):
        summary.write_tables(licensed, tmp_path / name, observed)
        summary.write_summary(licensed, observed, tmp_path / name / "summary.json")
    first = {p.name: p.read_bytes() for p in (tmp_path / "a").iterdir()}
    second = {p.name: p.read_bytes() for p in (tmp_path / "b").iterdir()}
    assert first == second
    assert set(first) == {f"{s}.csv" for s in (*csvs.SUBJECTS, "events", "units", "observed")} | {
        "summary.json"
    }


def test_tables_read_back_with_units_for_every_column(licensed, tmp_path: Path) -> None:
    summary.write_tables(licensed, tmp_path)
    prices = pd.read_csv(tmp_path / "prices.csv")
    dy = prices[(prices.element == "Dy") & (prices.month == "2025-06")]["quote"].item()
    assert dy == pytest.approx(float(licensed.data["quote"].sel(element="Dy", month="2025-06")))
    units = pd.read_csv(tmp_path / "units.csv")
    named = {name for names in csvs.SUBJECTS.values() for name in names}
    assert set(units["column"]) == named
    assert units["unit"].notna().all()
    licences = pd.read_csv(tmp_path / "licences.csv")
    assert "CN" not in set(licences["region"])  # rows of nothing but zeros are left out
