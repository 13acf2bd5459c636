"""The task tools as the Agents SDK calls them."""

import asyncio
import json
import logging
import time
from typing import Any, cast

from agents import Agent, FunctionTool, ModelResponse, RunContextWrapper, RunHooks
from agents.tool_context import ToolContext
from openai.types.responses import ResponseFunctionToolCall
from pydantic import BaseModel, ValidationError

from taskchat.chat import model_views
from taskchat.chat.confirmations import BULK_COMMANDS, PendingEffect, pending_effect
from taskchat.chat.journal import tool_key
from taskchat.chat.tool_cards import CardStatus, ToolCard
from taskchat.chat.tool_outcomes import ToolOutcome
from taskchat.chat.turn import Turn
from taskchat.db.engine import is_outage
from taskchat.domain.errors import DomainError, Invalid
from taskchat.streams.fences import FenceLost
from taskchat.tasks.commands import DeleteTask, ListTasks
from taskchat.tasks.service import Tasks
from taskchat.tasks.tools import TASK_TOOLS, Effect, Tool, refusal
from taskchat.tasks.transactions import TaskTransactions

logger = logging.getLogger(__name__)

FAILURE = {"detail": "The tool failed on the server; nothing was changed.", "code": "server_error"}


class DeletionCounter(RunHooks[Turn]):
    """Counts the deletions that one reply of the model asks for, before the first is carried out."""

    async def on_llm_end(
        self, context: RunContextWrapper[Turn], agent: Agent[Turn], response: ModelResponse
    ) -> None:
        context.context.deletions_asked = sum(
            isinstance(item, ResponseFunctionToolCall) and item.name == "delete_task"
            for item in response.output
        )


def function_tools(tasks: TaskTransactions) -> list[FunctionTool]:
    return [_function_tool(tool, tasks) for tool in TASK_TOOLS]


def _function_tool(tool: Tool[Any], tasks: TaskTransactions) -> FunctionTool:
    async def invoke(context: ToolContext[Turn], arguments: str) -> str:
        turn = context.context
        call = _Call(tool, tasks, turn, context.tool_call_id, arguments)
        return await turn.undisturbed(call.run())

    return FunctionTool(
        name=tool.name,
        description=tool.description,
        params_json_schema=tool.schema,
        on_invoke_tool=invoke,
        strict_json_schema=False,  # optional arguments stay optional
    )


class _Call:
    """One call, from its card appearing to its result."""

    def __init__(
        self, tool: Tool[Any], tasks: TaskTransactions, turn: Turn, call_id: str, arguments: str
    ) -> None:
        self._tool = tool
        self._tasks = tasks
        self._turn = turn
        self._key = tool_key(call_id)
        self._arguments = arguments
        self._card = ToolCard(call_id, tool.name, _shown(arguments))
        self._began = 0.0

    async def run(self) -> str:
        """One after the other, in the model's order: what it names first gets the lower number."""
        self._turn.show(self._card)
        async with self._turn.in_order:
            if self._turn.is_stopped and self._turn.journal.recall(self._key) is None:
                raise asyncio.CancelledError  # it has not begun, and its card will say so
            try:
                return await self._run()
            except Exception as error:
                self._turn.lost = self._turn.lost or error
                raise

    async def _run(self) -> str:
        """The same call of the same run is carried out once; after that its result is remembered."""
        self._began = time.perf_counter()
        kept = self._turn.journal.recall(self._key)
        outcome = ToolOutcome.read(kept) if kept else await self._outcome()
        if outcome.waiting:
            self._turn.pending.append(outcome.waiting)
        if outcome.deleted:
            self._turn.deletions_done += 1
        if outcome.card.change_set:
            self._turn.changes += 1
        self._turn.cursors.update(model_views.cursors(outcome.card.result))
        self._turn.show(outcome.card)
        return model_views.read_by_model(outcome.card.result, outcome.card.status)

    async def _outcome(self) -> ToolOutcome:
        try:
            return await self._carry_out()
        except DomainError as error:
            refused = refusal(error)
        except ValidationError as error:
            refused = refusal(_unreadable(error))
        except FenceLost:
            raise
        except Exception as error:
            if is_outage(error):
                raise  # whether the effect is there is for the next attempt to find out
            logger.exception("Tool %s failed", self._tool.name)
            refused = FAILURE
        return self._noted(self._finished(CardStatus.FAILED, {"error": refused}))

    async def _carry_out(self) -> ToolOutcome:
        command = self._tool.read(self._arguments)
        if self._tool.effect is Effect.READS:
            async with self._tasks.read(self._turn.owner) as tasks:
                result = await self._look(tasks, command)
            return self._noted(self._finished(CardStatus.OK, _json(result)))
        if self._must_ask(command):
            async with self._tasks.read(self._turn.owner) as tasks:
                effect = await pending_effect(tasks, command)
            return self._noted(self._wait_for_person(effect))
        return await self._once(command)

    async def _look(self, tasks: Tasks, command: BaseModel) -> BaseModel:
        if not isinstance(command, ListTasks):
            return await self._tool.method(tasks, command)
        cursor = self._turn.cursors.get(command.cursor or "", command.cursor)
        return await model_views.list_page(tasks, command.model_copy(update={"cursor": cursor}))

    async def _once(self, command: BaseModel) -> ToolOutcome:
        """The effect and its outcome in the journal are one transaction: both happen, or neither."""
        journal = self._turn.journal
        async with self._tasks.transaction() as session:
            await journal.join(session)
            tasks = self._tasks.join(session, self._turn.owner)
            result = _json(await self._tool.method(tasks, command))
            outcome = self._finished(
                CardStatus.OK,
                result,
                receipt=_json(receipt) if (receipt := tasks.receipt) else None,
                deleted=isinstance(command, DeleteTask),
            )
            await journal.record(session, self._key, outcome.as_json())
        return outcome

    def _finished(
        self,
        status: CardStatus,
        result: dict[str, Any],
        *,
        receipt: dict[str, Any] | None = None,
        deleted: bool = False,
        waiting: PendingEffect | None = None,
    ) -> ToolOutcome:
        milliseconds = round((time.perf_counter() - self._began) * 1000)
        card = self._card.finished(status, result, milliseconds, receipt)
        return ToolOutcome(card, deleted, waiting)

    def _noted(self, outcome: ToolOutcome) -> ToolOutcome:
        self._turn.journal.note(self._key, outcome.as_json())
        return outcome

    def _must_ask(self, command: BaseModel) -> bool:
        """Whatever touches many tasks at once waits for the person, whichever way the model takes to it."""
        if isinstance(command, BULK_COMMANDS):
            return True
        many = self._turn.deletions_asked > 1 or self._turn.deletions_done > 0
        return isinstance(command, DeleteTask) and many

    def _wait_for_person(self, effect: PendingEffect) -> ToolOutcome:
        if not effect.task_ids:
            return self._finished(CardStatus.OK, {effect.verb.past: 0})
        result = {
            "status": "waiting_for_confirmation",
            "question": effect.question,
            "count": len(effect.task_ids),
        }
        return self._finished(CardStatus.WAITING, result, waiting=effect)


def _json(result: BaseModel) -> dict[str, Any]:
    return result.model_dump(mode="json", exclude_none=True)


def _shown(arguments: str) -> dict[str, Any]:
    """As the card shows them; what no page could read, such as NaN or half a character, as plain text."""
    try:
        given: Any = json.loads(arguments or "{}")
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        given = None
    match given:
        case dict():
            return cast("dict[str, Any]", given)
        case _:
            return {"arguments": arguments[:2000].encode(errors="replace").decode()}


def _unreadable(error: ValidationError) -> DomainError:
    problems = error.errors(include_url=False, include_input=False, include_context=False)
    said = "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in problems[:5]
    )
    return Invalid(f"The arguments do not fit: {said}", code="invalid_arguments")
