"""Mail over SMTP, to a server that is really there: encrypted, or not at all; refused for good, or tried again."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.ids import new_id
from domain.mails import Mail, MailDelayed, MailRefused
from resolvers.gateways.mails.smtp import SmtpMailer, SmtpServer

SENDER = "Usher <tickets@example.org>"
MAIL = Mail(new_id(), "fan@example.com", "أكّد بريدك", "Zażółć\n.\nhttps://tickets.example/verify#abc\n")


@dataclass
class Postbox:
    """What has come, and what is answered."""

    answers: dict[str, str] = field(default_factory=dict)
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def handle_RCPT(self, _: SMTP, __: Any, envelope: Envelope, address: str, ___: list[str]) -> str:
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _: SMTP, __: Any, envelope: Envelope) -> str:
        if "DATA" not in self.answers:
            self.envelopes.append(envelope)
        return self.answers.get("DATA", "250 OK")

    def authenticate(self, _: SMTP, __: Any, ___: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
        self.logins.append((given.login, given.password))
        return AuthResult(success=given.password == b"p@ss/word")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("mail") / "mail.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@asynccontextmanager
async def server(postbox: Postbox, certificate: Path | None, *, direct: bool = False, utf8: bool = True) -> AsyncIterator[int]:
    """Its port. With a certificate STARTTLS is offered, or `direct`ly TLS."""
    tls = None
    if certificate is not None:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate)
    starting = None if direct else tls

    def made() -> SMTP:
        return SMTP(
            postbox,
            hostname="mail.test",
            enable_SMTPUTF8=utf8,
            tls_context=starting,
            authenticator=postbox.authenticate,
            auth_require_tls=starting is not None,
        )

    listening = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0, ssl=tls if direct else None)
    yield int(listening.sockets[0].getsockname()[1])
    listening.close()
    await listening.wait_closed()


def mailer(url: str, certificate: Path | None = None) -> SmtpMailer:
    trusting = ssl.create_default_context(cafile=certificate) if certificate else None
    # A server that has refused a password hangs up late.
    return SmtpMailer(SmtpServer.of(url), SENDER, tls=trusting, patience=4.0)


def read(envelope: Envelope) -> Any:
    assert isinstance(envelope.content, bytes)
    return message_from_bytes(envelope.content, policy=default)


async def test_a_mail_arrives_as_it_was_written() -> None:
    postbox = Postbox()
    async with server(postbox, None) as port:
        await mailer(f"smtp+plain://127.0.0.1:{port}").send(MAIL)
    (envelope,) = postbox.envelopes
    message = read(envelope)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("tickets@example.org", ["fan@example.com"])
    assert [message[name] for name in ("From", "To", "Subject", "Auto-Submitted", "Message-ID")] == [
        SENDER,
        "fan@example.com",
        "أكّد بريدك",
        "auto-generated",
        f"<{MAIL.id.hex}@example.org>",
    ]
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == MAIL.text


@pytest.mark.parametrize(("scheme", "direct"), [("smtps", True), ("smtp", False)])
async def test_a_password_is_told_under_tls(certificate: Path, scheme: str, direct: bool) -> None:
    postbox = Postbox()
    async with server(postbox, certificate, direct=direct) as port:
        await mailer(f"{scheme}://us%40er:p%40ss%2Fword@127.0.0.1:{port}", certificate).send(MAIL)
    assert postbox.logins == [(b"us@er", b"p@ss/word")]
    assert len(postbox.envelopes) == 1


async def test_to_a_server_without_starttls_nothing_is_told() -> None:
    postbox = Postbox()
    async with server(postbox, None) as port:
        with pytest.raises(MailDelayed):
            await mailer(f"smtp://user:p%40ss%2Fword@127.0.0.1:{port}").send(MAIL)
    assert (postbox.logins, postbox.envelopes) == ([], [])


@pytest.mark.parametrize(("scheme", "direct"), [("smtps", True), ("smtp", False)])
async def test_to_a_server_with_a_strangers_certificate_nothing_is_told(certificate: Path, scheme: str, direct: bool) -> None:
    postbox = Postbox()
    async with server(postbox, certificate, direct=direct) as port:
        with pytest.raises((MailDelayed, OSError)):
            await mailer(f"{scheme}://user:p%40ss%2Fword@127.0.0.1:{port}").send(MAIL)
    assert (postbox.logins, postbox.envelopes) == ([], [])


@pytest.mark.parametrize(
    ("command", "answer", "outcome"),
    [
        ("RCPT", "550 no such person", MailRefused),
        ("RCPT", "450 greylisted", MailDelayed),
        ("DATA", "554 looks like spam", MailRefused),
        ("DATA", "451 disk full", MailDelayed),
    ],
)
async def test_a_refusal_is_for_good_or_for_now(command: str, answer: str, outcome: type[Exception]) -> None:
    postbox = Postbox({command: answer})
    async with server(postbox, None) as port:
        with pytest.raises(outcome) as told:
            await mailer(f"smtp+plain://127.0.0.1:{port}").send(MAIL)
    assert answer[:3] in str(told.value)
    assert answer[4:] not in str(told.value)


async def test_a_wrong_password_of_ours_delays_the_mail_and_does_not_refuse_it(certificate: Path) -> None:
    async with server(Postbox(), certificate, direct=True) as port:
        with pytest.raises(MailDelayed):
            await mailer(f"smtps://user:wrong@127.0.0.1:{port}", certificate).send(MAIL)


async def test_a_server_that_is_away_delays_the_mail() -> None:
    async with server(Postbox(), None) as port:
        pass
    with pytest.raises((MailDelayed, OSError)):
        await mailer(f"smtp+plain://127.0.0.1:{port}").send(MAIL)


async def test_a_recipient_with_a_line_break_gets_nothing() -> None:
    postbox = Postbox()
    async with server(postbox, None) as port:
        with pytest.raises(MailRefused):
            await mailer(f"smtp+plain://127.0.0.1:{port}").send(Mail(new_id(), "fan@example.com\nBcc: all@example.com", "x", "y"))
    assert postbox.envelopes == []


@pytest.mark.parametrize(
    ("recipient", "told"),
    [("fan@münchen.example", "fan@xn--mnchen-3ya.example"), ("żółw@münchen.example", "żółw@münchen.example")],
)
async def test_a_domain_is_told_as_dns_has_it_where_that_is_enough(recipient: str, told: str) -> None:
    postbox = Postbox()
    async with server(postbox, None) as port:
        await mailer(f"smtp+plain://127.0.0.1:{port}").send(Mail(new_id(), recipient, "x", "y"))
    assert [envelope.rcpt_tos for envelope in postbox.envelopes] == [[told]]


async def test_letters_that_the_server_knows_nothing_of_are_refused_for_good() -> None:
    postbox = Postbox()
    async with server(postbox, None, utf8=False) as port:
        with pytest.raises(MailRefused):
            await mailer(f"smtp+plain://127.0.0.1:{port}").send(Mail(new_id(), "żółw@example.com", "x", "y"))
    assert postbox.envelopes == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://mail.example", SmtpServer("smtps", "mail.example", 465, None, None)),
        ("smtp://u:p@mail.example", SmtpServer("smtp", "mail.example", 587, "u", "p")),
        ("smtp+plain://[::1]:2525/", SmtpServer("smtp+plain", "::1", 2525, None, None)),
    ],
)
def test_a_url_says_how_to_reach_the_server(url: str, server: SmtpServer) -> None:
    assert SmtpServer.of(url) == server


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtps://", "smtp+plain://u:p@mail.example", "smtp://u@mail.example", "smtp://h/x"],
)
def test_a_url_that_says_it_wrongly_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^must "):
        SmtpServer.of(url)
