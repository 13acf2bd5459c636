"""Counting tokens."""

from dataclasses import dataclass
from math import ceil

BYTES_PER_TOKEN = 3.2  # English, JSON and Chinese are at 3 to 4.5 with today's tokenizers


@dataclass(frozen=True, slots=True)
class TokenCount:
    """`output` includes `thinking`; `prompt` includes `cached`."""

    prompt: int = 0
    cached: int = 0
    output: int = 0
    thinking: int = 0

    @property
    def total(self) -> int:
        return self.prompt + self.output

    def __add__(self, other: "TokenCount") -> "TokenCount":
        return TokenCount(
            self.prompt + other.prompt,
            self.cached + other.cached,
            self.output + other.output,
            self.thinking + other.thinking,
        )


def estimate(size: int) -> int:
    """Tokens of a text of so many bytes of UTF-8, rather too many than too few."""
    return ceil(size / BYTES_PER_TOKEN)
