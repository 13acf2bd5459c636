from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from taskchat.domain.due import Due, find_zone
from taskchat.domain.recurrence import RecurrenceFrom
from taskchat.domain.series import begin, following, from_wall, wall_text

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("Etc/GMT-14", "Etc/GMT+12", "Pacific/Chatham", "America/St_Johns"),
)
PLAIN_RULES = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=YEARLY",
    ]
)
COUNTS = st.none() | st.integers(2, 30)
TIMES = st.none() | st.times().map(lambda at: at.replace(microsecond=0))
GAPS = st.lists(st.timedeltas(timedelta(0), timedelta(days=90)), min_size=1, max_size=8)


def expected_slots(rule: str, first: Due) -> list[Due]:
    """The first one and what dateutil gives in the eleven years after it, by the clock."""
    start = datetime.combine(first.day, first.at or time())
    found = rrulestr(rule, dtstart=start).between(start, start + timedelta(days=4018))
    return [first, *(moved(first, moment.date()) for moment in found)]


def moved(due: Due, day: date) -> Due:
    return Due(day, due.at, due.zone)


@settings(deadline=None)
@given(
    PLAIN_RULES,
    COUNTS,
    st.dates(date(2020, 1, 1), date(2040, 12, 31)).filter(lambda day: day.day <= 28),
    TIMES,
    st.sampled_from(ZONES),
    GAPS,
)
def test_done_at_any_times_it_is_due_at_the_first_slot_that_is_neither_done_nor_gone(
    rule: str, count: int | None, day: date, at: time | None, zone: str, gaps: list[timedelta]
) -> None:
    due = Due(day, at, zone)
    slots = expected_slots(rule, due)[:count]
    text = rule + (f";COUNT={count}" if count else "")
    series = begin("ser_1", text, due)
    now, place = due.start() - timedelta(days=3), 0
    for gap in gaps:
        now += gap
        came = following(text, RecurrenceFrom.SCHEDULE, series, due=due, now=now)
        places = range(place + 1, len(slots))
        place = next((nth for nth in places if slots[nth].instant() >= now), -1)
        if came is None:
            assert place == -1
            return
        due, series = came
        assert due == slots[place].settled()
        assert series.slot == wall_text(slots[place])
        assert series.number == place + 1 or count is None


@settings(deadline=None)
@given(
    PLAIN_RULES,
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
    TIMES,
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2041, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_by_completion_it_is_always_due_on_a_later_day_at_the_same_time(
    rule: str, day: date, at: time | None, zone: str, now: datetime
) -> None:
    due = Due(day, at, zone)
    came = following(rule, RecurrenceFrom.COMPLETION, begin("ser_1", rule, due), due=due, now=now)

    assert came is not None
    slot = from_wall(came[1].slot, zone)
    assert slot.day > now.astimezone(find_zone(zone)).date()
    assert slot.at == at
    assert came[0] == slot.settled()
    assert came[1].number == 2
