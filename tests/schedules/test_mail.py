"""Letters to a real SMTP server, which takes them or does not."""

import logging
from collections.abc import AsyncGenerator
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path

import pytest
from anyio import fail_after

from taskchat.schedules.post.courier import Undeliverable, Undelivered
from taskchat.schedules.post.mail import MailSender
from taskchat.schedules.post.smtp import SmtpServer
from tests.people import NOW
from tests.schedules.letterbox import letter
from tests.schedules.mail_server import (
    PASSWORD,
    USERNAME,
    MailServer,
    RefusesTls,
    certificate,
    serving_mail,
)

pytestmark = pytest.mark.anyio

TASKCHAT = Address("TaskChat", addr_spec="tasks@example.com")
LETTER = letter("alice@example.com", {"subject": "Reminder: Call", "text": "Due today.\n"})


@pytest.fixture
async def mail() -> AsyncGenerator[MailServer]:
    async with serving_mail() as server:
        yield server


def sender_to(mail: MailServer, **how: object) -> MailSender:
    return MailSender(replace(SmtpServer("127.0.0.1", mail.port), **how), TASKCHAT)


async def test_a_letter_says_who_writes_and_is_known_again_by_its_id(mail: MailServer) -> None:
    for _ in range(2):
        await sender_to(mail).send(LETTER, NOW)

    first, second = mail.messages
    assert mail.recipients == ["alice@example.com"] * 2
    assert (first["From"], first["To"]) == ("TaskChat <tasks@example.com>", "alice@example.com")
    assert (first["Subject"], first.get_content()) == ("Reminder: Call", "Due today.\r\n")
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] == second["Message-ID"] == "<out_1@example.com>"


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Call\r\nBcc: eve@example.com", "Call Bcc: eve@example.com"),
        ("Call\n\nInstead of the text", "Call Instead of the text"),
        ("Call\x0b\x1c\x85\u2028Bcc: eve@example.com", "Call Bcc: eve@example.com"),
        ("Call\x00\x1b[31m", "Call [31m"),
        ("Straße 👩‍👩‍👧 خبز", "Straße 👩‍👩‍👧 خبز"),
        ("=?utf-8?q?Call=0ABcc:_eve?=", "= ?utf-8?q?Call=0ABcc:_eve?="),
        ("x" * 255, "x" * 255),
        ("ü" * 255, "ü" * 255),
    ],
)
async def test_no_title_becomes_a_header_of_its_own(
    mail: MailServer, title: str, subject: str
) -> None:
    payload = {"subject": title, "text": f"{title}\n.\nQUIT\n"}
    await sender_to(mail).send(letter("alice@example.com", payload), NOW)

    (message,) = mail.messages
    assert message["Subject"] == subject
    assert message["Bcc"] is None
    assert mail.recipients == ["alice@example.com"]
    assert "QUIT" in message.get_content()


async def test_what_a_server_cannot_take_now_may_be_sent_later(mail: MailServer) -> None:
    mail.answers = ["451 4.3.0 Come back later"]
    with pytest.raises(Undelivered) as failure:
        await sender_to(mail).send(LETTER, NOW)
    assert "451" in str(failure.value)

    await sender_to(mail).send(LETTER, NOW)
    assert len(mail.messages) == 1


@pytest.mark.parametrize("answer", ["550 5.1.1 No such person", "554 5.6.0 Not this text"])
async def test_what_a_server_never_takes_is_not_sent_again(mail: MailServer, answer: str) -> None:
    mail.answers = [answer]
    with pytest.raises(Undeliverable) as refusal:
        await sender_to(mail).send(LETTER, NOW)
    assert answer[:3] in str(refusal.value)


async def test_an_address_that_the_server_cannot_write_is_not_tried_again(
    mail: MailServer,
) -> None:
    with pytest.raises(Undeliverable):
        await sender_to(mail).send(replace(LETTER, target="alice@exam ple.com>"), NOW)
    assert mail.messages == []


async def test_a_server_that_is_not_there_is_tried_again(mail: MailServer) -> None:
    gone = MailServer(port=1)
    with pytest.raises(Undelivered):
        await sender_to(gone).send(LETTER, NOW)


async def test_a_name_and_a_password_let_somebody_in() -> None:
    async with serving_mail(sign_in=True) as mail:
        await sender_to(mail, username=USERNAME, password=PASSWORD).send(LETTER, NOW)
        assert len(mail.messages) == 1


async def test_a_wrong_password_is_tried_again_and_told_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving_mail(sign_in=True) as mail:
        caplog.clear()
        with pytest.raises(Undelivered) as failure:
            await sender_to(mail, username=USERNAME, password="canary").send(LETTER, NOW)
        assert mail.messages == []

    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("mail")]
    assert "canary" not in f"{failure.value}{ours}"


async def test_mail_goes_over_tls_where_a_server_offers_it(tmp_path: Path) -> None:
    serving, trusting = certificate(tmp_path)
    async with serving_mail(starttls=serving) as mail:
        server = SmtpServer("localhost", mail.port)
        await MailSender(server, TASKCHAT, tls=trusting).send(LETTER, NOW)
        assert mail.over_tls == [True]

    async with serving_mail(tls=serving) as mail:
        server = SmtpServer("localhost", mail.port, is_tls=True)
        await MailSender(server, TASKCHAT, tls=trusting).send(LETTER, NOW)
        assert mail.over_tls == [True]


async def test_a_server_whose_certificate_nobody_knows_gets_nothing(tmp_path: Path) -> None:
    serving, _ = certificate(tmp_path)
    async with serving_mail(starttls=serving) as mail:
        with pytest.raises(Undelivered):
            await sender_to(mail, host="localhost").send(LETTER, NOW)
        assert mail.over_tls == []


async def test_nothing_is_said_in_the_clear_when_a_server_takes_its_offer_of_tls_back(
    tmp_path: Path,
) -> None:
    serving, _ = certificate(tmp_path)
    async with serving_mail(kind=RefusesTls, starttls=serving) as mail:
        with pytest.raises(Undelivered) as failure:
            await sender_to(mail).send(LETTER, NOW)
        assert mail.over_tls == []
    assert "454" in str(failure.value)


async def test_a_password_for_another_machine_is_not_said_before_tls() -> None:
    async with serving_mail(sign_in=True) as mail:
        how = {"username": USERNAME, "password": PASSWORD, "must_upgrade": True}
        with fail_after(5), pytest.raises(Undelivered):
            await sender_to(mail, **how).send(LETTER, NOW)
        assert mail.passwords == []
