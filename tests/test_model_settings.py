"""Which models there are to choose from, what they cost, and how a wrong value is told."""

import os
from pathlib import Path

import pytest

from taskchat.settings import MODELS, SettingsError, load_settings
from taskchat.usage.prices import Price


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where nothing is set."""
    for name in os.environ:
        if name.startswith(("TASKCHAT_", "GEMINI_", "DATABASE_", "XDG_", "REDIS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_with_gemini_itself_there_is_a_choice_without_any_setting() -> None:
    assert load_settings().models == MODELS


def test_the_default_comes_first_and_each_name_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_MODEL", "second")
    monkeypatch.setenv("GEMINI_MODELS", " first, second ,,third,first")
    assert load_settings().models == ("second", "first", "third")


def test_another_endpoint_has_only_the_models_that_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GEMINI_BASE_URL", "http://127.0.0.1:11434/v1/")
    monkeypatch.setenv("GEMINI_MODEL", "qwen3")
    assert load_settings().models == ("qwen3",)


def test_prices_are_read_per_million_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_PRICES", '{"qwen3": {"input": 0, "output": 0.5}}')
    assert load_settings().gemini_prices == {"qwen3": Price(input=0, output=0.5, cached=None)}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("GEMINI_PRICES", "0.3", "GEMINI_PRICES"),
        ("GEMINI_PRICES", "cheap", 'must be JSON such as {"my-model"'),
        ("GEMINI_PRICES", '{"qwen3": {"input": -1, "output": 1}}', "GEMINI_PRICES"),
        ("GEMINI_PRICES", '{"qwen3": {"input": 1}}', "GEMINI_PRICES"),
        ("GEMINI_MODEL", "commands", "is the name of the built-in commands"),
        ("GEMINI_MODELS", "gemini-3.8-flash,commands", "is the name of the built-in commands"),
        ("GEMINI_API_KEY", "canary\nX-Other: header", "has characters that no key has"),
        ("GEMINI_API_KEY", "canary-\u043a\u043b\u044e\u0447", "has characters that no key has"),
        ("GEMINI_IDLE_SECONDS", "0", "GEMINI_IDLE_SECONDS"),
        ("TASKCHAT_DAILY_TOKENS", "-1", "TASKCHAT_DAILY_TOKENS"),
        ("TASKCHAT_DAILY_COST", "nan", "TASKCHAT_DAILY_COST"),
    ],
)
def test_a_wrong_value_is_told_in_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    (line,) = str(refused.value).splitlines()
    assert line.startswith(name)
    assert told in line
    assert "canary" not in line


def test_what_is_around_a_key_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_API_KEY", " a-key\n")
    assert load_settings().gemini_api_key == "a-key"
