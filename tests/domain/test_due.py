from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.domain.due import EARLIEST, LATEST, Due, find_zone, read_iso
from taskchat.domain.errors import Invalid

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)
BERLIN = "Europe/Berlin"

zones = st.sampled_from(ZONES)
days = st.dates(EARLIEST, LATEST)
times = st.times().map(lambda at: at.replace(microsecond=0))
moments = st.builds(Due, days, times, zones)
modern = st.integers(315_532_800, 4_102_444_800).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)  # from 1980 to 2100
)


@given(st.builds(Due, days, st.none(), zones))
def test_a_day_is_written_and_read_as_a_day_in_every_zone(due: Due) -> None:
    assert read_iso(due.text(), due.zone) == due


@given(moments)
def test_a_moment_that_is_written_and_read_is_the_same_instant(due: Due) -> None:
    again = read_iso(due.text(), due.zone)

    assert again is not None
    assert again.instant() == due.instant()
    assert read_iso(again.text(), due.zone) == again


@given(modern, zones)
def test_an_instant_moves_onto_the_clock_of_a_zone_and_stays_the_same_instant(
    instant: datetime, zone: str
) -> None:
    due = read_iso(instant.isoformat(), zone)

    assert due is not None
    assert due.zone == zone
    assert due.instant() == due.start() == instant


@given(days, zones)
def test_a_day_ends_after_all_its_moments_and_just_before_the_next(day: date, zone: str) -> None:
    whole, last = Due(day, None, zone), Due(day, time(23, 59, 59), zone)

    assert whole.start() <= last.instant() <= whole.instant()
    if day < LATEST:
        tomorrow = Due(day + timedelta(days=1), None, zone)
        assert tomorrow.start() - whole.instant() == timedelta(microseconds=1)


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    due = read_iso(text, BERLIN)
    assert due is None or due.zone == BERLIN


@pytest.mark.parametrize("text", ["20271121", "2027-W46", "2027-W46-7", "2027W467"])
def test_a_day_in_another_iso_form_is_no_moment(text: str) -> None:
    due = read_iso(text, BERLIN)
    assert due is None or due.at is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2027-11-21", "2027-11-21"),
        ("2027-11-21T17:00", "2027-11-21T17:00:00+01:00"),
        ("2027-11-21 17:00:30", "2027-11-21T17:00:30+01:00"),
        ("2027-11-21T17:00:00.999", "2027-11-21T17:00:00+01:00"),
        ("2027-11-21T17:00Z", "2027-11-21T18:00:00+01:00"),
        ("2027-07-01T00:30:00+09:00", "2027-06-30T17:30:00+02:00"),
    ],
)
def test_a_moment_is_shown_on_the_clock_of_its_zone(text: str, shown: str) -> None:
    due = read_iso(text, BERLIN)
    assert due is not None
    assert due.text() == shown


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "2027-02-29", "2027-11-21T24:30", "2027-11-21T17:00:00+99:99", "0000-01-01"],
)
def test_what_is_no_iso_date_is_left_to_others(text: str) -> None:
    assert read_iso(text, BERLIN) is None


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01",
        "9998-12-31",
        "1969-12-31T23:59",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_date_that_not_every_clock_can_show_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_iso(text, BERLIN)
    assert refused.value.code == "due_out_of_range"


def test_an_hour_that_the_clock_skips_is_the_one_after_it() -> None:
    skipped = read_iso("2027-03-28T02:30", BERLIN)

    assert skipped is not None
    assert skipped.instant() == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert skipped.text() == "2027-03-28T02:30:00+01:00"


def test_an_hour_that_the_clock_repeats_is_two_different_hours() -> None:
    first = read_iso("2027-10-31T02:30:00+02:00", BERLIN)
    second = read_iso("2027-10-31T02:30:00+01:00", BERLIN)

    assert first is not None
    assert second is not None
    assert first != second
    assert second.instant() - first.instant() == timedelta(hours=1)
    assert (first.text(), second.text()) == (
        "2027-10-31T02:30:00+02:00",
        "2027-10-31T02:30:00+01:00",
    )
    assert read_iso("2027-10-31T02:30", BERLIN) == first


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)]
)
def test_a_day_is_as_long_as_its_clock_makes_it(day: date, hours: int) -> None:
    due = Due(day, None, BERLIN)
    assert due.instant() - due.start() == timedelta(hours=hours, microseconds=-1)


def test_moving_to_another_zone_keeps_what_the_clock_shows() -> None:
    due = Due(date(2027, 6, 1), time(9), BERLIN)
    moved = replace(due, zone="America/New_York")

    assert (due.text(), moved.text()) == ("2027-06-01T09:00:00+02:00", "2027-06-01T09:00:00-04:00")
    assert moved.instant() - due.instant() == timedelta(hours=6)


@given(modern, st.timedeltas(timedelta(hours=-23), timedelta(hours=23)))
def test_an_offset_changes_how_a_moment_is_written_and_not_when_it_is(
    instant: datetime, offset: timedelta
) -> None:
    minutes = timedelta(minutes=offset // timedelta(minutes=1))
    written = instant.astimezone(timezone(minutes)).isoformat()
    assert read_iso(written, BERLIN) == read_iso(instant.isoformat(), BERLIN)


@pytest.mark.parametrize("name", ZONES)
def test_a_zone_of_people_is_known(name: str) -> None:
    assert find_zone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Berlin",
        "Mars/Olympus",
        "Europe",
        "../UTC",
        "/etc/localtime",
        "UTC\x00",
        "\ud800",
        "x" * 5000,
        "a/" * 2000 + "b",
        "right/Europe/Berlin",
        "posix/UTC",
        "localtime",
        "posixrules",
        "tzdata.zi",
    ],
)
def test_what_is_no_zone_of_people_is_refused(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        find_zone(name)
    assert refused.value.code == "timezone_unknown"
