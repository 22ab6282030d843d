"""How much of each element is in one unit of a good, by the chain's recipes.

Equation
    c_e(good) = sum over processes that make it, weighted by base-year output, of
                (sum of inputs' content - content of scrap that leaves) / output
Units
    t REO of element e per unit of the good (t REO, t metal or t gross).
Source
    Definition; recipes of the chain.
"""

from __future__ import annotations

from mischmetal.baseline import Baseline
from mischmetal.chain import Chain


def priced_goods(chain: Chain) -> dict[str, str]:
    """Good -> element whose prices it carries: the element's oxide, or where a chain has none its metal."""
    rank = {"oxide": 0, "metal": 1, "intermediate": 2, "feed": 3}
    best: dict[str, tuple[int, str]] = {}
    for g in chain.goods:
        if g.element and g.stage in rank:
            best[g.element] = min(best.get(g.element, (9, "")), (rank[g.stage], g.good))
    return {good: element for element, (_, good) in best.items()}


def reo_content(baseline: Baseline) -> dict[str, dict[str, float]]:
    """Good -> element -> t REO in one unit."""
    chain = baseline.network.chain
    found: dict[str, dict[str, float]] = {g.good: {} for g in chain.goods}
    given = {g.good for g in chain.goods if g.element}
    for g in chain.goods:
        if g.element:
            found[g.good] = {g.element: 1.0}
    for row in chain.content:
        found[row.good][row.element] = row.content
        given.add(row.good)
    output: dict[str, float] = {}
    for a, x in zip(baseline.network.activities, baseline.flow, strict=True):
        output[a.process] = output.get(a.process, 0.0) + float(x)
    makers: dict[str, list[str]] = {}
    for r in chain.recipes:
        if r.quantity > 0 and not r.spread and r.good not in given:
            makers.setdefault(r.good, []).append(r.process)
    recipes = {p.process: [r for r in chain.recipes if r.process == p.process] for p in chain.processes}
    for _ in range(8):  # at most as many stages as a chain has
        for good, processes in makers.items():
            total: dict[str, float] = {}
            weight = sum(max(output.get(p, 0.0), 1e-9) for p in processes)
            for p in processes:
                part = max(output.get(p, 0.0), 1e-9) / weight
                made = sum(r.quantity for r in recipes[p] if r.good == good)
                for r in recipes[p]:
                    if r.good == good:
                        continue
                    for element, c in found[r.good].items():
                        total[element] = total.get(element, 0.0) - part * r.quantity * c / made
            found[good] = {e: c for e, c in total.items() if c > 0}
    return found
