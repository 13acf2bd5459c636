"""What is known of the server that answers, and what its replies have taught."""

import base64
import json
import re
from collections.abc import Iterator
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit

GOOGLE = "googleapis.com"
KEY_CHARACTERS = 12  # shorter ones are placeholders, and words that may occur in any sentence
HIDDEN = "(key)"


def leads_to_google(base_url: str) -> bool:
    """Whether Gemini itself answers there."""
    host = (urlsplit(base_url.strip()).hostname or "").rstrip(".")
    return f".{host}".endswith(f".{GOOGLE}")


class Option(StrEnum):
    """What a request can do without, by the name of its field; the last one is a field of calls."""

    TOOLS = "tools"
    STREAM_OPTIONS = "stream_options"
    EFFORT = "reasoning_effort"
    SIGNATURES = "extra_content"


class ModelServer:
    """One model at one address. What it has refused it is not sent again."""

    def __init__(self, *, base_url: str, model: str, api_key: str = "") -> None:
        self.model = model
        self._is_gemini = leads_to_google(base_url) or "gemini" in model.lower()
        self._secrets = _any_of(_secrets(urlsplit(base_url.strip()), api_key))
        self._refused: set[Option] = set()

    @property
    def is_gemini(self) -> bool:
        """Whether it wants signatures: others may refuse a field that they do not know."""
        return self._is_gemini

    @property
    def name(self) -> str:
        """For the beginning of a sentence."""
        return "Gemini" if self._is_gemini else "The model server"

    def scrub(self, told: str) -> str:
        """What the server wrote, without the key and the address's name and password: some repeat them."""
        return self._secrets.sub(HIDDEN, told)

    def has_signed(self) -> None:
        """Only Gemini signs calls, whatever it is called here."""
        self._is_gemini = True

    def refuse(self, option: Option) -> None:
        self._refused.add(option)

    def takes(self, option: Option) -> bool:
        return option not in self._refused

    def is_model(self, name: str) -> bool:
        return name.removeprefix("models/") == self.model.removeprefix("models/")


def _secrets(address: SplitResult, api_key: str) -> Iterator[str]:
    """As regular expressions. A name and a password may be short, so they are whole words."""
    if len(api_key) >= KEY_CHARACTERS:
        yield from map(re.escape, {api_key, json.dumps(api_key)[1:-1]})
    name, password = address.username or "", address.password or ""
    for part in {name, unquote(name), password, unquote(password)} - {""}:
        yield rf"(?<!\w){re.escape(part)}(?!\w)"
    if name:
        login = f"{unquote(name)}:{unquote(password)}".encode()
        yield re.escape(base64.b64encode(login).decode().rstrip("="))


def _any_of(patterns: Iterator[str]) -> re.Pattern[str]:
    """The longest first: one may be a part of another."""
    ordered = sorted(patterns, key=len, reverse=True)
    return re.compile("|".join(ordered) if ordered else r"(?!)")
