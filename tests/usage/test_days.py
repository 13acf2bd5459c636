from datetime import UTC, datetime, timedelta

import pytest

from taskchat.usage.days import Day


@pytest.mark.parametrize(
    ("moment", "zone", "name", "ends"),
    [
        ("2026-11-21T22:59", "Europe/Berlin", "2026-11-21", "2026-11-22T00:00:00+01:00"),
        ("2026-11-21T23:00", "Europe/Berlin", "2026-11-22", "2026-11-23T00:00:00+01:00"),
        ("2026-11-21T23:00", "America/New_York", "2026-11-21", "2026-11-22T00:00:00-05:00"),
        ("2026-03-29T12:00", "Europe/Berlin", "2026-03-29", "2026-03-30T00:00:00+02:00"),
        ("2026-11-21T12:00", "Pacific/Kiritimati", "2026-11-22", "2026-11-23T00:00:00+14:00"),
    ],
)
def test_a_day_is_the_person_s_own(moment: str, zone: str, name: str, ends: str) -> None:
    day = Day.of(datetime.fromisoformat(moment).replace(tzinfo=UTC), zone)
    assert (day.name, day.ends.isoformat()) == (name, ends)


def test_the_day_on_which_clocks_change_has_another_length() -> None:
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    day = Day.of(noon, "Europe/Berlin")
    assert day.ends.astimezone(UTC) - day.began == timedelta(hours=25)
    assert day.seconds_left(noon) == 11 * 3600
    assert day.seconds_left(day.ends) == 1
