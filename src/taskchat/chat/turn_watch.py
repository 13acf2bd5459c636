"""Passes on to the page and to the books what a model tells about its work."""

from collections.abc import Callable
from typing import override

from taskchat.chat.failures import ModelFailure
from taskchat.chat.spending import Spending
from taskchat.chat.streamed_model import Watch
from taskchat.chat.transcript import Notice, Progress, Signal
from taskchat.usage.tokens import TokenCount

TOLD_SECONDS = 1.0  # shorter waits are over before anybody has read of them


class TurnWatch(Watch):
    def __init__(self, show: Callable[[Signal], None], spending: Spending | None = None) -> None:
        self._show = show
        self._spending = spending
        self._told: set[str] = set()

    @override
    def waits(self, failure: ModelFailure, seconds: float) -> None:
        if self._spending:
            self._spending.count_retry(failure.kind)
        if seconds >= TOLD_SECONDS:
            when = "1 second" if round(seconds) == 1 else f"{round(seconds)} seconds"
            self._show(Progress(f"{failure.reason} Trying again in {when}…"))

    @override
    def does_without(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._show(Notice(sentence, "warning"))

    @override
    def counts(self, tokens: TokenCount, *, is_estimated: bool) -> None:
        if self._spending:
            self._spending.count(tokens, is_estimated=is_estimated)
