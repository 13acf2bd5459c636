"""`taskchat export` and `import`, as a person at a console runs them."""

import json
from pathlib import Path

import bcrypt
import pytest

from tests.console import Console, can_log_in
from tests.databases import PostgresServer
from tests.interchange.reading import FILES
from tests.transfers.earlier import (
    ALICE,
    NEWER,
    conversation,
    earlier_system,
    message,
    task,
    thread,
    uuid,
)

pytestmark = pytest.mark.anyio

ANN = ("--as", "ann@example.com")
TABLE = "title,status,priority\nBuy milk,todo,high\nCall Bob,done,urgent\n"


@pytest.fixture
def table(console: Console) -> Path:
    path = console.home / "tasks.csv"
    path.write_text(TABLE, "utf-8")
    return path


async def test_a_dry_run_says_what_will_come_and_the_import_what_came(
    console: Console, table: Path
) -> None:
    words = ("import", "auto", str(table), *ANN)
    unclear = "Not understood, or not as it was: 1\n  line 3: The priority “urgent” is not known.\n"
    seen = await console.run(*words, "--dry-run")
    assert (seen.status, seen.err) == (0, "")
    assert seen.out == f"Will create 2, skip 0 that are here already.\n{unclear}"
    came = await console.run(*words)
    assert (came.status, came.err) == (0, "2 of 2\n")
    assert came.out == f"Created 2, skipped 0 that are here already.\n{unclear}"
    again = await console.run(*words, "--dry-run")
    assert again.out.startswith("Will create 0, skip 2 that are here already.\n")


async def test_new_projects_are_named(console: Console) -> None:
    ended = await console.run("import", "ticktick", str(FILES / "ticktick.csv"), *ANN)
    assert ended.status == 0
    assert "New projects: " in ended.out


async def test_what_is_exported_can_be_imported_by_somebody_else(
    console: Console, table: Path
) -> None:
    await console.run("import", "csv", str(table), *ANN)
    added = await console.run("user", "add", "ben@example.com", PASSWORD="long enough")
    assert added.status == 0
    output = console.home / "export.json"
    ended = await console.run("export", *ANN, "--output", str(output))
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    assert output.stat().st_mode & 0o777 == 0o600
    came = await console.run("import", "json", str(output), "--as", "ben@example.com")
    assert came.out == "Created 2, skipped 0 that are here already.\n"
    theirs = await console.run("export", "--as", "ben@example.com")
    tasks = json.loads(theirs.out)["tasks"]
    assert [one["title"] for one in tasks] == ["Buy milk", "Call Bob"]


@pytest.mark.parametrize(
    ("form", "begins"), [("json", '{"format"'), ("csv", "\ufeffnumber,"), ("ics", "BEGIN:VCAL")]
)
async def test_an_export_goes_to_standard_output(console: Console, form: str, begins: str) -> None:
    ended = await console.run("export", *ANN, "--format", form)
    assert ended.out.startswith(begins)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("import", "csv", "missing.csv", *ANN), "No such file"),
        (("import", "csv", "missing.csv"), "--as EMAIL"),
        (("import", "csv", "tasks.csv", "--as", "nobody@example.com"), "no such account"),
        (("import", "todoist", "tasks.csv", *ANN), "No line names the columns"),
        (("import", "legacy", "postgresql://x:canary@127.0.0.1:1/x"), "cannot be read"),
        (("import", "legacy", "postgresql://x", "--timezone", "Mars"), "time zone"),
        (("export", "--as", "nobody@example.com"), "no such account"),
    ],
)
async def test_what_cannot_be_done_is_told_in_one_line(
    console: Console, words: tuple[str, ...], said: str
) -> None:
    ended = await console.run(*words)
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("taskchat: ")
    assert ended.err.count("\n") == 1
    assert said in ended.err
    assert "canary" not in ended.err


async def test_another_form_is_refused_with_those_there_are(console: Console, table: Path) -> None:
    ended = await console.run("import", "xlsx", str(table), *ANN)
    assert ended.status == 2
    assert "taskwarrior" in ended.err


async def test_the_earlier_system_moves_with_everybody_in_it(
    console: Console, postgres: PostgresServer
) -> None:
    old = bcrypt.hashpw(b"an old password", bcrypt.gensalt(4)).decode()
    people = f"""
        INSERT INTO users VALUES ('{ALICE}', 'Alice@Example.com', '{old}', '2024-05-01', '2024-05-01');
        INSERT INTO users VALUES ('{uuid(2)}', 'ann@example.com', '{old}', '2024-05-01', '2024-05-01');
    """
    link = {"conversation_id": f"'{uuid(20)}'"}
    scripts = (
        NEWER,
        people,
        task(10, priority="'HIGH'"),
        task(11, title="''"),
        conversation(20),
        thread(21, "'Plans'"),
        message(30, **link),
        message(31, role="'assistant'", **link),
        message(32, role="'system'", **link),
        message(33, thread_id=f"'{uuid(21)}'"),
    )
    async with earlier_system(postgres, *scripts) as url:
        seen = await console.run("import", "legacy", url, "--dry-run")
        assert seen.out.splitlines()[:5] == [
            "users: 2 there, 1 to bring, 1 here already, 0 left out",
            "tasks: 2 there, 1 to bring, 0 here already, 1 left out",
            "conversation: 1 there, 1 to bring, 0 here already, 0 left out",
            "threads: 1 there, 1 to bring, 0 here already, 0 left out",
            "message: 4 there, 3 to bring, 0 here already, 1 left out",
        ]
        assert len(await console.accounts.list()) == 1

        came = await console.run("import", "legacy", url, "--timezone", "Europe/Berlin")
        assert came.status == 0
        assert came.err.splitlines() == ["alice@example.com", "ann@example.com"]
        assert "tasks: 2 there, 1 brought, 0 here already, 1 left out" in came.out
        assert "Not understood, or not as it was: 2" in came.out

        again = await console.run("import", "legacy", url)
        assert "users: 2 there, 0 brought, 2 here already, 0 left out" in again.out
        assert "message: 4 there, 0 brought, 3 here already, 1 left out" in again.out
    assert await can_log_in(console.accounts, "alice@example.com", "an old password")
    assert not await can_log_in(console.accounts, "ann@example.com", "an old password")
    _, listed = await console.tool("list_tasks", {}, "alice@example.com")
    assert [one["title"] for one in listed["items"]] == ["Task 10"]
