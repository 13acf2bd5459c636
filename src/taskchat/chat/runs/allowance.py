"""Whether a person may ask for more today: messages, tokens and money."""

from collections.abc import Sequence
from datetime import datetime

from chatkit.types import NoticeEvent, UserMessageItem

from taskchat.chat.assistant import Assistant
from taskchat.chat.books import Books, Payer, first_call, reserve
from taskchat.chat.caller import Caller
from taskchat.chat.repository import ChatRepository
from taskchat.chat.runs.repository import RunRepository
from taskchat.db.statements import Link
from taskchat.usage.days import Day
from taskchat.usage.ledger import Ledger, Reservation
from taskchat.usage.limits import Measure


class Allowance:
    """Within the transaction that takes a request on. `notices` are what the person is to be told then."""

    def __init__(self, session: Link, books: Books, caller: Caller, now: datetime) -> None:
        self._session = session
        self._books = books
        self._caller = caller
        self._now = now
        self.notices: Sequence[NoticeEvent] = ()

    async def check_messages(self) -> None:
        """Comes first, because it takes the person's turn; raises DailyLimit."""
        limits = self._books.limits
        if not limits.any:
            return
        # Or messages sent at once would all count the same.
        await ChatRepository(self._session, self._caller.user_id).take_turn()
        if not limits.messages:
            return
        sent = await RunRepository(self._session).count_since(self._caller.user_id, self._day.began)
        if sent >= limits.messages:
            self._books.metrics.count_refusal(Measure.MESSAGES.value)
            raise limits.refusal(Measure.MESSAGES, self._day, self._now)
        if told := limits.message_warning(sent + 1):
            self.notices = [NoticeEvent(level="warning", message=told)]

    async def reserve(
        self, run_id: str, item: UserMessageItem, assistant: Assistant
    ) -> list[Reservation]:
        """The run's first call, where it costs something; raises DailyLimit."""
        if not assistant.costs:
            return []
        payer = Payer(self._caller.user_id, self._caller.timezone, item.thread_id)
        call = first_call(payer, run_id, assistant.id, size=size_of(item), now=self._now)
        if exceeded := await reserve(self._books, self._session, payer.owner, call):
            raise self._books.limits.refusal(exceeded, self._day, self._now)
        return [call]

    async def check_budgets(self, run_id: str, item: UserMessageItem, assistant: Assistant) -> None:
        """Whether the run could begin now: for one that has to wait nothing is reserved yet."""
        if self._books.limits.budgets:
            for call in await self.reserve(run_id, item, assistant):
                await Ledger(self._session, self._caller.user_id).drop(call)

    @property
    def _day(self) -> Day:
        return Day.of(self._now, self._caller.timezone)


def size_of(item: UserMessageItem) -> int:
    """In bytes."""
    texts = [*(part.text for part in item.content), item.quoted_text or ""]
    return sum(len(text.encode()) for text in texts)
