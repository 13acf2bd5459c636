"""What is known of the server that answers, and what its replies have taught."""

from enum import StrEnum
from urllib.parse import urlsplit

GOOGLE = "googleapis.com"


class Option(StrEnum):
    """What a request can do without, by the name of its field; the last one is a field of calls."""

    TOOLS = "tools"
    STREAM_OPTIONS = "stream_options"
    EFFORT = "reasoning_effort"
    SIGNATURES = "extra_content"


class ModelServer:
    """One model at one address. What it has refused it is not sent again."""

    def __init__(self, *, base_url: str, model: str) -> None:
        host = (urlsplit(base_url.strip()).hostname or "").rstrip(".")
        self.model = model
        self._is_gemini = f".{host}".endswith(f".{GOOGLE}") or "gemini" in model.lower()
        self._refused: set[Option] = set()

    @property
    def is_gemini(self) -> bool:
        """Whether it wants signatures: others may refuse a field that they do not know."""
        return self._is_gemini

    @property
    def name(self) -> str:
        """For the beginning of a sentence."""
        return "Gemini" if self._is_gemini else "The model server"

    def has_signed(self) -> None:
        """Only Gemini signs calls, whatever it is called here."""
        self._is_gemini = True

    def refuse(self, option: Option) -> None:
        self._refused.add(option)

    def takes(self, option: Option) -> bool:
        return option not in self._refused

    def is_model(self, name: str) -> bool:
        return name.removeprefix("models/") == self.model.removeprefix("models/")
