"""Announcement forms written for these tests, names and numbers made up.

Each case: text, then one tuple for each intercept: hole, from, length, parent, assays as `Au 3.2 g/t`
joined by `;`.
"""

from __future__ import annotations

Case = tuple[str, list[tuple[str | None, float | None, float, int | None, str]]]

PROSE: list[Case] = [
    (
        "Hole ZTRC041 returned 9m grading 2.45 g/t gold from 61m, including 2m grading 8.1 g/t gold from 64m.",
        [("ZTRC041", 61, 9, None, "Au 2.45 g/t"), ("ZTRC041", 64, 2, 0, "Au 8.1 g/t")],
    ),
    (
        "• 14m @ 1.92g/t Au from 33m (QLRC007), incl. 3m @ 5.6g/t Au from 38m",
        [("QLRC007", 33, 14, None, "Au 1.92 g/t"), ("QLRC007", 38, 3, 0, "Au 5.6 g/t")],
    ),
    (
        "• VKDD-24-018: 31.4m @ 0.84% Cu, 0.22g/t Au and 3.1g/t Ag from 211.6m, incl. 6.2m @ 2.05% Cu, 0.51g/t Au & 7.7g/t Ag from 219m",
        [
            ("VKDD-24-018", 211.6, 31.4, None, "Cu 0.84 %;Au 0.22 g/t;Ag 3.1 g/t"),
            ("VKDD-24-018", 219, 6.2, 0, "Cu 2.05 %;Au 0.51 g/t;Ag 7.7 g/t"),
        ],
    ),
    (
        "Drill hole 24-HLD-103 cut 18.6 metres of 4.2% zinc, 1.9% lead and 61 g/t silver starting at 402.3 metres.",
        [("24-HLD-103", 402.3, 18.6, None, "Zn 4.2 %;Pb 1.9 %;Ag 61 g/t")],
    ),
    (
        "The hole ended in mineralisation, with 44m averaging 0.61 g/t Au from 156m to end of hole.",
        [(None, 156, 44, None, "Au 0.61 g/t")],
    ),
    ("22 metres @ 1,315 ppm TREO from surface (PRAC0118)", [("PRAC0118", 0, 22, None, "TREO 1315 ppm")]),
    (
        "18m at 2,140ppm TREO (26% MREO) from 4m in WBAC212, including 6m at 4,005ppm TREO (31% MREO) from 10m",
        [
            ("WBAC212", 4, 18, None, "TREO 2140 ppm;MREO_share 26 %TREO"),
            ("WBAC212", 10, 6, 0, "TREO 4005 ppm;MREO_share 31 %TREO"),
        ],
    ),
    (
        "12m @ 1.31% TREO with 22% NdPr from 48m (TGRC019)",
        [("TGRC019", 48, 12, None, "TREO 1.31 %;NdPr_share 22 %TREO")],
    ),
    ("15m @ 0.92% TREO and 0.21% NdPr from 7m", [(None, 7, 15, None, "TREO 0.92 %;NdPr 0.21 %")]),
    (
        "20m @ 3,300ppm TREO, 710ppm NdPr and 58ppm DyTb from 16m",
        [(None, 16, 20, None, "TREO 3300 ppm;NdPr 710 ppm;DyTb 58 ppm")],
    ),
    (
        "NBDD011 intersected 27.5m @ 1.62% Li2O and 118ppm Ta2O5 from 143.2m downhole",
        [("NBDD011", 143.2, 27.5, None, "Li2O 1.62 %;Ta2O5 118 ppm")],
    ),
    (
        "Assays returned 1.44% Li2O over 31.7m from 88m in hole CPX-23-044, including 2.01% Li2O over 9.3m.",
        [("CPX-23-044", 88, 31.7, None, "Li2O 1.44 %"), ("CPX-23-044", None, 9.3, 0, "Li2O 2.01 %")],
    ),
    (
        "Hole FM25-09 returned 6.4 g/t gold over 11.2 metres, including 19.8 g/t gold over 2.5 metres and 14.2 g/t over 1.1 metres.",
        [
            ("FM25-09", None, 11.2, None, "Au 6.4 g/t"),
            ("FM25-09", None, 2.5, 0, "Au 19.8 g/t"),
            ("FM25-09", None, 1.1, 0, "Au 14.2 g/t"),
        ],
    ),
    ("from 112m to 131m grading 3.05 g/t Au in GBRC066", [("GBRC066", 112, 19, None, "Au 3.05 g/t")]),
    ("GBRC071: 8m @ 2.2g/t Au (from 40-48m)", [("GBRC071", 40, 8, None, "Au 2.2 g/t")]),
    (
        "KSD017 – 52.3m (131.7 – 184.0m) @ 0.71% Ni, 0.33% Cu, 0.04% Co",
        [("KSD017", 131.7, 52.3, None, "Ni 0.71 %;Cu 0.33 %;Co 0.04 %")],
    ),
    (
        "11.5m @ 1,020ppm U3O8 from 64.5m in LRC233, including 2.0m @ 3,950ppm U3O8 from 70m",
        [("LRC233", 64.5, 11.5, None, "U3O8 1020 ppm"), ("LRC233", 70, 2, 0, "U3O8 3950 ppm")],
    ),
    ("4.5 m at 0.31% eU3O8 from 218.4 m (DDH PL-117)", [("PL-117", 218.4, 4.5, None, "eU3O8 0.31 %")]),
    (
        "36m @ 8.9% TGC from 12m including 10m @ 14.6% TGC from 20m (MZRC114)",
        [("MZRC114", 12, 36, None, "TGC 8.9 %"), ("MZRC114", 20, 10, 0, "TGC 14.6 %")],
    ),
    ("13.5m @ 6.2% THM from surface in DNAC0417", [("DNAC0417", 0, 13.5, None, "THM 6.2 %")]),
    ("24m averaging 10.4% heavy minerals from 3m", [(None, 3, 24, None, "THM 10.4 %")]),
    ("5.2 metres of 14.1% K2O from 812.3 metres depth", [(None, 812.3, 5.2, None, "K2O 14.1 %")]),
    ("7.7m @ 25.3% KCl from 1,204.6m in hole SB-12", [("SB-12", 1204.6, 7.7, None, "KCl 25.3 %")]),
    (
        "41m @ 1.15% Nb2O5 and 0.34% TREO from 39m (LNRC054), incl. 8m @ 3.6% Nb2O5 from 45m",
        [("LNRC054", 39, 41, None, "Nb2O5 1.15 %;TREO 0.34 %"), ("LNRC054", 45, 8, 0, "Nb2O5 3.6 %")],
    ),
    ("33m @ 0.42% WO3 from 71m", [(None, 71, 33, None, "WO3 0.42 %")]),
    ("17m at 0.86% Sn and 0.2% Cu from 104m in RNDD022.", [("RNDD022", 104, 17, None, "Sn 0.86 %;Cu 0.2 %")]),
    ("6.1m @ 4.9% Sb & 11.3 g/t Au from 402.8m", [(None, 402.8, 6.1, None, "Sb 4.9 %;Au 11.3 g/t")]),
    (
        "29m @ 1.8g/t AuEq (1.1g/t Au, 0.52% Cu) from 233m in JKD031",
        [("JKD031", 233, 29, None, "AuEq 1.8 g/t;Au 1.1 g/t;Cu 0.52 %")],
    ),
    (
        "121m at 1.2 g/t gold equivalent from 84m, including 35m at 2.4 g/t gold equivalent from 102m",
        [(None, 84, 121, None, "AuEq 1.2 g/t"), (None, 102, 35, 0, "AuEq 2.4 g/t")],
    ),
    (
        "12.2m @ 412 g/t AgEq (288 g/t Ag, 1.1% Pb, 2.6% Zn) from 55.1m",
        [(None, 55.1, 12.2, None, "AgEq 412 g/t;Ag 288 g/t;Pb 1.1 %;Zn 2.6 %")],
    ),
    (
        "16m @ 2.6g/t 3E (1.9g/t Pd, 0.5g/t Pt, 0.2g/t Au) from 44m",
        [(None, 44, 16, None, "Pt+Pd+Au 2.6 g/t;Pd 1.9 g/t;Pt 0.5 g/t;Au 0.2 g/t")],
    ),
    ("8.4m @ 11.9% Zn+Pb and 102g/t Ag from 187m", [(None, 187, 8.4, None, "Zn+Pb 11.9 %;Ag 102 g/t")]),
    (
        "BCRC015 returned 10m @ 1.2 g/t Au from 20m and BCRC016 returned 7m @ 2.8 g/t Au from 51m.",
        [("BCRC015", 20, 10, None, "Au 1.2 g/t"), ("BCRC016", 51, 7, None, "Au 2.8 g/t")],
    ),
    (
        "10m @ 1.2 g/t Au from 20m in BCRC015, 7m @ 2.8 g/t Au from 51m in BCRC016 and 4m @ 6.1 g/t Au from 88m in BCRC021.",
        [
            ("BCRC015", 20, 10, None, "Au 1.2 g/t"),
            ("BCRC016", 51, 7, None, "Au 2.8 g/t"),
            ("BCRC021", 88, 4, None, "Au 6.1 g/t"),
        ],
    ),
    (
        "Significant intercepts include:\n• 10m @ 1.2 g/t Au from 20m (BCRC015)\n• 7m @ 2.8 g/t Au from 51m (BCRC016)\n  - incl. 1m @ 12.5 g/t Au from 53m",
        [
            ("BCRC015", 20, 10, None, "Au 1.2 g/t"),
            ("BCRC016", 51, 7, None, "Au 2.8 g/t"),
            ("BCRC016", 53, 1, 1, "Au 12.5 g/t"),
        ],
    ),
    (
        "HWRC210\n10m @ 1.9 g/t Au from 12m\n4m @ 3.3 g/t Au from 44m\nHWRC211\n6m @ 2.1 g/t Au from 9m",
        [
            ("HWRC210", 12, 10, None, "Au 1.9 g/t"),
            ("HWRC210", 44, 4, None, "Au 3.3 g/t"),
            ("HWRC211", 9, 6, None, "Au 2.1 g/t"),
        ],
    ),
    (
        "• 40m @ 0.9 g/t Au from 10m\n  o 12m @ 1.9 g/t Au from 18m; and\n  o 5m @ 2.4 g/t Au from 41m",
        [(None, 10, 40, None, "Au 0.9 g/t"), (None, 18, 12, 0, "Au 1.9 g/t"), (None, 41, 5, 0, "Au 2.4 g/t")],
    ),
    (
        "40m @ 0.9 g/t Au from 10m, including:\n• 12m @ 1.9 g/t Au from 18m; and\n• 5m @ 2.4 g/t Au from 41m",
        [(None, 10, 40, None, "Au 0.9 g/t"), (None, 18, 12, 0, "Au 1.9 g/t"), (None, 41, 5, 0, "Au 2.4 g/t")],
    ),
    (
        "65m at 1.1% Cu from 120m, including 20m at 2.2% Cu from 131m, which includes 4m at 5.9% Cu from 140m",
        [(None, 120, 65, None, "Cu 1.1 %"), (None, 131, 20, 0, "Cu 2.2 %"), (None, 140, 4, 1, "Cu 5.9 %")],
    ),
    (
        "5m @ 7.2 g/t Au from 63m within a broader zone of 25m @ 1.9 g/t Au from 50m",
        [(None, 63, 5, 1, "Au 7.2 g/t"), (None, 50, 25, None, "Au 1.9 g/t")],
    ),
    (
        "9m @ 3.3g/t Au from 44m (estimated true width 6.5m) in SVRC108",
        [("SVRC108", 44, 9, None, "Au 3.3 g/t")],
    ),
    (
        "1.2 metres (0.9 metres true width) grading 44.1 g/t gold from 288.6 metres",
        [(None, 288.6, 1.2, None, "Au 44.1 g/t")],
    ),
    ("26.1m @ 2.04% Cu from 301.4m (0.5% Cu cut-off)", [(None, 301.4, 26.1, None, "Cu 2.04 %")]),
    (
        "Using a 0.3 g/t Au lower cut-off, MLD004 returned 72m @ 0.8 g/t Au from 8m",
        [("MLD004", 8, 72, None, "Au 0.8 g/t")],
    ),
    (
        "The best result was 3m grading 12.4g/t from 71m in hole TRB-8 at the Quill gold prospect.",
        [("TRB-8", 71, 3, None, "Au 12.4 g/t")],
    ),
    (
        "The discovery hole hit 31 metres at 2.6 per cent copper and 1.1 grams per tonne gold from 203 metres down-hole.",
        [(None, 203, 31, None, "Cu 2.6 %;Au 1.1 g/t")],
    ),
    (
        "A 14-metre zone averaging 1.7 per cent nickel was struck from 66m.",
        [(None, 66, 14, None, "Ni 1.7 %")],
    ),
    (
        "The company reported 7.5 metres of 9.2 grams gold per tonne from 101 metres",
        [(None, 101, 7.5, None, "Au 9.2 g/t")],
    ),
    ("50.3 feet of 0.21 oz/ton gold from 410 feet", [(None, 124.968, 15.3314, None, "Au 7.2 g/t")]),
    (
        "Best intercepts: 12m @ 2.1% Cu; 8m @ 1.7% Cu; 21m @ 0.9% Cu.",
        [
            (None, None, 12, None, "Cu 2.1 %"),
            (None, None, 8, None, "Cu 1.7 %"),
            (None, None, 21, None, "Cu 0.9 %"),
        ],
    ),
    ("1m @ 0.52 oz/t Au from 12m", [(None, 12, 1, None, "Au 17.8286 g/t")]),
    ("38.0m @ 1,890 ppm TREO (475 ppm MREO) from 2.0m", [(None, 2, 38, None, "TREO 1890 ppm;MREO 475 ppm")]),
    (
        "16m @ 1,205ppm TREO from 8m [ACX0021] (NdPr 24% of TREO)",
        [("ACX0021", 8, 16, None, "TREO 1205 ppm;NdPr_share 24 %TREO")],
    ),
    ("9m @ 612ppm TREO-CeO2 from 17m", [(None, 17, 9, None, "TREO-CeO2 612 ppm")]),
    ("12m @ 55ppm Ga2O3 and 980ppm TREO from 6m", [(None, 6, 12, None, "Ga2O3 55 ppm;TREO 980 ppm")]),
    ("64m @ 148ppm Sc from surface", [(None, 0, 64, None, "Sc 148 ppm")]),
    ("28m @ 9.8% P2O5 and 0.31% TREO", [(None, None, 28, None, "P2O5 9.8 %;TREO 0.31 %")]),
    ("43m @ 0.81% V2O5 & 9.1% TiO2 from 14m", [(None, 14, 43, None, "V2O5 0.81 %;TiO2 9.1 %")]),
    (
        "19m @ 58.6% Fe from 22m, with 4.1% SiO2 and 2.2% Al2O3",
        [(None, 22, 19, None, "Fe 58.6 %;SiO2 4.1 %;Al2O3 2.2 %")],
    ),
    ("TREO grades averaging 0.74% over 33m from 5m in PGD003", [("PGD003", 5, 33, None, "TREO 0.74 %")]),
    ("Hole 7 intersected 12.0 m of 2.2 % Cu from 34.0 m", [("7", 34, 12, None, "Cu 2.2 %")]),
    (
        "mineralised interval of 23m at 0.9g/t Au from 7m and remains open at depth",
        [(None, 7, 23, None, "Au 0.9 g/t")],
    ),
    ("Intercepts of up to 17m @ 3.1 g/t Au from 30m", [(None, 30, 17, None, "Au 3.1 g/t")]),
    (
        "TLX-009 was drilled to 320m and returned 13.7m @ 2.9% Zn from 204.1m",
        [("TLX-009", 204.1, 13.7, None, "Zn 2.9 %")],
    ),
    ("0.35 metres at 212 g/t Au from 95.15 metres", [(None, 95.15, 0.35, None, "Au 212 g/t")]),
    ("3.0m @ 1 240 ppm TREO from 9m", [(None, 9, 3, None, "TREO 1240 ppm")]),
    ("17 m grading 2.2% Cu equivalent from 140 m", [(None, 140, 17, None, "CuEq 2.2 %")]),
    ("10m@3.4g/tAu from12m", [(None, 12, 10, None, "Au 3.4 g/t")]),
    (
        "10m @ 3.4 g/t Au from 12 metres, 8m @ 1.1 g/t Au from 40 metres; 2m @ 9 g/t Au from 77 metres (all NRC18)",
        [
            ("NRC18", 12, 10, None, "Au 3.4 g/t"),
            ("NRC18", 40, 8, None, "Au 1.1 g/t"),
            ("NRC18", 77, 2, None, "Au 9 g/t"),
        ],
    ),
    (
        "The programme’s standout was SLRC302, which delivered 21m at 4.6 g/t gold from 55 metres including 5m at 14.2 g/t.",
        [("SLRC302", 55, 21, None, "Au 4.6 g/t"), ("SLRC302", None, 5, 0, "Au 14.2 g/t")],
    ),
    (
        "Previously reported results such as 8m @ 3.1% Cu from 90m (WDD002)",
        [("WDD002", 90, 8, None, "Cu 3.1 %")],
    ),
    (
        "24m @ 1.9% Cu, 0.4 g/t Au from 30m\nincl. 7m @ 4.4% Cu, 1.1 g/t Au from 33m\n& 3m @ 2.9% Cu from 48m",
        [
            (None, 30, 24, None, "Cu 1.9 %;Au 0.4 g/t"),
            (None, 33, 7, 0, "Cu 4.4 %;Au 1.1 g/t"),
            (None, 48, 3, 0, "Cu 2.9 %"),
        ],
    ),
    (
        "Bohrloch KW-22-03 durchteufte 12,4 m mit 1,85 % Cu ab 210,6 m, einschließlich 3,1 m mit 4,20 % Cu ab 214,0 m.",
        [("KW-22-03", 210.6, 12.4, None, "Cu 1.85 %"), ("KW-22-03", 214, 3.1, 0, "Cu 4.2 %")],
    ),
    (
        "Die Bohrung ergab 1.480 ppm TREO über 22,5 Meter von der Oberfläche",
        [(None, 0, 22.5, None, "TREO 1480 ppm")],
    ),
    (
        "8,2 Gramm pro Tonne Gold auf 6,5 Metern ab einer Tiefe von 88 Metern",
        [(None, 88, 6.5, None, "Au 8.2 g/t")],
    ),
    (
        "Il foro RV-14 ha intersecato 7,8 m con 2,10% Cu da 133 m, incluso 2,2 m con 5,4% Cu da 135 m",
        [("RV-14", 133, 7.8, None, "Cu 2.1 %"), ("RV-14", 135, 2.2, 0, "Cu 5.4 %")],
    ),
    (
        "15 m @ 1.240 ppm TREO da 3 m (CLT-009); 11,5 m @ 980 ppm TREO dalla superficie (CLT-011)",
        [("CLT-009", 3, 15, None, "TREO 1240 ppm"), ("CLT-011", 0, 11.5, None, "TREO 980 ppm")],
    ),
    (
        "O furo PAD-021 interceptou 14,5 metros com 3,2 g/t de ouro a partir de 62,0 metros, incluindo 4,0 metros com 8,9 g/t de ouro",
        [("PAD-021", 62, 14.5, None, "Au 3.2 g/t"), ("PAD-021", None, 4, 0, "Au 8.9 g/t")],
    ),
    (
        "12 metros @ 2.350 ppm TREO desde a superfície no furo JQ-07",
        [("JQ-07", 0, 12, None, "TREO 2350 ppm")],
    ),
    (
        "ZK0803孔从125.4米至148.9米,见矿厚度23.5米,平均品位TREO 1.86%",
        [("ZK0803", 125.4, 23.5, None, "TREO 1.86 %")],
    ),
    ("钻孔ZK12-5见矿12.5米，铜品位1.35%", [("ZK12-5", None, 12.5, None, "Cu 1.35 %")]),
]

TABLES: list[Case] = [
    (
        "Hole ID\tFrom (m)\tTo (m)\tInterval (m)\tCu (%)\tAu (g/t)\nTRD01\t10.0\t22.5\t12.5\t1.10\t0.3\nincl.\t14.0\t18.0\t4.0\t2.70\t0.8\nTRD02\t44.0\t50.0\t6.0\t0.9\t<0.1",
        [
            ("TRD01", 10, 12.5, None, "Cu 1.1 %;Au 0.3 g/t"),
            ("TRD01", 14, 4, 0, "Cu 2.7 %;Au 0.8 g/t"),
            ("TRD02", 44, 6, None, "Cu 0.9 %;Au 0.1 g/t"),
        ],
    ),
    (
        "Hole ID From To Interval TREO MREO\n(m) (m) (m) (ppm) (ppm)\nACD0101 0 12 12 1,840 402\nACD0102 3 9 6 990 187\nincluding 4 6 2 2,210 505",
        [
            ("ACD0101", 0, 12, None, "TREO 1840 ppm;MREO 402 ppm"),
            ("ACD0102", 3, 6, None, "TREO 990 ppm;MREO 187 ppm"),
            ("ACD0102", 4, 2, 1, "TREO 2210 ppm;MREO 505 ppm"),
        ],
    ),
    (
        "| Drillhole | From (m) | Length (m) | Li2O % | Comment |\n|---|---|---|---|---|\n| PGD12 | 55.2 | 21.0 | 1.42 | open |\n| PGD13 | 80.0 | 4.5 | 0.98 | |",
        [("PGD12", 55.2, 21, None, "Li2O 1.42 %"), ("PGD13", 80, 4.5, None, "Li2O 0.98 %")],
    ),
    (
        "Hole Easting Northing RL Dip Azi From To Width Au g/t\nRX001 512300 6712345 355 -60 270 34 41 7 2.11\n 55 58 3 1.9\nRX002 512340 6712345 356 -60 270 12 16 4 8.25",
        [
            ("RX001", 34, 7, None, "Au 2.11 g/t"),
            ("RX001", 55, 3, None, "Au 1.9 g/t"),
            ("RX002", 12, 4, None, "Au 8.25 g/t"),
        ],
    ),
    (
        "Hole From (m) To (m) Interval (m) U3O8 (ppm)\nURD1 64.5 70.0 5.5 410",
        [("URD1", 64.5, 5.5, None, "U3O8 410 ppm")],
    ),
]

NONE: list[str] = [
    "Rock chip sampling along 400m of strike returned up to 14.2 g/t Au and 310 g/t Ag.",
    "Grab samples assayed 3.1% Cu, 2.2% Cu and 0.8% Cu.",
    "Handheld pXRF spot readings of up to 6.2% Ni were taken between 112m and 118m.",
    "A 3,000m RC program comprising 25 holes to an average depth of 120m will begin in May.",
    "Hole BD004 intersected 34m of visible spodumene from 61m; assays are pending.",
    "Soil sampling on a 200m x 50m grid outlined a 1.2km long anomaly above 50ppb Au.",
    "Metallurgical testwork achieved 92% gold recovery at a grind size of 75 microns.",
    "The company holds 80% of the project and has 5.2 million tonnes of tailings nearby.",
    "The deposit is 400m long, 120m wide and averages 2.1 g/t Au.",
    "Assays for the remaining 14 holes are expected in six weeks.",
    "MREO makes up 28% of TREO, with Nd and Pr the largest parts by value.",
    "No significant results were returned from holes TQ01 to TQ09.",
    "NdPr oxide traded at US$61/kg, down 4% over the month.",
    "Concentrate grading 62% Fe was produced at a mass yield of 34%.",
    "Drilling has been extended 300m north, with 60m spaced lines testing the 1.5 g/t Au surface anomaly.",
    "The hole was drilled to 452m and intersected 12m of massive sulphide from 311m.",
    "Channel samples are planned 50m apart.",
    "Shares rose 12% to $0.34 on volume of 3.4m.",
    "The placement raises $12m at 4.5c a share, a 10% discount.",
    "Campioni superficiali hanno restituito fino al 2,4% di Cu.",
    "Die Proben ergaben keine signifikanten Gehalte; 14 Bohrlöcher mit insgesamt 2.400 m sind geplant.",
]

# harder: words between, lists of holes, stray marks, press prose
PROSE += [
    (
        "“We are thrilled,” she said, “to see 26m at 3.9 g/t gold from just 8m.” The follow-up hole struck 13m at 1.7 g/t from 54m.",
        [(None, 8, 26, None, "Au 3.9 g/t"), (None, 54, 13, None, "Au 1.7 g/t")],
    ),
    (
        "A headline hit of 48m at 1.05% copper from 77m was followed by 9m at 2.4% from 141m.",
        [(None, 77, 48, None, "Cu 1.05 %"), (None, 141, 9, None, "Cu 2.4 %")],
    ),
    (
        "Results of 12m at 2.2g/t gold, 9m at 3.1g/t and 22m at 0.8g/t were returned from the Pelham lode.",
        [
            (None, None, 12, None, "Au 2.2 g/t"),
            (None, None, 9, None, "Au 3.1 g/t"),
            (None, None, 22, None, "Au 0.8 g/t"),
        ],
    ),
    (
        "An impressive 37m interval of spodumene pegmatite grading 1.5% Li2O from 102m was hit in TBDD044, with a 10m section at 2.3% Li2O.",
        [("TBDD044", 102, 37, None, "Li2O 1.5 %"), ("TBDD044", None, 10, 0, "Li2O 2.3 %")],
    ),
    (
        "YRC-33 intersected 6 m @ 5.5 g/t Au from 18 m and 4 m @ 2.0 g/t Au from 60 m; YRC-34 intersected 11 m @ 1.4 g/t Au from 22 m.",
        [
            ("YRC-33", 18, 6, None, "Au 5.5 g/t"),
            ("YRC-33", 60, 4, None, "Au 2 g/t"),
            ("YRC-34", 22, 11, None, "Au 1.4 g/t"),
        ],
    ),
    (
        "- 19m @ 1.3% Cu & 0.3g/t Au from 211m – MDD102W1\n- 7m @ 2.2% Cu & 0.6g/t Au from 260m – MDD102W2",
        [
            ("MDD102W1", 211, 19, None, "Cu 1.3 %;Au 0.3 g/t"),
            ("MDD102W2", 260, 7, None, "Cu 2.2 %;Au 0.6 g/t"),
        ],
    ),
    ("➢ 30m @ 1,120ppm TREO from 6m (EOH) – AUG233", [("AUG233", 6, 30, None, "TREO 1120 ppm")]),
    (
        "17.0m @ 2,901 ppm TREO (from 3.0m to EOH) including 5.0m @ 5,410 ppm TREO (from 15.0m)",
        [(None, 3, 17, None, "TREO 2901 ppm"), (None, 15, 5, 0, "TREO 5410 ppm")],
    ),
    (
        "The hole, FSD-61, returned 3.2 m true width of 18.4 g/t Au from 512.0 m.",
        [("FSD-61", 512, 3.2, None, "Au 18.4 g/t")],
    ),
    (
        "1.9% Ni, 0.8% Cu and 1.2g/t PGE over 5.5m from 233.5m in hole KDD09",
        [("KDD09", 233.5, 5.5, None, "Ni 1.9 %;Cu 0.8 %;PGE 1.2 g/t")],
    ),
    (
        "3.6% lead, 7.1% zinc and 92 g/t silver across 4.4 metres",
        [(None, None, 4.4, None, "Pb 3.6 %;Zn 7.1 %;Ag 92 g/t")],
    ),
    (
        "12m @ 1.2g/t Au, 8g/t Ag (1.3g/t AuEq) from 32m",
        [(None, 32, 12, None, "Au 1.2 g/t;Ag 8 g/t;AuEq 1.3 g/t")],
    ),
    (
        "Intersected 42 metres averaging 0.71 % TREO, of which 21 % is NdPr, from 18 metres",
        [(None, 18, 42, None, "TREO 0.71 %")],
    ),
    (
        "Hole PX-5 – 24.4 m grading 1,150 ppm eU3O8 from 88.2 m (grade thickness 2.8 m%)",
        [("PX-5", 88.2, 24.4, None, "eU3O8 1150 ppm")],
    ),
    ("NTR0047: 6m @ 10.2% Mn from 3m", [("NTR0047", 3, 6, None, "Mn 10.2 %")]),
    (
        "Hole 25MAD007 (Alba target): 8.85 metres @ 7.11 g/t gold, 0.12% antimony from 77.15 metres",
        [("25MAD007", 77.15, 8.85, None, "Au 7.11 g/t;Sb 0.12 %")],
    ),
    (
        "Broad zones of low-grade mineralisation (e.g. 90m @ 0.25% Cu from 30m in CRC9001) surround the core.",
        [("CRC9001", 30, 90, None, "Cu 0.25 %")],
    ),
    ("The 120m-deep hole returned 16m @ 0.9g/t Au from 64m.", [(None, 64, 16, None, "Au 0.9 g/t")]),
    (
        "Composite sampling returned 16m @ 0.44g/t Au from 24m (4m composites).",
        [(None, 24, 16, None, "Au 0.44 g/t")],
    ),
    (
        "ABX's best: 9m @ 2,008 ppm TREO; other holes: 6m @ 1,450 ppm TREO and 7m @ 1,120 ppm TREO.",
        [
            (None, None, 9, None, "TREO 2008 ppm"),
            (None, None, 6, None, "TREO 1450 ppm"),
            (None, None, 7, None, "TREO 1120 ppm"),
        ],
    ),
    ("22m @ 0.31% Nd2O3+Pr6O11 and 1.6% TREO from 12m", [(None, 12, 22, None, "NdPr 0.31 %;TREO 1.6 %")]),
    ("8m @ 420ppm Dy2O3 & 70ppm Tb4O7 from 33m", [(None, 33, 8, None, "Dy2O3 420 ppm;Tb4O7 70 ppm")]),
    ("Drilling hit 18m @ >1% Cu from 40m", [(None, 40, 18, None, "Cu 1 %")]),
    ("11m from 42m @ 2.3g/t Au", [(None, 42, 11, None, "Au 2.3 g/t")]),
    (
        "11m from 42m at 2.3g/t gold, including 3m from 45m at 6.8g/t",
        [(None, 42, 11, None, "Au 2.3 g/t"), (None, 45, 3, 0, "Au 6.8 g/t")],
    ),
    ("RVD014: 188.0–201.5m: 13.5m @ 3.3% Cu, 1.0 g/t Au", [("RVD014", 188, 13.5, None, "Cu 3.3 %;Au 1 g/t")]),
    (
        "LP1107 recorded 2m @ 31.6g/t Au from 71m, while LP1110 recorded 6m @ 4.9g/t Au from 83m to EOH.",
        [("LP1107", 71, 2, None, "Au 31.6 g/t"), ("LP1110", 83, 6, None, "Au 4.9 g/t")],
    ),
    (
        "33m @ 1.0g/t Au from 4m and 17m @ 2.6g/t Au from 66m including 3m @ 9.9g/t Au from 70m in SKRC012",
        [
            ("SKRC012", 4, 33, None, "Au 1 g/t"),
            ("SKRC012", 66, 17, None, "Au 2.6 g/t"),
            ("SKRC012", 70, 3, 1, "Au 9.9 g/t"),
        ],
    ),
    (
        "65.7m @ 0.55% Cu from 10.3m in TPD-1 and 51.0m @ 0.61% Cu from 14.0m in TPD-2 show continuity over 200m of strike.",
        [("TPD-1", 10.3, 65.7, None, "Cu 0.55 %"), ("TPD-2", 14, 51, None, "Cu 0.61 %")],
    ),
    (
        "returned 15m at an average grade of 1,730 parts per million total rare earth oxides from a depth of 6 metres",
        [(None, 6, 15, None, "TREO 1730 ppm")],
    ),
    ("intersected 21m @ 1.9% Cu (uncut) from 18m", [(None, 18, 21, None, "Cu 1.9 %")]),
    ("27m @ 1.31% Li₂O from 55m", [(None, 55, 27, None, "Li2O 1.31 %")]),
    (
        "5 metres at 1.7 percent uranium oxide (U3O8) beginning at 412 metres",
        [(None, 412, 5, None, "U3O8 1.7 %")],
    ),
    ("Trench TR-04 returned 18m @ 1.1% TREO.", [("TR-04", None, 18, None, "TREO 1.1 %")]),
    (
        "Hole SBD003 averaged 0.92% TREO over its entire 84m length, from surface to end of hole.",
        [("SBD003", 0, 84, None, "TREO 0.92 %")],
    ),
    (
        "Bohrung TN-7: 16,5 m mit 0,92 % Li2O, darunter 4,0 m mit 1,71 % Li2O",
        [("TN-7", None, 16.5, None, "Li2O 0.92 %"), ("TN-7", None, 4, 0, "Li2O 1.71 %")],
    ),
    (
        "mit 24,0 m @ 1,05 g/t Gold ab 12,0 m, darin 3,0 m @ 5,6 g/t Gold",
        [(None, 12, 24, None, "Au 1.05 g/t"), (None, None, 3, 0, "Au 5.6 g/t")],
    ),
    (
        "risultati: 22 metri con una media di 1.120 ppm di TREO da 4 metri",
        [(None, 4, 22, None, "TREO 1120 ppm")],
    ),
    (
        "6,4 m de 3,1 % Cu a partir de 88,2 m (furo BRD-19), incluindo 2,0 m de 6,6 % Cu",
        [("BRD-19", 88.2, 6.4, None, "Cu 3.1 %"), ("BRD-19", None, 2, 0, "Cu 6.6 %")],
    ),
]

NONE += [
    "Exploration licences cover 412 km2 and 3.1 g/t Au has been reported by a neighbour from outcrop.",
    "Drilling intersected 45m of pegmatite from 60m in SPD011, with laboratory results awaited.",
    "The mill treated 1.1Mt at 2.4 g/t Au for 78,000 oz during the year.",
    "A cut-off of 0.5 g/t Au and a minimum width of 2m were used.",
    "A top cut of 30 g/t Au was applied to all 1m samples.",
    "Recoveries of Nd and Pr averaged 61% at pH 4 after 30 minutes.",
    "Auger samples returned maximum values of 2,180ppm TREO at the bottom of the weathered profile.",
    "The 55m x 40m zone is defined by values above 1% Cu in soils.",
    "Diamond drilling to test the anomaly 250m below surface, where the model predicts 1% Ni.",
    "Down-hole EM conductors lie 40m off hole and have a strength of 8,000 siemens.",
]

# text, then: tonnes in Mt, category, first grade, number of the whole it is part of
RESOURCES: list[tuple[str, list[tuple[float, str | None, str, int | None]]]] = [
    (
        "The Inferred Mineral Resource for Talbot now stands at 14.2Mt @ 1.32% Li2O at a 0.5% Li2O cut-off.",
        [(14.2, "Inferred", "Li2O 1.32 %", None)],
    ),
    (
        "Quarry Hill Mineral Resource: 61.4 million tonnes at 0.48% Cu and 0.11 g/t Au for 295kt of contained copper and 217koz of gold",
        [(61.4, None, "Cu 0.48 %", None)],
    ),
    (
        "a total Mineral Resource of 8.3Mt at 2.1 g/t gold for 560,000 ounces, including an Indicated Resource of 5.1Mt at 2.2 g/t gold for 361,000 ounces",
        [(8.3, None, "Au 2.1 g/t", None), (5.1, "Indicated", "Au 2.2 g/t", 0)],
    ),
    (
        "Measured: 2.0Mt @ 1.5% Ni\nIndicated: 5.5Mt @ 1.2% Ni\nInferred: 2.5Mt @ 1.0% Ni\nTotal Mineral Resource: 10.0Mt @ 1.2% Ni",
        [
            (2.0, "Measured", "Ni 1.5 %", 3),
            (5.5, "Indicated", "Ni 1.2 %", 3),
            (2.5, "Inferred", "Ni 1 %", 3),
            (10.0, None, "Ni 1.2 %", None),
        ],
    ),
    (
        "Ore Reserve of 34.5 Mt grading 1,020 ppm U3O8 (Proved 12.0 Mt at 1,100 ppm and Probable 22.5 Mt at 977 ppm)",
        [
            (34.5, None, "U3O8 1020 ppm", None),
            (12.0, "Proved", "U3O8 1100 ppm", 0),
            (22.5, "Probable", "U3O8 977 ppm", 0),
        ],
    ),
    (
        "An Exploration Target of 40-75Mt grading 800-1,200ppm TREO has been estimated.",
        [(40, "Exploration Target", "TREO 800 ppm", None)],
    ),
    (
        "The Exploration Target ranges from 20 to 35 million tonnes at 1.1% to 1.6% Li2O.",
        [(20, "Exploration Target", "Li2O 1.1 %", None)],
    ),
    (
        "Mineral Resource grew from 21.0Mt @ 0.9% Nb2O5 to 33.5Mt @ 0.95% Nb2O5",
        [(21.0, None, "Nb2O5 0.9 %", None), (33.5, None, "Nb2O5 0.95 %", None)],
    ),
    (
        "Resource of 120Mt at 1,450ppm TREO (500ppm TREO cut-off). At a 1,000ppm TREO cut-off the resource is 66Mt at 1,980ppm TREO.",
        [(120, None, "TREO 1450 ppm", None), (66, None, "TREO 1980 ppm", 0)],
    ),
    (
        "The maiden resource comprises 775,000 tonnes at 3.4 g/t Au for 85,000 oz (Inferred).",
        [(0.775, "Inferred", "Au 3.4 g/t", None)],
    ),
    (
        "Die Mineralressource beträgt 18,6 Millionen Tonnen mit 0,92 % Li2O (angezeigt und abgeleitet).",
        [(18.6, "Indicated+Inferred", "Li2O 0.92 %", None)],
    ),
    (
        "La risorsa minerale stimata ammonta a 44,5 milioni di tonnellate al 2,1% di Cu",
        [(44.5, None, "Cu 2.1 %", None)],
    ),
    (
        "Recurso mineral de 52,3 milhões de toneladas com 1.850 ppm de TREO, sendo 30,1 Mt Indicado a 1.900 ppm",
        [(52.3, None, "TREO 1850 ppm", None), (30.1, "Indicated", "TREO 1900 ppm", 0)],
    ),
    ("推断资源量3200万吨，平均品位1.25% Li2O", [(32, "Inferred", "Li2O 1.25 %", None)]),
    (
        "Category Tonnes (Mt) TREO (ppm) NdPr (ppm)\nIndicated 20.0 1,900 410\nInferred 30.0 1,600 330\nTotal 50.0 1,720 362",
        [
            (20, "Indicated", "TREO 1900 ppm", 2),
            (30, "Inferred", "TREO 1600 ppm", 2),
            (50, None, "TREO 1720 ppm", None),
        ],
    ),
    (
        "Classification\tMt\tCu (%)\tAu (g/t)\tCu (kt)\tAu (koz)\nMeasured\t4.1\t0.9\t0.2\t36.9\t26\nIndicated\t10.2\t0.7\t0.1\t71.4\t33\nTotal\t14.3\t0.76\t0.13\t108.3\t59",
        [
            (4.1, "Measured", "Cu 0.9 %", 2),
            (10.2, "Indicated", "Cu 0.7 %", 2),
            (14.3, None, "Cu 0.76 %", None),
        ],
    ),
    (
        "Global resource inventory now sits at 1.3 billion tonnes grading 8.1% V2O5 and Ti",
        [(1300, None, "V2O5 8.1 %", None)],
    ),
    (
        "Mineral Resource Estimate at Ferris of 3.9Mt @ 6.1% THM, containing 238,000 tonnes of heavy mineral, of which 2.2Mt @ 7.0% THM is Measured",
        [(3.9, None, "THM 6.1 %", None), (2.2, "Measured", "THM 7 %", 0)],
    ),
    ("The company treated 0.9Mt at 1.9 g/t Au in the quarter.", []),
    ("Annual throughput of 2.5Mtpa at a head grade of 1.1% Cu is planned.", []),
    ("A 25t bulk sample grading 4.1% TREO was collected.", []),
    ("Concentrate shipments of 42,000 tonnes at 5.5% Li2O left the port.", []),
]
