import pytest

from taskchat.domain.errors import Invalid
from taskchat.interchange.moments import Duration, is_day, read_duration, read_instant, read_moment
from tests.interchange.reading import ZONE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T16:00:00Z", "2026-11-21T17:00:00+01:00"),
        ("20261121T160000Z", "2026-11-21T17:00:00+01:00"),
        ("2026-11-21T16:00:00.250+0000", "2026-11-21T17:00:00+01:00"),
        ("2026-11-21 16:00:00", "2026-11-21T16:00:00+01:00"),
        (" 1763632800 ", "2025-11-20T11:00:00+01:00"),
        ("20261121", "2026-11-21T00:00:00+01:00"),
        ("2026-07-01T23:30:00-05:00", "2026-07-02T06:30:00+02:00"),
    ],
)
def test_moments_are_read_on_the_clock_of_a_zone(text: str, expected: str) -> None:
    assert read_moment(text, ZONE).isoformat() == expected


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30", "1", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1969-12-31"],
)  # fmt: skip
def test_what_is_no_moment_or_too_far_away_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_moment(text, ZONE)


def test_no_text_is_no_instant() -> None:
    assert read_instant(" ", ZONE) is None
    assert str(read_instant("2026-11-21 16:00:00", ZONE)) == "2026-11-21 15:00:00+00:00"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P1M", Duration(1, 0, 0)),
        ("P2Y3M", Duration(27, 0, 0)),
        ("P1W2D", Duration(0, 9, 0)),
        ("P0DT9H30M15S", Duration(0, 0, 34_215)),
        ("PT1M", Duration(0, 0, 60)),
        ("P", None),
        ("PT", None),
        ("1H", None),
        ("P1.5D", None),
        ("-PT1H", None),
        ("P99999999999D", None),
    ],
)
def test_durations_are_read(text: str, duration: Duration | None) -> None:
    assert read_duration(text) == duration


def test_the_beginning_and_the_end_of_a_day_mean_the_day() -> None:
    moments = (f"2026-11-21 {clock}" for clock in ("00:00:00", "23:59:59", "12:00:00"))
    assert [is_day(read_moment(text, ZONE)) for text in moments] == [True, True, False]
