"""Policy notices: who does what with which goods, towards whom, from when.

A notice is a text in which an authority opens, tightens, eases or suspends a measure on named goods. Every part
keeps the span of the words that it was taken from. What the text does not say stays empty: nothing is guessed.
"""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from mischmetal.scenario.vocabulary import COUNTRIES, ELEMENTS

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One part of a notice with the words that say it."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A policy notice as read."""

    actor: Said  # ISO 3166 alpha-2 or EU
    instrument: Said  # of the scenario vocabulary
    elements: tuple[Said, ...]
    stages: tuple[Said, ...]
    hs: tuple[Said, ...]  # digits only
    destinations: tuple[Said, ...]  # empty: all
    effective: Said | None  # ISO date
    published: Said | None
    number: Said | None  # of the announcement


# element -> names in English, German, Italian, Portuguese and Chinese
_NAMES = {
    "La": "lanthanum lanthan lantanio lantânio 镧", "Ce": "cerium cer cerio cério 铈",
    "Pr": "praseodymium praseodym praseodimio praseodímio 镨", "Nd": "neodymium neodym neodimio neodímio 钕",
    "Sm": "samarium samario samário 钐", "Eu": "europium europio európio 铕",
    "Gd": "gadolinium gadolinio gadolínio 钆", "Tb": "terbium terbio térbio 铽",
    "Dy": "dysprosium disprosio disprósio 镝", "Ho": "holmium olmio hólmio 钬", "Er": "erbium erbio érbio 铒",
    "Tm": "thulium tulio túlio 铥", "Yb": "ytterbium itterbio itérbio 镱", "Lu": "lutetium lutezio lutécio 镥",
    "Y": "yttrium ittrio ítrio 钇", "Sc": "scandium scandio escândio 钪",
}  # fmt: skip
_OTHERS = {
    "Ga": "gallium gallio gálio 镓", "Ge": "germanium germanio germânio 锗", "Sb": "antimony antimon 锑",
    "W": "tungsten wolfram 钨", "In": "indium 铟", "Bi": "bismuth 铋", "Te": "tellurium 碲", "Mo": "molybdenum 钼",
}  # fmt: skip
_STAGES = {
    "magnet": r"magnets?|magnete|magneti|ímãs|permanent[- ]magnet\w*|永磁\w*|磁体|磁铁",
    "oxide": r"oxides?|oxid[ei]?|ossidi|óxidos|compounds?|verbindungen|氧化物|化合物",
    "metal": r"metals?|metalle?|metalli|metais|金属",
    "alloy": r"alloys?|legierungen|leghe|ligas|合金",
    "feed": r"ores?|concentrates?|erze?|konzentrate?|concentrati|concentrados|精矿|矿",
}
_ACTORS = {
    "CN": r"ministry of commerce|mofcom|general administration of customs|china(?:'s)?|chinese|商务部|海关总署|中国",
    "EU": r"european commission|council of the european union|european union|\bEU\b|kommission|欧盟",
    "US": r"bureau of industry and security|\bBIS\b|department of commerce|united states|\bU\.?S\.?\b|white house|美国",
    "JP": r"\bMETI\b|ministry of economy, trade and industry|japan(?:'s|ese)?|日本",
    "MY": r"malaysia(?:'s|n)?", "VN": r"vietnam(?:'s|ese)?", "IN": r"directorate general of foreign trade|india(?:'s|n)?",
    "ID": r"indonesia(?:'s|n)?", "MM": r"myanmar(?:'s)?", "KR": r"south korea(?:'s|n)?|韩国",
}  # fmt: skip
_ISSUER = re.compile(
    r"announce|decid|impos|publish|issue|suspend|order|notice|regulation|gazette|公告|决定|宣布", re.I
)
# in the order in which they are tried: what ends a measure first, then what opens one
_INSTRUMENTS = (
    ("suspension", r"suspend(?:s|ed|ing)?|suspension|paus(?:e|es|ed|ing)|暂停|aussetz\w+|sospen\w+|suspens\w+"),
    ("general_licence", r"general (?:export )?licen[cs]es?|validated end[- ]users?|通用许可"),
    ("export_licence", r"export (?:control|licen[cs])\w*|licen[cs](?:e|es|ing) (?:is |are |be )?required|出口管制|出口许可|"
     r"ausfuhr(?:kontroll|genehmigung)\w*|controll\w+ (?:sulle |delle )?esportazion\w+|licen\w+ de exportação"),
    ("ban", r"(?:export )?bans?\b|ban(?:s|ned|ning)|prohibit(?:s|ed|ing|ion)?|禁止|verbot|vieta\w*|proib\w+"),
    ("quota", r"(?:export )?quotas?|配额|kontingent\w*|contingent\w+|cotas?"),
    ("duty", r"(?:export )?(?:dut(?:y|ies)|tariffs?|tax(?:es)?)|关税|zölle|zoll|dazi\w*|tarifas?"),
)  # fmt: skip
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan januar gennaio janeiro", "february feb februar febbraio fevereiro",
         "march mar märz marzo março", "april apr aprile abril", "may mai maggio maio", "june jun juni giugno junho",
         "july jul juli luglio julho", "august aug agosto", "september sep sept settembre setembro",
         "october oct oktober ottobre outubro", "november nov novembre novembro",
         "december dec dezember dicembre dezembro"), start=1,
    )
    for name in names.split()
}  # fmt: skip
_WORD_DATE = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = re.compile(
    rf"(?P<y1>20\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)|(?P<y2>20\d\d)年(?P<m2>\d\d?)月(?P<d2>\d\d?)日"
    rf"|(?P<d3>\d\d?)(?:st|nd|rd|th|\.|º)?\s+(?:de\s+)?(?P<m3>{_WORD_DATE})\.?,?\s+(?:de\s+)?(?P<y3>20\d\d)"
    rf"|(?P<m4>{_WORD_DATE})\.?\s+(?P<d4>\d\d?)(?:st|nd|rd|th)?,?\s+(?P<y4>20\d\d)"
    rf"|(?P<d5>\d\d?)\.(?P<m5>\d\d?)\.(?P<y5>20\d\d)",
    re.I,
)
_EFFECT = re.compile(
    r"effective|takes? effect|took effect|in(?:to)? force|enters? into|as of|from|starting|with effect|起施行|起实施|"
    r"自|in kraft|ab dem|in vigore|a decorrere|a partir de|em vigor",
    re.I,
)
_UNTIL = re.compile(r"(?:until|till|through|to|bis(?: zum)?|fino al?|até|至)\s*$", re.I)
_NUMBER = re.compile(
    r"(?:announcement|notice|order|公告)[^.\n]{0,30}?(?:no\.?|nr\.?|第)\s*(\d+)(?:\s*号)?", re.I
)
_HS = re.compile(r"(?<![\d.])(\d{4}(?:[. ]\d{2}){1,3}|\d{8,10})(?![\d.])")
_TOWARDS = re.compile(r"\b(?:to|towards?|for|destined for|exports? to|users? in|buyers? in|对|向)\s*$", re.I)
_NOT_ANY = re.compile(r"all (?:countries|destinations)|any (?:country|destination)|所有国家", re.I)


def read_notice(text: str) -> Notice | None:
    """The notice that a text is, or None where it names no authority, no measure or no goods."""
    actor = _actor(text)
    instrument = _instrument(text)
    if actor is None or instrument is None:
        return None
    elements = tuple(_elements(text))
    hs = tuple(
        Said(value=re.sub(r"\D", "", m[1]), span=m.span(1)) for m in _HS.finditer(text) if _is_code(m[1])
    )
    rare = re.search(r"rare[- ]earths?|seltene\w* erden?|terre rare|terras raras|稀土", text, re.I)
    if not elements and not hs and rare is None:
        return None
    stages = tuple(_first_of(text, name, pattern) for name, pattern in _STAGES.items())
    effective, published = _dates(text)
    number = _NUMBER.search(text)
    return Notice(
        actor=actor,
        instrument=instrument,
        elements=elements,
        stages=tuple(s for s in stages if s is not None),
        hs=hs,
        destinations=tuple(_destinations(text, actor.value)),
        effective=effective,
        published=published,
        number=None if number is None else Said(value=number[1], span=number.span(1)),
    )


def _actor(text: str) -> Said | None:
    """The authority named first near a word that says it acts."""
    best: Said | None = None
    for code, pattern in _ACTORS.items():
        flags = 0 if r"\b" in pattern and code in ("US", "EU") else re.I
        for found in re.finditer(pattern, text, flags | re.I):
            near = text[max(0, found.start() - 120) : found.end() + 160]
            if _ISSUER.search(near) and (best is None or found.start() < best.span[0]):
                best = Said(value=code, span=found.span())
                break
    return best


def _instrument(text: str) -> Said | None:
    for name, pattern in _INSTRUMENTS:
        found = re.search(rf"(?:\b|(?<=[\u4e00-\u9fff]))(?:{pattern})", text, re.I)
        if found is None:
            continue
        if name == "suspension" and not re.search(
            r"control|licen[cs]|measure|announcement|ban|quota|公告|管制|措施", text, re.I
        ):
            continue
        return Said(value=name, span=found.span())
    return None


def _elements(text: str) -> Iterator[Said]:
    for symbol, names in {**_NAMES, **_OTHERS}.items():
        for name in names.split():
            edge = "" if ord(name[0]) > 0x3000 else r"\b"
            found = re.search(rf"{edge}{re.escape(name)}{edge}", text, re.I)
            if found is not None:
                yield Said(value=symbol, span=found.span())
                break


def _is_code(code: str) -> bool:
    """A customs code, not a date or a telephone number: its chapter is one of minerals, chemicals or metals."""
    chapter = int(re.sub(r"\D", "", code)[:2])
    return chapter in (25, 26, 28, 38, 71, 72, 74, 75, 76, 79, 80, 81, 84, 85, 90)


def _first_of(text: str, name: str, pattern: str) -> Said | None:
    found = re.search(rf"(?:\b|(?<=[\u4e00-\u9fff]))(?:{pattern})", text, re.I)
    return None if found is None else Said(value=name, span=found.span())


@cache
def _countries() -> list[tuple[re.Pattern[str], str]]:
    rows = resources.files("mischmetal.facts").joinpath("places.csv").read_text("utf-8").splitlines()
    named = [(r["name"], r["code"]) for r in csv.DictReader(rows) if r["code"] in COUNTRIES | {"EU"}]
    long = [(name, code) for name, code in named if len(name) > 3 or ord(name[0]) > 0x3000]
    long.sort(key=lambda pair: -len(pair[0]))
    return [
        (re.compile(re.escape(n) if ord(n[0]) > 0x3000 else rf"\b{re.escape(n)}\b"), code) for n, code in long
    ]


def _destinations(text: str, actor: str) -> Iterator[Said]:
    """Countries named after `to`, `for`, `users in` and the like; none where all are meant."""
    if _NOT_ANY.search(text):
        return
    seen: set[str] = set()
    taken: list[Span] = []
    for pattern, code in _countries():
        for found in pattern.finditer(text):
            inside = any(a <= found.start() < b for a, b in taken)
            before = text[max(0, found.start() - 60) : found.start()]
            listed = re.sub(r"(?:the |and |or |, |、|和)|\b[A-Z]\w+\b", "", before).rstrip()
            if inside or code in seen or code == actor or not _TOWARDS.search(listed or before):
                continue
            taken.append(found.span())
            seen.add(code)
            yield Said(value=code, span=found.span())
            break


def _dates(text: str) -> tuple[Said | None, Said | None]:
    """The date with effect (near words that say so) and the date of the text itself (the first date)."""
    found = [(m, day) for m in _DATES.finditer(text) if (day := _day(m)) is not None]
    effective = published = None
    for m, day in found:
        before, after = text[max(0, m.start() - 40) : m.start()], text[m.end() : m.end() + 8]
        if _UNTIL.search(before):
            continue
        if effective is None and (_EFFECT.search(before) or "起" in after):
            effective = Said(value=day.isoformat(), span=m.span())
        elif published is None:
            published = Said(value=day.isoformat(), span=m.span())
    return effective, published


def _day(m: re.Match[str]) -> datetime.date | None:
    for k in "12345":
        if m[f"y{k}"] is None:
            continue
        month = m[f"m{k}"].lower().rstrip(".")
        try:
            return datetime.date(int(m[f"y{k}"]), _MONTHS.get(month) or int(month), int(m[f"d{k}"]))
        except ValueError:
            return None
    return None


def known_elements(notice: Notice) -> list[str]:
    """Rare earths among a notice's elements, in the order of the periodic table."""
    named = {said.value for said in notice.elements}
    return [e for e in _NAMES if e in named and e in ELEMENTS]
