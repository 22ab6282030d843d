"""The outbox: takes stored alerts to their channels, at least once, and says so when it may be twice.

The order of things is the whole point. An attempt is committed before it is made; its outcome is
committed after. Whatever happens in between leaves an attempt without an outcome, and the next one goes
with the same id and a visible mark.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from mischmetal.errors import MischmetalError
from mischmetal.watch.deliver import mail, named, webhook
from mischmetal.watch.deliver.message import compose_digest
from mischmetal.watch.deliver.outcome import Outcome
from mischmetal.watch.rules import address_key
from mischmetal.watch.secret import redact, resolve
from mischmetal.watch.settings import ChannelSettings, Settings
from mischmetal.watch.sources.client import user_agent
from mischmetal.watch.store import Claimed, Store

log = logging.getLogger("mischmetal.watch")

FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 3600.0
UNREACHED_FOR_S = 3 * 86400.0  # a channel that is merely away gets three days


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Everything that delivery needs."""

    store: Store
    settings: Settings
    owner: str
    clock: Callable[[], float]
    unrecorded: list[tuple[Claimed, Outcome]] = field(default_factory=list)  # the store would not take them

    def addresses(self) -> dict[tuple[str, str], tuple[ChannelSettings, str]]:
        """(channel, address as the store calls it) -> where it leads."""
        return {
            (channel.id, address_key(channel, address)): (channel, address)
            for channel in self.settings.channels
            for address in channel.addresses
        }

    def due(self) -> list[tuple[str, str]]:
        """Addresses with something to send; digests whose time has come are made first."""
        self.store.fold_digests(now=self.clock(), compose=compose_digest)
        return sorted(self.store.due_channels(now=self.clock()))

    def empty(self, place: tuple[str, str], *, stop: Callable[[], bool] = lambda: False) -> int:
        """Send all that is due to one address, oldest first. Returns the number of attempts."""
        made = 0
        where = self.addresses().get(place)
        while self.unrecorded:
            self._record(*self.unrecorded.pop())
        while not stop():
            claimed = self.store.claim_alert(
                *place, owner=self.owner, now=self.clock(), lease=self.settings.lease
            )
            if claimed is None:
                break
            made += 1
            outcome = self._send(claimed, where)
            self._record(claimed, outcome)
            if outcome.kind in {"unreached", "unknown"}:
                break  # the others would fare no better now
        return made

    def _send(self, claimed: Claimed, where: tuple[ChannelSettings, str] | None) -> Outcome:
        if where is None:
            return Outcome(kind="refused", detail="the settings no longer have this address")
        channel, reference = where
        if self.clock() >= claimed.until:
            # This process was held up; another may be sending the same alert by now, with its mark.
            return Outcome(kind="unreached", detail="held up for longer than the lease, not sent")
        try:
            address = resolve(reference)
            return send_one(claimed, channel, address, contact=self.settings.contact)
        except MischmetalError as error:
            return Outcome(kind="unreached", detail=str(error))
        except Exception as error:
            # Whatever a channel's library raises must not stop the others' alerts.
            log.exception("channel %s failed on alert %s", channel.id, claimed.alert.id)
            return Outcome(kind="unknown", detail=f"{type(error).__name__} in the channel")

    def _record(self, claimed: Claimed, outcome: Outcome) -> None:
        try:
            self._finish(claimed, outcome)
        except SQLAlchemyError:
            self.unrecorded.append((claimed, outcome))
            raise

    def _finish(self, claimed: Claimed, outcome: Outcome) -> None:
        now = self.clock()
        retry_at: float | None = None
        if outcome.kind != "sent":
            waited = now - claimed.stored
            if outcome.kind == "unreached":
                again = waited < UNREACHED_FOR_S
            else:
                again = claimed.attempts < self.settings.attempts
            if again:
                retry_at = now + max(outcome.wait_s, backoff(claimed.attempts))
        detail = redact(outcome.detail)
        self.store.finish_alert(claimed, outcome.kind, detail, now=now, retry_at=retry_at)
        if outcome.kind != "sent":
            level = logging.WARNING if retry_at is not None else logging.ERROR
            end = "" if retry_at is not None else ": given up, a dead letter"
            log.log(level, "alert %s to %s: %s%s", claimed.alert.id, claimed.alert.channel, detail, end)


def send_one(claimed: Claimed, channel: ChannelSettings, address: str, *, contact: str) -> Outcome:
    """One attempt over the channel's own way."""
    match channel.kind:
        case "email":
            return mail.send(claimed.alert, channel, address)
        case "webhook":
            return webhook.send(claimed.alert, channel, address, agent=user_agent(contact))
        case _:
            return named.send(claimed.alert, channel, address)


def backoff(attempts: int) -> float:
    """Seconds until the next attempt: doubling from five to an hour, less up to a quarter by chance."""
    wait = min(FIRST_WAIT_S * 2.0 ** (attempts - 1), LONGEST_WAIT_S)
    return wait * random.uniform(0.75, 1.0)  # noqa: S311
