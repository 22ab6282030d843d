"""Slack, Telegram, Discord, ntfy and the desktop, through apprise, one address per call.

apprise says only whether it worked, so anything but yes leaves the outcome unknown.
"""

from __future__ import annotations

import logging
import socket

from mischmetal.errors import MissingExtra
from mischmetal.watch import net
from mischmetal.watch.deliver import message
from mischmetal.watch.deliver.outcome import Outcome
from mischmetal.watch.finding import Alert
from mischmetal.watch.settings import ChannelSettings

# The kind of a channel -> the first words of the addresses that apprise knows for it.
SCHEMES: dict[str, tuple[str, ...]] = {
    "slack": ("slack://", "https://hooks.slack.com/"),
    "telegram": ("tgram://",),
    "discord": ("discord://", "https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/"),
    "ntfy": ("ntfy://", "ntfys://", "https://ntfy.sh/"),
    "desktop": ("dbus://", "gnome://", "macosx://", "windows://"),
}
_TEXT = 3500  # the shortest limit of these services is Telegram's, 4,096 characters


def send(alert: Alert, channel: ChannelSettings, address: str) -> Outcome:
    """Send `alert` to one address (already resolved) of a named service."""
    try:
        import apprise
    except ModuleNotFoundError:
        raise MissingExtra(f"a channel of kind {channel.kind}", "notify") from None
    if channel.kind == "desktop" and address == "desktop":
        address = _desktop()
    if not address.lower().startswith(SCHEMES[channel.kind]):
        return Outcome(
            kind="refused",
            detail=f"the address is none of {channel.kind}: {', '.join(SCHEMES[channel.kind])}",
        )
    # Its log names addresses, and with them secrets.
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    service = apprise.Apprise(asset=apprise.AppriseAsset(app_id="mischmetal", async_mode=False))
    if not service.add(address):
        return Outcome(kind="refused", detail=f"apprise does not understand this address of {channel.kind}")
    why = "" if channel.kind == "desktop" else _host_refusal(service, channel)
    if why:
        return Outcome(kind="refused", detail=why)
    body = message.text(alert)
    if len(body) > _TEXT:
        body = f"{body[:_TEXT]}\n...\n{alert.link}\n\nAlert {alert.id}"
    if service.notify(title=message.subject(alert), body=body, body_format="text"):
        return Outcome(kind="sent")
    return Outcome(kind="unknown", detail=f"apprise could not say that {channel.kind} took it")


def _desktop() -> str:
    import sys

    return {"darwin": "macosx://", "win32": "windows://"}.get(sys.platform, "dbus://")


def _host_refusal(service: object, channel: ChannelSettings) -> str:
    for server in service:  # type: ignore[attr-defined]
        host = getattr(server, "host", None)
        if not isinstance(host, str) or "." not in host:
            continue
        try:
            net.checked_addresses(host, getattr(server, "port", None) or 443, private=channel.private)
        except net.AddressRefused as error:
            return str(error)
        except (socket.gaierror, UnicodeError):
            continue  # apprise will find that out, and say so
    return ""
