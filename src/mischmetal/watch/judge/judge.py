"""Extraction to findings: at most one a class and document, the strongest figure first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mischmetal.watch.finding import CLASSES, Document, Figure, Finding, Part, digest
from mischmetal.watch.judge import classes
from mischmetal.watch.judge.flags import red_flags
from mischmetal.watch.judge.reference import rank_intercept, rank_resource
from mischmetal.watch.judge.value import PACKAGED, Value, value
from mischmetal.watch.read.deals import read_deals
from mischmetal.watch.read.studies import read_study

GRADE_POINTS = 60.0
DEPTH_POINTS = 10.0
WIDTH_POINTS = 10.0
NEW_POINTS = 5.0
FIRST_POINTS = 10.0
COMPANY_POINTS = 5.0
SIZE_POINTS = 85.0  # of a resource
TABLE = "tables/reported_intercepts.csv"
RESOURCES_TABLE = "tables/reported_resources.csv"
SIGNIFICANT_USD = 2e6  # the size from which financings are counted in published activity indices; memory
_RARE_EARTH = {"TREO", "TREO-CeO2", "NdPr", "MREO", "DyTb", "HREO", "LREO"}
Row = dict[str, Any]


def judge(
    document: Document,
    extraction: Mapping[str, Sequence[Row]],
    prices: Mapping[str, float] | None = None,
    *,
    basis: str = "prices of a run",
    company_musd: float | None = None,
) -> list[Finding]:
    """The findings of one document.

    `prices` are USD/kg oxide by element symbol (and `NdPr`), as a run's table has them; without them the
    packaged 2024 means are used and the finding's `basis` says so. `company_musd` is the company's market
    value in million USD, where it is known.
    """
    out: list[Finding] = []
    intercepts, resources = list(extraction["intercepts"]), list(extraction["resources"])
    flags = red_flags(document.text, intercepts, resources)
    drill = _drill(document, intercepts, prices, basis, company_musd)
    if drill is not None:
        out.append(_with(drill, flags))
    resource = _resource(document, resources, prices, basis, company_musd)
    if resource is not None:
        out.append(_with(resource, tuple(f for f in flags if f.id == "cutoff-basis")))
    out.extend(_deals(document))
    study = read_study(document.text)
    if study:
        out.append(
            _finding(
                document,
                "milestone",
                f"Study: {study[0]['label']} {study[0]['text']}",
                figures=_figures(study),
            )
        )
    return out


def _finding(document: Document, cls: str, title: str, **more: Any) -> Finding:
    return Finding(
        id=digest("finding", document.id, cls, title),
        document=document.id,
        cls=cls,
        title=title,
        company=document.company,
        **more,
    )


def _with(found: Finding, flags: tuple[Any, ...]) -> Finding:
    from dataclasses import replace

    return replace(found, red_flags=flags)


def _figures(rows: Sequence[Row]) -> tuple[Figure, ...]:
    return tuple(
        Figure(label=r["label"], value=r["value"], unit=r["unit"], span=(r["span"][0], r["span"][1]))
        for r in rows
    )


# drill results


def score_intercept(
    row: Row,
    text: str,
    prices: Mapping[str, float] | None,
    basis: str,
    company_musd: float | None = None,
) -> tuple[float | None, tuple[Part, ...], str]:
    """Score 0-100 or None, its parts, and which prices were used ("" where none were needed)."""
    assay = row["assays"][0]
    ppm, length = assay.get("value_ppm"), row["length_m"]
    kind = classes.deposit_type(text) if assay["analyte"] in _RARE_EARTH else ""
    analyte, used, worth = assay["analyte"], "", None
    parts: list[Part] = []
    if assay["analyte"] in _RARE_EARTH:
        worth = value(row["assays"], kind, prices, basis)
        used = worth.basis if worth is not None else ""
        if worth is not None:
            analyte, ppm = "TREO", worth.equivalent_ppm
            parts.append(_worth_part(worth))
    rank = rank_intercept(analyte, kind, ppm * length) if ppm is not None and length else None
    if rank is None:
        return (
            None,
            (
                Part(
                    name="grade x length",
                    points=0.0,
                    why=f"not ranked: no table of at least five reported intercepts of {analyte}",
                ),
            ),
            used,
        )
    parts.insert(
        0,
        Part(
            name="grade x length",
            points=round(GRADE_POINTS * rank.share, 1),
            n=rank.n,
            source=TABLE,
            why=f"{length:g} m x {ppm:,.4g} ppm reaches or passes {rank.share:.0%} of {rank.n} reported highlights ({rank.group})",
        ),
    )
    parts.append(_depth_part(row))
    parts.append(_width_part(row))
    parts.extend(_novelty_parts(row, text))
    parts.append(_company_part(company_musd))
    return round(sum(p.points for p in parts), 1), tuple(parts), used


def _worth_part(worth: Value) -> Part:
    told = ", ".join(f"{name} {usd:,.0f}" for name, usd in worth.parts.items())
    return Part(
        name="value per tonne",
        points=0.0,
        why=f"{worth.usd_per_t:,.0f} USD/t ({told}) at {worth.basis}, {worth.payability:.0%} paid as {worth.product}; counted as "
        f"{worth.equivalent_ppm:,.0f} ppm TREO of the reference basket",
        source="tables/payability.csv",
    )


def _depth_part(row: Row) -> Part:
    top = row["from_m"]
    if top is None:
        return Part(name="depth", points=0.0, why="depth not printed")
    share = 1.0 if top <= 50 else 0.6 if top <= 150 else 0.3 if top <= 300 else 0.0
    return Part(
        name="depth",
        points=DEPTH_POINTS * share,
        why=f"starts {top:g} m down hole (own scale: full to 50 m, none below 300 m)",
    )


def _width_part(row: Row) -> Part:
    width, length = row["true_width"], row["length_m"]
    if width is None or not length:
        return Part(name="true width", points=0.0, why="true width not printed")
    share = max(0.0, min(1.0, width / length))
    return Part(
        name="true width",
        points=round(WIDTH_POINTS * share, 1),
        why=f"true width {width:g} m of {length:g} m drilled",
    )


def _company_part(musd: float | None) -> Part:
    """A result moves a small company more than a big one."""
    if musd is None:
        return Part(name="company size", points=0.0, why="market value not known")
    share = 1.0 if musd <= 50 else 0.5 if musd <= 500 else 0.0
    return Part(
        name="company size",
        points=COMPANY_POINTS * share,
        why=f"market value {musd:,.4g} million USD (own scale: full to 50, half to 500)",
    )


def _novelty_parts(row: Row, text: str) -> list[Part]:
    if row.get("restated"):
        return [Part(name="novelty", points=0.0, why="an old result told again")]
    out = [Part(name="novelty", points=NEW_POINTS, why="not told as an old result")]
    if classes.is_first_in_district(text) is not None:
        out.append(Part(name="first", points=FIRST_POINTS, why="told as a discovery or a first hole"))
    return out


def _drill(
    document: Document,
    rows: list[Row],
    prices: Mapping[str, float] | None,
    basis: str,
    company_musd: float | None,
) -> Finding | None:
    if not rows:
        return None
    scored = [
        (score_intercept(row, document.text, prices, basis, company_musd), n) for n, row in enumerate(rows)
    ]
    best = max(scored, key=lambda item: (-1.0 if item[0][0] is None else item[0][0], -item[1]))
    (points, parts, used), n = best
    row = rows[n]
    assay = row["assays"][0]
    start = f" from {row['from_m']:g} m" if row["from_m"] is not None else ""
    hole = f" ({row['hole']})" if row["hole"] else ""
    title = f"{row['length_m']:g} m @ {assay['value']:g} {assay['unit']} {assay['analyte']}{start}{hole}"
    return _finding(
        document, "drill", title, score=None if points is None else min(100.0, points), parts=parts,
        figures=_intercept_figures([row, *(r for k, r in enumerate(rows) if k != n)][:20]),
        commodity=assay["analyte"], where=row["hole"] or "", basis=used,
    )  # fmt: skip


def _intercept_figures(rows: Sequence[Row]) -> tuple[Figure, ...]:
    out: list[Figure] = []
    for row in rows:
        name = row["hole"] or "intercept"
        spans = row["spans"]
        if row["length_m"] is not None:
            out.append(
                Figure(
                    label=f"{name}: length",
                    value=row["length_m"],
                    unit="m",
                    span=_pair(spans.get("length_m") or row["span"]),
                )
            )
        if row["from_m"] is not None:
            out.append(
                Figure(
                    label=f"{name}: from",
                    value=row["from_m"],
                    unit="m",
                    span=_pair(spans.get("from_m") or row["span"]),
                )
            )
        out.extend(
            Figure(label=f"{name}: {a['analyte']}", value=a["value"], unit=a["unit"], span=_pair(a["span"]))
            for a in row["assays"]
        )
    return tuple(out)


def _pair(span: Sequence[int]) -> tuple[int, int]:
    return int(span[0]), int(span[1])


# resources


def _resource(
    document: Document,
    rows: list[Row],
    prices: Mapping[str, float] | None,
    basis: str,
    company_musd: float | None,
) -> Finding | None:
    whole = [
        r
        for r in rows
        if r["subset_of"] is None and not r.get("superseded") and r["category"] != "Exploration Target"
    ]
    if not whole:
        return None
    row = max(whole, key=lambda r: r["tonnes_mt"])
    initial = classes.is_initial_resource(document.text)
    parts, points, used = [], None, ""
    name = ""
    if row["grades"]:
        grade = row["grades"][0]
        name = grade["analyte"]
        contained = row["tonnes_mt"] * (grade.get("value_ppm") or 0.0)
        rank = rank_resource(name, contained)
        if rank is None:
            parts.append(
                Part(
                    name="size",
                    points=0.0,
                    why=f"not ranked: no table of at least five reported resources of {name}",
                )
            )
        else:
            parts.append(
                Part(
                    name="size",
                    points=round(SIZE_POINTS * rank.share, 1),
                    n=rank.n,
                    source=RESOURCES_TABLE,
                    why=f"{contained:,.0f} t contained reaches or passes {rank.share:.0%} of {rank.n} reported ({rank.group})",
                )
            )
            if initial:
                parts.append(Part(name="first", points=FIRST_POINTS, why="told as the first estimate"))
            parts.append(_company_part(company_musd))
            points = round(sum(part.points for part in parts), 1)
        worth = (
            value(row["grades"], classes.deposit_type(document.text), prices, basis)
            if name in _RARE_EARTH
            else None
        )
        if worth is not None:
            parts.append(_worth_part(worth))
            used = worth.basis
    title = f"{'Initial resource' if initial else 'Resource'}: {row['tonnes_mt']:g} Mt"
    if row["grades"]:
        title += f" @ {row['grades'][0]['value']:g} {row['grades'][0]['unit']} {name}"
    figures = [Figure(label="tonnes", value=row["tonnes_mt"], unit="Mt", span=_pair(row["span"]))]
    figures += [
        Figure(label=g["analyte"], value=g["value"], unit=g["unit"], span=_pair(g["span"]))
        for g in row["grades"]
    ]
    return _finding(
        document,
        "resource" if initial else "milestone",
        title,
        score=points,
        parts=tuple(parts),
        figures=tuple(figures),
        commodity=name,
        where=row["deposit"] or "",
        basis=used,
    )


# money


def _deals(document: Document) -> list[Finding]:
    out = []
    done: set[str] = set()
    for deal in read_deals(document.text):
        cls = "financing" if deal["kind"] == "financing" else "milestone"
        if deal["kind"] in done or (
            cls == "financing" and (deal["value"] is None or deal["value"] < SIGNIFICANT_USD)
        ):
            continue
        done.add(deal["kind"])
        part = Part(name="size", points=0.0, why="not ranked: no table to measure against")
        out.append(
            _finding(
                document, cls, f"{deal['label']}: {deal['text']}", parts=(part,), figures=_figures([deal])
            )
        )
    return out


__all__ = ["CLASSES", "PACKAGED", "judge", "score_intercept"]
