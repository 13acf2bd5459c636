"""Rules to try, what comes of doing a task again and again, and what trying costs."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from types import FrameType

from hypothesis import strategies as st

from taskchat.domain.due import Due, find_zone, read_iso
from taskchat.domain.recurrence import RecurrenceFrom, read
from taskchat.domain.series import begin, following

BERLIN = "Europe/Berlin"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _listed(values: st.SearchStrategy[int] | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    lists = st.lists(values.map(str), min_size=1, max_size=4, unique=True)
    return lists.map(",".join)


def _numbered(most: int) -> st.SearchStrategy[str]:
    number = st.integers(-most, most).filter(bool)
    return st.tuples(number.map(str), st.sampled_from(WEEKDAYS)).map("".join)


def _part(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return values.map(lambda value: f";{name}={value}")


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


_nothing = st.just("")
_every = _nothing | _part("INTERVAL", st.sampled_from([2, 3, 4, 5, 6, 11, 13]).map(str))
_months = _part("BYMONTH", _listed(st.integers(1, 12)))
_weekdays = _part("BYDAY", _listed(st.sampled_from(WEEKDAYS)))
_month_days = _part("BYMONTHDAY", _listed(st.integers(-31, 31).filter(bool)))
_positions = _part("BYSETPOS", st.sampled_from(["1", "-1", "2", "1,-1", "3,2,3"]))
_week_start = _part("WKST", st.sampled_from(WEEKDAYS))


def _days(most: int) -> st.SearchStrategy[str]:
    return (
        _nothing
        | _part("BYDAY", _numbered(most))
        | _joined(_weekdays, _nothing | _positions)
        | _joined(_month_days, _nothing | _positions)
        | _joined(_weekdays, _month_days)
    )


RULES = (
    _joined(st.just("FREQ=DAILY"), _every, _nothing | _months, _nothing | _weekdays)
    | _joined(
        st.just("FREQ=WEEKLY"),
        *(_every, _nothing | _months, _nothing | _weekdays, _nothing | _week_start),
    )
    | _joined(st.just("FREQ=MONTHLY"), _every, _nothing | _months, _days(5))
    | _joined(st.just("FREQ=YEARLY"), _every, _days(53))
    | _joined(st.just("FREQ=YEARLY"), _every, _months, _days(5))
)
"""What `read` accepts, but for days that the months named do not have."""


def calls_of(work: Callable[[], object]) -> int:
    """How many functions, Python's own too, are called while `work` runs."""
    calls = 0

    def count(frame: FrameType, event: str, detail: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def due_on(text: str, zone: str = BERLIN) -> Due:
    due = read_iso(text, zone)
    assert due is not None
    return due


def moment(text: str, zone: str = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=find_zone(zone)).astimezone(UTC)


def done(
    rule: str,
    first: Due,
    times: Sequence[datetime],
    recurrence_from: RecurrenceFrom = RecurrenceFrom.SCHEDULE,
) -> list[str]:
    """When it is due after each of the times at which it was done."""
    due, series, found = first, begin("ser_1", read(rule), first), list[str]()
    for now in times:
        came = following(rule, recurrence_from, series, due=due, now=now)
        if came is None:
            return [*found, "over"]
        due, series = came
        found.append(due.text())
    return found
