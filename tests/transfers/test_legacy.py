from datetime import UTC, datetime

import pytest

from taskchat.domain.errors import Invalid
from taskchat.domain.task import Priority, Status
from taskchat.interchange.record import Problem, TaskRecord
from taskchat.transfers.legacy.database import LegacyDatabase, open_legacy
from taskchat.transfers.legacy.rows import LegacyUser
from tests.databases import PostgresServer
from tests.transfers.earlier import (
    ALICE,
    BCRYPT,
    BOB,
    NEWER,
    OLDER,
    PEOPLE,
    conversation,
    earlier_system,
    legacy,
    message,
    task,
    uuid,
)

pytestmark = pytest.mark.anyio


async def tasks_of(
    database: LegacyDatabase, user: str, zone: str = "UTC"
) -> tuple[list[TaskRecord], list[Problem]]:
    reads = [read async for read in database.tasks(user, zone)]
    return (
        [read for read in reads if isinstance(read, TaskRecord)],
        [read for read in reads if isinstance(read, Problem)],
    )


async def read_task(server: PostgresServer, **values: str) -> tuple[TaskRecord, list[Problem]]:
    async with legacy(server, OLDER, PEOPLE, task(10, **values)) as database:
        (record,), problems = await tasks_of(database, ALICE)
    return record, problems


async def test_people_come_with_their_old_password_hashes(postgres: PostgresServer) -> None:
    awkward = f"""
        INSERT INTO users VALUES ('{uuid(3)}', ' Carol@example.com ', 'plain!', NULL, NULL);
        INSERT INTO users VALUES ('{uuid(4)}', ' ', '{BCRYPT}', '2025-01-01', NULL);
    """
    async with legacy(postgres, OLDER, PEOPLE, awkward) as database:
        found = [one async for one in database.users()]
    users = [one for one in found if isinstance(one, LegacyUser)]
    assert users == [
        LegacyUser(uuid(3), "Carol@example.com", None, None),
        LegacyUser(ALICE, "alice@example.com", BCRYPT, datetime(2024, 5, 1, 8, tzinfo=UTC)),
        LegacyUser(BOB, "bob@example.com", BCRYPT, datetime(2024, 6, 1, 8, tzinfo=UTC)),
    ]
    problems = [(one.place, one.is_fatal) for one in found if isinstance(one, Problem)]
    assert problems == [(f"users {uuid(3)}", False), (f"users {uuid(4)}", True)]


async def test_a_task_comes_with_all_that_it_was(postgres: PostgresServer) -> None:
    record, problems = await read_task(
        postgres,
        description="'Two cans'",
        priority="'HIGH'",
        tags="ARRAY['home', 'Büro']",
        due_date="'2026-11-21 17:00:00.5'",
        reminder_offset="30",
        reminder_sent="true",
        recurrence="""'{"frequency": "weekly", "interval": 2, "count": 5, "end_date": null}'""",
        completed="true",
        updated_at="'2026-11-20 10:00'",
    )
    assert problems == []
    assert record == TaskRecord(
        source_id=uuid(10),
        place=f"tasks {uuid(10)}",
        title="Task 10",
        description="Two cans",
        status=Status.DONE,
        priority=Priority.HIGH,
        tags=("home", "Büro"),
        due="2026-11-21T17:00:00+00:00",
        timezone="UTC",
        recurrence="FREQ=WEEKLY;INTERVAL=2;COUNT=5",
        remind_before=30,
        created_at=datetime(2025, 1, 1, 0, 10, tzinfo=UTC),
        completed_at=datetime(2026, 11, 20, 10, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("recurrence", "rule"),
    [
        ('{"frequency": "DAILY"}', "FREQ=DAILY"),
        ('{"frequency": "Yearly", "interval": 1}', "FREQ=YEARLY"),
        ('{"frequency": "monthly", "end_date": "2027-03-31"}', "FREQ=MONTHLY;UNTIL=20270331"),
        ('{"frequency": "daily", "end_date": "2027-03-31T00:00:00"}', "FREQ=DAILY;UNTIL=20270331"),
        (
            '{"frequency": "daily", "end_date": "2027-03-31T12:00:00+02:00"}',
            "FREQ=DAILY;UNTIL=20270331T100000Z",
        ),
        ('"{\\"frequency\\": \\"daily\\"}"', "FREQ=DAILY"),
        ("null", None),
    ],
)
async def test_repetitions_become_rules(
    postgres: PostgresServer, recurrence: str, rule: str | None
) -> None:
    record, problems = await read_task(
        postgres, due_date="'2026-11-21 17:00'", recurrence=f"'{recurrence}'"
    )
    assert problems == []
    assert record.recurrence == rule


@pytest.mark.parametrize(
    "values",
    [
        {"priority": "'URGENT'"},
        {"due_date": "'infinity'"},
        {"due_date": "'0044-03-15 BC'"},
        {"due_date": "'10000-01-01'"},
        {"due_date": "'1800-01-01'"},
        {"reminder_offset": "30"},
        {"due_date": "'2026-11-21'", "reminder_offset": "-5"},
        {"due_date": "'2026-11-21'", "reminder_offset": "1000000"},
        {"recurrence": """'{"frequency": "daily"}'"""},
        {"due_date": "'2026-11-21'", "recurrence": """'{"frequency": "hourly"}'"""},
        {"due_date": "'2026-11-21'", "recurrence": """'{"frequency": "daily", "interval": 0}'"""},
        {"due_date": "'2026-11-21'", "recurrence": """'["daily"]'"""},
        {"due_date": "'2026-11-21'", "recurrence": """'{"frequency": "daily", "end_date": "soon"}'"""},
        {
            "due_date": "'2026-11-21'",
            "recurrence": """'{"frequency": "daily", "count": 3, "end_date": "2027-01-01"}'""",
        },
        {"title": "repeat('long ', 100)"},
        {"description": "repeat('long ', 1000)"},
        {"tags": "array_fill('tag'::text, ARRAY[2]) || repeat('x', 60)"},
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_named_with_its_table_and_id(
    postgres: PostgresServer, values: dict[str, str]
) -> None:
    record, problems = await read_task(postgres, **values)
    assert record.title
    assert {(problem.place, problem.is_fatal) for problem in problems} == {
        (f"tasks {uuid(10)}", False)
    }


async def test_a_task_without_a_title_is_left_out(postgres: PostgresServer) -> None:
    async with legacy(postgres, OLDER, PEOPLE, task(10, title="'  '")) as database:
        records, problems = await tasks_of(database, ALICE)
    assert records == []
    assert [(one.place, one.is_fatal) for one in problems] == [(f"tasks {uuid(10)}", True)]


async def test_each_person_has_only_their_own_tasks_and_a_repetition_is_no_subtask(
    postgres: PostgresServer,
) -> None:
    scripts = (
        task(10, parent_task_id=f"'{uuid(11)}'"),
        task(11),
        task(12, user_id=f"'{BOB}'", parent_task_id=f"'{uuid(11)}'"),
    )
    async with legacy(postgres, OLDER, PEOPLE, *scripts) as database:
        records, problems = await tasks_of(database, ALICE, "Europe/Berlin")
        others, others_problems = await tasks_of(database, BOB)
    assert [(one.source_id, one.parent) for one in records] == [(uuid(10), None), (uuid(11), None)]
    assert [(one.source_id, one.parent) for one in others] == [(uuid(12), None)]
    assert problems == others_problems == []
    assert {one.timezone for one in records} == {"Europe/Berlin"}


async def test_what_belongs_to_nobody_is_counted(postgres: PostgresServer) -> None:
    gone = uuid(98)
    scripts = (
        task(10, user_id=f"'{gone}'"),
        task(11, user_id="NULL"),
        conversation(20, gone),
        message(31, user=gone),
    )
    async with legacy(postgres, NEWER, PEOPLE, *scripts) as database:
        strays = await database.strays()
    assert strays == {"tasks": 2, "conversation": 1, "message": 1}


async def test_columns_and_tables_that_are_missing_are_no_matter(postgres: PostgresServer) -> None:
    bare = f"""
        CREATE TABLE users (id uuid, email text);
        CREATE TABLE tasks (id uuid, user_id uuid, title text);
        INSERT INTO users VALUES ('{ALICE}', 'alice@example.com');
        INSERT INTO tasks VALUES ('{uuid(10)}', '{ALICE}', 'Bare');
    """
    async with legacy(postgres, bare) as database:
        records, problems = await tasks_of(database, ALICE)
        conversations = [one async for one in database.conversations(ALICE)]
        counts = database.counts
    assert [record.title for record in records] == ["Bare"]
    assert problems == []
    assert conversations == []
    assert counts == {"users": 1, "tasks": 1}


async def test_even_a_view_that_writes_when_it_is_read_can_write_nothing(
    postgres: PostgresServer,
) -> None:
    harmful = """
        CREATE FUNCTION burn() RETURNS text LANGUAGE plpgsql AS
            $$ BEGIN DELETE FROM tasks; RETURN 'burnt'; END $$;
        ALTER TABLE users RENAME TO kept;
        CREATE VIEW users AS SELECT id, burn() AS email FROM kept;
    """
    with pytest.raises(Invalid) as refusal:
        async with legacy(postgres, OLDER, PEOPLE, task(10), harmful):
            pass
    assert "read-only" in str(refusal.value)


async def test_another_kind_of_database_is_refused(postgres: PostgresServer) -> None:
    for scripts in ((), ("CREATE TABLE users (id int, email text); CREATE TABLE tasks (id int);",)):
        async with earlier_system(postgres, *scripts) as url:
            with pytest.raises(Invalid) as refusal:
                async with open_legacy(url):
                    pass
        assert refusal.value.code == "legacy_unknown"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:secret@127.0.0.1:1/nowhere",
        "mysql://me:secret@127.0.0.1/tasks",
        "postgresql://me:secret@127.0.0.1:port/tasks",
        "secret",
    ],
)
async def test_an_address_that_leads_nowhere_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        async with open_legacy(url):
            pass
    assert refusal.value.code == "legacy_unreadable"
    assert "secret" not in str(refusal.value)
