"""Everything that falls due, and everything by which people hear of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from taskchat.db.engine import Database, Transaction
from taskchat.schedules.digests import Digests
from taskchat.schedules.housekeeping import Housekeeping
from taskchat.schedules.notifications import Notifications
from taskchat.schedules.post.courier import Courier, Sender
from taskchat.schedules.post.mail import MailSender
from taskchat.schedules.post.post import Post
from taskchat.schedules.post.push import PushSender
from taskchat.schedules.post.server_keys import ServerKeys
from taskchat.schedules.post.smtp import read_sender, read_server
from taskchat.schedules.post.subscriptions import Subscriptions
from taskchat.schedules.reminders import Reminders
from taskchat.schedules.snoozes import Snoozes
from taskchat.schedules.ticker import Ticker
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner


@dataclass(frozen=True, slots=True)
class Notices:
    """What a person does about what they are told, within one transaction."""

    notifications: Notifications
    snoozes: Snoozes
    subscriptions: Subscriptions


class Schedules:
    """`ticker` and `post` are to be served, `join` gives one person's notices within a transaction."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        clock: Callable[[], datetime],
        *,
        origin: str,
        smtp_url: str = "",
        mail_from: str = "",
    ) -> None:
        """`smtp_url` and `mail_from` are as the settings have them, both or none."""
        self.keys = ServerKeys(database, clock)
        contact = _contact(origin, mail_from)
        senders: list[Sender] = [PushSender(database, self.keys, contact=contact)]
        if smtp_url:
            senders.append(MailSender(read_server(smtp_url), read_sender(mail_from)))
        couriers = [Courier(database, sender, clock) for sender in senders]
        self.post = Post(couriers, origin=origin, has_mail=bool(smtp_url))
        # What people wait for comes first.
        kinds = (Reminders(log, self.post), Digests(log, self.post), Housekeeping())
        self.ticker = Ticker(database, kinds, clock)
        self._log = log
        self._clock = clock

    def join(self, session: Transaction, owner: Owner) -> Notices:
        now = self._clock()
        snoozes = Snoozes(
            session,
            owner,
            now,
            publish=lambda payloads: self._log.write(session, owner.id, payloads),
            nudge=self.ticker.nudge,
        )
        return Notices(
            Notifications(session, owner.id, now), snoozes, Subscriptions(session, owner.id, now)
        )


def _contact(origin: str, mail_from: str) -> str:
    """Where push services find whoever runs this server: the address of its mail, or its own."""
    if mail_from:
        return f"mailto:{read_sender(mail_from).addr_spec}"
    if origin.startswith("https:"):
        return origin
    return f"mailto:taskchat@{urlsplit(origin).hostname}"
