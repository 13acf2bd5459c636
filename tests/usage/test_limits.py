from datetime import UTC, datetime

import pytest

from taskchat.usage.days import Day
from taskchat.usage.limits import Limits, Measure, Spent
from taskchat.usage.prices import NANO_PER_DOLLAR

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


def test_without_limits_nothing_is_too_much_and_nobody_is_warned() -> None:
    limits = Limits()
    much = Spent(10**12, 10**15)
    assert (limits.any, limits.budgets, limits.exceeded(much)) == (False, False, None)
    assert limits.warnings(Spent(), much) == []
    assert limits.message_warning(10**6) is None


@pytest.mark.parametrize(
    ("spent", "exceeded"),
    [
        (Spent(100, 50), None),
        (Spent(101, 0), Measure.TOKENS),
        (Spent(0, 51), Measure.COST),
        (Spent(101, 51), Measure.TOKENS),
    ],
)
def test_a_budget_can_be_used_up_to_its_last_token(spent: Spent, exceeded: Measure | None) -> None:
    assert Limits(tokens=100, cost=50).exceeded(spent) is exceeded


@pytest.mark.parametrize(
    ("before", "after", "is_warned"),
    [
        (0, 79, False),
        (0, 80, True),
        (79, 80, True),
        (80, 81, False),
        (0, 500, True),
        (80, 80, False),
    ],
)
def test_the_warning_comes_with_the_call_that_uses_up_four_fifths(
    before: int, after: int, is_warned: bool
) -> None:
    told = Limits(tokens=100).warnings(Spent(tokens=before), Spent(tokens=after))
    assert bool(told) is is_warned


def test_warnings_name_what_is_used_of_what() -> None:
    limits = Limits(messages=100, tokens=2_000_000, cost=round(0.5 * NANO_PER_DOLLAR))
    assert limits.message_warning(80) == (
        "You have used 80 % of today's messages (80 of 100). The limit is lifted at midnight."
    )
    after = Spent(1_650_000, round(0.4 * NANO_PER_DOLLAR))
    assert limits.warnings(Spent(), after) == [
        "You have used 82 % of today's tokens (1,650,000 of 2,000,000). The limit is lifted at midnight.",
        "You have used 80 % of today's budget ($0.4000 of $0.5000). The limit is lifted at midnight.",
    ]


def test_a_refusal_tells_programs_when_to_come_back() -> None:
    day = Day.of(NOW, "Europe/Berlin")
    refusal = Limits(tokens=1).refusal(Measure.TOKENS, day, NOW)
    assert (refusal.code, refusal.seconds) == ("daily_tokens", 3 * 3600)
    assert refusal.details == {
        "resets_at": "2026-11-22T00:00:00+01:00",
        "offers": ["commands"],
    }
    assert "offers" not in Limits(messages=1).refusal(Measure.MESSAGES, day, NOW).details
