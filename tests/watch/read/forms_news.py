"""More forms: what newspapers, translations and quarterly reports make of announcements; names and numbers made up."""

from __future__ import annotations

from forms import Case

PROSE: list[Case] = [
    (
        "The explorer struck seven metres at four per cent total rare earth oxides (TREO) and 0.31 per cent niobium oxide (Nb2O5) from 18 metres, including two metres at 11.2 per cent TREO.",
        [(None, 18, 7, None, "TREO 4 %;Nb2O5 0.31 %"), (None, None, 2, 0, "TREO 11.2 %")],
    ),
    (
        "Pilot hole QKX-41 intersected 6.4 metres (from 512.5 metres depth) averaging 3.1% U3O8, including 9.9% U3O8 over one metre at the unconformity.",
        [("QKX-41", 512.5, 6.4, None, "U3O8 3.1 %"), ("QKX-41", None, 1, 0, "U3O8 9.9 %")],
    ),
    (
        "Hole TB-77A, 12 metres from TB-71, cut 3.3 metres grading 21% U3O8.",
        [("TB-77A", None, 3.3, None, "U3O8 21 %")],
    ),
    (
        "Il foro PZ-18, a circa 35 metri a ovest di PZ-11, ha intersecato 4,2% di eU3O8 su 6,5 metri (taglio dello 0,05% di eU3O8).",
        [("PZ-18", None, 6.5, None, "eU3O8 4.2 %")],
    ),
    (
        "il foro ha dato 0,14% di eU3O8 su 1,5 m da 402.5 a 404,0 m, e una media dello 0,2% di U3O8 su 2 m",
        [(None, 402.5, 1.5, None, "eU3O8 0.14 %"), (None, None, 2, None, "U3O8 0.2 %")],
    ),
    (
        "L'ultimo metro campionato (da 119 a 120 metri) ha dato il 1,75% di TREO.",
        [(None, 119, 1, None, "TREO 1.75 %")],
    ),
    (
        "Il foro 6 ha rivelato una zona di 8 metri tra 41 e 49 metri con una media di 6,5 g/t, di cui 0,5 metri a 77 g/t.",
        [("6", 41, 8, None, "Au 6.5 g/t"), ("6", None, 0.5, 0, "Au 77 g/t")],
    ),
    (
        "un'intersezione di 12 metri con una concentrazione media di 3,35 grammi di oro per tonnellata",
        [(None, None, 12, None, "Au 3.35 g/t")],
    ),
    (
        "Los sondeos cortaron 31 metros de 2,6 gramos de oro por tonelada desde 44 metros, incluidos 4 metros de 9,1 gramos de oro por tonelada desde 50 metros.",
        [(None, 44, 31, None, "Au 2.6 g/t"), (None, 50, 4, 0, "Au 9.1 g/t")],
    ),
    (
        "- 9m de 6.480 ppm de óxidos totais de terras raras (1.310 ppm de NdPr) e 18,2% de TiO2 de 3m; e\n- 7m de TREO 4.120 ppm e 14,4% de TiO2 da superfície.",
        [(None, 3, 9, None, "TREO 6480 ppm;NdPr 1310 ppm;TiO2 18.2 %"), (None, 0, 7, None, "TREO 4120 ppm;TiO2 14.4 %")],
    ),
    (
        "Der Bericht nennt einen Gehalt von 18,4 Gramm pro Tonne über einen Abschnitt von 9 Metern in 77 Metern Tiefe in Bohrloch RZ_24-118.",
        [("RZ_24-118", 77, 9, None, "Au 18.4 g/t")],
    ),
    (
        "48m mit 0,55% Nb2O5, 0,21% TREO (bestehend aus 22% Nd2O3+Pr6O11), 4,1% P2O5 innerhalb eines Gesamtabschnitts von 120m mit 0,28% Nb2O5 ab 66m",
        [(None, None, 48, 1, "Nb2O5 0.55 %;TREO 0.21 %;NdPr_share 22 %TREO;P2O5 4.1 %"), (None, 66, 120, None, "Nb2O5 0.28 %")],
    ),
    (
        "einschließlich bedeutender Abschnitte von 41 Metern mit 2,9% TREO aus 120 Metern und 12 Metern mit 3,1% TREO aus 180 Metern",
        [(None, 120, 41, None, "TREO 2.9 %"), (None, 180, 12, None, "TREO 3.1 %")],
    ),
    (
        "GX24-004 - 150,0 Fuß mit einem Gehalt von 3,6 % graphitischem Kohlenstoff, einschließlich 60,0 Fuß mit einem Gehalt von 4,1 % graphitischem Kohlenstoff",
        [("GX24-004", None, 45.72, None, "TGC 3.6 %"), ("GX24-004", None, 18.288, 0, "TGC 4.1 %")],
    ),
    (
        "21,0 % eU3O8 auf 3,9 Metern in HWR-049: Es wurde ein schmaler Abschnitt erwartet.",
        [("HWR-049", None, 3.9, None, "eU3O8 21 %")],
    ),
    (
        "In Bohrloch ON22-04 stieß man in einem ein Meter breiten Abschnitt auf 2,1 % Nickel und 1,2 % Kupfer.",
        [("ON22-04", None, 1, None, "Ni 2.1 %;Cu 1.2 %")],
    ),
    (
        "Diamond drill hole PQ-01 returned 0.4% copper, 0.6 gram gold per tonne and 2.8 grams silver for 0.9% copper equivalent over 280 metres from 150 metres depth.",
        [("PQ-01", 150, 280, None, "Cu 0.4 %;Au 0.6 g/t;Ag 2.8 g/t;CuEq 0.9 %")],
    ),
    (
        "At the 31.5-metre mark, the first hole cut 9 metres of 14.2% titanium oxide, 0.11% chromium oxide and 0.19% vanadium.",
        [(None, 31.5, 9, None, "TiO2 14.2 %;Cr2O3 0.11 %;V 0.19 %")],
    ),
    (
        "One hole (031) returned 44 meters at 2.2% copper from 90 meters.The hole extends drill hole (027), which intercepted 38 meters at 1.1% copper from 71 meters.",
        [("031", 90, 44, None, "Cu 2.2 %"), ("027", 71, 38, None, "Cu 1.1 %")],
    ),
    (
        "Intercepts include 150.1 metres grading 0.24% nickel from 22.9m in LOT006 and 21.3 metres grading 0.31% nickel from 310m in the same hole. Another hole, LOT003, reported 55.8 metres grading 0.2% nickel from 130m.",
        [("LOT006", 22.9, 150.1, None, "Ni 0.24 %"), ("LOT006", 310, 21.3, None, "Ni 0.31 %"), ("LOT003", 130, 55.8, None, "Ni 0.2 %")],
    ),
    (
        "The latest results, from 14 holes, are highlighted by hole 22, which graded 4.1% nickel and 0.3% copper over 11.5 metres. Included in the hole was a 1.2-metre intercept of 12.5% nickel.",
        [("22", None, 11.5, None, "Ni 4.1 %;Cu 0.3 %"), ("22", None, 1.2, 0, "Ni 12.5 %")],
    ),
    (
        "The hole cut 9.1m grading 1.3 per cent copper from 341m.\nThe intercept included 5.2m at 2.0 per cent copper from 341m.",
        [(None, 341, 9.1, None, "Cu 1.3 %"), (None, 341, 5.2, 0, "Cu 2 %")],
    ),
    (
        "18m going 5.1g/t gold from 60m. It also includes an 8m section grading as high as 9.8g/t gold from 64m.",
        [(None, 60, 18, None, "Au 5.1 g/t"), (None, 64, 8, 0, "Au 9.8 g/t")],
    ),
    (
        "10m at 28.1 per cent VHM, or 58.2 per cent total heavy minerals (THM) from 25m and 4m going 31.0 per cent VHM, or 70.4 per cent THM from 41m",
        [(None, 25, 10, None, "VHM 28.1 %;THM 58.2 %"), (None, 41, 4, None, "VHM 31 %;THM 70.4 %")],
    ),
    (
        "27.1m @ 1.1% Cu from 8m, including 4.4m @ 2.0% Cu; and 5m @ 3.2% Cu, including 1.5m @ 8.8% Cu (BTD068)",
        [("BTD068", 8, 27.1, None, "Cu 1.1 %"), ("BTD068", None, 4.4, 0, "Cu 2 %"), ("BTD068", None, 5, None, "Cu 3.2 %"), ("BTD068", None, 1.5, 2, "Cu 8.8 %")],
    ),
    (
        "  • 11m @ 0.6% niobium from 60m depth\n  • 4m @ 0.9% niobium from 64m depth\n  • 50m @ 0.6% niobium from 150m depth, ending in:\n    • 1m @ 1.7% niobium",
        [(None, 60, 11, None, "Nb 0.6 %"), (None, 64, 4, None, "Nb 0.9 %"), (None, 150, 50, None, "Nb 0.6 %"), (None, None, 1, 2, "Nb 1.7 %")],
    ),
    (
        "  • 9m at 1.1% V2O5 from 70m incl. 2m at 1.6% V2O5\n    • (within a wider interval of 36m at 0.6% V2O5 from 45m)",
        [(None, 70, 9, 2, "V2O5 1.1 %"), (None, None, 2, 0, "V2O5 1.6 %"), (None, 45, 36, None, "V2O5 0.6 %")],
    ),
    (
        "  • Drillhole RG2DD04 returned 12.3 m at 8.1% TREO from 21.6 m depth, with grades of:\n    • NdPr: 14,100 ppm | DyTb: 601 ppm | Sc₂O₃: 210 ppm",
        [("RG2DD04", 21.6, 12.3, None, "TREO 8.1 %;NdPr 14100 ppm;DyTb 601 ppm;Sc2O3 210 ppm")],
    ),
    (
        "1.2 metre (Est. TT) grading 3.1g/t Au and 90g/t Ag",
        [(None, None, 1.2, None, "Au 3.1 g/t;Ag 90 g/t")],
    ),
    (
        "5 meters of 510 g/t AgEq, and a 0.7 meter interval with an average grade of about 2.1 kilos of silver-equivalent per tonne of rock",
        [(None, None, 5, None, "AgEq 510 g/t"), (None, None, 0.7, None, "AgEq 2.1 kg/t")],
    ),
    (
        "• 172.0 m at 0.8% Li2O, including 30.5 m at 1.7% Li2O (QV23–199)",
        [("QV23–199", None, 172, None, "Li2O 0.8 %"), ("QV23–199", None, 30.5, 0, "Li2O 1.7 %")],
    ),
    (
        "results include 51m a 870ppm TREO da 12m in PTRAC007; 55m a 910ppm TREO da 8m in PTRAC009\n49m a 1010ppm TREO da 12m in PTRAC011",
        [("PTRAC007", 12, 51, None, "TREO 870 ppm"), ("PTRAC009", 8, 55, None, "TREO 910 ppm"), ("PTRAC011", 12, 49, None, "TREO 1010 ppm")],
    ),
    (
        "11m at 1,800ppm U3O8 from 26m; better intercepts at West Ridge include 8m grading 260ppm U3O8 from 18m",
        [(None, 26, 11, None, "U3O8 1800 ppm"), (None, 18, 8, None, "U3O8 260 ppm")],
    ),
    (
        "19m at 4,310 parts-per-million total rare earth oxides (TREO) from 3m including 11m at an outstanding 5,900ppm",
        [(None, 3, 19, None, "TREO 4310 ppm"), (None, None, 11, 0, "TREO 5900 ppm")],
    ),
    (
        "K77 Mining's 11m at 210.5gpt, 98gpt silver and 0.7% copper was third",
        [(None, None, 11, None, "Au 210.5 g/t;Ag 98 g/t;Cu 0.7 %")],
    ),
]  # fmt: skip

NONE: list[str] = [
    "From an average drilling depth of 6.4 meters, 68.1% of the drillholes reached fresh rock.",
    "Three of the seven holes cut a zone 0.4-1.8 metres wide grading 1.9-2.7% nickel.",
    "The Kestrel pegmatite strikes for more than 2km, is up to 150m wide and averages 1.0 per cent lithium oxide.",
    "TN99 returned a higher level in a down hole gamma probe, including 0.75m measuring 1,210 counts per second (cps).",
    "Six holes returned intercepts greater than 1 g/t Au, with a peak value of 2.1 g/t Au.",
    "Garnet percentages in the heavy mineral fractions ranged from 61% to 79%.",
    "Nas análises, a companhia identificou teores de até 21.440 partes por milhão (ppm) de TREO.",
    "Surface grab samples revealed up to an impressive 3,150 parts per million TREO and 1,890ppm TREO.",
]

# text, then: tonnes in Mt, category, first grade ("" for none), number of the whole it is part of
RESOURCES: list[tuple[str, list[tuple[float, str | None, str, int | None]]]] = [
    (
        "- The updated Mineral Resource of 90.0 Mt @ 1.2% Li2O includes 50.0 Mt @ 1.2% Li2O in the Indicated category, and an additional 40.0 Mt @ 1.2% Li2O in the Inferred category",
        [(90, None, "Li2O 1.2 %", None), (50, "Indicated", "Li2O 1.2 %", 0), (40, "Inferred", "Li2O 1.2 %", 0)],
    ),
    (
        "The deposit hosts 30.1 million tonnes grading 240 ppm U3O8 inferred and 33.4Mt at 280 ppm U3O8 indicated.",
        [(30.1, "Inferred", "U3O8 240 ppm", None), (33.4, "Indicated", "U3O8 280 ppm", None)],
    ),
    (
        "Diese Zone enthält eine Mineralressource von 80 Mio. Tonnen mit 5,1 % THM, wovon 30 % in der angezeigten Kategorie liegen. Sie macht 33 % der gesamten Mineralressource von 240 Mio. t mit 4,2 % THM aus.",
        [(80, None, "THM 5.1 %", 1), (240, None, "THM 4.2 %", None)],
    ),
    (
        "eine Gesamtmineralressource von 150 Mt @ 4,0 % THM: eine gemessene Mineralressource von 110 Mt @ 3,8% THM, 10% SLIMES; eine angezeigte von 25 Mt @ 5,5% THM und eine abgeleitete von 15 Mt @ 2,9% THM",
        [(150, None, "THM 4 %", None), (110, "Measured", "THM 3.8 %", 0), (25, "Indicated", "THM 5.5 %", 0), (15, "Inferred", "THM 2.9 %", 0)],
    ),
    (
        "Die aktualisierte MRE2 beläuft sich auf 2,9 Millionen Tonnen mit einem durchschnittlichen Gehalt von 1,6% Kupfer, 1,9% Zink und 0,15 Teilen pro Million Gold.",
        [(2.9, None, "Cu 1.6 %", None)],
    ),
    ("a reserve of 1.21 million tonnes at 388 ppm [parts per million] scandium", [(1.21, None, "Sc 388 ppm", None)]),
    (
        "The global Varna resource is 98.2 million ore tonnes having a nickel equivalent (\"Ni Eq\") grade of 0.97%.",
        [(98.2, None, "NiEq 0.97 %", None)],
    ),
    ("il vicino giacimento di litio di Monteraro (210,5Mt all'1,1% di Li2O)", [(210.5, None, "Li2O 1.1 %", None)]),
    (
        "There is about 3.1 million tonnes of pegmatite and it contains approximately 0.2% Rb2O. The resource classification is Inferred.",
        [(3.1, "Inferred", "Rb2O 0.2 %", None)],
    ),
    ("矿石量总计4120.5万吨，Li2O量达55.2万吨，平均品位1.34%。", [(41.205, None, "Li2O 1.34 %", None)]),
    ("an Exploration Target of 300 million to 1.2 billion tonnes", [(300, "Exploration Target", "", None)]),
    (
        "The target sits between 45 million tonnes and 90Mt grading between 0.8% and 1.2% TREO, 1.1Mt per kilometre to 2.2Mt/km.",
        [(45, "Exploration Target", "TREO 0.8 %", None)],
    ),
    ("the current 88Mt Mineral Resource at Ferndale", [(88, None, "", None)]),
    ("Total Mineral Resources are now 60,100 contained tonnes of TREO", []),
]  # fmt: skip

TABLES: list[Case] = [
    (
        "| Hole | | From (m) | To (m) | Length (m) | Au (g/t) |\n| --- | --- | --- | --- | --- | --- |\n| UB-24-01 | | 90.5 | 102.0 | 11.5 | 2.15 |\n| | incl. | 93.0 | 95.0 | 2.0 | 7.10 |\n| | and | 98.0 | 99.0 | 1.0 | 5.00 |",
        [("UB-24-01", 90.5, 11.5, None, "Au 2.15 g/t"), ("UB-24-01", 93, 2, 0, "Au 7.1 g/t"), ("UB-24-01", 98, 1, 0, "Au 5 g/t")],
    ),
    (
        "Prospect Hole_ID From_m To_m Width_m U3O8_ppm\nBeta ORC001 12 18 6 450\nBeta ORC002 30 33 3 1,210",
        [("ORC001", 12, 6, None, "U3O8 450 ppm"), ("ORC002", 30, 3, None, "U3O8 1210 ppm")],
    ),
    (
        "Bohrloch\tvon (m)\tbis (m)\tLänge (m)\tAu (g/t)\nLB-22-01\t12,5\t20,0\t7,5\t3,45\neinschl.\t14,0\t15,0\t1,0\t12,1",
        [("LB-22-01", 12.5, 7.5, None, "Au 3.45 g/t"), ("LB-22-01", 14, 1, 0, "Au 12.1 g/t")],
    ),
    (
        "Hole No. From (ft) To (ft) Length (ft) Au (oz/ton)\nM-12 100 120 20 0.15",
        [("M-12", 30.48, 6.096, None, "Au 5.1429 g/t")],
    ),
]  # fmt: skip
