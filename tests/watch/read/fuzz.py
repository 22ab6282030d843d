"""Random and mutated documents for the reader: `python tests/watch/read/fuzz.py 100000 [SEED]`.

Every document must be read without an exception, with figures inside the text, and in time that grows
with its length. The suite runs a few hundred; the full count takes minutes.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import forms
import forms_news

from mischmetal.watch.finding import Document
from mischmetal.watch.judge import judge
from mischmetal.watch.read import extract
from mischmetal.watch.read.notices import read_notice

SEEDS = [
    case[0] for case in forms.PROSE + forms.TABLES + forms.RESOURCES + forms_news.PROSE + forms_news.RESOURCES
] + forms.NONE
PIECES = [
    "m", "m @", "@", "g/t", "%", "ppm", "TREO", "Au", "from", "to", "including", "incl.", "(", ")", "((((", "\n", "\n\n", "\t", "|", "•", "-", "–",
    "1,044", "3.958", "0", "9" * 400, "1e308", "NaN", "-1", "½", "١٢", "²", "\x00", "\u202e", "\ufeff", "𝟙𝟚", "米", "品位", "ABRC001", "hole 7", "Mt", "million tonnes",
    "Indicated", "total", "cut-off", "true width", "Hole ID\tFrom (m)\tTo (m)\tAu (g/t)\n", "1 2 3 4 5 6 7 8", "$", "A$12m", "NPV8", ";", ":", "..", "'", "’",
]  # fmt: skip


def document(rng: random.Random) -> str:
    """One document: a seed mutated, seeds joined, or pieces at random."""
    kind = rng.random()
    if kind < 0.25:
        glue = rng.choice(["", " "])
        return glue.join(rng.choice(PIECES) for _ in range(rng.randrange(1, 80)))
    text = "\n".join(rng.choice(SEEDS) for _ in range(rng.randrange(1, 4)))
    chars = list(text)
    for _ in range(rng.randrange(1, 12)):
        at = rng.randrange(len(chars) + 1)
        what = rng.random()
        if what < 0.3 and chars:
            del chars[at : at + rng.randrange(1, 12)]
        elif what < 0.6:
            chars[at:at] = list(rng.choice(PIECES))
        elif what < 0.8:
            chars[at:at] = [
                chr(
                    rng.choice(
                        [rng.randrange(32, 127), rng.randrange(0x80, 0x3000), rng.randrange(0x3000, 0xD7FF)]
                    )
                )
            ]
        elif chars:
            cut = chars[at : at + rng.randrange(1, 40)]
            chars[at:at] = cut * rng.randrange(1, 4)
    return "".join(chars)


def check(text: str) -> float:
    """Read and judge one document; seconds taken. Raises what the reader raises, or AssertionError."""
    start = time.perf_counter()
    rows = extract(text)
    json.dumps(rows, allow_nan=False)
    for row in rows["intercepts"]:
        a, b = row["span"]
        assert 0 <= a < b <= len(text)
        assert row["assays"]
        assert row["parent"] is None or 0 <= row["parent"] < len(rows["intercepts"])
        for assay in row["assays"]:
            assert 0 <= assay["span"][0] < assay["span"][1] <= len(text)
    for row in rows["resources"]:
        assert row["subset_of"] is None or 0 <= row["subset_of"] < len(rows["resources"])
    judge(Document(id="", source="", item="", text=text), rows)
    read_notice(text)
    return time.perf_counter() - start


def run(count: int, seed: int) -> tuple[int, float]:
    """Read `count` documents; how many were read, and the longest time."""
    rng = random.Random(seed)
    worst, held = 0.0, 0
    for _ in range(count):
        text = document(rng)
        try:
            worst = max(worst, check(text))
        except Exception:
            print(f"failed on {text!r}", file=sys.stderr)
            raise
        held += 1
    return held, worst


if __name__ == "__main__":
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    done, longest = run(total, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{done} documents read, the slowest in {longest * 1000:.0f} ms")
