"""Scores, naive forecasts and headlines on series whose answers are known by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mischmetal.report.compare import HEADLINES, compare_table, eu_car_cover, headline_metrics
from mischmetal.report.indicators import before_after, licence_queue, weighted_median, who_is_short
from mischmetal.report.scorecard import NINE, magnet_errors, scorecard, yearly_mean
from mischmetal.report.sections import phases


def test_naive_forecasts_are_computed_from_observation(licensed, observed) -> None:
    error = magnet_errors(licensed, observed, NINE)
    mean = 58148 / 12
    seen = np.array([2626, 1238, 3188, 5577, 6146, 5774, 5473, 6150, 5952])
    assert error["flat"] == pytest.approx(100 * np.abs(mean - seen).mean() / mean)
    assert error["march"] == pytest.approx(100 * np.abs(5323 - seen).mean() / mean)
    assert yearly_mean(observed, "magnets", "2024") == pytest.approx(mean)


def test_a_perfect_forecast_has_no_error(licensed, observed) -> None:
    seen = observed[(observed["what"] == "magnets") & (observed["partner"] == "World")]
    model = licensed.data["exports_magnets"].sum("region").to_series()
    perfect = seen.assign(value=[model.get(m, v) for m, v in zip(seen["month"], seen["value"], strict=True)])
    assert magnet_errors(licensed, perfect, NINE)["model"] == pytest.approx(0.0)


def test_misses_first_hits_last(licensed, unlicensed, observed) -> None:
    hits = list(scorecard(licensed, unlicensed, observed)["hit"])
    assert False in hits
    assert True in hits
    rank = [{False: 0, None: 1, True: 2}[h] for h in hits]
    assert rank == sorted(rank)


def test_scores_of_the_made_up_run(licensed, unlicensed, observed) -> None:
    card = scorecard(licensed, unlicensed, observed).set_index("name")
    assert card.loc["magnet_may_share", "value"] == pytest.approx(100 * 1000 / (58148 / 12))
    assert card.loc["magnet_may_share", "hit"] is True
    assert card.loc["dy_quote_june", "value"] == pytest.approx(3.4)
    assert card.loc["dy_quote_may", "observed"] == pytest.approx(850 / 280)
    assert card.loc["eu_car_cover", "value"] == pytest.approx(20.0)
    assert card.loc["eu_car_cover", "observed"] == pytest.approx(24.5)
    assert card.loc["stopped_no_policy", "hit"] is True
    assert card.loc["domestic_la", "hit"] is None


def test_without_observation_nothing_is_called_hit_or_miss_against_it(licensed, unlicensed, observed) -> None:
    card = scorecard(licensed, unlicensed, observed.iloc[:0]).set_index("name")
    for name in ("magnet_error_april_december", "magnet_sum", "magnet_may_share", "exports_dy_world"):
        assert card.loc[name, "hit"] is None


def test_stopping_users_without_policy_is_a_miss(licensed, observed) -> None:
    card = scorecard(licensed, licensed, observed).set_index("name")
    assert card.loc["stopped_no_policy", "hit"] is False


def test_who_is_short_from_when_and_how_much(licensed, unlicensed) -> None:
    short = who_is_short(licensed)
    assert set(short["group"]) == {"ev"}
    assert set(short["first"]) == {"2025-05"}
    assert set(short["worst"]) == {"2025-06"}
    assert short["short"].sum() == pytest.approx(4 * 55.0)
    assert short["cover_first"].tolist() == [20.0] * 4
    assert who_is_short(unlicensed).empty


def test_queue_by_destination(licensed, unlicensed) -> None:
    queue = licence_queue(licensed).set_index("region")
    assert "CN" not in queue.index
    row = queue.loc["DE"]
    assert row["applied"] == pytest.approx(2 * 21 * 40)
    assert row["granted"] == pytest.approx(36 / 38)
    total = row[["approved", "denied", "withdrawn", "pending"]].sum()
    assert total == pytest.approx(row["applied"])
    assert licence_queue(unlicensed).empty


def test_weighted_median() -> None:
    values, weights = pd.Series([10.0, 20.0, 30.0, np.nan]), pd.Series([1.0, 1.0, 3.0, 9.0])
    assert weighted_median(values, weights) == 30.0
    assert np.isnan(weighted_median(values, weights * 0))


def test_before_and_after_are_monthly_means(licensed) -> None:
    frame = before_after(licensed, "exports_magnets", "2025-04").set_index("region")
    assert frame.loc["DE", "before"] == pytest.approx(2500.0)
    assert frame.loc["DE", "after"] == pytest.approx(2500 * np.mean([0.55, 0.2, 0.6, 1.1, 1.15, 1, 1, 1, 1]))


def test_headlines_side_by_side(licensed, unlicensed) -> None:
    frame = compare_table(licensed, {"no-policy": unlicensed})
    assert list(frame.columns) == ["made-licences", "no-policy"]
    assert list(frame.index) == [h.name for h in HEADLINES]
    assert frame.loc["short_tonnes", "no-policy"] == 0
    assert headline_metrics(licensed)["stopped_share_peak"] == pytest.approx(100 * 0.3 / 6)


def test_a_chain_without_europe_or_dysprosium_has_no_such_headline(licensed) -> None:
    import dataclasses

    other = dataclasses.replace(licensed, data=licensed.data.sel(element=["Nd"], region=["CN", "US"]))
    assert np.isnan(eu_car_cover(other, "2025-05"))
    assert np.isnan(headline_metrics(other)["dy_quote_peak"])


def test_phases_change_only_with_direction() -> None:
    days = [
        ("2025-04-04", "tighten"),
        ("2025-05-01", "neutral"),
        ("2025-05-02", "tighten"),
        ("2025-06-01", "ease"),
    ]
    events = [{"date": day, "direction": direction} for day, direction in days]
    expected = [("2025-04-04", "2025-06-01", "tighten"), ("2025-06-01", "2026-12-28", "ease")]
    assert phases(events, "2026-12-28") == expected
