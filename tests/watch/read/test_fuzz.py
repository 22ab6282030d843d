"""Random and mutated documents: a few hundred here, any number with `python tests/watch/read/fuzz.py N`."""

from __future__ import annotations

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import fuzz


def test_mutated_documents_are_read_without_failing() -> None:
    read, _ = fuzz.run(400, seed=20)
    assert read == 400


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=400) | st.lists(st.sampled_from(fuzz.PIECES), max_size=60).map(" ".join))
def test_any_text_is_read_without_failing(text: str) -> None:
    fuzz.check(text)


@settings(deadline=None, max_examples=12)
@given(
    st.sampled_from(
        ["(", "including ", "9m @ ", "1,000", "from 3m ", "Au ", "12.5.", "%", "\t1", "| 1 ", "Mt "]
    )
)
def test_the_steps_of_the_grammar_grow_with_the_text_and_not_faster(piece: str) -> None:
    counts = []
    for n in (400, 1600):
        text = "ZRC001 returned 9m @ 2.4 g/t Au " + piece * n
        steps = 0

        def count(frame: object, event: str, _arg: object) -> None:
            nonlocal steps
            steps += event == "call"

        sys.setprofile(count)
        try:
            fuzz.extract(text)
        finally:
            sys.setprofile(None)
        counts.append(steps)
    assert counts[1] < 10 * counts[0]
