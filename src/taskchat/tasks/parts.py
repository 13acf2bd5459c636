"""What a person's tasks are made of, put together for one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from taskchat.db.engine import Transaction
from taskchat.domain.actor import ActorKind
from taskchat.domain.ids import new_id
from taskchat.tasks.changes.bulk import Bulk
from taskchat.tasks.changes.completion import Completion
from taskchat.tasks.changes.fields import Fields
from taskchat.tasks.changes.placement import Placement
from taskchat.tasks.changes.tree import Tree
from taskchat.tasks.changes.writer import Writer
from taskchat.tasks.finding.listing import TaskListing
from taskchat.tasks.finding.references import References
from taskchat.tasks.finding.search import Search
from taskchat.tasks.history.undo import Undo
from taskchat.tasks.owner import Owner
from taskchat.tasks.selection import Selection
from taskchat.tasks.storage.activity import ActivityRecord
from taskchat.tasks.storage.imported import Imported
from taskchat.tasks.storage.projects import ProjectRepository
from taskchat.tasks.storage.reminders import Reminders
from taskchat.tasks.storage.repository import TaskRepository
from taskchat.tasks.storage.saved_filters import FilterService
from taskchat.tasks.transfer.arrivals import Arrivals
from taskchat.tasks.transfer.departures import Departures


class Parts:
    """`nudge` is called whenever something may be due sooner than it was; see `Reminders`."""

    def __init__(
        self,
        session: Transaction,
        owner: Owner,
        now: datetime,
        *,
        publish: Callable[[Sequence[str]], Awaitable[object]],
        nudge: Callable[[], None],
    ) -> None:
        self.by_person = owner.actor.kind is ActorKind.PERSON
        self.fields = Fields(owner.timezone, now)
        self.repository = TaskRepository(session, owner.id)
        self.projects = ProjectRepository(session, owner.id)
        self.search = Search(session, owner.id)
        self.references = References(self.repository, self.search)
        self.listing = TaskListing(session, owner.id)
        self.filters = FilterService(session, owner.id, now)
        self.activity = ActivityRecord(session, owner.id)
        self.writer = Writer(
            session,
            owner.id,
            self.repository,
            self.activity,
            Reminders(session, owner.id, now, nudge),
            publish,
            actor=owner.actor,
            change_set=owner.change_set or new_id("chg"),
            now=now,
        )
        self.tree = Tree(self.repository, now)
        self.completion = Completion(self.repository, self.tree, now)
        self.placement = Placement(
            self.repository, self.projects, self.references, self.tree, self.writer, now
        )
        self.selection = Selection(
            self.repository, self.projects, self.references, self.listing, self.fields
        )
        self.bulk = Bulk(self.tree, self.completion, self.placement, self.fields, now)
        self.departures = Departures(self.listing, self.projects, self.filters)
        self.arrivals = Arrivals(
            self.repository,
            self.projects,
            self.filters,
            Imported(session, owner.id),
            self.tree,
            self.writer,
            owner.timezone,
            now,
        )
        self.undo = Undo(self.repository, self.projects, self.activity, self.writer, now)
