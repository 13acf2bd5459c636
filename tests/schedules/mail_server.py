"""An SMTP server on a real socket."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as DEFAULT_POLICY
from functools import partial
from pathlib import Path
from typing import Any, cast, override

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

USERNAME, PASSWORD = "tasks", "a word of honour"


@dataclass
class MailServer:
    """Takes what it is given, unless `answers` says otherwise: to each message, or to its recipient with a number."""

    port: int = 0
    answers: list[str] = field(default_factory=list[str])
    messages: list[EmailMessage] = field(default_factory=list[EmailMessage])
    recipients: list[str] = field(default_factory=list[str])
    passwords: list[str] = field(default_factory=list[str])
    over_tls: list[bool] = field(default_factory=list[bool])
    took_one: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(
        self, server: SMTP, _session: object, envelope: Envelope, address: str, _options: object
    ) -> str:
        transport = cast("asyncio.Transport", server.transport)
        self.over_tls.append(transport.get_extra_info("sslcontext") is not None)
        if self.answers and self.answers[0].startswith("550"):
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            content = cast("bytes", envelope.content)
            self.messages.append(message_from_bytes(content, policy=DEFAULT_POLICY))
            self.recipients += [str(address) for address in envelope.rcpt_tos]
            self.took_one.set()
        return answer

    def sign_in(
        self, _server: object, _session: object, _envelope: object, _mechanism: str, data: Any
    ) -> AuthResult:
        given = cast("LoginPassword", data)
        self.passwords.append(given.password.decode())
        is_known = (given.login.decode(), given.password.decode()) == (USERNAME, PASSWORD)
        return AuthResult(success=is_known, handled=False)


class RefusesTls(SMTP):
    """Offers STARTTLS, and then has none."""

    @override
    async def smtp_STARTTLS(self, arg: str) -> None:
        await self.push("454 4.7.0 TLS is not available")


@asynccontextmanager
async def serving_mail(
    *,
    kind: type[SMTP] = SMTP,
    starttls: ssl.SSLContext | None = None,
    tls: ssl.SSLContext | None = None,
    sign_in: bool = False,
) -> AsyncGenerator[MailServer]:
    """`starttls` is what it upgrades to, `tls` what it speaks from the start."""
    mail = MailServer()
    factory = partial(
        kind,
        mail,
        hostname="mail.example",
        tls_context=starttls,
        authenticator=mail.sign_in if sign_in else None,
        auth_required=sign_in,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    loop = asyncio.get_running_loop()
    with warnings.catch_warnings(action="ignore"):  # it warns of passwords without TLS
        server = await loop.create_server(factory, "127.0.0.1", 0, ssl=tls)
        async with server:
            mail.port = server.sockets[0].getsockname()[1]
            yield mail


@asynccontextmanager
async def serving_nothing() -> AsyncGenerator[int]:
    """Takes connections and never says a word; yields its port."""
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        for writer in held:
            writer.close()
        server.close()


def certificate(directory: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side and a client's side that trusts it, for 127.0.0.1 by the name of localhost."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, SHA256())
    )
    path = directory / "mail.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    trusting = ssl.create_default_context(cadata=made.public_bytes(Encoding.PEM).decode())
    return serving, trusting
