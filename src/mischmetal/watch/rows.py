"""Between the watch's values and the store's rows."""

from __future__ import annotations

import json
from typing import Any

from mischmetal.watch.finding import Alert, Document, Finding, digest


def likeness(found: Finding) -> str:
    """What a finding says, without where: two versions of a document that say the same are told once."""
    figures = [[figure.label, figure.value, figure.unit] for figure in found.figures]
    flags = [flag.id for flag in found.red_flags]
    parts = [found.cls, found.title, found.score, found.company, found.commodity, found.where, figures, flags]
    return digest(json.dumps(parts, ensure_ascii=False, default=str))


def dump(value: Any) -> str:
    """`value` as JSON."""
    # PostgreSQL takes no NUL in a text, and JSON would carry it as an escape: that is fine in both.
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def to_alert(row: Any) -> Alert:
    """The alert of a row, as if it had never been tried."""
    return Alert(
        id=row.id,
        channel=row.channel,
        address=row.address,
        finding=row.finding,
        title=row.title,
        body=row.body,
        link=row.link,
        payload=json.loads(row.payload_json),
    )


def document_row(new: Document, fingerprint: str, now: float) -> dict[str, Any]:
    """The columns of a document."""
    return {**new.to_json(), "fingerprint": fingerprint, "text_digest": digest(new.text), "stored": now}


def to_document(row: Any) -> Document:
    """The document of a row."""
    return Document(**{name: getattr(row, name) for name in Document.__dataclass_fields__})
