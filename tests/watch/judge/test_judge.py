"""What a finding is worth, part by part, and what a careful reader is told beside it."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from mischmetal.watch.finding import CLASSES, Document, Finding
from mischmetal.watch.judge import judge
from mischmetal.watch.judge.flags import FLAGS
from mischmetal.watch.judge.reference import LEAST, rank_intercept, rank_resource
from mischmetal.watch.judge.value import packaged_prices, value
from mischmetal.watch.read import extract


def found(text: str, **more) -> list[Finding]:
    return judge(Document(id="d", source="s", item="i", text=text), extract(text), **more)


def one(text: str, cls: str = "drill", **more) -> Finding:
    [only] = [f for f in found(text, **more) if f.cls == cls]
    return only


def table(name: str) -> list[dict[str, str]]:
    text = files("mischmetal.watch.tables").joinpath(f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def parts(finding: Finding) -> dict[str, float]:
    return {part.name: part.points for part in finding.parts}


GOLD = "Hole ZRC1 returned 21m @ 3.1 g/t Au from 30m (true width 14m)."


def test_a_score_is_the_sum_of_its_parts_and_each_says_why() -> None:
    finding = one(GOLD, company_musd=40.0)
    assert finding.score == pytest.approx(sum(parts(finding).values()))
    assert 0 <= finding.score <= 100
    assert list(parts(finding)) == ["grade x length", "depth", "true width", "novelty", "company size"]
    assert all(part.why for part in finding.parts)
    ranked = finding.parts[0]
    assert (ranked.source, ranked.n) == ("tables/reported_intercepts.csv", 16)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (GOLD, "Hole ZRC1 returned 21m @ 1.1 g/t Au from 30m (true width 14m)."),
        (GOLD, "Hole ZRC1 returned 21m @ 3.1 g/t Au from 230m (true width 14m)."),
        (GOLD, "Hole ZRC1 returned 21m @ 3.1 g/t Au from 30m (true width 4m)."),
        (GOLD, "Previously reported hole ZRC1 returned 21m @ 3.1 g/t Au from 30m (true width 14m)."),
        (GOLD.replace("returned", "is a discovery: it returned"), GOLD),
    ],
    ids=["grade", "depth", "true width", "restated", "first in the district"],
)
def test_what_matters_more_scores_more(better: str, worse: str) -> None:
    high, low = one(better).score, one(worse).score
    assert high is not None
    assert low is not None
    assert high > low


def test_a_small_company_is_moved_more_and_an_unknown_one_says_so() -> None:
    small, large, unknown = (one(GOLD, company_musd=size) for size in (20.0, 5000.0, None))
    assert small.score is not None
    assert large.score is not None
    assert small.score > large.score == unknown.score
    assert unknown.parts[-1].why == "market value not known"


def test_without_a_table_there_is_no_rank() -> None:
    finding = one("Hole ZRC1 returned 21m @ 0.4% Ga2O3 from 30m.")
    assert finding.score is None
    assert finding.rank == "not ranked"
    assert "not ranked: no table" in finding.parts[0].why


def test_a_table_with_too_few_figures_ranks_nothing() -> None:
    rows = table("reported_intercepts")
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["analyte"]] = counts.get(row["analyte"], 0) + 1
        assert row["source_url"].startswith("http")
        assert float(row["length_m"]) >= 0
        assert float(row["grade_ppm"]) > 0
    for analyte, n in counts.items():
        ranked = rank_intercept(analyte, "", 1e4)
        assert (ranked is not None) == (n >= LEAST)
        assert ranked is None or ranked.n == n


def test_one_deposit_counts_once_in_the_resources() -> None:
    ranked = rank_resource("TREO", 1e5)
    rows = table("reported_resources")
    deposits = {
        r["deposit"] for r in rows if r["analyte"] == "TREO" and r["category"] != "Exploration Target"
    }
    assert ranked is not None
    assert ranked.n == len(deposits)
    assert rank_resource("Zr", 1e5) is None


@pytest.mark.parametrize(
    ("text", "cls"),
    [
        (GOLD, "drill"),
        ("The maiden Mineral Resource for Ferris is 61 Mt @ 1,200ppm TREO.", "resource"),
        ("The Mineral Resource for Ferris grew to 61 Mt @ 1,200ppm TREO.", "milestone"),
        ("The company completed a placement to raise A$12.5 million.", "financing"),
        ("A binding offtake agreement for NdPr oxide was signed with a European buyer.", "milestone"),
        ("The mining licence has been granted for the Ferris project.", "milestone"),
        ("The pre-feasibility study shows a post-tax NPV8 of US$812 million and an IRR of 27%.", "milestone"),
    ],
)
def test_the_four_classes(text: str, cls: str) -> None:
    assert [f.cls for f in found(text)] == [cls]
    assert cls in CLASSES


def test_a_small_financing_is_no_finding() -> None:
    assert found("The company completed a placement to raise A$0.4 million.") == []


def test_every_figure_of_a_finding_has_its_words() -> None:
    text = "Hole ZRC1 returned 21m @ 3.1 g/t Au and 0.2% Cu from 30m, including 4m @ 9.9 g/t Au from 36m."
    finding = one(text)
    assert len(finding.figures) == 7
    for figure in finding.figures:
        assert figure.span is not None
        assert f"{figure.value:g}" in text[slice(*figure.span)]


FLAGGED = {
    "selective-highlights": "Highlights of the results include 21m @ 3.1 g/t Au from 30m.",
    "missing-holes": "A programme of 14 holes was completed; ZRC001 returned 21m @ 3.1 g/t Au from 30m.",
    "no-true-width": "ZRC001 returned 21m @ 3.1 g/t Au from 30m.",
    "pxrf": "ZRC001 returned 21m @ 1.1% Cu from 30m by portable XRF.",
    "up-to": "Hole ZRC001 hit intercepts of up to 21m @ 3.1 g/t Au from 30m.",
    "neighbour": "ZRC001 returned 21m @ 3.1 g/t Au from 30m, along strike from a nearby mine.",
    "restated": "Historical hole ZRC001 returned 21m @ 3.1 g/t Au from 30m.",
    "equivalent-without-components": "ZRC001 returned 21m @ 3.1 g/t AuEq from 30m.",
    "cutoff-basis": "ZRC001 returned 21m @ 1,100ppm TREO from 3m (300ppm TREO-CeO2 cut-off).",
    "not-drilled": "Trench ZTR01 returned 21m @ 3.1 g/t Au.",
}


def test_each_flag_has_its_text() -> None:
    assert set(FLAGGED) == set(FLAGS)


@pytest.mark.parametrize("flag", FLAGGED)
def test_a_red_flag_is_raised_where_it_should_be_and_costs_nothing(flag: str) -> None:
    finding = one(FLAGGED[flag])
    assert flag in {f.id for f in finding.red_flags}
    assert all(part.points >= 0 for part in finding.parts)


def test_a_plain_result_raises_no_flag() -> None:
    assert one(GOLD).red_flags == ()


def test_a_cutoff_on_another_basis_flags_a_resource() -> None:
    finding = one(
        "A maiden Mineral Resource of 28 Mt at 625ppm TREO at a 300ppm TREO-CeO2 cut-off.", "resource"
    )
    assert [f.id for f in finding.red_flags] == ["cutoff-basis"]


# rare earths by what they would earn

LIGHT = "Clay-hosted: ERC1 returned 8m @ 3,000ppm TREO, 700ppm NdPr and 12ppm DyTb from 2m in saprolite."
HEAVY = "Clay-hosted: ERC2 returned 8m @ 1,500ppm TREO, 150ppm NdPr and 60ppm DyTb from 2m in saprolite."


def test_the_packaged_prices_are_named_where_no_run_is_at_hand() -> None:
    assert one(LIGHT).basis == "packaged 2024 prices"
    assert one(
        LIGHT, prices={"Nd": 60.0, "Pr": 60.0}, basis="simulated prices of x, 2027-01"
    ).basis.startswith("simulated prices of x")


def test_scarce_heavies_lift_a_heavy_rich_clay_over_a_bigger_light_one() -> None:
    calm = packaged_prices()
    short = calm | {"Dy": 8 * calm["Dy"], "Tb": 8 * calm["Tb"]}
    before = [one(text, prices=calm).score for text in (LIGHT, HEAVY)]
    after = [one(text, prices=short).score for text in (LIGHT, HEAVY)]
    assert None not in before + after
    assert before[0] > before[1]
    assert after[1] > after[0]


def test_a_concentrate_does_not_earn_the_oxide_price() -> None:
    assays = extract(HEAVY)["intercepts"][0]["assays"]
    clay, rock = (value(assays, kind, None, "") for kind in ("clay", "hard rock"))
    assert clay is not None
    assert rock is not None
    assert rock.usd_per_t < clay.usd_per_t
    assert clay.payability < 1
    full = sum(
        ppm / 1000 * usd
        for ppm, usd in (
            (150, packaged_prices()["NdPr"]),
            (60, 0.85 * packaged_prices()["Dy"] + 0.15 * packaged_prices()["Tb"]),
        )
    )
    assert clay.usd_per_t == pytest.approx(full * clay.payability)


def test_an_element_is_valued_once() -> None:
    both = extract("ERC3 returned 5m @ 900ppm NdPr, 700ppm Nd2O3 and 200ppm Pr6O11 from 2m.")["intercepts"][0]
    only = extract("ERC3 returned 5m @ 900ppm NdPr from 2m.")["intercepts"][0]
    first, second = (value(row["assays"], "clay", None, "") for row in (both, only))
    assert first is not None
    assert second is not None
    assert first.usd_per_t == pytest.approx(second.usd_per_t)
