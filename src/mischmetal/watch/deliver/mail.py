"""E-mail through the standard library; every attempt at an alert has the same Message-ID."""

from __future__ import annotations

import email.utils
import smtplib
import ssl
from email.message import EmailMessage

from mischmetal.watch.deliver import message
from mischmetal.watch.deliver.outcome import Outcome
from mischmetal.watch.finding import Alert
from mischmetal.watch.secret import resolve
from mischmetal.watch.settings import ChannelSettings

TIMEOUT_S = 20.0


def send(alert: Alert, channel: ChannelSettings, address: str) -> Outcome:
    """Send `alert` to one mail address."""
    mail = render(alert, channel.sender, address)
    try:
        server = _connect(channel)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
        return Outcome(kind="refused", detail=f"the mail server refuses the login ({type(error).__name__})")
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(kind="unreached", detail=f"no connection to the mail server ({type(error).__name__})")
    try:
        server.send_message(mail)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return Outcome(
            kind="refused", detail=f"the mail server refuses ({type(error).__name__}: {_code(error)})"
        )
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(kind="unknown", detail=f"the mail server broke off ({type(error).__name__})")
    finally:
        server.close()
    return Outcome(kind="sent")


def render(alert: Alert, sender: str, address: str) -> EmailMessage:
    """The mail: plain text, nothing to click but the document's link."""
    mail = EmailMessage()
    mail["Subject"] = message.line(message.subject(alert))[:250]
    mail["From"] = sender
    mail["To"] = address
    mail["Date"] = email.utils.localtime()
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    mail["Message-ID"] = f"<{alert.id}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Mischmetal-Alert"] = alert.id
    mail.set_content(message.text(alert))
    return mail


def _connect(channel: ChannelSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if channel.tls == "tls":
        server = smtplib.SMTP_SSL(channel.host, channel.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=TIMEOUT_S)
    try:
        if channel.tls == "starttls":
            server.starttls(context=context)
        if channel.user:
            server.login(resolve(channel.user), resolve(channel.password))
    except BaseException:
        server.close()
        raise
    return server


def _code(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return ", ".join(str(code) for code, _ in error.recipients.values())
    return "?"
