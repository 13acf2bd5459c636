"""What every attempt at a run needs."""

from dataclasses import dataclass

from taskchat.chat.books import Books
from taskchat.chat.runs.repository import Holding
from taskchat.chat.server import TaskChatServer
from taskchat.db.engine import Database
from taskchat.streams.log import EventLog


@dataclass(frozen=True, slots=True)
class Work:
    """`holding` is under whose name this process takes runs on."""

    database: Database
    log: EventLog
    server: TaskChatServer
    holding: Holding
    books: Books
