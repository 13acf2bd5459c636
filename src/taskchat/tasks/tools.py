"""The one list of what an assistant may call. The agent, the command line and the MCP server read it."""

import inspect
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

from pydantic import BaseModel

from taskchat.domain.errors import DomainError, Invalid
from taskchat.tasks.commands import (
    Command,
    CompleteAllTasks,
    CompleteTask,
    CreateTask,
    DeleteAllTasks,
    DeleteTask,
    ListTasks,
    UpdateTask,
)
from taskchat.tasks.schemas import tool_schema
from taskchat.tasks.service import Tasks


class Effect(StrEnum):
    READS = "reads"
    WRITES = "writes"
    DESTROYS = "destroys"


@dataclass(frozen=True)
class Tool[C: Command]:
    """Name, description and schema come from the command class; `method` carries it out."""

    command: type[C]
    method: Callable[[Tasks, C], Awaitable[BaseModel]]
    effect: Effect

    @property
    def name(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.command.__name__).lower()

    @property
    def description(self) -> str:
        return inspect.getdoc(self.command) or ""

    @property
    def schema(self) -> dict[str, Any]:
        return tool_schema(self.command)

    def read(self, arguments: str) -> C:
        """The command in a JSON object; null means absent. Raises ValidationError or Invalid."""
        try:
            given: object = json.loads(arguments or "{}")
        except (ValueError, RecursionError) as error:
            raise Invalid("The arguments are not valid JSON.", code="invalid_json") from error
        if not isinstance(given, dict):
            raise Invalid("The arguments must be a JSON object.", code="invalid_json")
        values = cast("dict[str, object]", given)
        named = {name: value for name, value in values.items() if value is not None}
        return self.command.model_validate(named)

    async def call(self, tasks: Tasks, arguments: str) -> BaseModel:
        return await self.method(tasks, self.read(arguments))


TASK_TOOLS: tuple[Tool[Any], ...] = (
    Tool(CreateTask, Tasks.create, Effect.WRITES),
    Tool(ListTasks, Tasks.list, Effect.READS),
    Tool(UpdateTask, Tasks.update, Effect.WRITES),
    Tool(DeleteTask, Tasks.delete, Effect.DESTROYS),
    Tool(CompleteTask, Tasks.complete, Effect.WRITES),
    Tool(CompleteAllTasks, Tasks.complete_all, Effect.DESTROYS),
    Tool(DeleteAllTasks, Tasks.delete_all, Effect.DESTROYS),
)


def find_tool(name: str) -> Tool[Any]:
    for tool in TASK_TOOLS:
        if tool.name == name:
            return tool
    names = ", ".join(tool.name for tool in TASK_TOOLS)
    raise Invalid(f"There is no tool called {name[:80]!r}; there are {names}.", code="no_such_tool")


def refusal(error: DomainError) -> dict[str, Any]:
    """A refused call as the caller reads it: a sentence, a stable code, and whom it might have meant."""
    return {"detail": str(error), "code": error.code, **error.details}
