from datetime import UTC, datetime

import pytest

from taskchat.usage.prices import Price, Prices
from taskchat.usage.tokens import TokenCount, estimate

NOVEMBER = datetime(2026, 11, 21, tzinfo=UTC)
JANUARY = datetime(2027, 1, 1, tzinfo=UTC)
TOKENS = TokenCount(prompt=1000, cached=400, output=100, thinking=60)


def test_cached_tokens_are_cheaper_and_thinking_is_paid_as_output() -> None:
    # 600 at 0.3, 400 at 0.03 and 100 at 2.5 dollars for a million
    cost = Prices().cost("gemini-3.5-flash-lite", TOKENS, NOVEMBER)
    assert cost == 180_000 + 12_000 + 250_000


def test_the_price_of_the_day_counts() -> None:
    prices = Prices()
    before = prices.cost("gemini-3.8-flash", TOKENS, NOVEMBER)
    assert before is not None
    assert prices.cost("models/gemini-3.8-flash", TOKENS, JANUARY) == 2 * before


def test_prices_of_one_s_own_go_first_and_what_nobody_told_is_unknown() -> None:
    prices = Prices(
        {
            "my-model": Price(input=1, output=2, cached=None),
            "gemini-3.8-flash": Price(input=0, output=0, cached=0),
        }
    )
    assert prices.cost("my-model", TOKENS, NOVEMBER) == 1_000_000 + 200_000
    assert prices.cost("gemini-3.8-flash", TOKENS, NOVEMBER) == 0
    assert prices.cost("another", TOKENS, NOVEMBER) is None


@pytest.mark.parametrize(("characters", "tokens"), [(0, 0), (1, 1), (32, 10), (33, 11)])
def test_an_estimate_is_rather_too_high(characters: int, tokens: int) -> None:
    assert estimate(characters) == tokens
