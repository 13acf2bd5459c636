"""Destructive calls that wait for their person: the card, its single-use token, and the click."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from chatkit.types import WidgetItem
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from taskchat.chat.caller import Caller
from taskchat.db.tables import ConfirmationRow
from taskchat.domain.errors import Conflict
from taskchat.domain.ids import new_id
from taskchat.tasks.commands import CompleteAllTasks, DeleteAllTasks, DeleteTask
from taskchat.tasks.service import Tasks
from taskchat.tasks.views import TaskOut

APPROVE, DECLINE = "confirmation.approve", "confirmation.decline"
VALID_FOR = timedelta(days=1)
BULK_COMMANDS = (CompleteAllTasks, DeleteAllTasks)
LISTED = 10


class Verb(Enum):
    """What is to be done to the tasks, as buttons and sentences say it."""

    DELETE = ("delete", "deleted")
    COMPLETE = ("complete", "completed")

    @property
    def present(self) -> str:
        return self.value[0]

    @property
    def past(self) -> str:
        return self.value[1]


@dataclass(frozen=True, slots=True)
class PendingEffect:
    """Exactly the tasks that the person is shown; what comes later is not touched."""

    verb: Verb
    task_ids: tuple[str, ...]
    titles: tuple[str, ...]

    @property
    def label(self) -> str:
        count = len(self.task_ids)
        return f"{self.verb.present.capitalize()} {_tasks(count)}"

    @property
    def question(self) -> str:
        return f"{self.label}?"

    def joined(self, other: "PendingEffect") -> "PendingEffect":
        """Both together, each task once."""
        titles = dict(zip(self.task_ids, self.titles, strict=True))
        titles |= dict(zip(other.task_ids, other.titles, strict=True))
        return replace(self, task_ids=tuple(titles), titles=tuple(titles.values()))

    def as_json(self) -> dict[str, Any]:
        return {"verb": self.verb.name, "task_ids": self.task_ids, "titles": self.titles}

    @classmethod
    def read(cls, data: dict[str, Any]) -> "PendingEffect":
        return cls(Verb[data["verb"]], tuple(data["task_ids"]), tuple(data["titles"]))

    async def apply(self, tasks: Tasks) -> int:
        """How many tasks it reached."""
        if self.verb is Verb.DELETE:
            return (await tasks.delete_each(self.task_ids)).deleted
        return (await tasks.complete_each(self.task_ids)).completed


async def pending_effect(tasks: Tasks, command: BaseModel) -> PendingEffect:
    """What `command` would do now."""
    match command:
        case CompleteAllTasks():
            return _effect(Verb.COMPLETE, await tasks.affected(command))
        case DeleteAllTasks():
            return _effect(Verb.DELETE, await tasks.affected(command))
        case DeleteTask():
            return _effect(Verb.DELETE, [await tasks.get(command.task)])
        case _:
            raise TypeError(f"{type(command).__name__} needs no confirmation")


def join_effects(effects: Sequence[PendingEffect]) -> list[PendingEffect]:
    """One effect per verb, so that a person answers one card instead of many."""
    joined: dict[Verb, PendingEffect] = {}
    for effect in effects:
        known = joined.get(effect.verb)
        joined[effect.verb] = known.joined(effect) if known else effect
    return list(joined.values())


def card(
    effect: PendingEffect, *, item_id: str, thread_id: str, now: datetime
) -> tuple[WidgetItem, str]:
    """The card that asks, and the token that its buttons carry."""
    token = new_id("cnf")
    widget = {
        "type": "Card",
        "children": [_title(effect.question), *_list(effect.titles)],
        "confirm": {"label": effect.label, "action": _action(APPROVE, token)},
        "cancel": {"label": "Cancel", "action": _action(DECLINE, token)},
    }
    item = WidgetItem(
        id=item_id,
        thread_id=thread_id,
        created_at=now,
        widget=DynamicWidgetRoot.model_validate(widget),
        copy_text=effect.question,
    )
    return item, token


def decided_card(item: WidgetItem, sentence: str, change_set: str | None) -> WidgetItem:
    """The same card when it asks no more; its key is the change set that undoes what was confirmed."""
    shown = {"type": "Card", "key": change_set, "children": [_title(sentence)]}
    widget = DynamicWidgetRoot.model_validate(shown)
    return item.model_copy(update={"widget": widget, "copy_text": sentence})


class Confirmations:
    """One person's waiting effects, within a transaction."""

    def __init__(self, session: AsyncSession, caller: Caller) -> None:
        self._session = session
        self._caller = caller

    async def add(self, token: str, item: WidgetItem, effect: PendingEffect) -> None:
        row = {
            "token": token,
            "owner_id": self._caller.user_id,
            "thread_id": item.thread_id,
            "item_id": item.id,
            "status": "pending",
            "effect": effect.as_json(),
            "created_at": item.created_at,
        }
        await self._session.execute(insert(ConfirmationRow).values(**row))

    async def decide(
        self, token: str, item: WidgetItem, *, status: str, now: datetime
    ) -> PendingEffect:
        """Uses the token up; raises Conflict when it is not this card's, too old, or used already."""
        waiting = (
            ConfirmationRow.token == token,
            ConfirmationRow.owner_id == self._caller.user_id,
            ConfirmationRow.thread_id == item.thread_id,
            ConfirmationRow.item_id == item.id,
            ConfirmationRow.status == "pending",
            ConfirmationRow.created_at > now - VALID_FOR,
        )
        used = update(ConfirmationRow).where(*waiting).values(status=status, decided_at=now)
        stored = await self._session.scalar(used.returning(ConfirmationRow.effect))
        if stored is None:
            message = "This card cannot be used any more. Ask again."
            raise Conflict(message, code="confirmation_used")
        return PendingEffect.read(stored)


def outcome(verb: Verb, count: int) -> str:
    """What a decided card says."""
    return f"{verb.past.capitalize()} {_tasks(count)}."


def _effect(verb: Verb, tasks: Sequence[TaskOut]) -> PendingEffect:
    titles = tuple(f"#{task.number} {task.title}" for task in tasks)
    return PendingEffect(verb, tuple(task.id for task in tasks), titles)


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _title(value: str) -> dict[str, Any]:
    return {"type": "Title", "value": value, "size": "sm"}


def _list(titles: Sequence[str]) -> list[dict[str, Any]]:
    lines = list(titles[:LISTED])
    if len(titles) > LISTED:
        lines.append(f"and {len(titles) - LISTED} more")
    return [{"type": "Text", "value": line, "size": "sm"} for line in lines]


def _action(kind: str, token: str) -> dict[str, Any]:
    return {"type": kind, "payload": {"token": token}, "handler": "server"}
