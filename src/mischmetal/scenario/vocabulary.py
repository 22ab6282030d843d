"""The words a scenario may use: elements, stages, end-use groups, places, instruments, numbers.

The default vocabulary is that of the rare earths. A chain of another metal brings its own
(`of_chain`), so that a scenario for it is checked just as strictly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mischmetal.chain import Chain


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _words("La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Y Sc")
STAGES = ("feed", "solution", "oxide", "metal", "alloy", "magnet", "intermediate", "scrap")
GROUPS = (
    "ev", "wind", "industrial", "appliances", "electronics", "small-motors",
    "defence", "refining", "car-exhaust", "glass-polishing", "lighting-medical", "other",
)  # fmt: skip

# ISO 3166-1 alpha-2 codes; XE, XW and XO are the chain's merged regions and its open-market hub
COUNTRIES = _words(
    """AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
    ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
    HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
    LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
    NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
    UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"""
)
EU = _words("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")

# the first open a measure, the next change one, the last only stand in the timeline
OPENING = ("export_licence", "ban", "quota", "duty", "port_hold")
CHANGING = ("easing", "tightening", "fast_track", "general_licence", "suspension", "resumption")
NEUTRAL = (
    "truce", "stoppage_report", "statement", "agreement", "entity_listing", "end_use_rule",
    "extraterritorial_rule", "technology_ban", "production_quota", "border_closure", "import_tariff",
    "subsidy", "stockpile_buy", "offtake", "price_floor", "dispute_ruling", "benchmark_target",
)  # fmt: skip
INSTRUMENTS = OPENING + CHANGING + NEUTRAL
DIRECTIONS = ("tighten", "ease", "neutral")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberKind:
    """What a named number of an event measures."""

    unit: str  # canonical unit
    least: float  # smallest allowed value
    most: float  # largest allowed value
    facts: frozenset[str]  # kinds of fact that may stand for it; empty: an assumption only
    text: str


def _kind(unit: str, least: float, most: float, facts: str, text: str) -> NumberKind:
    return NumberKind(unit=unit, least=least, most=most, facts=frozenset(facts.split()), text=text)


_INF = float("inf")
NUMBERS: Mapping[str, NumberKind] = {
    "review_scale": _kind("days", 0, _INF, "review", "scale of the Weibull review time"),
    "review_shape": _kind("count", 0.1, 20, "", "shape of the Weibull review time"),
    "ship_days": _kind("days", 0, 180, "review inspection", "from approval to the ship leaving"),
    "approval": _kind("share", 0, 1, "approval", "approved, of what is decided"),
    "withdrawal": _kind("share", 0, 1, "", "withdrawn or returned, of what is decided"),
    "validity": _kind("months", 0, 120, "validity", "how long a permit can be used"),
    "capacity": _kind("t/month", 0, _INF, "", "most that the reviewers decide in a month"),
    "order_book": _kind("months", 0, 24, "review", "months of need filed at once when the measure starts"),
    "order_book_days": _kind("days", 1, 90, "", "days over which the order book is filed"),
    "batches": _kind("count", 1, 24, "", "tiers in which the order book is taken up for review"),
    "batch_days": _kind("days", 0, 180, "", "days between two tiers"),
    "pool": _kind("share", 0, 1, "", "permits that go to traders and feed the open market"),
    "tonnes_per_application": _kind("t", 0, _INF, "", "applications are not tonnes"),
    "held": _kind("share", 0, 1, "inspection", "shipments of goods outside the licence that are held"),
    "hold_days": _kind("days", 0, 365, "inspection", "wait of a held shipment, low to high"),
    "exempt": _kind("share", 0, 1, "", "volume under general licences, which needs no single licence"),
    "quantity": _kind("t", 0, _INF, "", "quota of its period"),
    "rate": _kind("share", 0, 10, "", "duty on the value at the border"),
}
RISK = NumberKind(
    unit="count",
    least=-10,
    most=10,
    facts=frozenset(),
    text="what it adds to perceived risk (1: a large event)",
)

INSTRUMENT_NUMBERS: Mapping[str, frozenset[str]] = {
    "export_licence": _words(
        """review_scale review_shape ship_days approval withdrawal validity capacity order_book
        order_book_days batches batch_days pool tonnes_per_application"""
    ),
    "easing": _words("review_scale ship_days approval withdrawal validity capacity pool quantity rate"),
    "fast_track": _words("review_scale ship_days approval withdrawal validity"),
    "general_licence": frozenset({"exempt"}),
    "port_hold": frozenset({"held", "hold_days"}),
    "quota": frozenset({"quantity"}),
    "duty": frozenset({"rate"}),
}
REQUIRED_NUMBERS: Mapping[str, frozenset[str]] = {
    "export_licence": frozenset({"review_scale", "review_shape", "approval"}),
    "general_licence": frozenset({"exempt"}),
    "port_hold": frozenset({"held", "hold_days"}),
    "quota": frozenset({"quantity"}),
    "duty": frozenset({"rate"}),
}

# variables of the packaged licensing facts -> the kind of number that they may stand for.
# Export volumes and prices are outcomes of the period and are in no kind, so they are refused.
FACT_KINDS: Mapping[str, str] = {
    "statutory_review": "review",
    "review_time": "review",
    "time_to_first_licence": "review",
    "time_to_approve": "review",
    "approval_time": "review",
    "shipment_processing_delay": "review",
    "survey_slower_than_45_days": "review_share",
    "approval_share": "approval",
    "approval_share_upper_bound": "approval",
    "applications_approved_share": "approval",
    "applications_handled_share": "approval",
    "applications_filed": "count",
    "applications_approved": "count",
    "applications_rejected": "count",
    "applications_pending": "count",
    "first_approval_count": "count",
    "licences_granted_firms": "count",
    "licence_firms": "count",
    "validity": "validity",
    "licence_validity": "validity",
    "licence_review_halt": "review",
    "review_time_limit_lifted": "review",
    "licence_refused_in_principle": "count",
    "general_licence_holders": "holders",
    "general_licence_barred": "holders",
    "port_halt": "inspection",
    "extra_inspection_delay": "inspection",
}


def numbers_of(instrument: str) -> frozenset[str]:
    """The names of the numbers that an instrument may carry."""
    return INSTRUMENT_NUMBERS.get("easing" if instrument == "tightening" else instrument, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Names that a scenario may use for goods, places and uses."""

    elements: frozenset[str]
    stages: frozenset[str]
    groups: frozenset[str]
    regions: frozenset[str]  # beside ISO codes
    goods: frozenset[str] | None  # None: good names are not checked

    @property
    def places(self) -> frozenset[str]:
        return COUNTRIES | self.regions | {"EU"}


DEFAULT = Vocabulary(
    elements=ELEMENTS,
    stages=frozenset(STAGES),
    groups=frozenset(GROUPS),
    regions=frozenset({"XE", "XW", "XO"}),
    goods=None,
)


def of_chain(chain: Chain) -> Vocabulary:
    """The vocabulary of a chain's own tables; one of rare earths alone keeps the words of the packaged scenarios."""
    elements = frozenset(e.element for e in chain.elements)
    part = elements <= ELEMENTS
    return Vocabulary(
        elements=ELEMENTS if part else elements,
        stages=frozenset(STAGES),
        groups=frozenset(g.group for g in chain.groups) | (DEFAULT.groups if part else frozenset()),
        regions=frozenset(r.region for r in chain.regions) | (DEFAULT.regions if part else frozenset()),
        goods=frozenset(g.good for g in chain.goods),
    )


def members(region: str, regions: Iterable[str]) -> frozenset[str]:
    """Countries that a model region stands for, given all regions beside it.

    XE is what the other regions leave of the European Union, XW what they leave of the world; XO is a
    market, not a destination, and has none. A region of an own chain that is no country stands for itself.
    """
    others = set(regions)
    if region == "XE":
        return EU - others
    if region == "XW":
        taken = others | (EU if "XE" in others else frozenset())
        return COUNTRIES - taken
    if region == "XO":
        return frozenset()
    return frozenset({region})
