"""Drives the agent through one answer and passes on what happens, in batches fit for storing."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress

from agents import Agent, Model, Runner, RunResultStreaming, TResponseInputItem
from agents.exceptions import MaxTurnsExceeded

from taskchat.chat.agent import MAX_STEPS, run_config
from taskchat.chat.endings import FAILED, Ending, ending_of
from taskchat.chat.failures import ModelFailure
from taskchat.chat.tools import DeletionCounter
from taskchat.chat.transcript import Signal, Text
from taskchat.chat.turn import Turn
from taskchat.db.engine import is_outage
from taskchat.streams.fences import FenceLost

logger = logging.getLogger(__name__)


class AnswerFailure(Exception):
    """The answer ended early; `ending` has a sentence for the person."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.message)
        self.ending = ending


class Answer:
    """One answer in the making. `stop` may be called from anywhere, at any time, more than once."""

    def __init__(
        self, agent: Agent[Turn], model: Model, turn: Turn, history: list[TResponseInputItem]
    ) -> None:
        self._agent = agent
        self._model = model
        self._turn = turn
        self._history = history
        self._pump: asyncio.Task[None] | None = None
        self.is_stopped = False

    def stop(self) -> None:
        if self._pump and not self.is_stopped:
            self._pump.cancel()
        self.is_stopped = self._turn.is_stopped = True

    async def signals(self) -> AsyncGenerator[list[Signal]]:
        """Batches of at least one signal, all that are there; raises AnswerFailure when the model gave up."""
        if self.is_stopped:
            return
        self._pump = asyncio.create_task(self._run())
        try:
            while batch := await self._next_batch():
                yield batch
        finally:
            self._pump.cancel()
            with suppress(asyncio.CancelledError):
                await self._pump

    async def _next_batch(self) -> list[Signal]:
        """Each batch is a write, so what came during the last one is written together."""
        queue = self._turn.signals
        batch: list[Signal] = []
        while not batch or not queue.empty():
            signal = await queue.get()
            if signal is None or isinstance(signal, Exception):
                if batch:
                    queue.put_nowait(signal)  # nothing comes after it, so it keeps its place
                    return batch
                if signal is None:
                    return []
                raise signal
            _join(batch, signal)
        return batch

    async def _run(self) -> None:
        end: Exception | None = None
        try:
            await self._drive()
        except asyncio.CancelledError:
            await self._turn.settle()
            end = self._turn.lost
        except Exception as error:  # noqa: BLE001 - the top of a run: whatever ends it is told to the person
            await self._turn.settle()
            end = self._turn.lost or _failure(error)
        self._turn.signals.put_nowait(end)

    async def _drive(self) -> None:
        result = Runner.run_streamed(
            self._agent,
            self._history,
            context=self._turn,
            max_turns=MAX_STEPS,
            run_config=run_config(self._model),
            hooks=DeletionCounter(),
        )
        try:
            async for _ in result.stream_events():
                """What there is to see, the model and the tools have shown already."""
        finally:
            await _end(result)


async def _end(result: RunResultStreaming) -> None:
    """A run that nobody listens to any more would go on by itself."""
    if not result.is_complete:
        result.cancel(mode="immediate")
    if (loop := result.run_loop_task) is not None:
        await asyncio.wait([loop])


def _join(batch: list[Signal], signal: Signal) -> None:
    if isinstance(signal, Text) and batch and isinstance(last := batch[-1], Text):
        batch[-1] = Text(last.delta + signal.delta)
    else:
        batch.append(signal)


def _failure(error: Exception) -> Exception:
    """What the answer ends with. Losing the run or the database is the run's business, not the person's."""
    if isinstance(error, FenceLost) or is_outage(error):
        return error
    match error:
        case ModelFailure():
            logger.warning("The model failed: %s", error.kind)
            return AnswerFailure(ending_of(error))
        case MaxTurnsExceeded():
            return AnswerFailure(Ending("too_many_steps", f"Stopped after {MAX_STEPS} steps."))
        case _:
            logger.error("An answer failed", exc_info=error)
            return AnswerFailure(FAILED)
