import pytest

from taskchat.chat.caller import Caller
from taskchat.chat.store import ChatStore
from taskchat.db.engine import Database
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner


@pytest.fixture
def store(database: Database, log: EventLog) -> ChatStore:
    return ChatStore(database, log)


def caller_of(owner: Owner) -> Caller:
    return Caller(owner.id, owner.actor.name, owner.timezone)


@pytest.fixture
def ann(alice: Owner) -> Caller:
    return caller_of(alice)


@pytest.fixture
def ben(bob: Owner) -> Caller:
    return caller_of(bob)
