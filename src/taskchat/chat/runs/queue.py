"""Messages that were sent while an answer was on its way, and how the next one gets its turn."""

from chatkit.types import (
    StreamOptions,
    StreamOptionsEvent,
    ThreadItemDoneEvent,
    UserMessageItem,
)

from taskchat.chat import wire
from taskchat.chat.assistant import Assistants
from taskchat.chat.books import Books, Payer, first_call, reserve
from taskchat.chat.repository import ChatRepository
from taskchat.chat.runs.allowance import size_of
from taskchat.chat.runs.repository import Holding, RunRepository
from taskchat.chat.runs.run import Run
from taskchat.db.statements import Link

MOST_QUEUED = 10


def ready() -> StreamOptionsEvent:
    """What the official protocol sends when an answer begins: this one can be stopped."""
    return StreamOptionsEvent(stream_options=StreamOptions(allow_cancel=True))


async def begin_next(
    session: Link, books: Books, assistants: Assistants, payer: Payer, holding: Holding
) -> Run | None:
    """Begins the run that waits longest, in the transaction that ended the one before."""
    runs, log = RunRepository(session), books.log
    thread_id, owner = payer.thread_id, payer.owner
    waiting = await runs.queued(thread_id)
    if not waiting:
        return None
    run_id, answering = waiting[0].id, waiting[0].answering
    item = UserMessageItem.model_validate(waiting[0].message)
    await ChatRepository(session, owner).add_item(thread_id, item)
    if (assistant := assistants.still(answering.model)).costs:
        size, now = size_of(item), books.clock()
        # Where the budget is used up nothing is reserved, and the answer will say so.
        call = first_call(payer, run_id, assistant.id, size=size, now=now)
        await reserve(books, session, owner, call)
    start = await log.write(session, thread_id, [])
    started = wire.run_started(thread_id, run_id, start)
    told = [wire.encode(event) for event in (ThreadItemDoneEvent(item=item), ready())]
    await log.write(session, thread_id, [started, *told])
    await log.write(session, owner, [started])
    await runs.begin(run_id, start, holding)
    return Run(run_id, thread_id, owner, start, answering=answering)
