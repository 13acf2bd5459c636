"""Passes on to the page what a model tells about its work."""

from collections.abc import Callable
from typing import override

from taskchat.chat.failures import ModelFailure
from taskchat.chat.streamed_model import Watch
from taskchat.chat.transcript import Notice, Progress, Signal


class TurnWatch(Watch):
    def __init__(self, show: Callable[[Signal], None]) -> None:
        self._show = show
        self._told: set[str] = set()

    @override
    def waits(self, failure: ModelFailure, seconds: float) -> None:
        when = "1 second" if round(seconds) <= 1 else f"{round(seconds)} seconds"
        self._show(Progress(f"{failure.reason} Trying again in {when}…"))

    @override
    def does_without(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            self._show(Notice(sentence, "warning"))
