"""Hands news over to the outbox, for those who want them outside of the program."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta

from taskchat.db.engine import Transaction, after_commit
from taskchat.db.tables import AccountRow
from taskchat.schedules.post import letters, outbox, subscriptions
from taskchat.schedules.post.courier import Courier
from taskchat.schedules.post.letters import News

WORTH_SENDING = timedelta(days=1)  # after it was due
MOST_SINGLE = 5


class Post:
    """`couriers` carry what is handed over here; without one for mail nobody gets any."""

    def __init__(self, couriers: Sequence[Courier], *, origin: str, has_mail: bool) -> None:
        self._couriers = couriers
        self._origin = origin
        self._has_mail = has_mail

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            for courier in self._couriers:
                await stack.enter_async_context(courier.serving())
            yield

    async def send(
        self,
        session: Transaction,
        account: AccountRow,
        news: Sequence[tuple[News, datetime]],
        now: datetime,
    ) -> None:
        """In the caller's transaction: news with when they were due. What is older than a day is left out."""
        fresh = [(one, due + WORTH_SENDING) for one, due in news if due + WORTH_SENDING > now]
        if len(fresh) > MOST_SINGLE:
            together = letters.of_many([one for one, _ in fresh])
            fresh = [(together, max(expires_at for _, expires_at in fresh))]
        browsers = await subscriptions.ids(session, account.id) if fresh else ()
        drafts: list[outbox.Draft] = []
        for one, expires_at in fresh:
            if self._has_mail and account.reminders_by_email:
                drafts.append(
                    letters.as_mail(one, account.id, account.email, self._origin, expires_at)
                )
            drafts += [
                letters.as_push(one, account.id, browser, self._origin, expires_at)
                for browser in browsers
            ]
        if drafts:
            await outbox.put(session, drafts, now)
            after_commit(session, self._nudge)

    def _nudge(self) -> None:
        for courier in self._couriers:
            courier.nudge()
