"""Examines what answers: a few small requests, and a finding for each thing that TaskChat needs."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from taskchat.chat.doctor.findings import ASKED, Check, Finding, Status, skipped
from taskchat.chat.doctor.surroundings import (
    Connection,
    judge_database,
    judge_price,
    judge_settings,
)
from taskchat.db.condition import Condition
from taskchat.usage.prices import Price, Prices
from taskchat.usage.tokens import TokenCount

if TYPE_CHECKING:
    from taskchat.chat.doctor.interview import Interview

NOT_RIGHT = "Nothing is asked until the settings are right."


class Examination:
    """Of one model. What it cost is known when the findings have been read to the end."""

    def __init__(
        self,
        connection: Connection,
        *,
        prices: Prices,
        daily_cost: float,
        clock: Callable[[], datetime],
    ) -> None:
        self.model = connection.model
        self.tokens = TokenCount()
        self.requests = 0
        self.is_estimated = False
        self._connection = connection
        self._prices = prices
        self._daily_cost = daily_cost
        self._clock = clock

    @property
    def cost(self) -> int | None:
        """In billionths of a US dollar, None where no price is known."""
        return self._prices.cost(self.model, self.tokens, self._clock())

    async def findings(self, condition: Condition) -> AsyncGenerator[Finding]:
        """In the order of Check, each as soon as it is known."""
        settings = judge_settings(self._connection)
        yield settings
        yield judge_database(condition)
        if why := self._why_nothing_is_asked(settings):
            for finding in skipped((*ASKED, Check.PRICE), why):
                yield finding
            return
        async with aclosing(self._interview()) as answers:
            async for finding in answers:
                yield finding
        yield judge_price(self._prices, self.model, self._daily_cost, self._clock())

    def _why_nothing_is_asked(self, settings: Finding) -> str:
        if not self._connection.api_key:
            return "Nothing is asked without a key."
        return NOT_RIGHT if settings.status is Status.FAILED else ""

    async def _interview(self) -> AsyncGenerator[Finding]:
        # What asks takes long to import, and who has no key needs none of it. In a thread, because
        # certificates are read, which takes a tenth of a second of everybody's time otherwise.
        build: Callable[..., Interview] = import_module("taskchat.chat.doctor.interview").Interview
        interview = await asyncio.to_thread(build, self._connection, self._clock().date())
        try:
            async with aclosing(interview.findings()) as findings:
                async for finding in findings:
                    yield finding
        finally:
            self.requests = interview.requests
            self.tokens = interview.tally.tokens
            self.is_estimated = interview.tally.is_estimated
            await interview.close()


class Doctor:
    def __init__(
        self,
        connection: Connection,
        *,
        prices: Prices,
        daily_cost: float,
        clock: Callable[[], datetime],
    ) -> None:
        """`connection` with the model that answers by default."""
        self._connection = connection
        self._prices = prices
        self._daily_cost = daily_cost
        self._clock = clock

    def examine(self, model: str | None = None, *, tells_address: bool = False) -> Examination:
        connection = replace(
            self._connection,
            model=model or self._connection.model,
            tells_address=tells_address,
        )
        return Examination(
            connection, prices=self._prices, daily_cost=self._daily_cost, clock=self._clock
        )


class ModelSettings(Protocol):
    """What there is to know of the settings, which only the app and the console read."""

    @property
    def gemini_base_url(self) -> str: ...
    @property
    def gemini_api_key(self) -> str: ...
    @property
    def gemini_model(self) -> str: ...
    @property
    def gemini_idle_seconds(self) -> float: ...
    @property
    def gemini_prices(self) -> Mapping[str, Price]: ...
    @property
    def daily_cost(self) -> float: ...


def build_doctor(settings: ModelSettings, clock: Callable[[], datetime]) -> Doctor:
    connection = Connection(
        base_url=settings.gemini_base_url,
        api_key=settings.gemini_api_key,
        model=settings.gemini_model,
        idle_timeout=settings.gemini_idle_seconds,
    )
    prices = Prices(settings.gemini_prices)
    return Doctor(connection, prices=prices, daily_cost=settings.daily_cost, clock=clock)


def no_settings(sentence: str) -> Iterator[Finding]:
    """When the settings cannot even be read."""
    yield Finding(Check.SETTINGS, Status.FAILED, sentence, "Correct it, then check again.")
    yield from skipped([check for check in Check if check is not Check.SETTINGS], NOT_RIGHT)
