"""Messages that were sent while an answer was on its way, and how the next one gets its turn."""

from chatkit.types import (
    StreamOptions,
    StreamOptionsEvent,
    ThreadItemDoneEvent,
    UserMessageItem,
)

from taskchat.chat import wire
from taskchat.chat.repository import ChatRepository
from taskchat.chat.runs.repository import Holding, RunRepository
from taskchat.chat.runs.run import Run
from taskchat.db.engine import Transaction
from taskchat.domain.task import UserId
from taskchat.streams.log import EventLog

MOST_QUEUED = 10


def ready() -> StreamOptionsEvent:
    """What the official protocol sends when an answer begins: this one can be stopped."""
    return StreamOptionsEvent(stream_options=StreamOptions(allow_cancel=True))


async def begin_next(
    session: Transaction, log: EventLog, thread_id: str, owner: UserId, holding: Holding
) -> Run | None:
    """Begins the run that waits longest, in the transaction that ended the one before."""
    runs = RunRepository(session)
    waiting = await runs.queued(thread_id)
    if not waiting or not (message := waiting[0].message):
        return None
    run_id = waiting[0].id
    item = UserMessageItem.model_validate(message)
    await ChatRepository(session, owner).add_item(thread_id, item)
    start = await log.write(session, thread_id, [])
    started = wire.run_started(thread_id, run_id, start)
    told = [wire.encode(event) for event in (ThreadItemDoneEvent(item=item), ready())]
    await log.write(session, thread_id, [started, *told])
    await log.write(session, owner, [started])
    await runs.begin(run_id, start, holding)
    return Run(run_id, thread_id, owner, start, answering=Run.of(waiting[0]).answering)
