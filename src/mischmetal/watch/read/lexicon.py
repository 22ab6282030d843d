"""The words that carry meaning in an announcement, by kind, in the languages the watch reads.

One phrase to a kind; the tokeniser takes the longest phrase that fits. Words of no kind stay `word`.
"""

from __future__ import annotations

from mischmetal.watch.read.analytes import SPELLINGS

# unit name -> (mass share in ppm per unit, spellings)
UNITS: dict[str, tuple[float, str]] = {
    "%": (
        10_000.0,
        "%|per cent|percent|pct|wt%|wt %|% w/w|wt. %|weight percent|mass %|vol %|prozent|per cento|por cento|"
        "pour cent|gew.-%|gew.%|gew%|％|百分",
    ),
    "ppm": (
        1.0,
        "ppm|parts per million|parts-per-million|mg/kg|teile pro million|teilen pro million|parti per milione|partes por milhão|百万分之",
    ),
    "ppb": (0.001, "ppb|parts per billion"),
    "g/t": (
        1.0,
        "g/t|gpt|gm/t|gms/t|g/tonne|g/ton|g per tonne|g per t|gr/t|gram per tonne|grams per tonne|grams per ton|gram per ton|"
        "grams per metric tonne|grams a tonne|grams/tonne|grams/ton|gram/tonne|grams-per-tonne|gramm pro tonne|gramm je tonne|"
        "grammi per tonnellata|grammi/tonnellata|gramas por tonelada|gramos por tonelada|grammes par tonne|"
        "grammes per tonne|grams of gold per tonne|克/吨|克每吨|g／t|μg/g|ug/g",
    ),
    "kg/t": (
        1000.0,
        "kg/t|kilograms per tonne|kilogram per tonne|kgs/t|kg per tonne|kilos per tonne|千克/吨|公斤/吨",
    ),
    "oz/t": (34.2857, "oz/t|opt|oz/ton|ounces per ton|ounce per ton|oz per ton|ounces/ton|oz/st"),
    "lb/t": (500.0, "lb/ton|lbs/ton|pounds per ton"),
}

# kind -> spellings; the value of a token is its kind unless said otherwise
PHRASES: dict[str, str] = {
    "metre": (
        "m|metre|metres|meter|meters|metern|mtr|mtrs|mts|metri|metro|metros|mètre|mètres|米|meters' |metres'|m’s|metros de"
    ),
    "foot": "ft|feet|foot|ft.|英尺|fuß|fuss|piedi|pés|pies|pieds",
    "km": "km|kilometre|kilometres|kilometer|kilometers|kilometern|chilometri|quilômetros|公里|cm|mm|kms|miles|ha|hectares|km2|m2|m3",
    "at": (
        "having|ha dato|ha restituito|hanno restituito|restituito|restituiscono|ha reso|ergab|ergaben|lieferte|lieferten|enthielt|enthielten|"
        "ha intersecato|retornou|retornaram|apresentou|arrojó|arrojaron|a donné|ont donné|titrait|"
        "@|at|grading|graded|grades|averaging|averages|averaged|average|assaying|assayed|assays|running|returning|returned|"
        "yielding|yielded|producing|produced|going|carrying|containing|hosting|for|of|with|showing|recording|recorded|"
        "mit|con|al|allo|alla|à|com|durchschnittlich|im durchschnitt|a un grado di|con un grado di|with grades of|at a grade of|with a grade of|"
        "grading at|at an average grade of|at an average of|at average of|mit einem gehalt von|gehalt von|von durchschnittlich|con tenore di|"
        "tenore medio|com teor de|com teor médio de|a um teor de|con ley de|ley de|平均品位|品位|平均|grade|measuring|reported|reporting|delivering|delivered|"
        "gehalten von|mit gehalten von|bei|titolo|con una media di|media|com média de|à teneur de|titrant|contenente|contendo|hitting|came in at|coming in at|assayed at|"
        "boasting|that returned|which returned|which averaged|that averaged|which graded|that graded"
    ),
    "over": (
        "over|across|auf|über|su|sobre|em|en|lungo|per|through|within|ao longo de|along|sur|spanning|over a|in|为|厚度|见矿厚度|视厚度|"
        "over an interval of|over a width of|over a length of|from a|for|throughout|entlang|su un intervallo di|über eine länge von|auf einer länge von|über eine mächtigkeit von"
    ),
    "from": (
        "from|ab|von|aus|aus einer tiefe von|da|dal|dalla|dai|dallo|de|desde|a partir de|a partire da|starting at|starting from|commencing at|commencing from|"
        "beginning at|beginning from|down-hole from|downhole from|from a depth of|from depth of|from a downhole depth of|from down-hole depth of|ab einer tiefe von|"
        "a una profondità di|a uma profundidade de|in einer tiefe von|从|自|由|à partir de|depth from|starting|commencing|at a depth of|at depth of|"
        "at a downhole depth of|at a down-hole depth of|from around|from about|ab einer bohrlochtiefe von|da una profondità di|partendo da|iniziando da"
    ),
    "to": "to|bis|until|fino a quota|até os|至|到|a quota|->|→",
    "between": "between|zwischen|tra|fra|entre",
    "surface": (
        "surface|from surface|at surface|ground surface|surface level|oberfläche|der oberfläche|ab der oberfläche|ab oberfläche|superficie|superfície|dalla superficie|"
        "a partir da superfície|da superfície|desde superficie|desde la superficie|desde a superfície|地表|0m surface|natural surface|von der oberfläche|surface downwards|top of hole"
    ),
    "eoh": (
        "eoh|end of hole|end-of-hole|bohrlochende|fine foro|fondo foro|bottom of hole|boh|fim do furo|hole end|eof|终孔|end of the hole|final depth|fim de furo|fin de pozo|endteufe"
    ),
    "incl": (
        "including|incl|incl.|of which|includes|include|inc|inc.|included|inclusive of|which includes|that includes|einschließlich|einschliesslich|einschl.|"
        "inkl.|inkl|davon|darin|beinhaltet|darunter|incluso|inclusi|inclusa|compreso|compresi|compresa|tra cui|di cui|incluindo|inclui|"
        "dos quais|incluyendo|incluye|incluidos|incluidas|incluido|incluida|incluídos|incluídas|incluído|incluída|entre los cuales|dont|y compris|其中|包括|包含|含|with a higher grade core of|with a high-grade core of|highlighted by|which contains|inclusive|"
        "inklusive|comprensivo di|within which|which included|that included|also including|and including|und einschließlich|and includes|and also includes|which also includes|also includes|included in the hole was|included in this interval was|included within this interval|included in this was|boosted by|anchored by|this included|this includes|it included|it includes|these include|which also included|that also included|e incluindo|ed inclusi|e incluso"
    ),
    "within": "within|contained within|as part of|part of|innerhalb von|innerhalb|all'interno di|dentro de|inside|within a broader|within a wider",
    "aswell": "as well as|followed by|along with|sowie|nonché|bem como|oltre a|and also|in addition to|additional",
    "and": "and|&|und|e|ed|y|et|plus|和|及|以及|+",
    "upto": (
        "up to|as high as|as much as|fino a|bis zu|até|hasta|jusqu'à|peak|peaking at|maximum|max|max.|maximum of|高达|最高|peak of|peak value of|peak grade of|a peak of|as wide as"
    ),
    "more": (
        "more than|over|exceeding|greater than|above|in excess of|oltre|mehr als|mais de|mais que|più di|superiore a|superiori a|superiori al|superior a|oltre l'|oltre il|"
        ">|≥|＞|at least|plus de|acima de|大于|超过|better than"
    ),
    "less": "less than|below detection|<|≤|under|weniger als|meno di|menos de|inferiore a|小于|低于|＜",
    "about": "~|≈|about|approximately|approx|approx.|around|roughly|circa|ca.|ca|etwa|rund|cerca de|aproximadamente|约|大约|some|nearly|almost|c.|only|just|～|∼|±|aprox.",
    "truewidth": (
        "true width|true widths|true thickness|tw|etw|estimated true width|estimated true thickness|est. true width|true-width|wahre mächtigkeit|wahrer mächtigkeit|"
        "larghezza reale|spessore reale|largura verdadeira|espessura verdadeira|espessura real|真厚度|true mineralised width|true|ancho verdadero|t.w.|wahre breite|geschätzte wahre mächtigkeit|est true width|ttw|est. tt|est tt|est. tw|est tw|tt"
    ),
    "cutoff": (
        "cutoff|cut-off|cut off|cut-offs|lower cut|lower cut-off|lower cutoff|low cut|bottom cut|cog|cut-off grade|cutoff grade|cut off grade|cut-off value|bottom cut-off|lower cut off|minimum grade|"
        "cut-off-gehalt|cutoff-gehalt|cut-off gehalt|taglio|tenore di taglio|cut-off di|teor de corte|ley de corte|边界品位|gehalt-cut-off|nominal cut-off|nominal cutoff|cut-off of|cut-off grade of|cutoff of|cutoff grade of|lower grade cut-off"
    ),
    "topcut": "top cut|top-cut|topcut|upper cut|upper cut-off|high grade cut|high-grade cut|capped at|capped to|top cut of|cut to|capping|cap|capped|upper cutoff|topcut of|top-cut of|top cap",
    "ending": (
        "ending in|ended in|ending at|finishing in|bottoming in|bottomed in|ends in|finished in|endend in|terminando in|terminando em|terminated in|with end of hole grading|hole ended in|terminating in"
    ),
    "holeword": (
        "hole|holes|drillhole|drillholes|drill hole|drill-hole|drill holes|borehole|boreholes|bohrloch|bohrung|bohrlöcher|bohrlochs|foro|fori|furo|furos|sondaggio|"
        "sondagem|sondaje|pozo|钻孔|孔|hole id|hole no|hole number|hole no.|drillhole id|bohrloch nr.|forage|diamond hole|rc hole|core hole|auger hole|discovery hole|well|barreno|sondeo"
    ),
    "tonne": (
        "t|tonne|tonnes|ton|tons|metric tonnes|metric tons|tonnen|tonnellate|tonnellata|toneladas|tonelada|吨|dmt|tonnes of ore|tonneladas"
    ),
    "kt": "kt|kilotonnes|ktonnes|thousand tonnes|千吨|tausend tonnen|k tonnes",
    "wt": "万吨",
    "mt": (
        "mt|million ore tonnes|million dry tonnes|million tonnes|million tons|million metric tonnes|million tonne|million ton|millon tonne|millon tonnes|mtonnes|millionen tonnen|mio. tonnen|mio. t|mio t|milioni di tonnellate|"
        "milhões de toneladas|millones de toneladas|millions de tonnes|百万吨|mn tonnes|m tonnes|mil tonnes|mmt|m t|million t|millones de t|mln tonnellate|milhão de toneladas"
    ),
    "bt": "bt|billion tonnes|billion tons|milliarden tonnen|miliardi di tonnellate|bilhões de toneladas",
    "yt": "亿吨",
    "oz": "oz|ounces|ounce|oz.|troy ounces|unzen|once|onças|onzas|盎司",
    "koz": "koz|k oz|thousand ounces|thousand oz",
    "moz": "moz|million ounces|million oz|m oz|millionen unzen|milioni di once|milhões de onças|mln once|millones de onzas|mozs",
    "lb": "lb|lbs|pounds|pfund|libbre|libras",
    "mlb": "mlb|mlbs|million pounds|million lb|million lbs|mio. pfund|millionen pfund|milioni di libbre|milhões de libras|m lb|m lbs",
    "kgmass": "kg|kilograms|kgs",
    "mtpa": "per annum|per year|pa|p.a.|/a|a year|annually|per hour|pro jahr|all'anno|por ano|每年|yearly|a day|per day",
    "sample": (
        "rock chip|rock chips|rock-chip|rockchip|grab|grab sample|grab samples|soil|soils|soil samples|soil sample|float|stream sediment|termite|mullock|"
        "dump samples|surface samples|surface sampling|surface sample|channel chip|hand samples|hand specimen|outcrop|outcropping|outcrops|lag sampling|lag samples|selective samples|selected samples|"
        "gesteinsproben|schürfproben|splitterproben|bodenproben|campioni di roccia|campioni superficiali|campioni di suolo|amostras de rocha|amostras de solo|amostras de superfície|amostras superficiais|"
        "岩石样|拣块样|土壤样|boulder|boulders|rock samples|rock sample|stockpile|chip samples|handstückproben|stichproben|geochemical|geochemistry|lesesteine|gossan samples|tailings"
    ),
    "trench": "trench|trenching|trenches|channel|channel sample|channel samples|channel sampling|costean|costeans|schürfgraben|trincea|trincheira|探槽|刻槽|pit|test pit|adit|face sampling",
    "pxrf": "pxrf|p-xrf|portable xrf|handheld xrf|hand-held xrf|xrf|niton|portable x-ray|olympus vanta|portables rfa|fpxrf|hhxrf|spot reading|spot readings|便携式",
    "gamma": "gamma|radiometric|downhole gamma|gamma log|gamma probe|spectrometer|scintillometer|cps",
    "visual": "visual|visually|visible|logged|visual estimate|visual estimates|sichtbares|visuell|pending|awaiting|awaited|assays pending",
    "kill": (
        "ovest|nord-ovest|sud-ovest|westlich|östlich|nördlich|südlich|nordöstlich|nordwestlich|südöstlich|südwestlich|"
        "oeste|leste|norte|ouest|deeper|shallower|further|farther|más profundo|mais profundo|tiefer|strike|apart|spacing|spaced|spacings|step-out|stepout|step out|long|deep|distance|dip|plunge|north|south|east|west|northeast|northwest|"
        "southeast|southwest|northern|southern|eastern|western|streichlänge|entfernt|abstand|centres|centers|program|programme|drilled|drilling|"
        "hectare|elevation|away|wide-spaced|traverse|extension|extends|extending|corridor|swarm|diameter|grid|offset|radius|composites|campaign|"
        "comprising|totalling|totaling|planned|plan|buffer|line|lines|proposed|height|altitude|rl"
    ),
    "belowsurface": (
        "below surface|below ground|below the surface|beneath surface|below ground level|vertical depth|vertical|vertically|unter der oberfläche|sotto la superficie|abaixo da superfície|"
        "beneath the surface|below natural surface|of surface|depth below surface|unter der erdoberfläche|beneath the ground|below collar"
    ),
    "downhole": (
        "down-hole|downhole|down hole|depth|downhole depth|down-hole depth|bohrlochtiefe|tiefe|di profondità|profondità|profundidade|de profundidade|profundidad|"
        "deep downhole|downhole width|down-hole width|downhole length|drilled depth|hole depth|处|段|onwards|down the hole"
    ),
    "zone": (
        "interval|intervals|intersection|intersections|intercept|intercepts|zone|zones|section|sections|hit|hits|segment|span|stretch|core|abschnitt|abschnitte|abschnitts|gesamtabschnitt|gesamtabschnitts|bohrabschnitt|bohrkernabschnitt|intervall|intervalls|parcel|swath|"
        "intervallo|tratto|intervalo|intervalos|trecho|interseção|interseções|intercettazione|intercettazioni|width|thickness|wide|thick|length|run|lens|shoot|seam|layer|horizon|band|intersected|mächtigkeit|breite|länge|drill intercept"
    ),
    "share": "of treo|of total|of the treo|of total rare earth oxides|of total rare earths|of the total|of total reo|of treo content|of the basket|des treo|del treo|dei treo|do treo|von treo|of total treo|of the total rare earth oxides|of contained treo|of the treo content|of reo|in treo|of the total treo|treo ratio",
    "ratio": "ratio|ratios|recovery|recoveries|extraction|extractions|recovered|distribution|basket|anteil|recupero|recuperação|回收率|proportion|payability|leach|leaching|extracted|improvement|increase|discount|premium|moisture|upgrade|assemblage|slimes|oversize|stake|interest|royalty|irr|concentrate|confidence|tax",
    "resource": (
        "resource|resources|mineral resource|mineral resources|mineral resource estimate|mre|mres|resource estimate|risorsa|risorse|risorsa minerale|risorse minerali|ressource|ressourcen|mineralressource|mineralressourcen|"
        "recurso|recursos|recurso mineral|recursos minerais|recursos minerales|资源量|资源|储量|reserve|reserves|ore reserve|ore reserves|mineral reserve|mineral reserves|reserven|erzreserve|erzreserven|riserve|riserva|"
        "reservas|reserva|inventory|ressourcenschätzung|mineralressourcenschätzung|resources estimate|矿产资源|矿石量|estimate|ressourcenbestand|jorc"
    ),
    "target": (
        "exploration target|explorationsziel|obiettivo di esplorazione|target di esplorazione|alvo de exploração|alvo exploratório|exploration targets|勘探目标|exploration potential|target esplorativo|conceptual target|jorc exploration target|objetivo de exploración"
    ),
    "measured": "measured|gemessen|gemessene|gemessenen|misurata|misurate|medido|medidos|medida|medidas|探明|探明的|meas|mesurées",
    "indicated": "indicated|angezeigt|angezeigte|angezeigten|indicata|indicate|indicado|indicados|indicada|indicadas|控制|控制的|ind|indiquées",
    "inferred": "inferred|abgeleitet|abgeleitete|abgeleiteten|vermutet|vermutete|vermuteten|inferita|inferite|dedotta|dedotte|inferido|inferidos|inferida|inferidas|推断|推断的|inf|présumées",
    "proved": "proved|proven|nachgewiesen|nachgewiesene|provata|provado|provada|provadas|probadas|prouvées",
    "probable": "probable|wahrscheinlich|wahrscheinliche|probabile|provável|prováveis|probables|probabili",
    "contained": "contained|contains|containing|comprising|for|enthaltene|contenente|contenenti|contained metal|contained treo|contendo|含有",
    "total": "total|overall|global|combined|gesamt|gesamte|gesamtressource|insgesamt|totale|totali|total resource|globale|grand total|total mineral resource|合计|总计|总",
}

# kinds whose phrases would lose to an earlier kind: order of trust, first one wins
_ORDER = (
    "incl", "within", "upto", "over", "more", "less", "from", "at", "truewidth", "cutoff", "topcut", "ending",
    "holeword", "surface", "eoh", "belowsurface", "downhole", "metre", "foot", "km", "tonne", "kt", "wt", "yt", "mt", "bt",
    "koz", "moz", "oz", "mlb", "lb", "kgmass", "mtpa", "about", "aswell", "and", "between", "to", "target", "resource",
    "measured", "indicated", "inferred", "proved", "probable", "share", "ratio", "sample", "trench", "pxrf", "gamma",
    "visual", "zone", "kill", "total", "contained",
)  # fmt: skip


def build() -> dict[str, tuple[str, str]]:
    """Lower-case phrase -> (kind, value)."""
    table: dict[str, tuple[str, str]] = {}
    for unit, (_, spellings) in UNITS.items():
        for phrase in spellings.split("|"):
            table.setdefault(phrase.strip().lower(), ("unit", unit))
    for kind in _ORDER:
        for phrase in PHRASES[kind].split("|"):
            table.setdefault(phrase.strip().lower(), (kind, phrase.strip().lower()))
    for spelling, name in SPELLINGS.items():
        if len(spelling) > 2 or not spelling.isascii():  # two-letter symbols are read in their own case
            table.setdefault(spelling, ("analyte", name))
    for name in ("hm", "cg", "gc", "3e", "2e", "4e", "6e"):
        table.pop(name, None)
    return table
