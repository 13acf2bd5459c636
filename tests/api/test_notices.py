"""What a person is told, what they do about it, and browsers that want to hear of it."""

import pytest
from dirty_equals import IsDatetime, IsStr

from tests.api.chat_client import ChatClient, signed_in
from tests.api.serving import StartServer
from tests.schedules.push_service import Browser, bytes_of

pytestmark = pytest.mark.anyio

ENDPOINT = "https://push.example.com/ann"
MAIL = {"smtp_url": "smtp://127.0.0.1:1", "mail_from": "tasks@example.com"}


async def test_a_reminder_is_listed_put_off_and_read(ann: ChatClient, ben: ChatClient) -> None:
    fields = {"title": "Call", "due": "in 2 minutes", "remind_before": 60}
    async with ann.following("/api/events") as frames:
        task = (await ann.http.post("/api/tasks", json=fields)).json()
        async for frame in frames:
            if frame.event["type"] == "reminder.due":
                break

    told = (await ann.http.get("/api/notifications")).json()
    (notification,) = told["items"]
    assert (told["unread"], told["next_cursor"]) == (1, None)
    assert notification == {
        "id": IsStr(regex=f"reminder:{task['id']}:.*"),
        "kind": "reminder",
        "data": {"task": task, "late": True},
        "created_at": IsDatetime(iso_string=True),
        "read_at": None,
    }
    assert (await ben.http.get("/api/notifications")).json()["items"] == []

    snoozed = await ann.http.post("/api/tasks/1/snooze", json={"minutes": 10})
    assert snoozed.status_code == 200
    assert snoozed.json() == {
        "task_id": task["id"],
        "number": 1,
        "fires_at": IsDatetime(iso_string=True),
    }
    assert (await ann.http.get("/api/tasks/1")).json() == task

    read = await ann.http.post("/api/notifications/read", json={"ids": [notification["id"]]})
    assert (read.status_code, read.content) == (204, b"")
    told = (await ann.http.get("/api/notifications")).json()
    assert (told["unread"], told["items"][0]["read_at"]) == (0, IsDatetime(iso_string=True))


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("POST", "/api/tasks/1/snooze", {}, 422, "snooze_unclear"),
        ("POST", "/api/tasks/1/snooze", {"minutes": 0}, 422, "invalid_request"),
        ("POST", "/api/tasks/1/snooze", {"minutes": 10_081}, 422, "invalid_request"),
        ("POST", "/api/tasks/1/snooze", {"minutes": 2**70}, 422, "invalid_request"),
        ("POST", "/api/tasks/1/snooze", {"until": "x" * 201}, 422, "invalid_request"),
        ("POST", "/api/tasks/1/snooze", {"until": "a\x00b"}, 422, "text_not_storable"),
        ("POST", "/api/tasks/1/snooze", {"until": "yesterday"}, 422, "snooze_past"),
        ("POST", "/api/tasks/1/snooze", {"minutes": 5, "owner": "ben"}, 422, "invalid_request"),
        ("POST", "/api/tasks/2/snooze", {"minutes": 5}, 404, "task_not_found"),
        ("POST", "/api/tasks/Call/snooze", {"minutes": 5}, 404, "task_not_found"),
        ("POST", "/api/notifications/read", {}, 422, "notifications_unnamed"),
        ("POST", "/api/notifications/read", {"all": False}, 422, "invalid_request"),
        ("POST", "/api/notifications/read", {"ids": ["x"] * 101}, 422, "invalid_request"),
        ("POST", "/api/notifications/read", {"ids": ["a\x00b"]}, 422, "text_not_storable"),
        ("GET", "/api/notifications?limit=0", None, 422, "invalid_request"),
        ("GET", "/api/notifications?limit=101", None, 422, "invalid_request"),
        ("GET", "/api/notifications?cursor=x", None, 422, "cursor_invalid"),
        ("POST", "/api/push/subscriptions", {}, 422, "invalid_request"),
        ("DELETE", "/api/push/subscriptions", {}, 422, "invalid_request"),
        ("DELETE", "/api/push/subscriptions", {"endpoint": "a\x00"}, 422, "text_not_storable"),
        ("PATCH", "/api/auth/me", {"reminders_by_email": "maybe"}, 422, "invalid_request"),
        ("PATCH", "/api/auth/me", {"reminders_by_email": True}, 422, "mail_unavailable"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    ann: ChatClient, method: str, path: str, body: object, status: int, code: str
) -> None:
    await ann.http.post("/api/tasks", json={"title": "Call"})
    refused = await ann.http.request(method, path, json=body)

    assert (refused.status_code, refused.json()["code"]) == (status, code)


async def test_a_request_that_comes_twice_moves_the_reminder_once(ann: ChatClient) -> None:
    await ann.http.post("/api/tasks", json={"title": "Call"})
    headers = {"Idempotency-Key": "key-1"}
    first, second = [
        await ann.http.post("/api/tasks/1/snooze", json={"minutes": 10}, headers=headers)
        for _ in range(2)
    ]
    other = await ann.http.post("/api/tasks/1/snooze", json={"minutes": 9}, headers=headers)

    assert first.json() == second.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_browser_subscribes_with_the_servers_key_and_leaves_again(
    ann: ChatClient, ben: ChatClient
) -> None:
    keys = [(await who.http.get("/api/push/key")).json()["key"] for who in (ann, ben)]
    assert keys[0] == keys[1]
    assert (len(bytes_of(keys[0])), bytes_of(keys[0])[0]) == (65, 4)

    subscription = Browser().subscription(ENDPOINT).model_dump() | {"expirationTime": None}
    for _ in range(2):
        made = await ann.http.post("/api/push/subscriptions", json=subscription)
        assert (made.status_code, made.content) == (204, b"")
    for _ in range(2):
        body = {"endpoint": ENDPOINT}
        ended = await ann.http.request("DELETE", "/api/push/subscriptions", json=body)
        assert (ended.status_code, ended.content) == (204, b"")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"endpoint": "http://127.0.0.1:8000/"}, "push_endpoint_invalid"),
        ({"endpoint": "https://169.254.169.254/"}, "push_endpoint_invalid"),
        ({"endpoint": "https://localhost/"}, "push_endpoint_invalid"),
        ({"endpoint": "https://push.example.com/\x00"}, "push_endpoint_invalid"),
        ({"endpoint": 7}, "invalid_request"),
        ({"keys": {"p256dh": "", "auth": ""}}, "push_keys_invalid"),
        ({"keys": {"p256dh": "x" * 201, "auth": ""}}, "invalid_request"),
        ({"keys": None}, "invalid_request"),
    ],
)
async def test_a_subscription_that_no_browser_has_is_refused(
    ann: ChatClient, changes: dict[str, object], code: str
) -> None:
    subscription = Browser().subscription(ENDPOINT).model_dump() | changes
    refused = await ann.http.post("/api/push/subscriptions", json=subscription)

    assert (refused.status_code, refused.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/notifications"),
        ("POST", "/api/notifications/read"),
        ("POST", "/api/tasks/1/snooze"),
        ("GET", "/api/push/key"),
        ("POST", "/api/push/subscriptions"),
        ("DELETE", "/api/push/subscriptions"),
    ],
)
async def test_nobody_gets_in_without_a_name(ann: ChatClient, method: str, path: str) -> None:
    ann.http.cookies.clear()
    assert (await ann.http.request(method, path, json={})).status_code == 401


async def test_mail_is_chosen_where_the_server_can_send_it(start_server: StartServer) -> None:
    async with signed_in(await start_server(**MAIL), "ann@example.com") as ann:
        me = (await ann.http.get("/api/auth/me")).json()
        assert (me["mail_available"], me["reminders_by_email"]) == (True, False)
        chosen = await ann.http.patch("/api/auth/me", json={"reminders_by_email": True})
        assert (chosen.status_code, chosen.json()["reminders_by_email"]) == (200, True)
        kept = await ann.http.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
        assert kept.json()["reminders_by_email"] is True
        left = await ann.http.patch("/api/auth/me", json={"reminders_by_email": False})
        assert left.json()["reminders_by_email"] is False


async def test_a_server_without_mail_says_so_and_lets_everybody_leave(ann: ChatClient) -> None:
    me = (await ann.http.patch("/api/auth/me", json={"reminders_by_email": False})).json()
    assert (me["mail_available"], me["reminders_by_email"]) == (False, False)
