"""What can be set from outside: the only reader of the environment."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DATABASES = ("sqlite:///", "postgresql://", "postgres://")
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

    database_url: str = ""
    jwt_secret: str = ""
    gemini_api_key: str = ""
    gemini_base_url: str = GEMINI
    gemini_model: str = "gemini-3.5-flash-lite"
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
    workers: int = Field(1, ge=1, validation_alias=AliasChoices("TASKCHAT_WORKERS", "workers"))

    @field_validator("database_url")
    @classmethod
    def _is_a_known_database(cls, url: str) -> str:
        if url and not url.startswith(DATABASES):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return url

    @field_validator("jwt_secret")
    @classmethod
    def _is_long_enough(cls, secret: str) -> str:
        if secret and len(secret.encode()) < SECRET_BYTES:
            raise ValueError(f"is too short; it needs at least {SECRET_BYTES} bytes")
        return secret

    @field_validator("gemini_base_url")
    @classmethod
    def _does_not_lead_to_openai(cls, url: str) -> str:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        if parts.scheme not in ("http", "https") or not host:
            raise ValueError("must be an http or https address")
        if host == "openai.com" or host.endswith(".openai.com"):
            raise ValueError("must not lead to OpenAI; nothing is ever sent there")
        return url

    @model_validator(mode="after")
    def _can_serve_with_so_many(self) -> Self:
        if self.workers > 1:
            raise ValueError(
                "TASKCHAT_WORKERS must be 1; this version serves everyone from one process"
            )
        return self

    @property
    def database(self) -> str:
        """The database's address, by default a SQLite file in the data directory."""
        return self.database_url or f"sqlite:///{self.data_dir / 'taskchat.db'}"

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers know this server, without a slash at the end."""
        if not self.public_url:
            return f"http://{self.host}:{self.port}"
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def load_settings() -> Settings:
    """Raises SettingsError with one line for a person."""
    try:
        settings = Settings()  # pyright: ignore[reportCallIssue] - every field comes from outside
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name} {first['msg'].removeprefix('Value error, ')}".strip()
        ) from None
    return settings.model_copy(update={"jwt_secret": settings.jwt_secret or _kept_secret(settings)})


def _kept_secret(settings: Settings) -> str:
    """Made once, then read from the data directory."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    path = settings.data_dir / "jwt_secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret := secrets.token_hex(SECRET_BYTES))
    return secret
