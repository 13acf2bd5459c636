import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from taskchat.accounts.commands import LogIn, Register
from taskchat.accounts.emails import normalise_email
from taskchat.accounts.passwords import DECOY, Passwords, check_new
from taskchat.domain.errors import Invalid

COMPOSED, DECOMPOSED = "caf\u00e9 au lait", "cafe\u0301 au lait"


@given(st.emails())
def test_an_e_mail_written_down_twice_stays_the_same(text: str) -> None:
    try:
        once = normalise_email(text)
    except Invalid:
        return
    assert normalise_email(once) == normalise_email(text.upper()) == once


@pytest.mark.parametrize(
    "text", ["ada@example.com", "ada@server", "ada@test", "ad\u00e9@b\u00fccher.example"]
)
def test_addresses_of_home_networks_and_of_all_scripts_are_accepted(text: str) -> None:
    assert normalise_email(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "a b@example.com",
        "a@b@example.com",
        "a" * 300 + "@example.com",
        "Ada <ada@example.com>",
        "ada@example.com\nbcc: bob@example.com",
        "a\x00@example.com",
        "a\ud800@example.com",
    ],
)
def test_what_is_no_e_mail_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        normalise_email(text)


@pytest.mark.parametrize("password", ["12345678", "x" * 128, "\U0001f511" * 8, "  spaces  "])
def test_passwords_of_8_to_128_characters_are_kept_as_they_are(password: str) -> None:
    assert check_new(password) == password


@pytest.mark.parametrize("password", ["", "1234567", "x" * 129, "12345678\x00", "12345678\ud800"])
def test_other_passwords_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_new(password)
    assert password == "" or password not in str(refused.value)


def test_a_password_is_the_same_on_a_keyboard_that_composes_accents() -> None:
    registered = Register(email="ada@example.com", password=SecretStr(DECOMPOSED)).password
    assert registered == LogIn(email="ada@example.com", password=SecretStr(COMPOSED)).password


def test_no_command_shows_its_password() -> None:
    command = Register(email="ada@example.com", password=SecretStr("correct horse battery"))
    assert "horse" not in f"{command!r} {command!s} {command.model_dump_json()}"


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "Europe", "../../etc/passwd", "\ud800", "x" * 5000]
)
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(Invalid) as refused:
        Register(email="ada@example.com", password=SecretStr("12345678"), timezone=zone)
    assert refused.value.code == "timezone_unknown"


@pytest.mark.anyio
async def test_an_unknown_e_mail_costs_as_much_as_a_wrong_password() -> None:
    passwords = Passwords()
    real = await passwords.hash("correct horse battery")
    assert [len(part) for part in real.split("$")] == [len(part) for part in DECOY.split("$")]
    assert real.split("$")[:4] == DECOY.split("$")[:4]
    assert await passwords.match("correct horse battery", real)
    assert not await passwords.match("correct horse", real)
    assert not await passwords.match("correct horse battery", None)
