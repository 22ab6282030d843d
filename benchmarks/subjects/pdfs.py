"""Twenty-page PDFs read, judged and looked through for notices: how many an hour and core."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks.registry import Result, Row, register
from mischmetal.watch.finding import Document
from mischmetal.watch.judge import judge
from mischmetal.watch.read import extract
from mischmetal.watch.read.document import read_document

PAGES = 20
LINES = (
    "Hole QX-{n:03d} returned 12.4 m at 1.37% TREO from 18.0 m, including 3.2 m at 2.95% TREO from 21.6 m.",
    "The Indicated Mineral Resource stands at 14.2 Mt at 1.1% TREO above a cut-off of 0.5% TREO.",
    "Drilling on section {n} continues to the north, where clay thickens below transported cover.",
    "Metallurgical work on composites of the upper saprolite is under way at an independent laboratory.",
)


def make_pdf(path: Path, seed: int) -> None:
    """A text PDF of the usual size of an announcement."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.backends.backend_pdf import PdfPages

    with PdfPages(path) as book:
        for page in range(PAGES):
            figure = plt.figure(figsize=(8.27, 11.69))
            text = "\n".join(LINES[k % len(LINES)].format(n=seed * 100 + page * 40 + k) for k in range(40))
            figure.text(0.06, 0.95, text, va="top", fontsize=7)
            book.savefig(figure)
            plt.close(figure)


@register("PDFs of the watch")
def pdfs(quick: bool) -> Result:
    count = 2 if quick else 12
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{k}.pdf" for k in range(count)]
        for k, path in enumerate(paths):
            make_pdf(path, k)
        read_document(paths[0])  # the reading process is started once, not for each document
        start = time.perf_counter()
        found = 0
        for path in paths:
            record = read_document(path)
            assert not record.refused, record.refused
            rows = extract(record.text)
            found += len(rows["intercepts"])
            judge(Document(id="", source="", item="", text=record.text), rows)
        ours = (time.perf_counter() - start) / count
        assert found >= count * PAGES
        import pdfplumber

        start = time.perf_counter()
        for path in paths[:2]:
            with pdfplumber.open(path) as book:
                "".join(page.extract_text() for page in book.pages)
        rival = (time.perf_counter() - start) / 2
    rows_out = (
        Row(who="mischmetal: confined process, text, figures, judgement", seconds=ours),
        Row(who="pdfplumber, text alone", seconds=rival),
    )
    notes = (f"{PAGES} pages each; {3600 / ours:,.0f} documents an hour on one core",)
    return Result(subject="PDFs of the watch", unit="document", rows=rows_out, notes=notes)
