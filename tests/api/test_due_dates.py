import pytest

from tests.api.chat_client import ChatClient

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("due", "shown", "weekday"),
    [
        ("2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+02:00", "Sunday"),
        ("2027-10-31T02:30:00+01:00", "2027-10-31T02:30:00+01:00", "Sunday"),
        ("2027-03-28T02:30", "2027-03-28T03:30:00+02:00", "Sunday"),
        ("2027-03-27", "2027-03-27", "Saturday"),
    ],
)
async def test_an_hour_that_the_clock_repeats_or_skips_is_the_same_after_a_reload(
    ann: ChatClient, due: str, shown: str, weekday: str
) -> None:
    task = {"title": "Night shift", "due": due, "timezone": "Europe/Berlin"}
    created = (await ann.http.post("/api/tasks", json=task)).json()

    assert (created["due"], created["due_weekday"]) == (shown, weekday)
    assert (await ann.http.get("/api/tasks/1")).json() == created
