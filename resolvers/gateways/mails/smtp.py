"""Mail over SMTP, by one connection each: a server that hangs holds up no other mail."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ssl import SSLContext
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib
from email_validator import EmailNotValidError, validate_email

from domain.mails import Mail, MailDelayed, MailRefused

# Less than a mail is waited for.
TIMEOUT_SECONDS = 15.0
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """`smtps://` is TLS from the start, `smtp://` TLS before anything is told, `smtp+plain://` none, and then no password."""

    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises `ValueError`, which says what is wrong."""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("must be like smtps://user:password@host, smtp://… or smtp+plain://host")
        user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
        if parts.scheme == "smtp+plain" and user:
            raise ValueError("must not send a password over smtp+plain://, which everybody on the way can read")
        if (user is None) != (password is None):
            raise ValueError("must have both a user and a password, or neither")
        return cls(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], user, password)


class SmtpMailer:
    """`sender` is what the From header says, e.g. `Usher <tickets@example.org>`."""

    shown = None

    def __init__(
        self, server: SmtpServer, sender: str, *, tls: SSLContext | None = None, patience: float = TIMEOUT_SECONDS
    ) -> None:
        self._server = server
        self._sender = sender
        self._domain = sender.rstrip(">").rpartition("@")[2]
        self._tls, self._patience = tls, patience

    async def send(self, mail: Mail) -> None:
        server = self._server
        try:
            await aiosmtplib.send(
                self._message(mail),
                hostname=server.host,
                port=server.port,
                username=server.user,
                password=server.password,
                use_tls=server.scheme == "smtps",
                start_tls=server.scheme == "smtp",
                tls_context=self._tls,
                timeout=self._patience,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [each.code for each in error.recipients]
            raise (MailRefused if all(code >= 500 for code in codes) else MailDelayed)(f"SMTP {codes}") from None
        except aiosmtplib.SMTPDataError as error:
            raise (MailRefused if error.code >= 500 else MailDelayed)(f"SMTP {error.code}") from None
        except (aiosmtplib.SMTPNotSupported, EmailNotValidError) as error:
            # Letters before the @ that this server knows nothing of, or what no address has.
            raise MailRefused(type(error).__name__) from None
        except (aiosmtplib.SMTPException, ValueError) as error:
            # Trouble with the server or with what we are to it: another mail would fare no better.
            raise MailDelayed(type(error).__name__) from None

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"] = self._sender
        message["To"] = reachable(mail.recipient)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        # The same for every attempt, so that who gets two shows one.
        message["Message-ID"] = f"<{mail.id.hex}@{self._domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text, charset="utf-8")
        return message


def reachable(recipient: str) -> str:
    """With the domain as all servers know it: what people write is not what DNS has."""
    return validate_email(recipient, check_deliverability=False).ascii_email or recipient
