"""ChatKit's types as JSON, once for the database and once for the wire."""

import json
from datetime import UTC, datetime
from typing import Any

from chatkit.types import (
    Thread,
    ThreadItem,
    ThreadMetadata,
    ThreadStreamEvent,
    UserMessageItem,
)
from pydantic import BaseModel, TypeAdapter

from taskchat.domain.errors import Invalid

RUN_EVENT = '{"type": "run.'
RUN_STARTED = '{"type": "run.started"'
RUN_ENDS = ('{"type": "run.finished"', '{"type": "run.withdrawn"')
ITEM: TypeAdapter[ThreadItem] = TypeAdapter(ThreadItem)


def encode(event: ThreadStreamEvent) -> str:
    """One line of JSON as the official server sends it, times in UTC with `Z`."""
    return event.model_dump_json(by_alias=True, exclude_none=True)


def dump_item(item: ThreadItem) -> dict[str, Any]:
    return _aware(item).model_dump(mode="json")


def read_item(data: dict[str, Any]) -> ThreadItem:
    return ITEM.validate_python(data)


def dump_thread(thread: ThreadMetadata) -> dict[str, Any]:
    """Without the items that a full Thread carries."""
    return _aware(thread).model_dump(mode="json", exclude={"items"})


def read_thread(data: dict[str, Any]) -> ThreadMetadata:
    return ThreadMetadata.model_validate(data)


def full_thread(thread: ThreadMetadata) -> Thread:
    """As events show it: without metadata and, so far, without items."""
    shown: dict[str, Any] = dump_thread(thread) | {
        "metadata": {},
        "items": {"data": [], "has_more": False},
    }
    return Thread.model_validate(shown)


def run_queued(run_id: str, item: UserMessageItem) -> str:
    """A message that waits for the running answer to end."""
    return _run_event("run.queued", item.thread_id, run_id, item=dump_item(item))


def run_withdrawn(thread_id: str, run_id: str) -> str:
    return _run_event("run.withdrawn", thread_id, run_id)


def run_started(thread_id: str, run_id: str, start: int) -> str:
    """`start` is the cursor before the run's first event on the thread's stream."""
    return _run_event("run.started", thread_id, run_id, start=str(start))


def run_recovered(thread_id: str, run_id: str, attempt: int) -> str:
    return _run_event("run.recovered", thread_id, run_id, attempt=attempt)


def run_finished(thread_id: str, run_id: str, status: str, **ending: Any) -> str:
    """The last event of a run, on the thread's stream and on the person's; `ending` as in TurnOut."""
    return _run_event("run.finished", thread_id, run_id, status=status, **ending)


def starts_run(payload: str, run_id: str) -> bool:
    """Whether this line is what `run_started` wrote for that run."""
    return payload.startswith(RUN_STARTED) and json.loads(payload)["run_id"] == run_id


def ends_run(payload: str, run_id: str) -> bool:
    """Whether this line says that nothing more will come of that run."""
    return payload.startswith(RUN_ENDS) and json.loads(payload)["run_id"] == run_id


def is_ours(payload: str) -> bool:
    """Whether this line is about runs, which the official protocol knows nothing of."""
    return payload.startswith(RUN_EVENT)


def thread_event(kind: str, thread: ThreadMetadata) -> str:
    """What a person's open pages are told about their conversations."""
    shown = {
        "id": thread.id,
        "title": thread.title,
        "created_at": _utc(thread.created_at).isoformat().replace("+00:00", "Z"),
    }
    return json.dumps({"type": kind, "thread": shown}, ensure_ascii=False)


def thread_deleted(thread_id: str) -> str:
    return json.dumps({"type": "thread.deleted", "thread_id": thread_id})


def check_page(limit: int | None, most: int) -> int:
    """A page's size, or Invalid for one that nobody should ask for."""
    if limit is not None and not 0 <= limit <= most:
        raise Invalid(f"A page has at most {most} entries.", code="limit_invalid")
    return limit or 20


def _run_event(kind: str, thread_id: str, run_id: str, **more: Any) -> str:
    fields = {"type": kind, "thread_id": thread_id, "run_id": run_id, **more}
    return json.dumps(fields, ensure_ascii=False)


def _aware[T: BaseModel](value: T) -> T:
    """The SDK stamps some values with naive local time; stored and sent they are UTC."""
    created = getattr(value, "created_at", None)
    if isinstance(created, datetime) and created.tzinfo is None:
        return value.model_copy(update={"created_at": _utc(created)})
    return value


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
