"""The due dates that people and models write, read on a person's clock."""

from datetime import datetime

from taskchat.domain.due import Due, find_zone, read_iso
from taskchat.domain.errors import Invalid
from taskchat.language.dates import read_due


def read(words: str, *, zone: str, now: datetime) -> Due:
    """ISO or words such as `tomorrow 5pm`; raises Invalid when neither is understood."""
    if due := read_iso(words, zone):
        return due.settled()
    try:
        understood = read_due(words, now.astimezone(find_zone(zone)))
    except OverflowError as error:
        message = "A due date must lie between 1970 and 9998."
        raise Invalid(message, code="due_out_of_range") from error
    if understood is None:
        raise Invalid(
            f"“{words[:80]}” is not a date that is understood; write 2026-11-21, "
            "2026-11-21T17:00 or words such as “tomorrow 5pm”.",
            code="due_not_understood",
        )
    return Due(understood.day, understood.at, zone).settled()
