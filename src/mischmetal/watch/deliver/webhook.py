"""Webhooks: one POST of JSON to an address that is checked at the moment of connection.

Redirects are not followed: they could lead to a private address, and a POST with an alert in it should go
where its owner said. The headers carry the alert's id (also as Idempotency-Key), so that a receiver can
drop what it has seen.
"""

from __future__ import annotations

import hashlib
import hmac
import json

import httpx2

from mischmetal.watch import net
from mischmetal.watch.deliver import message
from mischmetal.watch.deliver.outcome import Outcome
from mischmetal.watch.finding import Alert
from mischmetal.watch.secret import resolve
from mischmetal.watch.settings import ChannelSettings
from mischmetal.watch.sources.client import retry_after

TIMEOUT_S = 15.0


def send(alert: Alert, channel: ChannelSettings, address: str, *, agent: str) -> Outcome:
    """Send `alert` to `address` (already resolved)."""
    body = json.dumps(message.payload(alert), ensure_ascii=False).encode("utf-8", "replace")
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": alert.id,
        "Mischmetal-Alert": alert.id,
        "Mischmetal-Attempt": str(alert.attempt),
    }
    if alert.repeat:
        headers["Mischmetal-Repeat"] = alert.repeat_mark
    if channel.secret:
        key = resolve(channel.secret).encode()
        headers["Mischmetal-Signature"] = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    try:
        with (
            net.client(private=channel.private, agent=agent, timeout=TIMEOUT_S) as client,
            client.stream("POST", address, content=body, headers=headers) as response,
        ):
            return judge_status(response.status_code, response.headers.get("retry-after", ""))
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol):
        return Outcome(kind="refused", detail="the address is no web address")
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
        return _unreached(error)
    except httpx2.HTTPError as error:
        return Outcome(kind="unknown", detail=f"no clear answer ({type(error).__name__})")


def judge_status(status: int, wait: str) -> Outcome:
    """What an answer's status says about whether the alert arrived."""
    if 200 <= status < 300:
        return Outcome(kind="sent")
    if 300 <= status < 400:
        return Outcome(kind="refused", detail=f"{status}: redirects are not followed, give the final address")
    if status < 500:
        return Outcome(kind="refused", detail=f"the receiver answers {status}", wait_s=retry_after(wait))
    # A gateway's error says nothing about what happened behind it.
    return Outcome(kind="unknown", detail=f"the receiver answers {status}", wait_s=retry_after(wait))


def _unreached(error: httpx2.TransportError) -> Outcome:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, net.AddressRefused):
            return Outcome(kind="refused", detail=str(cause))
        cause = cause.__cause__ or cause.__context__
    return Outcome(kind="unreached", detail=f"no connection ({type(error).__name__})")
