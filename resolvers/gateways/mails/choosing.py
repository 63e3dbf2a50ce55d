"""Which way mails go."""

from collections.abc import Callable

from resolvers.gateways.mails.shown import ShownMails
from resolvers.gateways.mails.smtp import SmtpMailer, SmtpServer
from resolvers.gateways.settings import Settings


def mailer_of(settings: Settings, say: Callable[[str], None]) -> SmtpMailer | ShownMails | None:
    """None: production without a mail server, which can register nobody."""
    if settings.smtp_url is not None:
        assert settings.mail_from is not None
        return SmtpMailer(SmtpServer.of(settings.smtp_url), settings.mail_from)
    return ShownMails(say) if settings.mode == "demo" else None
