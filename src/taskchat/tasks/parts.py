"""What a person's tasks are made of, put together for one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from taskchat.db.engine import Transaction
from taskchat.domain.actor import ActorKind
from taskchat.domain.ids import new_id
from taskchat.tasks.activity import ActivityRecord
from taskchat.tasks.arrivals import Arrivals
from taskchat.tasks.bulk import Bulk
from taskchat.tasks.completion import Completion
from taskchat.tasks.departures import Departures
from taskchat.tasks.fields import Fields
from taskchat.tasks.imported import Imported
from taskchat.tasks.listing import TaskListing
from taskchat.tasks.owner import Owner
from taskchat.tasks.placement import Placement
from taskchat.tasks.projects import ProjectRepository
from taskchat.tasks.references import References
from taskchat.tasks.reminders import Reminders
from taskchat.tasks.repository import TaskRepository
from taskchat.tasks.saved_filters import FilterService
from taskchat.tasks.search import Search
from taskchat.tasks.selection import Selection
from taskchat.tasks.tree import Tree
from taskchat.tasks.undo import Undo
from taskchat.tasks.writer import Writer


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
