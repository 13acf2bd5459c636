"""Every table."""

from taskchat.db.tables.accounts import AccountRow, ApiTokenRow, SessionRow
from taskchat.db.tables.base import Base
from taskchat.db.tables.chat import ConfirmationRow, FeedbackRow, ItemRow, ThreadRow
from taskchat.db.tables.runs import AcceptedRequestRow, JournalRow, RunRow
from taskchat.db.tables.schedules import (
    NotificationRow,
    OccurrenceRow,
    ReminderRow,
    ScheduleRow,
    SeriesRow,
)
from taskchat.db.tables.streams import EventRow, StreamRow
from taskchat.db.tables.tasks import ActivityRow, TaskRow, TaskTagRow

__all__ = [
    "AcceptedRequestRow",
    "AccountRow",
    "ActivityRow",
    "ApiTokenRow",
    "Base",
    "ConfirmationRow",
    "EventRow",
    "FeedbackRow",
    "ItemRow",
    "JournalRow",
    "NotificationRow",
    "OccurrenceRow",
    "ReminderRow",
    "RunRow",
    "ScheduleRow",
    "SeriesRow",
    "SessionRow",
    "StreamRow",
    "TaskRow",
    "TaskTagRow",
    "ThreadRow",
]
