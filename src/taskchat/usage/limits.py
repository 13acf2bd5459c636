"""What a person may use in a day, and what is said about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from taskchat.domain.errors import DailyLimit
from taskchat.usage.days import Day
from taskchat.usage.prices import NANO_PER_DOLLAR

WARNING_PERCENT = 80
LIFTED = "The limit is lifted at midnight."


class Measure(StrEnum):
    """What is counted; the values are the stable codes of refusals."""

    MESSAGES = "daily_limit"
    TOKENS = "daily_tokens"
    COST = "daily_cost"


@dataclass(frozen=True, slots=True)
class Spent:
    """`cost` is in billionths of a US dollar; a call whose price is unknown counts as free."""

    tokens: int = 0
    cost: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.tokens + other.tokens, self.cost + other.cost)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one person and day; 0 means none. `cost` is in billionths of a US dollar."""

    messages: int = 0
    tokens: int = 0
    cost: int = 0

    @property
    def any(self) -> bool:
        return bool(self.messages or self.budgets)

    @property
    def budgets(self) -> bool:
        """Whether anything but messages is limited."""
        return bool(self.tokens or self.cost)

    def exceeded(self, spent: Spent) -> Measure | None:
        if self.tokens and spent.tokens > self.tokens:
            return Measure.TOKENS
        if self.cost and spent.cost > self.cost:
            return Measure.COST
        return None

    def warnings(self, before: Spent, after: Spent) -> list[str]:
        """A sentence for each budget of which most is used now, and was not before."""
        told: list[str] = []
        if crosses(self.tokens, before.tokens, after.tokens):
            told.append(_warning("tokens", after.tokens, self.tokens, f"{after.tokens:,}"))
        if crosses(self.cost, before.cost, after.cost):
            told.append(_warning("budget", after.cost, self.cost, _dollars(after.cost)))
        return told

    def message_warning(self, sent: int) -> str | None:
        """When the last of the messages that were sent today is the one that uses up most of the limit."""
        if not crosses(self.messages, sent - 1, sent):
            return None
        return _warning("messages", sent, self.messages, str(sent))

    def explain(self, measure: Measure) -> str:
        match measure:
            case Measure.MESSAGES:
                return f"You have sent {self.messages} messages today, which is the limit. {LIFTED}"
            case Measure.TOKENS:
                return f"Today's token budget is used up. {LIFTED}"
            case Measure.COST:
                return f"Today's budget for the assistant is used up. {LIFTED}"

    def refusal(self, measure: Measure, day: Day, now: datetime) -> DailyLimit:
        """The built-in commands stay for those who have no tokens left."""
        return DailyLimit(
            self.explain(measure),
            code=measure.value,
            resets_at=day.ends.isoformat(),
            seconds=day.seconds_left(now),
            offers=() if measure is Measure.MESSAGES else ("commands",),
        )


def crosses(limit: int, before: int, after: int) -> bool:
    return before * 100 < limit * WARNING_PERCENT <= after * 100 if limit else False


def _warning(what: str, used: int, limit: int, shown: str) -> str:
    whole = _dollars(limit) if what == "budget" else f"{limit:,}"
    percent = used * 100 // limit
    return (
        f"You have used {percent} % of today's {what} ({shown} of {whole}). "
        "The limit is lifted at midnight."
    )


def _dollars(cost: int) -> str:
    """With cents, or as many places as a small amount needs."""
    amount = cost / NANO_PER_DOLLAR
    return f"${amount:.2f}" if amount >= 1 else f"${amount:.4f}"
