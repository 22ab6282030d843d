"""The closed list of analytes, and every way of writing them that the watch understands.

`analyte` in an extraction is always one of: element symbols; oxides by formula; either with `Eq` after
for equivalents (`AuEq`) or `e` before for radiometric ones (`eU3O8`); the sums and classes in `CLASSES`;
one of those with `_share` and the unit `%TREO`; sums joined by `+` in the printed order.
"""

from __future__ import annotations

import re

CLASSES = {
    "TREO": "total rare earth oxides, yttrium included",
    "TREO-CeO2": "total rare earth oxides without cerium oxide",
    "TREE": "total rare earth elements (metal, not oxide)",
    "LREO": "light rare earth oxides",
    "HREO": "heavy rare earth oxides",
    "MREO": "magnet rare earth oxides",
    "CREO": "critical rare earth oxides",
    "NdPr": "neodymium and praseodymium together",
    "DyTb": "dysprosium and terbium together",
    "THM": "total heavy mineral",
    "VHM": "valuable heavy mineral",
    "LCE": "lithium carbonate equivalent",
    "TGC": "total graphitic carbon",
    "KCl": "potassium chloride",
    "CaF2": "fluorite",
    "BaSO4": "barite",
    "PGE": "platinum group elements, which ones unsaid",
}

SYMBOLS = frozenset({
    "Ag", "Al", "As", "Au", "B", "Ba", "Be", "Bi", "Ca", "Cd", "Ce", "Co", "Cr", "Cs", "Cu", "Dy", "Er",
    "Eu", "F", "Fe", "Ga", "Gd", "Ge", "Hf", "Hg", "Ho", "In", "Ir", "K", "La", "Li", "Lu", "Mg", "Mn",
    "Mo", "Na", "Nb", "Nd", "Ni", "Os", "P", "Pb", "Pd", "Pr", "Pt", "Rb", "Re", "Rh", "Ru", "S", "Sb",
    "Sc", "Se", "Si", "Sm", "Sn", "Sr", "Ta", "Tb", "Te", "Th", "Ti", "Tl", "Tm", "U", "V", "W", "Y",
    "Yb", "Zn", "Zr", "C",
})  # fmt: skip

OXIDES = frozenset({
    "Li2O", "U3O8", "Nb2O5", "Ta2O5", "TiO2", "WO3", "V2O5", "P2O5", "K2O", "SnO2", "MnO2", "MnO",
    "Al2O3", "SiO2", "Fe2O3", "ZrO2", "HfO2", "Sc2O3", "Cs2O", "Rb2O", "BeO", "B2O3", "Cr2O3", "MgO",
    "CaO", "Na2O", "MoO3", "MoS2", "Ga2O3", "GeO2", "ThO2", "La2O3", "CeO2", "Ce2O3", "Pr6O11", "Pr2O3",
    "Nd2O3", "Sm2O3", "Eu2O3", "Gd2O3", "Tb4O7", "Tb2O3", "Dy2O3", "Ho2O3", "Er2O3", "Tm2O3", "Yb2O3",
    "Lu2O3", "Y2O3", "Sb2O3", "Co3O4", "FeO", "SO3", "CuO", "ZnO", "NiO",
})  # fmt: skip

_METALS = {
    "Au": "gold oro ouro золото 金 黄金",
    "Ag": "silver silber argento prata plata argent 银",
    "Cu": "copper kupfer rame cobre cuivre 铜",
    "Zn": "zinc zink zinco 锌",
    "Pb": "blei piombo chumbo plomo plomb 铅",
    "Ni": "nickel nichel níquel nickels 镍",
    "Co": "cobalt kobalt cobalto 钴",
    "Li": "lithium litio lítio 锂",
    "U": "uranium uran uranio urânio 铀",
    "W": "tungsten wolfram tungsteno tungstênio 钨",
    "Sn": "tin zinn stagno estanho 锡",
    "Ta": "tantalum tantal tantalio 钽",
    "Nb": "niobium niob niobio nióbio 铌",
    "V": "vanadium vanadio vanádio 钒",
    "Ti": "titanium titan titanio titânio 钛",
    "Fe": "iron eisen ferro 铁",
    "Mn": "manganese mangan manganese manganês 锰",
    "Mo": "molybdenum molybdän moly molibdeno 钼",
    "Sb": "antimony antimon antimonio antimônio 锑",
    "Bi": "bismuth",
    "Sc": "scandium scandio escândio 钪",
    "Ga": "gallium 镓",
    "Ge": "germanium 锗",
    "Pt": "platinum platin platino platina 铂",
    "Pd": "palladium palladio paládio 钯",
    "Rh": "rhodium rodio 铑",
    "Cs": "caesium cesium cäsium",
    "Rb": "rubidium",
    "Te": "tellurium",
    "Th": "thorium torio tório 钍",
    "Ce": "cerium",
    "La": "lanthanum",
    "Nd": "neodymium neodym neodimio neodímio 钕",
    "Pr": "praseodymium praseodym praseodimio praseodímio 镨",
    "Dy": "dysprosium disprosio disprósio 镝",
    "Tb": "terbium terbio térbio 铽",
    "Sm": "samarium samario",
    "Eu": "europium",
    "Gd": "gadolinium gadolinio",
    "Ho": "holmium",
    "Er": "erbium",
    "Yb": "ytterbium",
    "Y": "yttrium ittrio ítrio",
    "S": "sulphur sulfur",
    "Cr": "chromium",
    "Zr": "zirconium",
    "Hf": "hafnium",
    "Be": "beryllium",
    "In": "indium",
    "Re": "rhenium",
}

_OXIDE_OF = {
    "Li": "Li2O", "Nb": "Nb2O5", "Ta": "Ta2O5", "Ti": "TiO2", "W": "WO3", "V": "V2O5", "U": "U3O8",
    "Sc": "Sc2O3", "Ce": "CeO2", "La": "La2O3", "Nd": "Nd2O3", "Pr": "Pr6O11", "Dy": "Dy2O3", "Tb":
    "Tb4O7", "Sm": "Sm2O3", "Eu": "Eu2O3", "Gd": "Gd2O3", "Ho": "Ho2O3", "Er": "Er2O3", "Yb": "Yb2O3",
    "Y": "Y2O3", "Cs": "Cs2O", "Rb": "Rb2O", "Zr": "ZrO2", "Hf": "HfO2", "Mn": "MnO", "Sn": "SnO2",
    "Mo": "MoO3", "Be": "BeO", "Cr": "Cr2O3", "Ga": "Ga2O3", "Ge": "GeO2",
}  # fmt: skip

_PHRASES = {
    "TREO": (
        "treo|treyo|tréo|treo+y|treo + y|treo+y2o3|reo|total rare earth oxide|total rare earth oxides|total rare earths oxide|"
        "total rare earths oxides|total rare-earth oxides|rare earth oxide|rare earth oxides|rare earths oxide|"
        "rare earths oxides|total rare earth oxide content|total rare earths|total rare earth|rare earths|rare earth|"
        "seltene erden|seltenerdoxide|seltenerdoxiden|gesamtseltenerdoxide|gesamte seltenerdoxide|seltenerdmetalloxide|"
        "terre rare|ossidi di terre rare|ossidi totali di terre rare|ossidi delle terre rare|terras raras|"
        "óxidos de terras raras|óxidos totais de terras raras|oxidos de terras raras|tierras raras|"
        "óxidos de tierras raras|oxydes de terres rares|terres rares|稀土氧化物|总稀土氧化物|稀土氧化物总量|稀土总量|稀土"
    ),
    "TREO-CeO2": (
        "treo-ceo2|treo-ce|treo - ceo2|treo minus ceo2|treo less ceo2|treo-ce2o3|treonoce|treo_noce|treo no ce|treo excluding ceo2|"
        "treo excluding cerium|treo less cerium|treo minus cerium|treo ex ceo2|treo ex-ce|treo (no ce)|treo-cerium"
    ),
    "TREE": "tree|total rare earth elements|rare earth elements|tree-ce",
    "LREO": "lreo|light rare earth oxide|light rare earth oxides|light rare earths|ltreo",
    "HREO": "hreo|heavy rare earth oxide|heavy rare earth oxides|heavy rare earths|htreo|hreyo",
    "MREO": (
        "mreo|magreo|mag reo|magneto|magnet reo|magnetic reo|magnet rare earth oxide|magnet rare earth oxides|magnet rare earths|"
        "magnet rare earth|magnet reos|magnetic reos|magnete reos|magnetic rare earth oxide|magnetic rare earth oxides|magnetic rare earths|magnet metal oxides|mtreo|"
        "magnet feed oxides|magnet feed|ossidi di terre rare magnetiche|óxidos de terras raras magnéticas|"
        "magnetische seltenerdoxide|磁性稀土氧化物"
    ),
    "CREO": "creo|critical rare earth oxides|critical rare earth oxide|critical rare earths",
    "NdPr": (
        "ndpr|nd-pr|nd + pr|nd+pr|nd/pr|pr+nd|pr + nd|nd & pr|prnd|ndpro|ndpr oxide|ndpr oxides|nd-pr oxide|nd2o3+pr6o11|nd2o3 + pr6o11|pr6o11+nd2o3|"
        "pr6o11 + nd2o3|nd2o3+pr2o3|neodymium-praseodymium|neodymium and praseodymium|neodymium praseodymium|"
        "neodymium/praseodymium|praseodymium-neodymium|neodymium + praseodymium|neodymium-praseodymium oxide|镨钕|镨钕氧化物"
    ),
    "DyTb": (
        "dytb|dy-tb|dy+tb|dy + tb|dy/tb|tb+dy|tb + dy|tbdy|dy & tb|dytb oxide|dy2o3+tb4o7|dy2o3 + tb4o7|tb4o7+dy2o3|tb4o7 + dy2o3|dysprosium-terbium|"
        "dysprosium and terbium|dysprosium + terbium|terbium and dysprosium|镝铽"
    ),
    "THM": (
        "thm|hm|total heavy mineral|total heavy minerals|heavy mineral|heavy minerals|minerali pesanti totali|minerali pesanti|"
        "schwerminerale|schwermineralen|gesamtschwerminerale|minerais pesados|minerais pesados totais|minerales pesados|重矿物"
    ),
    "VHM": "vhm|valuable heavy mineral|valuable heavy minerals",
    "LCE": "lce|lithium carbonate equivalent|lithium carbonate equiv|lithiumkarbonatäquivalent|li2co3|碳酸锂当量",
    "TGC": (
        "tgc|cg|graphite|graphitic carbon|total graphitic carbon|graphit|grafite|grafito|total carbon graphite|石墨|gc|"
        "graphitischer kohlenstoff|graphitischem kohlenstoff|graphitischen kohlenstoff|固定碳|carbonio grafitico|carbono grafítico|"
        "carbone graphitique"
    ),
    "KCl": "kcl|potassium chloride|sylvite|potash|氯化钾",
    "CaF2": "caf2|fluorspar|fluorite|萤石",
    "BaSO4": "baso4|barite|baryte",
    "PGE": "pge|pgm|pges|pgms|6e|platinum group elements|platinum group metals",
    "Pt+Pd+Au": "3e|2pge+au|3e pge|3e pgm|pge3e|3pge|pgm 3e",
    "Pt+Pd": "2e|2e pge|2pge",
    "Pt+Pd+Rh+Au": "4e|4e pge|4e pgm",
    "TiO2": "rutile equivalent",
    "P2O5": "phosphate|phosphat|fosfato|五氧化二磷",
    "Al2O3": "alumina|tonerde|氧化铝",
    "SiO2": "silica",
    "Nb2O5": "n2o5|niobium pentoxide|niobium oxide|nb pentoxide|五氧化二铌",
    "V2O5": "vanadium pentoxide|五氧化二钒",
    "Ta2O5": "tantalum pentoxide|tantalum oxide|tantalite",
    "WO3": "tungsten trioxide|tungsten oxide|三氧化钨",
    "TiO2 ": "titanium dioxide|titanium oxide|titandioxid|biossido di titanio",
    "Li2O": "lithium oxide|lithia|lithiumoxid|ossido di litio|óxido de lítio|oxido de litio|氧化锂",
    "U3O8": "uranium oxide|triuranium octoxide|uranoxid|八氧化三铀",
    "eU3O8": "equivalent uranium oxide|equivalent u3o8|eu3o8|u3o8e|e u3o8|u3o8eq|u3o8 equivalent|uranium oxide equivalent|eu308",
    "eU": "equivalent uranium",
    "Cr2O3": "chromite|chrome",
    "HfO2": "hafnium oxide",
    "ZrO2": "zirconia",
}


def _spellings() -> dict[str, str]:
    names: dict[str, str] = {}
    for symbol, words in _METALS.items():
        oxide = _OXIDE_OF.get(symbol)
        for word in words.split():
            names[word] = symbol
            names[f"{word} equivalent"] = names[f"{word} equiv"] = f"{symbol}Eq"
            names[f"{word}-equivalent"] = names[f"{word}äquivalent"] = names[f"{word} eq"] = f"{symbol}Eq"
            names[f"equivalent {word}"] = f"{symbol}Eq"
            if oxide is not None:
                names.setdefault(f"{word} oxide", oxide)
                names.setdefault(f"{word}oxid", oxide)
    for element in ("gold", "silver", "copper", "zinc", "nickel"):
        names[f"{element} metal"] = names[element]
    for name, joined in _PHRASES.items():
        for phrase in joined.split("|"):
            names[phrase] = name.strip()
    for name in (*CLASSES, *OXIDES):
        names.setdefault(name.lower(), name)
        # zero printed for the letter O, as scanned and retyped texts have it
        names.setdefault(name.lower().replace("o", "0"), name)
    names["lead metal"] = "Pb"
    return names


SPELLINGS: dict[str, str] = _spellings()
"""Lower-case spelling -> name on the closed list."""

_EQUIVALENT = re.compile(r"(?P<base>[A-Za-z][A-Za-z0-9]{0,6}?)[-_ ]?(?:[Ee][Qq]|EQV|Eqv|equiv)\.?")
_EQUIVALENT_FIRST = re.compile(r"[eE][qQ][-_]?(?P<base>[A-Z][A-Za-z0-9]{0,6})")


def symbol(word: str) -> str | None:
    """The name of one printed word, or None.

    Element symbols count in their own letter case only (`As`, not `as`), or two capitals where the word
    cannot be anything else (`AU`, `CU`); footnote digits glued to a name are dropped.
    """
    if word in SYMBOLS:
        return word
    low = word.lower()
    found = SPELLINGS.get(low)
    if found is not None:
        return found
    if word in {"AU", "AG", "CU", "ZN", "PB", "NI", "LI"}:
        return word.capitalize()
    match = _EQUIVALENT.fullmatch(word) or _EQUIVALENT_FIRST.fullmatch(word)
    if match is not None:
        base = match["base"]
        known = base if base in SYMBOLS else SPELLINGS.get(base.lower())
        if known is None and base.capitalize() in SYMBOLS:
            known = base.capitalize()
        if known is not None:
            return "LCE" if known == "LCE" else f"{known}Eq"
    if len(word) > 2 and word[-1].isdigit():
        stem = word.rstrip("0123456789")
        for cut in (word[:-1], word[:-2], stem):
            if len(cut) >= 2 and (cut in SYMBOLS or cut.lower() in SPELLINGS) and not cut[-1:].isspace():
                if cut in SYMBOLS and len(word) - len(cut) != 1:
                    continue
                return cut if cut in SYMBOLS else SPELLINGS[cut.lower()]
    return None


def is_name(analyte: str) -> bool:
    """Whether `analyte` is on the closed list."""
    base = analyte.removesuffix("_share")
    return all(_is_single(part) for part in base.split("+"))


def _is_single(name: str) -> bool:
    bare = name.removesuffix("Eq").removeprefix("e")
    return any(
        part in CLASSES or part in SYMBOLS or part in OXIDES for part in (name, bare, name.removesuffix("Eq"))
    )


PRECIOUS = frozenset(
    {"Au", "Ag", "Pt", "Pd", "Rh", "Ir", "Ru", "PGE", "Pt+Pd", "Pt+Pd+Au", "AuEq", "AgEq", "PdEq"}
)
RARE_EARTH_PARTS = frozenset({"MREO", "NdPr", "DyTb", "HREO", "LREO", "CREO"})
