"""Tasks over HTTP, end to end."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from dirty_equals import IsList, IsPartialDict, IsStr

from tests.api.chat_client import signed_in
from tests.api.serving import Server

pytestmark = pytest.mark.anyio

ABSENT = (
    *("project", "project_id", "parent_id", "due", "due_weekday", "remind_before"),
    *("recurrence", "completed_at", "deleted_at"),
)

type Json = dict[str, Any]


@pytest.fixture
async def http(server: Server) -> AsyncGenerator[httpx2.AsyncClient]:
    async with signed_in(server, "ann@example.com") as ann:
        await ann.http.patch("/api/auth/me", json={"timezone": "Europe/Berlin"})
        yield ann.http


async def create(http: httpx2.AsyncClient, title: str, **fields: object) -> Json:
    answer = await http.post("/api/tasks", json={"title": title, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def titles(http: httpx2.AsyncClient, query: str) -> list[str]:
    answer = await http.get(f"/api/tasks?{query}")
    assert answer.status_code == 200, answer.text
    return [task["title"] for task in answer.json()["items"]]


async def test_a_new_task_has_every_field_and_is_found_by_id_and_number(
    http: httpx2.AsyncClient,
) -> None:
    before = datetime.now(UTC)
    task = await create(http, "  Buy   milk ")

    assert task == {
        "id": IsStr(regex="tsk_[0-9a-f]{32}"),
        "number": 1,
        "title": "Buy milk",
        "description": "",
        "status": "todo",
        "priority": "medium",
        "tags": [],
        "timezone": "Europe/Berlin",
        "position": IsStr(),
        "recurrence_from": "schedule",
        "untrusted": False,
        **dict.fromkeys(ABSENT),
        "created_at": task["updated_at"],
        "updated_at": IsStr(regex=r".*Z"),
        "version": 1,
    }
    assert before <= datetime.fromisoformat(task["created_at"]) <= datetime.now(UTC)
    assert (await http.get(f"/api/tasks/{task['id']}")).json() == task
    assert (await http.get("/api/tasks/1")).json() == task


async def test_a_new_task_takes_every_field_and_reads_words_as_a_date(
    http: httpx2.AsyncClient,
) -> None:
    task = await create(
        http,
        "Report",
        description="Two\nlines",
        status="in_progress",
        priority="high",
        tags=["#work", "Work", "q4"],
        due="2026-12-24T18:00:00+00:00",
    )
    assert task == IsPartialDict(
        description="Two\nlines",
        status="in_progress",
        priority="high",
        tags=["work", "q4"],
        due="2026-12-24T19:00:00+01:00",
    )
    dated = await create(http, "Call", due="24 December 2027 at 9am", timezone="America/New_York")
    assert (dated["due"], dated["timezone"]) == ("2027-12-24T09:00:00-05:00", "America/New_York")


@pytest.mark.parametrize("path", ["/api/tasks/Milk", "/api/tasks/%231", "/api/tasks/milk%20"])
async def test_an_address_never_names_a_task_by_its_title(
    http: httpx2.AsyncClient, path: str
) -> None:
    await create(http, "Milk")
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "task_not_found")


@pytest.mark.parametrize("words", ["Straße", "STRASSE", "übung", "Übung", "macht ÜBUNG"])
async def test_the_case_of_letters_hides_no_word_in_any_language(
    http: httpx2.AsyncClient, words: str
) -> None:
    await create(http, "A", description="Die Straße fegen. ÜBUNG macht den Meister.")
    assert await titles(http, str(httpx2.QueryParams({"q": words}))) == ["A"]


async def test_a_list_is_narrowed_down_by_everything_that_is_given(
    http: httpx2.AsyncClient,
) -> None:
    await create(http, "Milk", tags=["home"], priority="high", due="2027-03-01")
    await create(http, "Rent", tags=["Home"], status="done", due="2027-03-02T08:00")
    await create(http, "Report", description="about milk", status="in_progress")

    assert await titles(http, "sort=created&tag=HOME") == ["Milk", "Rent"]
    assert await titles(http, "sort=title&status=todo&status=in_progress") == ["Milk", "Report"]
    assert await titles(http, "priority=high&priority=low") == ["Milk"]
    assert await titles(http, "sort=title&q=MILK") == ["Milk", "Report"]
    assert await titles(http, "due_after=2027-03-02") == ["Rent"]
    assert await titles(http, "due_before=2027-03-01") == ["Milk"]
    assert await titles(http, "due_after=2027-03-01&due_before=2027-03-02&limit=1") == ["Rent"]
    assert await titles(http, "tag=home&status=in_progress") == []


@pytest.mark.parametrize(
    "sort",
    ["created", "-created", "due", "-due", "priority", "-priority", "title", "-title"],
)
async def test_pages_in_any_order_join_without_gap_or_repeat(
    http: httpx2.AsyncClient, sort: str
) -> None:
    for number in range(7):
        due = {"due": f"2027-01-0{number // 2 + 1}"} if number % 3 else {}
        priority = ("low", "high", "medium")[number % 3]
        await create(http, f"Task {number // 2}", priority=priority, **due)

    whole = (await http.get(f"/api/tasks?sort={sort}")).json()
    joined: list[Json] = []
    cursor = ""
    for _ in range(4):
        page = (await http.get(f"/api/tasks?sort={sort}&limit=2&cursor={cursor}")).json()
        assert (len(page["items"]), page["total"]) == (1 if len(joined) == 6 else 2, 7)
        joined += page["items"]
        cursor = page["next_cursor"]
    assert cursor is None
    assert joined == whole["items"]
    if "due" in sort:
        assert [task["due"] for task in joined[-3:]] == [None] * 3


async def test_a_change_sets_what_is_given_and_null_clears_the_date(
    http: httpx2.AsyncClient,
) -> None:
    task = await create(http, "Milk", tags=["home"], due="2027-03-01T09:00", description="2 l")

    changed = (await http.patch("/api/tasks/1", json={"title": "Oat milk", "tags": []})).json()
    assert changed == task | {
        "title": "Oat milk",
        "tags": [],
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    assert changed["updated_at"] > task["updated_at"]
    cleared = (await http.patch("/api/tasks/1", json={"due": None, "description": ""})).json()
    assert (cleared["due"], cleared["description"], cleared["version"]) == (None, "", 3)
    same = await http.patch("/api/tasks/1", json={"title": "Oat milk"})
    assert same.json() == cleared
    assert (await http.get(f"/api/tasks/{task['id']}")).json() == cleared


async def test_a_zone_alone_keeps_what_the_clock_shows_and_counts_for_later_dates(
    http: httpx2.AsyncClient,
) -> None:
    for task in ({"title": "Call", "due": "2027-03-01T09:00"}, {"title": "Undated"}):
        await http.post("/api/tasks", json=task)

    moved = (await http.patch("/api/tasks/1", json={"timezone": "Asia/Tokyo"})).json()
    await http.patch("/api/tasks/2", json={"timezone": "Asia/Tokyo"})
    dated = (await http.patch("/api/tasks/2", json={"due": "2027-03-01T09:00"})).json()

    assert moved["due"] == dated["due"] == "2027-03-01T09:00:00+09:00"


async def test_a_stale_change_is_refused_with_the_task_as_it_is_now(
    http: httpx2.AsyncClient,
) -> None:
    task = await create(http, "Milk")
    newer = (await http.patch("/api/tasks/1", json={"title": "Oat milk", "version": 1})).json()

    stale = await http.patch("/api/tasks/1", json={"title": "Soy milk", "version": 1})

    assert stale.status_code == 409
    assert stale.json() == {"detail": IsStr(), "code": "stale_version", "current": newer}
    assert (await http.get(f"/api/tasks/{task['id']}")).json() == newer


async def test_completing_notes_the_time_and_opening_again_forgets_it(
    http: httpx2.AsyncClient,
) -> None:
    await create(http, "Milk")

    done = (await http.post("/api/tasks/1/complete", json={"completed": True})).json()
    assert (done["status"], done["completed_at"]) == ("done", done["updated_at"])
    again = (await http.post("/api/tasks/1/complete", json={"completed": True})).json()
    assert again == done
    opened = (await http.post("/api/tasks/1/complete", json={"completed": False})).json()
    assert (opened["status"], opened["completed_at"], opened["version"]) == ("todo", None, 3)


async def test_a_deleted_task_is_gone_and_its_number_is_not_given_again(
    http: httpx2.AsyncClient,
) -> None:
    task = await create(http, "Milk")

    deleted = await http.delete("/api/tasks/1")
    assert (deleted.status_code, deleted.content) == (204, b"")
    for method in ("GET", "DELETE"):
        gone = await http.request(method, f"/api/tasks/{task['id']}")
        assert (gone.status_code, gone.json()["code"]) == (404, "task_not_found")
    assert (await create(http, "Eggs"))["number"] == 2


async def test_completing_all_reaches_the_open_tasks_that_match(http: httpx2.AsyncClient) -> None:
    for title, tags in (("A", ["home"]), ("B", ["home"]), ("C", ["work"])):
        await create(http, title, tags=tags)

    assert (await http.post("/api/tasks/complete-all", json={"tag": "home"})).json() == {
        "completed": 2
    }
    assert await titles(http, "status=todo") == ["C"]
    assert (await http.post("/api/tasks/complete-all", json={})).json() == {"completed": 1}
    assert (await http.post("/api/tasks/complete-all", json={})).json() == {"completed": 0}


async def test_deleting_all_needs_a_confirmation(http: httpx2.AsyncClient) -> None:
    for title, status in (("A", "done"), ("B", "todo"), ("C", "done")):
        await create(http, title, status=status)

    assert (await http.post("/api/tasks/delete-all", json={"status": "done"})).status_code == 422
    assert (await http.get("/api/tasks")).json()["total"] == 3
    confirmed = {"confirm": True, "status": "done"}
    assert (await http.post("/api/tasks/delete-all", json=confirmed)).json() == {"deleted": 2}
    assert await titles(http, "") == ["B"]


async def test_tags_are_counted_whatever_their_case(http: httpx2.AsyncClient) -> None:
    await create(http, "A", tags=["Home", "work"])
    await create(http, "B", tags=["home"])
    await create(http, "C", tags=["errand"], status="done")

    assert (await http.get("/api/tags")).json() == {
        "items": [
            {"tag": IsStr(regex="[Hh]ome"), "count": 2, "color": IsStr()},
            {"tag": "errand", "count": 1, "color": IsStr()},
            {"tag": "work", "count": 1, "color": IsStr()},
        ]
    }


async def test_every_change_is_in_the_activity_newest_first_page_by_page(
    http: httpx2.AsyncClient,
) -> None:
    task = await create(http, "Milk")
    await http.patch("/api/tasks/1", json={"priority": "high"})
    await http.post("/api/tasks/1/complete", json={"completed": True})
    await http.delete("/api/tasks/1")

    first = (await http.get("/api/activity?limit=3")).json()
    rest = (await http.get(f"/api/activity?limit=3&cursor={first['next_cursor']}")).json()

    assert rest["next_cursor"] is None
    entries = first["items"] + rest["items"]
    assert [entry["action"] for entry in entries] == [
        "delete_task",
        "complete_task",
        "update_task",
        "create_task",
    ]
    assert [entry["id"] for entry in entries] == IsList(
        *sorted((entry["id"] for entry in entries), reverse=True)
    )
    assert entries[2] == IsPartialDict(
        actor={"kind": "person", "name": "ann@example.com", "thread_id": None},
        task={"entity": "task", "id": task["id"], "number": 1, "title": "Milk"},
        changes={"priority": ["medium", "high"]},
    )
    assert entries[1]["changes"] == {"status": ["todo", "done"]}
    assert entries[0]["changes"] == {"deleted": [False, True]}
