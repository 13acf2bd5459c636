"""Every table."""

from taskchat.db.tables.accounts import (
    AccountRow,
    ApiTokenRow,
    CalendarFeedRow,
    IdempotencyKeyRow,
    SessionRow,
)
from taskchat.db.tables.base import Base
from taskchat.db.tables.chat import ConfirmationRow, FeedbackRow, ItemRow, ThreadRow
from taskchat.db.tables.notifications import (
    NotificationRow,
    OutboxRow,
    PushSubscriptionRow,
    ServerKeyRow,
)
from taskchat.db.tables.runs import AcceptedRequestRow, JournalRow, RunRow
from taskchat.db.tables.schedules import ReminderRow, ScheduleRow
from taskchat.db.tables.search import TaskCountRow, TaskTextRow
from taskchat.db.tables.streams import EventRow, StreamRow
from taskchat.db.tables.tasks import (
    ActivityRow,
    ImportedRow,
    ProjectRow,
    SavedFilterRow,
    TaskRow,
    TaskTagRow,
    UndoneRow,
)
from taskchat.db.tables.usage import ModelCallRow, ThoughtSignatureRow, ToolCallRow

__all__ = [
    "AcceptedRequestRow",
    "AccountRow",
    "ActivityRow",
    "ApiTokenRow",
    "Base",
    "CalendarFeedRow",
    "ConfirmationRow",
    "EventRow",
    "FeedbackRow",
    "IdempotencyKeyRow",
    "ImportedRow",
    "ItemRow",
    "JournalRow",
    "ModelCallRow",
    "NotificationRow",
    "OutboxRow",
    "ProjectRow",
    "PushSubscriptionRow",
    "ReminderRow",
    "RunRow",
    "SavedFilterRow",
    "ScheduleRow",
    "ServerKeyRow",
    "SessionRow",
    "StreamRow",
    "TaskCountRow",
    "TaskRow",
    "TaskTagRow",
    "TaskTextRow",
    "ThoughtSignatureRow",
    "ThreadRow",
    "ToolCallRow",
    "UndoneRow",
]
