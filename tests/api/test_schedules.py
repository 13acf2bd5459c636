"""Reminders, rules and digests, as a person sets them."""

import pytest

from tests.api.chat_client import ChatClient

pytestmark = pytest.mark.anyio


async def test_a_task_takes_a_reminder_and_a_rule_and_null_clears_them(ann: ChatClient) -> None:
    created = await ann.http.post(
        "/api/tasks",
        json={
            "title": "Report",
            "due": "2026-12-04T17:00",
            "remind_before": 30,
            "recurrence": "RRULE:freq=weekly;byday=fr",
        },
    )
    assert created.status_code == 201
    fields = created.json()
    assert (fields["remind_before"], fields["recurrence"]) == (30, "FREQ=WEEKLY;BYDAY=FR")

    kept = (await ann.http.patch("/api/tasks/1", json={"title": "Weekly report"})).json()
    assert (kept["remind_before"], kept["recurrence"]) == (30, "FREQ=WEEKLY;BYDAY=FR")
    cleared = await ann.http.patch("/api/tasks/1", json={"remind_before": None, "recurrence": None})
    assert (cleared.json()["remind_before"], cleared.json()["recurrence"]) == (None, None)
    again = (await ann.http.patch("/api/tasks/1", json={"remind_before": 0})).json()
    assert again["remind_before"] == 0


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"remind_before": 10}, 422, "reminder_needs_due"),
        ({"recurrence": "FREQ=DAILY"}, 422, "recurrence_needs_due"),
        ({"remind_before": -1, "due": "today"}, 422, "invalid_request"),
        ({"remind_before": 40_321, "due": "today"}, 422, "invalid_request"),
        ({"recurrence": "FREQ=SECONDLY", "due": "today"}, 422, "recurrence_invalid"),
        ({"recurrence": "FREQ=DAILY;COUNT=1", "due": "today"}, 422, "recurrence_never"),
    ],
)
async def test_what_cannot_remind_or_repeat_is_refused_with_a_sentence(
    ann: ChatClient, fields: dict[str, object], status: int, code: str
) -> None:
    refused = await ann.http.post("/api/tasks", json={"title": "Report", **fields})

    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert refused.json()["detail"].endswith(".")
    assert (await ann.http.get("/api/tasks")).json()["total"] == 0


async def test_a_digest_has_a_time_of_day_or_none(ann: ChatClient) -> None:
    assert (await ann.http.get("/api/auth/me")).json()["digest_time"] is None

    changed = await ann.http.patch("/api/auth/me", json={"digest_time": "08:00"})
    assert (changed.status_code, changed.json()["digest_time"]) == (200, "08:00")
    moved = await ann.http.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    assert (moved.json()["timezone"], moved.json()["digest_time"]) == ("Asia/Tokyo", "08:00")
    refused = await ann.http.patch("/api/auth/me", json={"digest_time": "24:00"})
    assert (refused.status_code, refused.json()["code"]) == (422, "time_of_day_invalid")
    cleared = await ann.http.patch("/api/auth/me", json={"digest_time": None})
    assert (cleared.json()["timezone"], cleared.json()["digest_time"]) == ("Asia/Tokyo", None)
