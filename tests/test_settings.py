"""What can be set from outside, and how a wrong value is told."""

import os
import stat
from pathlib import Path

import pytest
from dirty_equals import IsStr

from taskchat.schedules.post.smtp import SmtpServer, read_server
from taskchat.settings import GEMINI, Settings, SettingsError, load_settings

SECRET = "canary-of-a-secret"
LONG_SECRET = "a secret of at least thirty-two bytes"
PREFIXES = ("TASKCHAT_", "GEMINI_", "DATABASE_", "JWT_", "XDG_", "REDIS_")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine where nothing is set."""
    for name in os.environ:
        if name.startswith(PREFIXES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refusal_of(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return str(refused.value)


def test_nothing_has_to_be_set(home: Path) -> None:
    settings = load_settings()

    assert settings.data_dir == home / ".local/share/taskchat"
    assert settings.database == f"sqlite:///{home}/.local/share/taskchat/taskchat.db"
    assert (settings.origin, settings.gemini_base_url) == ("http://127.0.0.1:8000", GEMINI)
    assert (settings.signup, settings.daily_messages, settings.workers) == ("open", 100, 1)
    assert (settings.gemini_api_key, settings.gemini_model) == ("", "gemini-3.5-flash-lite")


def test_the_data_lie_where_the_desktop_keeps_such_things(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "share"))
    assert load_settings().data_dir == home / "share/taskchat"
    monkeypatch.setenv("TASKCHAT_DATA_DIR", str(home / "own"))
    assert load_settings().data_dir == home / "own"


def test_a_variable_counts_before_a_line_in_the_file_and_an_empty_one_does_not_count(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".env").write_text("TASKCHAT_PORT=8001\nGEMINI_MODEL=other\nUNKNOWN=1\n")
    monkeypatch.setenv("GEMINI_MODEL", "")
    monkeypatch.setenv("TASKCHAT_HOST", "0.0.0.0")

    settings = load_settings()

    assert (settings.port, settings.gemini_model, settings.host) == (8001, "other", "0.0.0.0")


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(home: Path) -> None:
    first = load_settings().jwt_secret
    path = home / ".local/share/taskchat/jwt_secret"

    assert load_settings().jwt_secret == first == path.read_text()
    assert len(first.encode()) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_each_machine_makes_a_secret_of_its_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_settings().jwt_secret
    monkeypatch.setenv("TASKCHAT_DATA_DIR", str(home / "other"))
    assert load_settings().jwt_secret != first


def test_a_secret_that_is_set_is_not_written_down(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JWT_SECRET", LONG_SECRET)
    assert load_settings().jwt_secret == LONG_SECRET
    assert list(home.rglob("jwt_secret")) == []


@pytest.mark.parametrize("kept", ["", "\n", "short"])
def test_a_secret_that_was_only_half_written_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    (home / "data").mkdir()
    (home / "data/jwt_secret").write_text(kept)
    refusal = refusal_of(monkeypatch, TASKCHAT_DATA_DIR=str(home / "data"))
    assert "jwt_secret" in refusal


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"mysql://ann:{SECRET}@localhost/tasks"),
        ("DATABASE_URL", f"postgresql://ann:{SECRET}@localhost:port/tasks"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///"),
        ("JWT_SECRET", SECRET),
        ("GEMINI_BASE_URL", "generativelanguage.googleapis.com"),
        ("GEMINI_BASE_URL", "ftp://models.example"),
        ("GEMINI_BASE_URL", "https://"),
        ("TASKCHAT_PORT", "http"),
        ("TASKCHAT_PORT", "65536"),
        ("TASKCHAT_PORT", "-1"),
        ("TASKCHAT_PUBLIC_URL", "tasks.example"),
        ("TASKCHAT_PUBLIC_URL", "ftp://tasks.example"),
        ("TASKCHAT_SIGNUP", "sometimes"),
        ("TASKCHAT_DAILY_MESSAGES", "many"),
        ("TASKCHAT_DAILY_MESSAGES", "-1"),
        ("TASKCHAT_WORKERS", "0"),
        ("TASKCHAT_WORKERS", "2"),
        ("TASKCHAT_DATA_DIR", "/dev/null/taskchat"),
        ("TASKCHAT_SMTP_URL", "mail.example:587"),
        ("TASKCHAT_SMTP_URL", f"https://ann:{SECRET}@mail.example"),
        ("TASKCHAT_SMTP_URL", f"smtp://ann:{SECRET}@mail.example:port"),
        ("TASKCHAT_SMTP_URL", f"smtp://ann:{SECRET}/word@mail.example"),
        ("TASKCHAT_SMTP_URL", f"smtp://ann:{SECRET}@"),
        ("TASKCHAT_SMTP_URL", f"smtp://ann:{SECRET}@[::1"),
        ("TASKCHAT_MAIL_FROM", "tasks"),
        ("TASKCHAT_MAIL_FROM", "@example.com"),
        ("TASKCHAT_MAIL_FROM", "TaskChat tasks@example.com"),
        ("TASKCHAT_MAIL_FROM", "tasks@example.com\nBcc: eve@example.com"),
        ("TASKCHAT_MAIL_FROM", "tasks@example.com, eve@example.com"),
    ],
)
def test_a_wrong_value_is_told_in_one_line_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    refusal = refusal_of(monkeypatch, **{name: value})

    assert refusal == IsStr(regex=rf"{name} [^\n]{{10,200}}")
    assert SECRET not in refusal


def test_who_sends_mail_has_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = refusal_of(monkeypatch, TASKCHAT_SMTP_URL=f"smtp://ann:{SECRET}@mail.example")
    assert refusal == IsStr(regex=r"TASKCHAT_MAIL_FROM [^\n]{10,200}")
    assert SECRET not in refusal


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587)),
        ("smtp://mail.example:25/", SmtpServer("mail.example", 25)),
        ("smtps://mail.example", SmtpServer("mail.example", 465, is_tls=True)),
        (
            "smtp://ann%40example.com:a%2Fb%20c@mail.example",
            SmtpServer("mail.example", 587, "ann@example.com", "a/b c", must_upgrade=True),
        ),
        ("smtps://a:b@mail.example", SmtpServer("mail.example", 465, "a", "b", is_tls=True)),
        ("smtp://a:b@127.0.0.1:2525", SmtpServer("127.0.0.1", 2525, "a", "b")),
        ("smtp://a:b@[::1]:2525", SmtpServer("::1", 2525, "a", "b")),
        ("smtp://a:b@localhost", SmtpServer("localhost", 587, "a", "b")),
    ],
)
def test_a_password_goes_to_another_machine_over_tls_only(url: str, server: SmtpServer) -> None:
    assert read_server(url) == server


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com/v1",
        "https://openai.com",
        "https://API.OpenAI.COM/v1",
        "https://api.openai.com./v1",
        "https://api.openai.com:8443/v1",
        "https://key:word@api.openai.com/v1",
        "https://eu.api.openai.com",
        " https://api.openai.com",
        "https://api.open\tai.com",
        "https://api。openai。com/v1",
        "https://api．openai．com/v1",
        "https://ａｐｉ.ｏｐｅｎａｉ.com/v1",
    ],
)
def test_no_spelling_leads_to_openai(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    refusal = refusal_of(monkeypatch, GEMINI_BASE_URL=address)
    assert refusal == IsStr(regex="GEMINI_BASE_URL .{10,200}")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:11434/v1",
        "https://openai.com.example/v1",
        "https://notopenai.com",
        "https://models.example/openai.com/",
    ],
)
def test_other_hosts_are_nobodys_business(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("GEMINI_BASE_URL", address)
    assert load_settings().gemini_base_url == address


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://tasks.example/", "https://tasks.example"),
        ("https://tasks.example:8443/app?x=1", "https://tasks.example:8443"),
    ],
)
def test_the_origin_is_what_browsers_send(public_url: str, origin: str) -> None:
    assert Settings.model_validate({"public_url": public_url}).origin == origin


def test_settings_can_be_shown_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JWT_SECRET", SECRET + LONG_SECRET)
    monkeypatch.setenv("GEMINI_API_KEY", SECRET)
    monkeypatch.setenv("TASKCHAT_SMTP_URL", f"smtp://ann:{SECRET}@mail.example")
    monkeypatch.setenv("TASKCHAT_MAIL_FROM", "TaskChat <tasks@example.com>")
    monkeypatch.setenv("DATABASE_URL", f"postgresql://ann:{SECRET}@localhost/tasks")
    assert SECRET not in repr(load_settings())
