"""Letters by e-mail."""

import ssl
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from unicodedata import category

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from taskchat.schedules.post.courier import Undeliverable, Undelivered
from taskchat.schedules.post.outbox import Kind, Letter
from taskchat.schedules.post.smtp import SmtpServer

PERMANENT = range(500, 600)  # what an SMTP server answers when there is no use in asking again
BREAKS = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, ends of lines and paragraphs
QUIT_SECONDS = 2.0
MOST_QUOTED = 200  # characters


class MailSender:
    """A letter's target is an address, its payload `{"subject", "text"}`."""

    kind = Kind.MAIL

    def __init__(
        self, server: SmtpServer, sender: Address, *, tls: ssl.SSLContext | None = None
    ) -> None:
        """`tls` takes the place of what the system trusts."""
        self._server = server
        self._sender = sender
        self._tls = tls

    async def send(self, letter: Letter, now: datetime) -> None:
        message = self._message(letter, now)
        smtp = self._client()
        try:
            await smtp.connect()
            await _hand_over(smtp, message, self._sender.addr_spec, letter.target)
        except (SMTPException, OSError) as error:
            raise Undelivered(_reason(error)) from error
        finally:
            await _leave(smtp)

    def _client(self) -> SMTP:
        server = self._server
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username,
            password=server.password,
            local_hostname=self._sender.domain,
            use_tls=server.is_tls,
            start_tls=True if server.must_upgrade else None,
            tls_context=self._tls,
        )

    def _message(self, letter: Letter, now: datetime) -> EmailMessage:
        """Its Message-ID is the same whenever the letter is sent, so that a second copy is known as one."""
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = self._sender
        message["To"] = letter.target
        message["Subject"] = one_line(letter.payload["subject"])
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{letter.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.payload["text"], cte="quoted-printable")
        return message


def one_line(text: str) -> str:
    """Without anything that a header could end with, or that is read as the code of something else (RFC 2047)."""
    words = "".join(" " if category(c) in BREAKS else c for c in text).split()
    return " ".join(words).replace("=?", "= ?")


async def _hand_over(smtp: SMTP, message: EmailMessage, sender: str, target: str) -> None:
    """Only a refusal of this person or this text is for good; the rest may be somebody's mistake and pass."""
    try:
        await smtp.send_message(message, sender=sender, recipients=[target])
    except SMTPRecipientsRefused as error:
        raise _refusal(error.recipients[0]) from error
    except SMTPDataError as error:
        raise _refusal(error) from error
    except (SMTPNotSupported, ValueError) as error:
        raise Undeliverable(one_line(str(error))) from error


async def _leave(smtp: SMTP) -> None:
    """However that goes, it changes nothing about what was taken."""
    with suppress(SMTPException, OSError):
        await smtp.quit(timeout=QUIT_SECONDS)
    smtp.close()


def _refusal(error: SMTPResponseException) -> Undelivered | Undeliverable:
    said = f"{error.code} {one_line(error.message)[:MOST_QUOTED]}"
    return Undeliverable(said) if error.code in PERMANENT else Undelivered(said)


def _reason(error: SMTPException | OSError) -> str:
    """Never what a server answers to a password: it might repeat it."""
    if isinstance(error, SMTPAuthenticationError):
        return f"the mail server refused the sign-in ({error.code})"
    return one_line(str(error))[:MOST_QUOTED] or type(error).__name__
