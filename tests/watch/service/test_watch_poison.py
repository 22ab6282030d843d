"""Files made to harm, through the watch's own reader: each ends as a record, and the watch goes on."""

from __future__ import annotations

import os
import time
import zlib
from pathlib import Path

import pytest
from watch_bench import LocalServer, Receiver, settings_for

from mischmetal.watch.database import open_store
from mischmetal.watch.pipeline import make_reader
from mischmetal.watch.run import Watcher

GOOD = """Toy Hill Limited. Drilling at Toy Hill returned 21.0 m at 2.35 % TREO from 14 m in hole THD-007,
including 6.0 m at 4.10 % TREO from 20 m. Assays are from a laboratory."""


def bomb() -> bytes:
    """A PDF of a few kilobytes whose page unpacks to hundreds of megabytes, packed three times over."""
    press, block = zlib.compressobj(9), b"BT /F1 9 Tf (x) Tj ET\n" * 200_000
    packed = b"".join(press.compress(block) for _ in range(100)) + press.flush()
    for _ in range(2):
        packed = zlib.compress(packed, 9)
    filters = b"[/FlateDecode /FlateDecode /FlateDecode]"
    parts = [
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n",
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n",
        b"4 0 obj<</Length %d/Filter%s>>stream\n" % (len(packed), filters) + packed + b"\nendstream endobj\n",
        b"trailer<</Root 1 0 R>>\n%%EOF",
    ]
    return b"".join(parts)


def page(more: bytes = b"", trailer: bytes = b"") -> bytes:
    """A PDF of one page with something more in its catalog or trailer."""
    text = b"BT /F1 9 Tf 20 700 Td (ZRC001 returned 9m @ 2.4 g/t Au from 61m) Tj ET"
    return b"".join(
        [
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R" + more + b">>endobj\n",
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n",
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>endobj\n",
            b"4 0 obj<</Length %d>>stream\n" % len(text) + text + b"\nendstream endobj\n",
            b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n",
            b"6 0 obj<</Filter/Standard/V 1/R 2/P -4/O(" + b"o" * 32 + b")/U(" + b"u" * 32 + b")>>endobj\n",
            b"trailer<</Root 1 0 R" + trailer + b">>\n%%EOF",
        ]
    )


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "bomb.pdf").write_bytes(bomb())
    with (folder / "huge.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(300 * 2**20)
    (folder / "plain.pdf").write_bytes(page())
    (folder / "locked.pdf").write_bytes(
        page(trailer=b"/Encrypt 6 0 R/ID[(0123456789abcdef)(0123456789abcdef)]")
    )
    (folder / "script.pdf").write_bytes(page(b"/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"))
    (folder / "starts.pdf").write_bytes(page(b"/OpenAction<</S/Launch/F(calc.exe)>>"))
    (folder / "garbage.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 50)
    (folder / "script.html").write_text(f"<html><script>alert('FIND')</script><p>{GOOD}</p></html>")
    (folder / "good.txt").write_text(GOOD)
    then = time.time() - 60
    for path in folder.iterdir():
        os.utime(path, (then, then))
    return folder


def test_poison_is_recorded_and_the_rest_is_read(
    server: LocalServer, receiver: Receiver, inbox: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/watch.db"
    source = {"id": "drop", "kind": "folder", "path": str(inbox), "every": 1}
    store = open_store(url)
    settings = settings_for(server, url, sources=[source])
    watcher = Watcher(settings=settings, store=store, reader=make_reader(settings))
    [looked] = watcher.once()
    watcher.close()
    assert (looked.new, looked.error) == (9, "")
    documents = {document.item: document for document in store.documents()}
    assert "more than 64 MiB" in documents["huge.pdf"].refused
    assert documents["garbage.pdf"].refused
    assert documents["bomb.pdf"].refused
    assert "password" in documents["locked.pdf"].refused
    assert "script" in documents["script.pdf"].refused
    assert "program" in documents["starts.pdf"].refused
    assert (documents["plain.pdf"].refused, "2.4 g/t Au" in documents["plain.pdf"].text) == ("", True)
    assert documents["good.txt"].text == GOOD
    assert "alert(" not in documents["script.html"].text
    assert "2.35 % TREO" in documents["script.html"].text
    told = [payload["finding"] for payload in receiver.got]
    assert told
    assert {finding["commodity"] for finding in told} == {"TREO", "Au"}
    for payload in receiver.got:
        for figure in payload["finding"]["figures"]:
            assert figure["span"] is None or figure["span"][0] < figure["span"][1]
    store.close()
