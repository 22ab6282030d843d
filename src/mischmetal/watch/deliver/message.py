"""What an alert says: what, where, why, red flags, link, the figures with the words they came from."""

from __future__ import annotations

import re
from typing import Any

from mischmetal.watch.finding import CLASSES, Alert, Document, Figure, Finding, digest

_FIGURES = 8
_AROUND = 60


def compose(document: Document, finding: Finding, channel: str, address: str) -> Alert:
    """The alert of one finding for one address. Its id depends on these alone, so it never changes."""
    return Alert(
        id=digest("alert", channel, address, finding.id),
        channel=channel,
        address=address,
        finding=finding.id,
        title=headline(document, finding),
        body=explain(document, finding),
        link=document.link,
        payload={"finding": finding.to_json(), "document": about(document)},
    )


def compose_digest(channel: str, address: str, alerts: list[Alert]) -> Alert:
    """Several alerts in one."""
    names = sorted(alert.id for alert in alerts)
    count = f"{len(alerts)} findings" if len(alerts) != 1 else "1 finding"
    blocks = [f"{number}. {alert.title}\n\n{alert.body}" for number, alert in enumerate(alerts, 1)]
    return Alert(
        id=digest("digest", channel, address, *names),
        channel=channel,
        address=address,
        finding=None,
        title=f"Digest: {count}",
        body="\n\n----\n\n".join(blocks),
        payload={"digest": [alert.payload for alert in alerts]},
    )


def headline(document: Document, finding: Finding) -> str:
    """One line: edited or not, company, class, score, title."""
    company = finding.company or document.company
    edited = "Edited: " if document.previous and finding.cls != "source" else ""
    lead = f"{company}: " if company and company.lower() not in finding.title.lower() else ""
    if finding.cls == "source":
        return line(finding.title)
    return line(f"{edited}{lead}{finding.title} ({CLASSES.get(finding.cls, finding.cls)}, {finding.rank})")


def explain(document: Document, finding: Finding) -> str:
    """The alert's text for people, without the repeat mark."""
    what = [f"What: {CLASSES.get(finding.cls, finding.cls)}: {line(finding.title)}"]
    if finding.commodity:
        what.append(f"Commodity: {line(finding.commodity)}")
    place = ", ".join(part for part in (finding.where, finding.region) if part)
    if place:
        what.append(f"Where: {line(place)}")
    blocks = ["\n".join(what)]
    if finding.cls != "source":
        why = [f"Score: {finding.rank}" + (f" ({line(finding.basis)})" if finding.basis else "")]
        for part in finding.parts:
            n = f", n = {part.n}" if part.n is not None else ""
            source = f" [{line(part.source)}{n}]" if part.source else ""
            why.append(f"  {part.points:+.1f}  {line(part.name)}: {line(part.why)}{source}")
        blocks.append("\n".join(why))
    if finding.red_flags:
        blocks.append("Red flags:\n" + "\n".join(f"  ! {line(flag.why)}" for flag in finding.red_flags))
    if finding.figures:
        shown = [f"  {_figure(document, figure)}" for figure in finding.figures[:_FIGURES]]
        more = len(finding.figures) - _FIGURES
        if more > 0:
            shown.append(f"  and {more} more")
        blocks.append("Figures:\n" + "\n".join(shown))
    if finding.cls == "source":
        blocks.append(document.text)
    else:
        blocks.append(_origin(document))
    return "\n\n".join(blocks)


def about(document: Document) -> dict[str, Any]:
    """The document without its text, for machines."""
    names = (
        "id",
        "source",
        "item",
        "version",
        "previous",
        "title",
        "link",
        "company",
        "published",
        "fetched",
    )
    return {name: getattr(document, name) for name in names}


def subject(alert: Alert) -> str:
    """The alert's title with its repeat mark, if it has one."""
    return f"{alert.title} - {alert.repeat_mark}" if alert.repeat else alert.title


def text(alert: Alert) -> str:
    """The alert's body with its repeat mark, link and id."""
    mark = (
        f"[{alert.repeat_mark}: an earlier attempt may have arrived, with the same id]\n\n"
        if alert.repeat
        else ""
    )
    link = f"\n\n{alert.link}" if alert.link else ""
    return f"{mark}{alert.body}{link}\n\nAlert {alert.id}"


def payload(alert: Alert) -> dict[str, Any]:
    """What a webhook receives. `id` is the same in every attempt: drop what you have already seen."""
    return {
        "id": alert.id,
        "attempt": alert.attempt,
        "possible_repeat": alert.repeat,
        "repeat_mark": alert.repeat_mark,
        "title": subject(alert),
        "text": text(alert),
        "link": alert.link,
        **alert.payload,
    }


def line(words: str) -> str:
    """`words` on one line, without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", " ", words).split())


def _figure(document: Document, figure: Figure) -> str:
    value = (
        ""
        if figure.value is None
        else f"{figure.value:g}"
        if isinstance(figure.value, float)
        else figure.value
    )
    told = line(f"{figure.label}: {value} {figure.unit}")
    if figure.span is None:
        return told
    start, end = figure.span
    quote = line(document.text[max(0, start - _AROUND) : min(len(document.text), end + _AROUND)])
    return f'{told}  <- "{quote}" [{start}-{end}]' if quote else told


def _origin(document: Document) -> str:
    lines = [
        f"From: {line(document.title)} ({document.source}"
        + (f", {document.published})" if document.published else ")")
    ]
    if document.previous:
        lines.append(
            f"Version {document.version}; it replaces version {document.version - 1} ({document.previous})"
        )
    return "\n".join(lines)
