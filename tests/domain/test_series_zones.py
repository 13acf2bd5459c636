from datetime import UTC, datetime, timedelta

import pytest

from tests.domain.repeating import BERLIN, done, due_on


@pytest.mark.parametrize(
    ("zone", "first", "skipped", "after"),
    [
        (
            BERLIN,
            "2027-03-27T02:30",
            "2027-03-28T03:30:00+02:00",
            "2027-03-29T02:30:00+02:00",
        ),
        (
            "America/New_York",
            "2027-03-13T02:30",
            "2027-03-14T03:30:00-04:00",
            "2027-03-15T02:30:00-04:00",
        ),
        (
            "Australia/Lord_Howe",
            "2027-10-02T02:10",
            "2027-10-03T02:40:00+11:00",
            "2027-10-04T02:10:00+11:00",
        ),
    ],
)
def test_a_time_that_the_clock_skips_is_later_that_day_only(
    zone: str, first: str, skipped: str, after: str
) -> None:
    start = due_on(first, zone)
    later = [start.instant() + timedelta(days=days) for days in (0, 1)]
    assert done("FREQ=DAILY", start, later) == [skipped, after]


@pytest.mark.parametrize(
    ("zone", "first", "repeated", "after"),
    [
        (
            BERLIN,
            "2027-10-30T02:30",
            "2027-10-31T02:30:00+02:00",
            "2027-11-01T02:30:00+01:00",
        ),
        (
            "America/New_York",
            "2027-11-06T01:30",
            "2027-11-07T01:30:00-04:00",
            "2027-11-08T01:30:00-05:00",
        ),
        (
            "Australia/Lord_Howe",
            "2027-04-03T01:45",
            "2027-04-04T01:45:00+11:00",
            "2027-04-05T01:45:00+10:30",
        ),
    ],
)
def test_a_time_that_the_clock_shows_twice_is_the_first_of_the_two(
    zone: str, first: str, repeated: str, after: str
) -> None:
    start = due_on(first, zone)
    assert done("FREQ=DAILY", start, [start.instant(), due_on(repeated, zone).instant()]) == [
        repeated,
        after,
    ]


def test_begun_in_the_second_of_two_hours_it_keeps_the_time_by_the_clock() -> None:
    second = due_on("2027-10-31T02:30:00+01:00")
    assert second.fold == 1
    assert done("FREQ=DAILY", second, [second.instant()]) == ["2027-11-01T02:30:00+01:00"]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("Etc/GMT-14", "2026-11-22"), ("UTC", "2026-11-21"), ("Etc/GMT+12", "2026-11-20")],
)
def test_today_is_today_in_the_zone_of_the_task(zone: str, expected: str) -> None:
    noon = datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
    assert done("FREQ=DAILY", due_on("2026-11-01", zone), [noon]) == [expected]
