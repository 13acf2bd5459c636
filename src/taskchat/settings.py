"""What can be set from outside: the only reader of the environment."""

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AliasChoices,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from taskchat.schedules.post.smtp import read_sender, read_server
from taskchat.usage.prices import Price

DATABASES = ("sqlite:///", "postgresql://", "postgres://")
REDIS = ("redis://", "rediss://")
MODELS = ("gemini-3.5-flash-lite", "gemini-3.8-flash")
COMMANDS = "commands"  # as a message asks for them
GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai/"
SECRET_BYTES = 32


class SettingsError(Exception):
    """A setting is wrong; the message is one line that names it and says what would be right."""


def _default_data_dir() -> Path:
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "taskchat"


class Settings(BaseSettings):
    """Each field is an environment variable of the same name, or a line in `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field("", repr=False)
    redis_url: str = Field("", repr=False)
    jwt_secret: str = Field("", repr=False)
    gemini_api_key: str = Field("", repr=False)
    gemini_base_url: str = GEMINI
    gemini_model: str = MODELS[0]
    gemini_models: Annotated[tuple[str, ...], NoDecode] = ()
    gemini_idle_seconds: float = Field(60.0, ge=1.0, le=600.0)
    gemini_prices: Annotated[dict[str, Price], NoDecode] = Field(default_factory=dict[str, Price])
    data_dir: Annotated[
        Path, Field(validation_alias=AliasChoices("TASKCHAT_DATA_DIR", "data_dir"))
    ] = Field(default_factory=_default_data_dir)
    host: str = Field("127.0.0.1", validation_alias=AliasChoices("TASKCHAT_HOST", "host"))
    port: int = Field(8000, ge=0, le=65535, validation_alias=AliasChoices("TASKCHAT_PORT", "port"))
    public_url: str = Field("", validation_alias=AliasChoices("TASKCHAT_PUBLIC_URL", "public_url"))
    signup: Literal["open", "first", "closed"] = Field(
        "open", validation_alias=AliasChoices("TASKCHAT_SIGNUP", "signup")
    )
    daily_messages: int = Field(
        100, ge=0, validation_alias=AliasChoices("TASKCHAT_DAILY_MESSAGES", "daily_messages")
    )
    daily_tokens: int = Field(
        0, ge=0, validation_alias=AliasChoices("TASKCHAT_DAILY_TOKENS", "daily_tokens")
    )
    daily_cost: float = Field(
        0.0,
        ge=0.0,
        allow_inf_nan=False,
        validation_alias=AliasChoices("TASKCHAT_DAILY_COST", "daily_cost"),
    )
    workers: int = Field(1, ge=1, validation_alias=AliasChoices("TASKCHAT_WORKERS", "workers"))
    lease_seconds: float = Field(
        12.0,
        ge=1.0,
        le=300.0,
        validation_alias=AliasChoices("TASKCHAT_LEASE_SECONDS", "lease_seconds"),
    )

    smtp_url: str = Field(
        "", repr=False, validation_alias=AliasChoices("TASKCHAT_SMTP_URL", "smtp_url")
    )
    mail_from: str = Field("", validation_alias=AliasChoices("TASKCHAT_MAIL_FROM", "mail_from"))

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, url: str) -> str:
        if url and not url.startswith(DATABASES):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        if url.removeprefix("sqlite:///") in ("", ":memory:") and url:
            raise ValueError("must name a file after sqlite:///, which outlives the program")
        _check_port(url)
        return url

    @field_validator("jwt_secret")
    @classmethod
    def _is_long_enough(cls, secret: str) -> str:
        if secret and len(secret.encode()) < SECRET_BYTES:
            raise ValueError(f"is too short; it needs at least {SECRET_BYTES} bytes")
        return secret

    @field_validator("gemini_api_key")
    @classmethod
    def _can_be_sent(cls, key: str) -> str:
        key = key.strip()
        if not all(char.isprintable() and char <= "\xff" for char in key):
            raise ValueError(
                "has characters that no key has; copy it anew, without anything around it"
            )
        return key

    @field_validator("gemini_base_url")
    @classmethod
    def _does_not_lead_to_openai(cls, url: str) -> str:
        host = _web_host(url).rstrip(".")
        # Other alphabets have letters and dots that a client turns into these.
        if not host.isascii():
            raise ValueError("must name its host in ASCII; write other letters as xn--…")
        if host == "openai.com" or host.endswith(".openai.com"):
            raise ValueError("must not lead to OpenAI; nothing is ever sent there")
        return url

    @field_validator("gemini_models", mode="before")
    @classmethod
    def _is_a_list_of_names(cls, names: object) -> object:
        if not isinstance(names, str):
            return names
        return tuple(name for part in names.split(",") if (name := part.strip()))

    @field_validator("gemini_model", "gemini_models")
    @classmethod
    def _names_no_built_in_commands(cls, named: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if COMMANDS in ((named,) if isinstance(named, str) else named):
            raise ValueError(
                f"must not hold {COMMANDS!r}, which is the name of the built-in commands"
            )
        return named

    @field_validator("gemini_prices", mode="before")
    @classmethod
    def _is_a_price_list(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        try:
            return json.loads(given)
        except ValueError:
            raise ValueError(
                'must be JSON such as {"my-model": {"input": 0.3, "output": 2.5}}, in US dollars for a million tokens'
            ) from None

    @field_validator("public_url")
    @classmethod
    def _is_an_origin(cls, url: str) -> str:
        if url:
            _web_host(url)
        return url

    @field_validator("smtp_url")
    @classmethod
    def _leads_to_a_mail_server(cls, url: str) -> str:
        if url:
            read_server(url)
        return url

    @field_validator("mail_from")
    @classmethod
    def _is_somebody(cls, sender: str) -> str:
        if sender:
            read_sender(sender)
        return sender

    @field_validator("redis_url")
    @classmethod
    def _is_a_redis_address(cls, url: str) -> str:
        if url and not url.startswith(REDIS):
            raise ValueError("must begin with redis:// or rediss://")
        _check_port(url)
        return url

    @model_validator(mode="after")
    def _can_serve_with_so_many(self) -> Self:
        embedded = self.database.startswith("sqlite")
        if self.workers > 1 and (embedded or not self.redis_url):
            raise ValueError(
                "TASKCHAT_WORKERS must be 1, or DATABASE_URL a postgresql:// and REDIS_URL a redis:// address"
            )
        if self.redis_url and embedded:
            raise ValueError(
                "REDIS_URL is for several processes; set DATABASE_URL to a postgresql:// address or leave it out"
            )
        return self

    @model_validator(mode="after")
    def _says_who_writes(self) -> Self:
        if self.smtp_url and not self.mail_from:
            raise ValueError(
                "TASKCHAT_MAIL_FROM must be set with TASKCHAT_SMTP_URL, to an address such as tasks@example.com"
            )
        return self

    @property
    def database(self) -> str:
        """The database's address, by default a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'taskchat.db'}"

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models to choose from, each once, the default first."""
        others = self.gemini_models or (MODELS if self.gemini_base_url == GEMINI else ())
        return tuple(dict.fromkeys((self.gemini_model, *others)))

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers know this server, without a slash at the end."""
        if not self.public_url:
            return f"http://{self.host}:{self.port}"
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def load_settings() -> Settings:
    """With a data directory and a secret to sign with, made if need be; raises SettingsError with one line for a person."""
    settings = read_settings()
    try:
        # What people write down here is nobody else's to read.
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = settings.jwt_secret or _kept_secret(settings)
    except OSError as error:
        reason = f"TASKCHAT_DATA_DIR cannot be used: {error.strerror}"
        raise SettingsError(f"{reason}; name a directory that can be written to") from None
    return settings.model_copy(update={"jwt_secret": secret})


def read_settings() -> Settings:
    """As they are set, nothing made; raises SettingsError with one line for a person."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue] - every field comes from outside
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name} {first['msg'].removeprefix('Value error, ')}".strip()
        ) from None


def _kept_secret(settings: Settings) -> str:
    """Made once, then read from the data directory."""
    path = settings.data_dir / "jwt_secret"
    if not path.exists():
        _make_secret(path)
    secret = path.read_text("utf-8").strip()
    if len(secret.encode()) < SECRET_BYTES:
        reason = f"{path} holds no secret of at least {SECRET_BYTES} bytes"
        raise SettingsError(f"{reason}; delete it and a new one is made")
    return secret


def _make_secret(path: Path) -> None:
    """It appears whole or not at all, and of several processes that start together one makes it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _web_host(url: str) -> str:
    """Raises ValueError for what is no http or https address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be an http or https address")
    _check_port(url)
    return parts.hostname


def _check_port(url: str) -> None:
    try:
        urlsplit(url).port  # noqa: B018 - reading it checks it
    except ValueError as error:
        raise ValueError("must have a port from 0 to 65535, or none") from error
