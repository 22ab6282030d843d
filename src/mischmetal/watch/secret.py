"""Secrets: from the environment or the keyring, at the moment of use, and never into a log or the store."""

from __future__ import annotations

import logging
import os
import threading

from mischmetal.errors import MischmetalError
from mischmetal.watch.settings import is_reference


class SecretMissing(MischmetalError):
    """A reference leads nowhere."""


_seen: set[str] = set()
_lock = threading.Lock()


def resolve(text: str) -> str:
    """The secret behind `env:NAME` or `keyring:SERVICE/USER`; any other text is returned as it is."""
    if not is_reference(text):
        return text
    kind, _, rest = text.partition(":")
    if kind == "env":
        value = os.environ.get(rest, "")
    else:
        import keyring
        import keyring.errors

        service, _, user = rest.partition("/")
        try:
            value = keyring.get_password(service, user) or ""
        except keyring.errors.KeyringError as error:
            raise SecretMissing(f"{text}: the keyring does not open ({type(error).__name__})") from None
    if not value:
        raise SecretMissing(f"{text}: no secret is there")
    with _lock:
        _seen.add(value)
    return value


def redact(text: str) -> str:
    """`text` with every secret that this process has resolved replaced by ***."""
    with _lock:
        known = sorted(_seen, key=len, reverse=True)
    for value in known:
        text = text.replace(value, "***")
    return text


class Redacting(logging.Filter):
    """Keeps secrets out of a handler's records, whoever wrote them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
            record.exc_info = None
        return True
