"""The goods of a chain as a schedule sees them: stage, contained elements, customs code."""

from __future__ import annotations

from mischmetal.chain import Chain
from mischmetal.scenario.event import GoodRef

_MAGNET_HS = "8505"
_HEAVY = frozenset({"Dy", "Tb"})


def goods_of(chain: Chain) -> tuple[GoodRef, ...]:
    """Every good of a chain, with the elements that go into it by the chain's recipes."""
    elements = _elements(chain)
    return tuple(
        GoodRef(
            name=good.good,
            stage="magnet" if good.hs.startswith(_MAGNET_HS) else good.stage,
            elements=tuple(sorted(elements[good.good])),
            heavy=bool(elements[good.good] & _HEAVY),
            hs=good.hs,
        )
        for good in chain.goods
    )


def _elements(chain: Chain) -> dict[str, frozenset[str]]:
    """Good -> elements: its own, or those of what it is made from, followed back through the recipes."""
    found = {g.good: frozenset({g.element} if g.element else ()) for g in chain.goods}
    for row in chain.content:
        if row.content > 0:
            found[row.good] |= {row.element}
    own = {good for good, known in found.items() if known}
    steps = [
        ([r.good for r in rows if r.quantity < 0], [r.good for r in rows if r.quantity > 0 and not r.spread])
        for rows in ([r for r in chain.recipes if r.process == p.process] for p in chain.processes)
    ]
    changed = True
    while changed:
        changed = False
        for inputs, outputs in steps:
            within = frozenset().union(*(found[good] for good in inputs)) if inputs else frozenset()
            for good in outputs:
                if good not in own and not within <= found[good]:
                    found[good] |= within
                    changed = True
    return found
