"""Each adapter against a local server with the shapes that the outside world really sends."""

from __future__ import annotations

import json
import os
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from watch_bench import Answer, LocalServer, rss

from mischmetal.errors import InputError
from mischmetal.watch.settings import SourceSettings
from mischmetal.watch.sources import open_source
from mischmetal.watch.sources.asx import AsxJson, AsxPage, sydney_time
from mischmetal.watch.sources.base import ItemGone, SourceError, kind_of
from mischmetal.watch.sources.client import PoliteClient
from mischmetal.watch.sources.customs import CustomsRelease
from mischmetal.watch.sources.feed import Feed
from mischmetal.watch.sources.folder import Folder
from mischmetal.watch.sources.mailbox import Mailbox

PDF = b"%PDF-1.7\n% a toy\n%%EOF"
JSON = "application/json"


@pytest.fixture
def client():
    made = PoliteClient(agent="t", private=True, gap_s=0.0, timeout_s=0.5, attempts=1)
    yield made
    made.close()


def newer(rows: list[dict]) -> bytes:
    return json.dumps({"data": {"displayName": "TOY HILL LIMITED", "items": rows}}).encode()


ROW = {
    "announcementType": "PROGRESS REPORT",
    "date": "2026-11-23T22:31:07.000Z",
    "documentKey": "2924-09990001-3A700001",
    "fileSize": "812KB",
    "headline": "Toy Hill drilling",
    "isPriceSensitive": True,
    "symbol": "TOY",
    "url": "",
}
OLDER = {
    "data": [
        {
            "id": "09990002",
            "document_release_date": "2026-11-24T09:31:00+1100",
            "url": "/asxpdf/20261124/pdf/toy.pdf",
            "header": "Toy Hill resource",
            "issuer_code": "TOY",
            "market_sensitive": True,
            "size": "1.1MB",
        }
    ]
}
TODAY = b"""<!doctype html><html><body><h2>Today's announcements</h2><table>
<tr><th>ASX Code</th><th>Date</th><th>Price sens.</th><th>Headline</th></tr>
<tr class="altrow"><td>TOY</td><td>24/11/2026<br><span class="dates-time">9:31 am</span></td>
<td class="pricesens"><img src="/i.svg" alt="asterix"></td>
<td><a href="/asx/v2/statistics/displayAnnouncement.do?display=pdf&amp;idsId=09990003">
Toy &amp; Hill results<br><img src="pdf.gif"><span class="page">12 pages</span>
<span class="filesize">1.4MB</span></a></td></tr>
<tr><td>PIT</td><td>24/11/2026<br><span class="dates-time">9:30 am</span></td><td></td>
<td><a href="/asx/v2/statistics/displayAnnouncement.do?display=pdf&amp;idsId=09990004">
Pit trading halt<br></a></td></tr>
</table></body></html>"""
TERMS = (
    b"<!doctype html><html><form action='announcementTerms.do'>"
    b"<input name='pdfURL' value='/asxpdf/20261124/pdf/toy.pdf' type='hidden'></form></html>"
)


def test_newer_json(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/list"] = Answer(newer([ROW]), kind=JSON, etag='"1"')
    server.routes[f"/file/{ROW['documentKey']}"] = Answer(PDF, kind="application/octet-stream")
    source = AsxJson(f"{server.url}/list", file_base=f"{server.url}/file/")
    listing = source.look(client, {})
    [item] = listing.items
    assert (item.id, item.title, item.company) == (ROW["documentKey"], "Toy Hill drilling", "TOY")
    assert item.published == "2026-11-23T22:31:07.000Z"
    body = source.fetch(client, item)
    assert (body.kind, body.data) == ("pdf", PDF)
    assert source.look(client, listing.cursor).unchanged


def test_older_json(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/list"] = Answer(json.dumps(OLDER).encode(), kind=JSON)
    server.routes["/asxpdf/20261124/pdf/toy.pdf"] = Answer(PDF, kind="application/pdf")
    source = AsxJson(f"{server.url}/list")
    [item] = source.look(client, {}).items
    assert (item.id, item.company) == ("09990002", "TOY")
    assert source.fetch(client, item).link == f"{server.url}/asxpdf/20261124/pdf/toy.pdf"


def test_an_edited_headline_changes_the_fingerprint(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/list"] = [
        Answer(newer([ROW]), kind=JSON),
        Answer(newer([ROW | {"headline": "Toy Hill drilling - corrected"}]), kind=JSON),
    ]
    source = AsxJson(f"{server.url}/list")
    first, second = source.look(client, {}).items[0], source.look(client, {}).items[0]
    assert first.id == second.id
    assert first.fingerprint != second.fingerprint


@pytest.mark.parametrize(
    "body",
    [
        b"<html>moved</html>",
        b"{}",
        b'{"data": null}',
        b'{"data": {"items": {"a": 1}}}',
        b'{"data": {"items": ["x"]}}',
        newer([{key: value for key, value in ROW.items() if key != "headline"}]),
        newer([{key: value for key, value in ROW.items() if key != "documentKey"}]),
        newer([{key: value for key, value in ROW.items() if key != "date"}]),
    ],
)
def test_changed_json_is_an_error_and_never_no_news(
    server: LocalServer, client: PoliteClient, body: bytes
) -> None:
    server.routes["/list"] = Answer(body, kind=JSON)
    with pytest.raises(SourceError, match="layout has changed") as caught:
        AsxJson(f"{server.url}/list").look(client, {})
    assert caught.value.kind == "layout"


def test_an_empty_list_is_no_error(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/list"] = Answer(newer([]), kind=JSON)
    assert AsxJson(f"{server.url}/list").look(client, {}).items == ()


def test_page_of_today(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/today"] = Answer(TODAY)
    ask = "/asx/v2/statistics/displayAnnouncement.do?display=pdf&idsId=09990003"
    server.routes[ask] = Answer(TERMS)
    server.routes["/asxpdf/20261124/pdf/toy.pdf"] = Answer(PDF, kind="application/pdf")
    source = AsxPage(f"{server.url}/today")
    halt, results = source.look(client, {}).items
    assert (halt.company, results.company) == ("PIT", "TOY")
    assert (results.id, results.title) == ("09990003", "Toy & Hill results")
    assert results.published == "2026-11-24T09:31:00+11:00"
    body = source.fetch(client, results)
    assert (body.kind, body.link) == ("pdf", f"{server.url}/asxpdf/20261124/pdf/toy.pdf")


@pytest.mark.parametrize(
    "body",
    [
        b"<html><p>We have a new site</p></html>",
        b"",
        TODAY.replace(b"displayAnnouncement", b"announcement-viewer"),
        TODAY.replace(b"idsId", b"document"),
        TODAY.replace(b"24/11/2026", b"yesterday"),
        TODAY.replace(b"Headline", b"What"),
    ],
)
def test_a_changed_page_is_an_error(server: LocalServer, client: PoliteClient, body: bytes) -> None:
    server.routes["/today"] = Answer(body)
    with pytest.raises(SourceError, match="layout has changed"):
        AsxPage(f"{server.url}/today").look(client, {})


def test_a_changed_page_of_terms_is_an_error_of_that_item(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/today"] = Answer(TODAY)
    ask = "/asx/v2/statistics/displayAnnouncement.do?display=pdf&idsId=09990003"
    server.routes[ask] = Answer(b"<html>please log in</html>")
    source = AsxPage(f"{server.url}/today")
    item = source.look(client, {}).items[1]
    with pytest.raises(SourceError, match="pdfURL"):
        source.fetch(client, item)
    server.routes[ask] = Answer(TERMS)
    server.routes["/asxpdf/20261124/pdf/toy.pdf"] = Answer(b"<html>no</html>")
    with pytest.raises(ItemGone, match="not a PDF"):
        source.fetch(client, item)


def test_sydney_keeps_its_summer_time() -> None:
    assert sydney_time("24/11/2026 9:31 am") == "2026-11-24T09:31:00+11:00"
    assert sydney_time("01/07/2026 12:05 PM") == "2026-07-01T12:05:00+10:00"
    assert sydney_time("01/07/2026") == "2026-07-01T00:00:00+10:00"
    assert sydney_time("32/13/2026 9:00 am") == sydney_time("no date") == ""


def test_exchanges_stay_off_until_their_terms_are_accepted() -> None:
    wanted = {"id": "asx", "kind": "asx-json", "url": "https://example.org/list"}
    with pytest.raises(InputError, match="terms"):
        open_source(SourceSettings.model_validate(wanted))
    accepted = SourceSettings.model_validate(wanted | {"terms_accepted": "2026-11-24"})
    assert isinstance(open_source(accepted), AsxJson)


def test_rss_reads_its_items_oldest_first(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/feed"] = Answer(rss([("b", "Second", "two"), ("a", "First", "one")]), etag='"9"')
    source = Feed(f"{server.url}/feed")
    listing = source.look(client, {})
    assert [item.id for item in listing.items] == ["a", "b"]
    assert b"one" in source.fetch(client, listing.items[0]).data
    assert source.look(client, listing.cursor).unchanged


def test_atom_follows_links_and_prefers_an_attached_pdf(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/feed"] = Answer(
        b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>f</id>
<updated>2026-11-24T01:00:00Z</updated>
<entry><id>urn:1</id><title>Page</title><updated>2026-11-24T01:00:00Z</updated><link href="/page"/></entry>
<entry><id>urn:2</id><title>File</title><updated>2026-11-24T00:30:00Z</updated><link href="/page"/>
<link rel="enclosure" type="application/pdf" href="/toy.pdf"/></entry></feed>""",
        kind="application/atom+xml",
    )
    server.routes["/page"] = Answer(b"<html><p>words</p></html>")
    server.routes["/toy.pdf"] = Answer(PDF, kind="application/pdf")
    source = Feed(f"{server.url}/feed", company="Toy")
    file, page = source.look(client, {}).items
    assert (source.fetch(client, file).kind, source.fetch(client, page).kind) == ("pdf", "html")
    assert page.published == "2026-11-24T01:00:00+00:00"
    assert page.company == "Toy"


def test_a_repeated_item_is_one_item(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/feed"] = Answer(rss([("a", "First", "one"), ("a", "First", "one"), ("b", "B", "two")]))
    assert [item.id for item in Feed(f"{server.url}/feed").look(client, {}).items] == ["b", "a"]


def test_an_edited_entry_changes_its_fingerprint(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/feed"] = [
        Answer(rss([("a", "First", "one")])),
        Answer(rss([("a", "First", "one, corrected")])),
    ]
    source = Feed(f"{server.url}/feed")
    first, second = source.look(client, {}).items[0], source.look(client, {}).items[0]
    assert (first.id, first.fingerprint == second.fingerprint) == (second.id, False)


def test_a_cut_feed_gives_what_it_has_and_no_cursor(server: LocalServer, client: PoliteClient) -> None:
    whole = rss([("a", "First", "one"), ("b", "Second", "two")])
    server.routes["/feed"] = Answer(whole[: whole.index(b"Second")], etag='"cut"')
    listing = Feed(f"{server.url}/feed").look(client, {})
    assert "a" in [item.id for item in listing.items]
    assert listing.cursor == {}
    assert "cut off" in listing.note


@pytest.mark.parametrize("body", [b"<html>the newsroom has moved</html>", b"", b"\x00\xff\xfe", b'{"a": 1}'])
def test_no_feed_is_an_error(server: LocalServer, client: PoliteClient, body: bytes) -> None:
    server.routes["/feed"] = Answer(body)
    with pytest.raises(SourceError, match="layout has changed"):
        Feed(f"{server.url}/feed").look(client, {})


def test_an_empty_feed_is_no_error(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/feed"] = Answer(rss([]))
    assert Feed(f"{server.url}/feed").look(client, {}).items == ()


@pytest.mark.parametrize("make", [Feed, AsxJson, AsxPage, CustomsRelease])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=429),
        Answer(status=500),
        Answer(status=403),
        Answer(status=404),
        Answer(b"x" * 50, cut=10),
        Answer(b"x" * 50, delay_s=0.8),
    ],
    ids=["429", "500", "403", "404", "cut", "slow"],
)
def test_every_adapter_names_what_went_wrong(
    server: LocalServer, client: PoliteClient, make, answer: Answer
) -> None:
    server.routes["/list"] = answer
    with pytest.raises(SourceError, match=r"/list: "):
        make(f"{server.url}/list").look(client, {})


@pytest.mark.parametrize("make", [Feed, AsxJson, AsxPage, CustomsRelease])
def test_every_adapter_understands_304(server: LocalServer, client: PoliteClient, make) -> None:
    server.routes["/list"] = Answer(status=304, etag='"1"')
    cursor = {"etag": '"1"'}
    listing = make(f"{server.url}/list").look(client, cursor)
    assert (listing.unchanged, listing.items, listing.cursor) == (True, (), cursor)
    assert server.asked("/list")[0].headers["if-none-match"] == '"1"'


def test_customs_release_is_one_item_with_versions(server: LocalServer, client: PoliteClient) -> None:
    rows = "<tr><th>Month</th><th>t</th></tr><tr><td>10</td><td>{}</td></tr><tr><td>9</td><td>4</td></tr>"
    page = f"<html><table>{rows}</table></html>"
    server.routes["/release"] = [
        Answer(page.format(5).encode(), headers={"Last-Modified": "Fri, 20 Nov 2026 07:00:00 GMT"}),
        Answer(page.format(6).encode()),
        Answer(b"month;t\n2026-10;5\n2026-11;6\n", kind="text/csv"),
    ]
    source = CustomsRelease(f"{server.url}/release", title="Exports")
    first, second, third = (source.look(client, {}).items[0] for _ in range(3))
    assert first.id == second.id == third.id
    assert len({first.fingerprint, second.fingerprint, third.fingerprint}) == 3
    assert first.published == "2026-11-20T07:00:00+00:00"
    assert (source.fetch(client, first).kind, source.fetch(client, third).kind) == ("html", "text")


def test_a_release_without_table_is_a_changed_layout(server: LocalServer, client: PoliteClient) -> None:
    server.routes["/release"] = Answer(b"<html><p>The data have moved to our portal.</p></html>")
    with pytest.raises(SourceError, match="layout has changed"):
        CustomsRelease(f"{server.url}/release").look(client, {})


def old(path: Path) -> Path:
    then = time.time() - 60
    os.utime(path, (then, then))
    return path


def test_folder_takes_what_is_dropped_and_has_settled(tmp_path: Path, client: PoliteClient) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("one")
    old(tmp_path / "a.txt")
    (tmp_path / "sub" / "b.PDF").write_bytes(PDF)
    old(tmp_path / "sub" / "b.PDF")
    (tmp_path / ".hidden.txt").write_text("no")
    (tmp_path / "tool.exe").write_text("no")
    (tmp_path / "new.txt").write_text("still coming")
    os.utime(tmp_path / "new.txt", (time.time(), time.time()))
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    source = Folder(tmp_path)
    listing = source.look(client, {})
    assert sorted(item.id for item in listing.items) == ["a.txt", "sub/b.PDF"]
    assert "being written" in listing.note
    kinds = {item.id: source.fetch(client, item).kind for item in listing.items}
    assert kinds == {"a.txt": "text", "sub/b.PDF": "pdf"}


def test_folder_that_is_gone_is_an_error(tmp_path: Path, client: PoliteClient) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        Folder(tmp_path / "none").look(client, {})
    (tmp_path / "a.txt").write_text("one")
    old(tmp_path / "a.txt")
    source = Folder(tmp_path)
    [item] = source.look(client, {}).items
    (tmp_path / "a.txt").unlink()
    with pytest.raises(SourceError, match="No such file"):
        source.fetch(client, item)


def mail(subject: str, text: str, key: str, *, pdf: bytes | None = None) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "news@toy.example"
    message["Date"] = "Tue, 24 Nov 2026 09:00:00 +1100"
    message["Message-ID"] = f"<{key}@toy.example>"
    message.set_content(text)
    if pdf:
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename="a.pdf")
    return message


def test_mailbox_in_both_forms(tmp_path: Path, client: PoliteClient) -> None:
    letters = [mail("Über Dysprosium", "Grüße", "1", pdf=PDF), mail("Plain", "words", "2")]
    box = tmp_path / "news.mbox"
    box.write_bytes(
        b"".join(b"From news Tue Nov 24 09:00:00 2026\n" + m.as_bytes() + b"\n\n" for m in letters)
    )
    folder = tmp_path / "eml"
    folder.mkdir()
    for place, letter in enumerate(letters):
        (folder / f"{place}.eml").write_bytes(letter.as_bytes())
    for path in (box, folder, folder / "0.eml"):
        source = Mailbox(path)
        listing = source.look(client, {})
        bodies = {item.id: source.fetch(client, item) for item in listing.items}
        assert bodies["<1@toy.example>#0"].data.decode().strip() == "Grüße"
        assert bodies["<1@toy.example>#1"].data == PDF
        assert listing.items[0].title == "Über Dysprosium"
        assert listing.items[0].published == "2026-11-24T09:00:00+11:00"
        assert source.look(client, listing.cursor).unchanged


def test_a_mailbox_that_is_none_is_an_error(tmp_path: Path, client: PoliteClient) -> None:
    (tmp_path / "x.mbox").write_bytes(b"PK\x03\x04 something else")
    with pytest.raises(SourceError, match="mbox"):
        Mailbox(tmp_path / "x.mbox").look(client, {})
    with pytest.raises(SourceError, match="no such"):
        Mailbox(tmp_path / "none").look(client, {})


def test_kinds_are_told_by_content_first() -> None:
    assert kind_of(PDF, "text/html") == "pdf"
    assert kind_of(b"  <!DOCTYPE html><p>", "text/plain") == "html"
    assert kind_of(b"words", "text/plain", "a.txt") == "text"
    assert kind_of(b"<p>words", "text/html; charset=utf-8") == "html"
