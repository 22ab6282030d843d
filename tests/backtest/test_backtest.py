"""Back-tests: scores that mean what they say, naive forecasts that know nothing of the future, chains never seen."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mischmetal.backtest import Series, backtest, observed_2025, read_observed, score
from mischmetal.backtest.naive import NAIVE, forecasts
from mischmetal.backtest.run import as_known, load, score_saved, shock_of
from mischmetal.errors import InputError
from mischmetal.simulate.run import month_names

MONTHS = month_names("2030-01", 24)
level = st.floats(0.1, 1e4)


def of(name: str, values: list[float], start: int = 0) -> Series:
    return Series(name=name, dates=MONTHS[start : start + len(values)], values=tuple(values))


@given(st.lists(level, min_size=14, max_size=24), st.sampled_from(["quote.Dy", "exports.magnets"]))
def test_a_perfect_model_has_no_error_and_full_skill(values, name):
    series = of(name, values)
    found = score(series, series.monthly(), "2031-01")
    assert found.scores["log_error_median"] == 0
    assert all(s == pytest.approx(1.0) for s in found.skill.values())
    assert found.scores.get("peak_month_error", 0.0) == 0
    assert found.n == len(values) - 12


@given(st.lists(level, min_size=15, max_size=24), st.floats(0.2, 5))
def test_a_constant_factor_off_is_that_log_error(values, factor):
    series = of("quote.Dy", values)
    found = score(series, factor * series.monthly(), "2031-01")
    for key in ("log_error_median", "log_error_p80"):
        assert found.scores[key] == pytest.approx(abs(np.log(factor)), abs=1e-9)


@given(st.lists(level, min_size=13, max_size=24), st.lists(level, min_size=24, max_size=24))
def test_naive_forecasts_know_nothing_after_the_shock(before, after):
    known = pd.Series(before[:12], index=MONTHS[:12])
    assert set(forecasts("quote.Dy", known, list(MONTHS[12:]))) == set(NAIVE)
    series = of("quote.Dy", [*before[:12], *after[:12]])
    found = score(series, pd.Series(1.0, index=MONTHS), "2031-01")
    # the skill over `no change` follows from what was seen before the shock and the errors after it
    naive = np.abs(np.log(before[11]) - np.log(after[:12])).mean()
    own = np.abs(np.log(after[:12])).mean()
    if naive > 1e-9:
        assert found.skill["no change"] == pytest.approx(1 - own / naive, rel=1e-6, abs=1e-6)


def test_no_share_is_claimed_from_few_dates_and_no_peak_month_from_gaps():
    few = score(of("quote.Dy", [1, 2, 3, 4]), pd.Series(1.0, index=MONTHS), "2030-01")
    assert not {"direction_share", "coverage_80", "peak_ratio"} & set(few.scores)
    gappy = Series(name="quote.Dy", dates=MONTHS[:14:2], values=(1, 2, 5, 2, 1, 1, 1))
    found = score(gappy, pd.Series(np.arange(24.0), index=MONTHS), "2030-01")
    assert "peak_ratio" in found.scores
    assert "peak_month_error" not in found.scores


def test_coverage_counts_what_lies_in_the_band():
    series = of("quote.Dy", [1.0, 2, 3, 4, 5, 6])
    low, high = pd.Series(0.0, index=MONTHS), pd.Series(4.0, index=MONTHS)
    found = score(series, series.monthly(), "2030-01", band=(low, high))
    assert found.scores["coverage_80"] == pytest.approx(4 / 6)


def test_what_was_not_known_is_not_in_the_scenario_of_the_day():
    import datetime

    told = load("china-2025")
    day = datetime.date(2025, 5, 31)
    for event in as_known(told, day).events:
        assert event.published <= day
    assert shock_of(told) == "2025-04"
    with pytest.raises(InputError, match="no measure"):
        shock_of(load("no-policy"))


def test_packaged_observations_have_facts_and_units_of_a_run():
    found = observed_2025()
    names = {s.name for s in found}
    assert {"exports.magnets", "exports.Dy", "quote.Dy", "quote.Y", "domestic.Tb"} <= names
    assert all(s.facts and len(s.dates) == len(s.values) for s in found)


BAD = {
    "no column": ("series,date,value\n", "unit: found 'no such column'"),
    "unknown kind": (
        "series,date,value,unit\nprise.Dy,2030-01,1,USD/kg\n",
        "row 2, series: found 'prise.Dy'",
    ),
    "bad date": ("series,date,value,unit\nquote.Dy,Jan 2030,1,USD/kg\n", "row 2, date: found 'Jan 2030'"),
    "NaN": ("series,date,value,unit\nquote.Dy,2030-01,nan,USD/kg\n", "row 2, value: found 'nan'"),
    "negative": ("series,date,value,unit\nquote.Dy,2030-01,-2,USD/kg\n", "row 2, value: found '-2'"),
    "wrong unit": ("series,date,value,unit\nquote.Dy,2030-01,2,t\n", "row 2, unit: found 't'"),
    "no rows": ("series,date,value,unit\n", "no rows"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_observations_are_told_in_one_line(what, tmp_path):
    path = tmp_path / "seen.csv"
    path.write_text(BAD[what][0])
    with pytest.raises(InputError) as error:
        read_observed(path)
    assert BAD[what][1] in str(error.value)


# a chain that nobody has prepared for: two by-product metals, sold as metal, no oxide, no open market
GALLIUM = {
    "chain": "key,value\nname,gallium and germanium\nbase_year,2022\ncontroller,CN\nhub,\n",
    "elements": "element,name,oxide,oxide_per_metal,traded,surplus\nGa,gallium,Ga2O3,1.344,yes,no\nGe,germanium,GeO2,1.44,yes,no\n",
    "regions": "region,name\nCN,China\nJP,Japan\nUS,United States\nDE,Germany\nCA,Canada\n",
    "groups": "group,name\nchips,Chips\nfibre,Fibre\ndefence,Defence\n",
    "goods": (
        "good,stage,unit,element,tagged,hs\nGa liquor,feed,t metal,,,\nGe dust,feed,t metal,,,\nGa solution,solution,t metal,Ga,,\n"
        "Ge solution,solution,t metal,Ge,,\nGa metal,metal,t metal,Ga,yes,811292\nGe metal,metal,t metal,Ge,yes,811292\n"
    ),
    "content": "good,element,content\nGa liquor,Ga,1\nGe dust,Ge,1\nGa solution,Ga,1\nGe solution,Ge,1\nGa metal,Ga,1\nGe metal,Ge,1\n",
    "processes": "process,kind\nliquor,mine\ndust,mine\ntake Ga,separate\ntake Ge,separate\nfinish Ga,finish\nfinish Ge,finish\n",
    "recipes": (
        "process,good,quantity,spread\nliquor,Ga liquor,1,no\ndust,Ge dust,1,no\ntake Ga,Ga liquor,-1,no\ntake Ga,Ga liquor,0.95,yes\n"
        "take Ge,Ge dust,-1,no\ntake Ge,Ge dust,0.95,yes\nfinish Ga,Ga solution,-1,no\nfinish Ga,Ga metal,1,no\n"
        "finish Ge,Ge solution,-1,no\nfinish Ge,Ge metal,1,no\n"
    ),
    "plants": (
        "process,region,base,low,high,cost,elasticity,spare,note\nliquor,CN,600,500,700,60,0.5,0.4,assumption\n"
        "dust,CN,110,90,130,200,0.5,0.2,assumption\ndust,CA,30,20,40,300,0.5,0.2,assumption\n"
        "take Ga,CN,,,,10,0.5,0.3,assumption\ntake Ge,CN,,,,50,0.5,0.3,assumption\ntake Ge,CA,,,,50,0.5,0.3,assumption\n"
        "finish Ga,CN,,,,5,1,0.3,assumption\nfinish Ge,CN,,,,20,1,0.3,assumption\nfinish Ge,CA,,,,20,1,0.3,assumption\n"
    ),
    "routes": (
        "good,origin,destination,base,low,high,cost,note\nGa metal,CN,JP,40,30,50,2,assumption\nGa metal,CN,DE,25,20,30,2,assumption\n"
        "Ga metal,CN,US,20,15,25,2,assumption\nGe metal,CN,JP,5,4,6,2,assumption\nGe metal,CN,DE,20,15,25,2,assumption\n"
        "Ge metal,CN,US,8,6,10,2,assumption\nGe metal,CA,US,28,20,36,2,assumption\n"
    ),
    "uses": (
        "region,good,group,base,low,high,elasticity,lost_output,note\nCN,Ga metal,chips,480,400,560,0.3,20,assumption\n"
        "JP,Ga metal,chips,40,30,50,0.2,20,assumption\nDE,Ga metal,chips,25,20,30,0.2,20,assumption\n"
        "US,Ga metal,chips,15,12,18,0.2,20,assumption\nUS,Ga metal,defence,5,4,6,0.2,25,assumption\n"
        "CN,Ge metal,fibre,70,60,80,0.3,20,assumption\nJP,Ge metal,fibre,5,4,6,0.2,20,assumption\n"
        "DE,Ge metal,fibre,20,15,25,0.2,20,assumption\nUS,Ge metal,fibre,26,20,32,0.2,20,assumption\n"
        "US,Ge metal,defence,10,8,12,0.2,25,assumption\n"
    ),
    "stocks": "region,good,holder,months,note\nCN,Ga metal,trader,2,assumption\nJP,Ga metal,user,2,assumption\n",
    "prices": "region,good,price,note\nCN,Ga metal,280,assumption\nCN,Ge metal,1200,assumption\nCN,Ga liquor,150,assumption\nCN,Ge dust,600,assumption\nCA,Ge dust,600,assumption\n",
    "targets": "name,measure,base\n",
}  # fmt: skip
CONTROLS = """name: gallium-2023
title: Licences on gallium and germanium
start: 2023-01
events:
  - id: no23
    date: 2023-08-01
    published: 2023-07-03
    actor: CN
    instrument: export_licence
    measure: cn-2023-23
    direction: tighten
    title: Licences on gallium and germanium
    goods: {elements: [Ga, Ge]}
    destinations: all
    end_uses: all
    numbers:
      review_scale: {assumption: as promised, value: 60, low: 45, high: 90}
      review_shape: {assumption: as elsewhere, value: 2.5, low: 2, high: 4}
      approval: {assumption: most civil users, value: 0.8, low: 0.5, high: 1}
      order_book: {assumption: the promised review, value: 2, low: 1, high: 3}
"""


@pytest.fixture(scope="module")
def gallium(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("gallium")
    (folder / "chain").mkdir()
    for name, text in GALLIUM.items():
        (folder / "chain" / f"{name}.csv").write_text(text)
    (folder / "gallium.yaml").write_text(CONTROLS)
    rows = [
        f"flow.Ga metal.CN.*,2023-{m:02d},{v},t"
        for m, v in enumerate([7, 7, 7, 7, 7, 8, 9, 0, 0, 2, 4, 4], start=1)
    ]
    rows += [
        f"domestic.Ga,2023-{m:02d},{v},USD/kg"
        for m, v in ((3, 270), (6, 270), (8, 260), (10, 265), (12, 300))
    ]
    rows += ["quote.Ga,2023-11,500,USD/kg", "domestic.Nb,2023-10,40,USD/kg"]
    (folder / "seen.csv").write_text("series,date,value,unit\n" + "\n".join(rows) + "\n")
    return folder


def test_a_chain_never_seen_is_back_tested_as_a_user_would(gallium):
    command = [
        sys.executable, "-m", "mischmetal.app.cli", "backtest", "--chain", gallium / "chain", "--scenario",
        gallium / "gallium.yaml", "--observed", gallium / "seen.csv", "--json",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    jsonschema.validate(told, json.loads((files("mischmetal.backtest") / "backtest.schema.json").read_text()))
    found = {s["name"]: s for s in told["series"]}
    assert found["flow.Ga metal.CN.*"]["n"] == 5
    assert found["flow.Ga metal.CN.*"]["scores"]["zero_months"] == 2
    assert set(found["domestic.Ga"]["skill"]) >= {"no change", "fixed multiplier", "pass-through"}
    assert set(told["tests"][0]["missing"]) == {
        "domestic.Nb",
        "quote.Ga",
    }  # a chain without an open market has no quote


def test_the_unseen_chain_balances_and_is_confirmed_by_another_program(gallium, tmp_path):
    from mischmetal.simulate.run import run

    result = run(gallium / "gallium.yaml", chain=gallium / "chain", months=11, export=tmp_path)
    assert result.checks["complementarity_max_relative"] <= 1e-6
    assert float(result.data["exports_element"].sel(element="Ga").sum("region").isel(month=7)) < 3e3
    assert np.isfinite(result.data["domestic_CN"].sel(element="Ga").values).all()
    checker = Path(__file__).parents[2] / "examples" / "check_market.py"
    done = subprocess.run(
        [sys.executable, checker, tmp_path / "2023-10.zip"], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout


def test_a_saved_run_is_scored_against_later_figures(gallium, tmp_path):
    out = tmp_path / "saved"
    command = [sys.executable, "-m", "mischmetal.app.cli"]
    done = subprocess.run(
        [*command, "run", "china-2025", "--chain", "small", "--months", "15", "--no-variants", "--out", out],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = tmp_path / "later.csv"
    rows = [f"quote.Dy,{m},{300 + k},USD/kg REO" for k, m in enumerate(month_names("2025-10", 6))]
    seen.write_text("series,date,value,unit\n" + "\n".join(rows) + "\n")
    done = subprocess.run(
        [*command, "backtest", "score", seen, "--run", out], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "quote.Dy" in done.stdout
    assert score_saved(out, read_observed(seen)).shock == "2025-04"
    done = subprocess.run(
        [*command, "backtest", "score", seen, "--run", tmp_path], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


def test_2025_runs_on_the_packaged_observations():
    test = backtest("china-2025", observed_2025(), kind="conditional")
    names = [s.name for s in test.series]
    assert "exports.magnets" in names
    worst = [s.worst for s in test.series]
    assert worst == sorted(worst, reverse=True)
    assert not set(names) & set(test.missing)


def test_the_report_of_another_metal_speaks_of_it_alone(gallium, tmp_path):
    """No observation, quoted figure or score of rare earths on the page of another chain."""
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "mischmetal.app.cli", "run", gallium / "gallium.yaml", "--chain", gallium / "chain",
         "--months", "12", "--no-variants", "--out", out],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (out / "report.html").read_text()
    assert "magnet exports in May" not in page
    assert "January 2023" in page or "Jan 2023" in page
    assert "Not scored" in page or "not scored" in page
    summary = json.loads((out / "summary.json").read_text())
    assert set(summary["prices"]) == {"Ga", "Ge"}
    assert all(v is None for v in summary["observed"]["exports"]["CN"]["magnets"])
