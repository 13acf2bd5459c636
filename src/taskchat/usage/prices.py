"""What models charge. Amounts are in billionths of a US dollar, so that a single cached token has a price."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, Field

from taskchat.usage.tokens import TokenCount

NANO_PER_DOLLAR = 1_000_000_000
NANO_PER_TOKEN = 1000  # of one dollar for a million tokens


class Price(BaseModel):
    """US dollars for a million tokens; `output` is also what thinking costs. Cached ones cost as much as others if not told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0, le=100_000, allow_inf_nan=False)
    output: float = Field(ge=0, le=100_000, allow_inf_nan=False)
    cached: float | None = Field(None, ge=0, le=100_000, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Dated:
    """A price from a day on, by UTC."""

    since: date
    price: Price


def _price(given: float, cached: float | None, output: float) -> Price:
    return Price(input=given, cached=cached, output=output)


LONG_AGO = date(2025, 1, 1)
DEARER = date(2027, 1, 1)
FLASH = (Dated(LONG_AGO, _price(0.75, 0.075, 3.75)), Dated(DEARER, _price(1.5, 0.15, 7.5)))

# As of 2026-11-20; docs/gemini.md has the sources.
GEMINI_PRICES: Mapping[str, tuple[Dated, ...]] = MappingProxyType(
    {
        "gemini-3.8-flash": FLASH,
        "gemini-3.7-flash": FLASH,
        "gemini-3.6-flash": FLASH,
        "gemini-3.5-flash": (Dated(LONG_AGO, _price(1.5, None, 9.0)),),
        "gemini-3.5-flash-lite": (Dated(LONG_AGO, _price(0.3, 0.03, 2.5)),),
        "gemini-3.1-flash-lite": (Dated(LONG_AGO, _price(0.25, None, 1.5)),),
        "gemini-2.5-flash": (Dated(LONG_AGO, _price(0.3, None, 2.5)),),
        "gemini-2.5-flash-lite": (Dated(LONG_AGO, _price(0.1, None, 0.4)),),
    }
)


class Prices:
    """`own` go before what is known of Gemini's."""

    def __init__(self, own: Mapping[str, Price] = MappingProxyType({})) -> None:
        self._own = own

    def find(self, model: str, at: datetime) -> Price | None:
        """None for a model whose price nobody has told."""
        name = model.removeprefix("models/")
        if (own := self._own.get(model) or self._own.get(name)) is not None:
            return own
        day = at.astimezone(UTC).date()
        known = [dated.price for dated in GEMINI_PRICES.get(name, ()) if dated.since <= day]
        return known[-1] if known else None

    def cost(self, model: str, tokens: TokenCount, at: datetime) -> int | None:
        """None where no price is known."""
        if (price := self.find(model, at)) is None:
            return None
        cached = price.input if price.cached is None else price.cached
        dollars = (
            (tokens.prompt - tokens.cached) * price.input
            + tokens.cached * cached
            + tokens.output * price.output
        )
        return round(dollars * NANO_PER_TOKEN)
