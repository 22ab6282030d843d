"""The figures most often quoted about 2025, and by which facts each is checked."""

from __future__ import annotations

from mischmetal.facts.checks import Claim, Measure, Where, change, each, share, swing, total

_STATED = "the figure as quoted, to 1%"
_HEADLINE: Where = {"table": "exports-re", "variable": "exports_quantity", "commodity": "RE headline item"}
_MAGNETS: Where = {
    "table": "exports-magnets",
    "partner": "World",
    "variable": "exports_quantity",
    "hs": "85051110",
}
_PRODUCTS: Where = {"table": "trade-monthly", "entity": "CN", "commodity": "RE products (Bloomberg)"}
_SHARES: Where = {"table": "shares", "entity": "CN", "period": "2024", "variable": "export_share_*"}
_IMPORTS: Where = {"entity": "CN", "variable": "imports_quantity", "period": "2024"}
_FEED = (
    "bastnaesite",
    "mixed RE oxides and separated NdPr",
    "mixed RE chlorides",
    "mixed RE carbonate",
    "other RE compounds",
)
_QUOTES: Where = {"table": "prices", "entity": "CN", "variable": "price", "vat": "incl", "unit": "CNY/t REO"}
_MINED: Where = {"table": "mines", "variable": "mine_production", "edition": "MCS*", "commodity": "REO"}
_STAGE: Where = {"table": "stage-shares", "entity": "CN", "period": ("2022", "2023", "2024", "2025")}
_REFINED = ("share_refining", "share_separation", "share_processing")
_RESERVES: Where = {"table": "reserves", "entity": "CN", "variable": "reserves"}
_JAPAN: Where = {"table": "inventories", "entity": "JP"}


def _one(name: str, where: Where) -> Measure:
    return Measure(name=name, kind=each, parts=(where,))


def _exports_to(partner: str) -> tuple[tuple[Measure, ...], tuple[Measure, ...]]:
    """Shares of a destination in China's exports: metals and compounds, and what might stand for them."""
    base = _SHARES | {"partner": partner}
    both = base | {"commodity": "RE metals and compounds except Ce"}
    parts = base | {"commodity": ("RE metals", "RE compounds except Ce", "metal magnets (all)")}
    by_weight: Where = {"variable": "export_share_quantity"}
    by_value: Where = {"variable": "export_share_value"}
    return (
        (_one("share by weight", both | by_weight), _one("share by value", both | by_value)),
        (_one("share by weight", parts | by_weight), _one("share by value", parts | by_value)),
    )


_TO_JAPAN = _exports_to("JP")
_TO_AMERICA = _exports_to("US")

CLAIMS = (
    Claim(
        id="exports-august-2025",
        says="China exported 7,400 t of rare earths in August 2025",
        low=7326,
        high=7474,
        unit="t gross",
        why=_STATED,
        asked=(_one("customs item 'rare earths'", _HEADLINE | {"period": "2025-08"}),),
        other=(
            _one("rare-earth products, mostly magnets", _PRODUCTS | {"period": "2025-08"}),
            _one("magnets", _MAGNETS | {"commodity": "RE magnets", "period": "2025-08"}),
        ),
    ),
    Claim(
        id="share-japan",
        says="Japan takes 34% of China's rare-earth exports",
        low=33.5,
        high=34.5,
        unit="%",
        why="what rounds to 34",
        asked=_TO_JAPAN[0],
        other=_TO_JAPAN[1],
    ),
    Claim(
        id="share-united-states",
        says="The United States takes 17.7% of China's rare-earth exports",
        low=17.65,
        high=17.75,
        unit="%",
        why="what rounds to 17.7",
        asked=_TO_AMERICA[0],
        other=_TO_AMERICA[1],
    ),
    Claim(
        id="imports-2024",
        says="China imported 129,500 t of rare earths in 2024",
        low=128205,
        high=130795,
        unit="t gross",
        why=_STATED,
        asked=(_one("customs item 'rare earths'", _IMPORTS | {"table": "imports-re"}),),
        other=(
            Measure(
                name="ore, mixed oxides, chlorides, carbonate, other compounds and metals added up",
                kind=total,
                parts=(
                    *(_IMPORTS | {"table": "feed-imports", "commodity": name} for name in _FEED),
                    _IMPORTS | {"table": "trade-annual", "commodity": "rare earths: metal"},
                ),
            ),
        ),
    ),
    Claim(
        id="magnets-july-2025",
        says="China's magnet exports rose by 75% in July 2025",
        low=74.5,
        high=75.5,
        unit="%",
        why="what rounds to 75",
        asked=(
            Measure(
                name="on June",
                kind=change,
                parts=(_MAGNETS | {"period": "2025-07"}, _MAGNETS | {"period": "2025-06"}),
            ),
        ),
        other=(
            Measure(
                name="on July 2024",
                kind=change,
                parts=(_MAGNETS | {"period": "2025-07"}, _MAGNETS | {"period": "2024-07"}),
            ),
        ),
    ),
    Claim(
        id="price-swings-2025",
        says="Prices swung by 30% to 45% in 2025",
        low=30,
        high=45,
        unit="%",
        why="the range as quoted",
        asked=(
            Measure(
                name="highest over lowest quote in China",
                kind=swing,
                parts=(_QUOTES | {"period": "2025*", "commodity": ("NdPr", "Dy", "Tb")},),
            ),
        ),
    ),
    Claim(
        id="share-mining",
        says="China mines 70% of the world's rare earths",
        low=67.5,
        high=72.5,
        unit="%",
        why="2.5 points either side of a round figure",
        asked=(
            Measure(
                name="USGS, China over world",
                kind=share,
                parts=(_MINED | {"entity": "CN"}, _MINED | {"entity": "World"}),
            ),
        ),
        other=(
            _one("share told", _STAGE | {"variable": "share_mining"}),
            Measure(
                name="quota over all countries added up",
                kind=share,
                parts=(
                    {"id": "baseline-2024.cn.mine-output-official-quota.reo.2024"},
                    {"id": "baseline-2024.world.mine-output-reconciled-sum.reo.2024"},
                ),
            ),
        ),
    ),
    Claim(
        id="share-refining",
        says="China refines 85% to 95% of the world's rare earths",
        low=85,
        high=95,
        unit="%",
        why="the range as quoted",
        asked=(_one("share told", _STAGE | {"variable": _REFINED}),),
        other=(_one("heavy rare earths", _STAGE | {"variable": "share_heavy_separation"}),),
    ),
    Claim(
        id="reserves-china",
        says="China holds reserves of 44 Mt",
        low=43.5e6,
        high=44.5e6,
        unit="t REO",
        why="what rounds to 44 Mt",
        asked=(_one("USGS", _RESERVES | {"edition": ("MCS 2023", "MCS 2024", "MCS 2025", "MCS 2026")}),),
        other=(_one("told earlier", _RESERVES | {"period": ("2007", "2012")}),),
    ),
    Claim(
        id="stock-japan",
        says="Japan holds a stock for five years",
        low=4.5,
        high=5.5,
        unit="years",
        why="half a year either side",
        asked=(
            _one("state stock", {"table": "baseline-2024", "entity": "JP state (JOGMEC)"}),
            _one("what the state aims at", _JAPAN | {"variable": "stockpile_target"}),
        ),
        other=(_one("users' stock", _JAPAN | {"variable": "stock_cover"}),),
    ),
)
