"""What accounts can be asked for, and what they answer."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from taskchat.accounts.emails import MAX_LENGTH, normalise_email
from taskchat.accounts.passwords import MAX_CHARACTERS, MIN_CHARACTERS, check_new
from taskchat.domain.due import find_zone
from taskchat.domain.errors import Invalid
from taskchat.domain.text import clean, clean_line

MAX_TOKEN_NAME = 100
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def _check_new_password(password: SecretStr) -> SecretStr:
    return SecretStr(check_new(password.get_secret_value()))


def _clean_password(password: SecretStr) -> SecretStr:
    return SecretStr(clean(password.get_secret_value()))


def _check_zone(name: str) -> str:
    return find_zone(name).key


def _check_time_of_day(text: str) -> str:
    if not TIME_OF_DAY.fullmatch(text):
        raise Invalid("A time of day is written as 08:00.", code="time_of_day_invalid")
    return text


def _check_token_name(text: str) -> str:
    name = clean_line(text)
    if not 1 <= len(name) <= MAX_TOKEN_NAME:
        message = f"A token's name must have 1 to {MAX_TOKEN_NAME} characters."
        raise Invalid(message, code="token_name_length")
    return name


Email = Annotated[
    str,
    AfterValidator(normalise_email),
    Field(json_schema_extra={"format": "email", "maxLength": MAX_LENGTH}),
]
Password = Annotated[SecretStr, AfterValidator(_clean_password)]
NewPassword = Annotated[
    SecretStr,
    AfterValidator(_check_new_password),
    Field(json_schema_extra={"minLength": MIN_CHARACTERS, "maxLength": MAX_CHARACTERS}),
]
Zone = Annotated[
    str,
    AfterValidator(_check_zone),
    Field(description="An IANA time zone.", examples=["Europe/Berlin"]),
]
TimeOfDay = Annotated[
    str,
    AfterValidator(_check_time_of_day),
    Field(description="HH:MM by the person's clock.", examples=["08:00"]),
]
TokenName = Annotated[str, AfterValidator(_check_token_name)]


class Command(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Register(Command):
    email: Email
    password: NewPassword
    timezone: Zone = "UTC"


class LogIn(Command):
    email: Email
    password: Password


class ChangeAccount(Command):
    """What to set; what is absent stays. A `digest_time` of null means no daily digest."""

    timezone: Zone | None = None
    digest_time: TimeOfDay | None = None
    reminders_by_email: bool | None = None


class ResetPassword(Command):
    password: NewPassword


class CreateToken(Command):
    name: TokenName


class Account(BaseModel):
    """`mail_available` is the server's: whether it can send any, so that `reminders_by_email` may be chosen."""

    model_config = ConfigDict(frozen=True)

    id: str
    email: str
    timezone: str
    digest_time: str | None
    reminders_by_email: bool
    mail_available: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` is the JWT for the cookie."""

    account: Account
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Token:
    """An API token without its secret."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreatedToken:
    """The only time that `secret` can be seen."""

    token: Token
    secret: str = field(repr=False)
