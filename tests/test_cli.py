"""`taskchat`, as a person at a console runs it."""

import json

import pytest
from dirty_equals import IsPartialDict, IsStr

from taskchat.domain.errors import DomainError
from tests.console import PASSWORD, Console, can_log_in

pytestmark = pytest.mark.anyio


async def test_people_are_added_listed_given_a_new_password_and_deleted(console: Console) -> None:
    added = await console.run(
        "user", "add", "Ben@Example.com", "--timezone", "Asia/Tokyo", PASSWORD=PASSWORD
    )
    assert (added.status, added.out) == (0, "Added ben@example.com.\n")
    assert await can_log_in(console.accounts, "ben@example.com", PASSWORD)

    listed = await console.run("user", "list")
    assert [line.split("\t")[:2] for line in listed.out.splitlines()] == [
        ["ann@example.com", "Europe/Berlin"],
        ["ben@example.com", "Asia/Tokyo"],
    ]

    reset = await console.run("user", "reset-password", "ben@example.com", PASSWORD="another one")
    assert reset.status == 0
    assert not await can_log_in(console.accounts, "ben@example.com", PASSWORD)
    assert await can_log_in(console.accounts, "ben@example.com", "another one")

    assert (await console.run("user", "delete", "ben@example.com", "--yes")).status == 0
    assert [account.email for account in await console.accounts.list()] == ["ann@example.com"]


async def test_a_token_works_until_it_is_revoked_and_is_shown_only_once(console: Console) -> None:
    secret = (
        await console.run("token", "create", "ann@example.com", "--name", "robot")
    ).out.strip()
    principal = await console.accounts.authenticate_token(secret)
    assert (principal.email, principal.actor.name) == ("ann@example.com", "robot")

    listed = (await console.run("token", "list", "ann@example.com")).out
    token_id = listed.split("\t")[0]
    assert listed.split("\t")[1] == "robot"
    assert secret not in listed

    assert (await console.run("token", "revoke", "ann@example.com", token_id)).status == 0
    with pytest.raises(DomainError):
        await console.accounts.authenticate_token(secret)


async def test_a_tool_acts_for_a_person_and_prints_its_result(console: Console) -> None:
    arguments = {"title": "Buy milk", "due": "2027-01-01T09:00"}
    status, task = await console.tool("create_task", arguments, "ann@example.com")
    assert (status, task) == (
        0,
        IsPartialDict(number=1, title="Buy milk", due="2027-01-01T09:00:00+01:00"),
    )

    refused = await console.tool("complete_task", {"task": "buy bread"}, "ann@example.com")
    assert refused == (
        1,
        {
            "detail": IsStr(),
            "code": "task_not_found",
            "candidates": [{"number": 1, "title": "Buy milk"}],
        },
    )


@pytest.mark.parametrize(
    ("name", "arguments", "person", "code"),
    [
        (
            "create_task",
            {"title": "A", "priority": "urgent"},
            "ann@example.com",
            "invalid_arguments",
        ),
        ("list_tasks", {}, "nobody@example.com", "account_not_found"),
    ],
)
async def test_a_tool_that_cannot_run_says_why_in_json(
    console: Console, name: str, arguments: object, person: str, code: str
) -> None:
    assert await console.tool(name, arguments, person) == (1, {"detail": IsStr(), "code": code})


async def test_a_database_is_made_and_then_left_as_it_is(console: Console) -> None:
    new = console.home / "new"
    for _ in range(2):
        ended = await console.run("migrate", TASKCHAT_DATA_DIR=str(new))
        assert (ended.status, ended.err) == (0, "")
    assert (new / "taskchat.db").is_file()


async def test_the_description_of_the_api_needs_no_data_and_leaves_none(console: Console) -> None:
    empty = console.home / "empty"
    ended = await console.run("openapi", TASKCHAT_DATA_DIR=str(empty), JWT_SECRET="")
    assert "/api/tasks" in json.loads(ended.out)["paths"]
    assert not empty.exists()


@pytest.mark.parametrize("command", ["serve", "openapi"])
async def test_a_wrong_setting_stops_a_command_with_one_line(
    console: Console, command: str
) -> None:
    ended = await console.run(command, GEMINI_BASE_URL="https://canary:word@api.openai.com/v1")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == IsStr(regex=r"taskchat: GEMINI_BASE_URL [^\n]+\n")
    assert "canary" not in ended.err


async def test_a_database_that_is_not_there_is_told_in_one_line(console: Console) -> None:
    url = "postgresql://ann:canary@127.0.0.1:1/tasks"
    ended = await console.run("user", "list", DATABASE_URL=url)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == IsStr(regex=r"taskchat: [^\n]+\n")
    assert "canary" not in ended.err
