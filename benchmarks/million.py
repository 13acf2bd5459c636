"""A million tasks of a thousand people, of whom one has a hundred thousand, in either database."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from taskchat.db.engine import Database
from taskchat.db.migrate import migrate
from taskchat.db.sqlite import LIBRARY
from taskchat.domain.position import numbered
from taskchat.domain.text import fold
from taskchat.domain.words import marked_words

PEOPLE = 1000
TASKS = 1_000_000
OF_ONE = 100_000
PROJECTS = 10
BATCH = 10_000
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STATES = ("done", "done", "done", "todo", "todo", "in_progress")
COMMON, RARE = "milk", "zeppelin"  # in every third title, in one of five thousand
FOREIGN = ("Crème", "Straße", "Überweisung", "déjà", "niño")

type Rows = dict[str, list[dict[str, Any]]]


@cache
def owner(person: int) -> str:
    """Its id; 0 has the most tasks."""
    return f"usr_{random.Random(person).getrandbits(128):032x}"


def _vocabulary(chance: random.Random) -> list[str]:
    sounds = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    words = {"".join(chance.choices(sounds, k=chance.randint(2, 4))) for _ in range(4000)}
    return sorted(words - {COMMON, RARE}) + list(FOREIGN)


def rows() -> Iterator[Rows]:
    """By table, some tasks at a time, always the same ones."""
    chance = random.Random(4)
    vocabulary = _vocabulary(chance)
    weights = list(accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    yield {
        "accounts": [_account(person) for person in range(PEOPLE)],
        "projects": [
            _project(person, place) for person in range(PEOPLE) for place in range(PROJECTS)
        ],
    }
    batch: Rows = {"tasks": [], "task_tags": [], "task_texts": []}
    for person in range(PEOPLE):
        count = OF_ONE if person == 0 else (TASKS - OF_ONE) // (PEOPLE - 1)
        for number in range(1, count + 1):
            words = chance.choices(vocabulary, cum_weights=weights, k=chance.randint(3, 9))
            _add_task(batch, chance, person, number, words)
            if len(batch["tasks"]) == BATCH:
                yield batch
                batch = {"tasks": [], "task_tags": [], "task_texts": []}
    yield batch


def _account(person: int) -> dict[str, Any]:
    return {
        "id": owner(person),
        "email": f"person-{person}@example.com",
        "password_hash": "-",
        "timezone": "Europe/Berlin",
        "last_task_number": OF_ONE,
        "created_at": NOW,
    }


def _project(person: int, place: int) -> dict[str, Any]:
    return {
        "id": _project_id(person, place),
        "owner_id": owner(person),
        "name": f"Project {place}",
        "name_key": f"project {place}",
        "color": "red",
        "position": numbered(place),
        "archived_at": NOW if place == PROJECTS - 1 else None,
        "created_at": NOW,
        "updated_at": NOW,
        "version": 1,
    }


def _project_id(person: int, place: int) -> str:
    return f"prj_{person:016x}{place:016x}"


def _add_task(
    batch: Rows, chance: random.Random, person: int, number: int, words: list[str]
) -> None:
    if chance.random() < 1 / 3:
        words[-1] = COMMON
    if chance.random() < 1 / 5000:
        words[0] = RARE
    title, description = " ".join(words[:4]).capitalize(), " ".join(words[4:])
    task = {
        "id": f"tsk_{person:08x}{number:024x}",
        "owner_id": owner(person),
        "number": number,
        "title": title,
        "title_key": fold(title),
        "description": description,
        "position": numbered(number),
        **_states(chance, person, number),
    }
    batch["tasks"].append(task)
    texts = {"title": title, "description": description}
    marked = {name: marked_words(task["owner_id"], text) for name, text in texts.items()}
    batch["task_texts"].append({"task_id": task["id"], **marked})
    tags = {f"tag {int(chance.paretovariate(0.5)) % 60}" for _ in range(chance.randint(0, 2))}
    batch["task_tags"] += [
        {
            "task_id": task["id"],
            "position": place,
            "owner_id": task["owner_id"],
            "tag": tag.capitalize(),
            "tag_key": tag,
        }
        for place, tag in enumerate(sorted(tags))
    ]


def _states(chance: random.Random, person: int, number: int) -> dict[str, Any]:
    status = chance.choice(STATES)
    created = NOW - timedelta(minutes=5 * (OF_ONE - number))
    day = date(2026, 11, 21) + timedelta(days=chance.randint(-400, 200))
    dated, timed = chance.random() < 0.6, chance.random() < 0.3
    at = time(chance.randint(6, 20), 30)
    moment = datetime.combine(day, at if timed else time(22, 59, 59, 999999), UTC)
    place = chance.randint(0, 2 * PROJECTS)
    return {
        "status": status,
        "priority_rank": chance.choice((1, 2, 2, 2, 3)),
        "project_id": _project_id(person, place) if place < PROJECTS else None,
        "due_day": day.isoformat() if dated else None,
        "due_time": time(at.hour + 1, 30).isoformat() if dated and timed else None,
        "due_at": moment if dated else None,
        "timezone": "Europe/Berlin",
        "created_at": created,
        "updated_at": created,
        "completed_at": created + timedelta(days=1) if status == "done" else None,
        "recurrence_from": "schedule",
        "is_untrusted": False,
        "version": 1,
    }


COUNT = (
    """
    INSERT INTO task_counts (owner_id, kind, key, label, count)
    SELECT owner_id, status, coalesce(project_id, ''), '', count(*) FROM tasks GROUP BY 1, 2, 3
    """,
    """
    INSERT INTO task_counts (owner_id, kind, key, label, count)
    SELECT owner_id, 'tag', tag_key, min(tag), count(*) FROM task_tags GROUP BY 1, 2, 3
    """,
)


async def fill_sqlite(path: Path) -> Database:
    database = Database(f"sqlite:///{path}")
    await migrate(database)
    with closing(LIBRARY.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        connection.execute("BEGIN")
        for batch in rows():
            for table, some in batch.items():
                names = ", ".join(some[0])
                marks = ", ".join("?" * len(some[0]))
                text = f"INSERT INTO {table} ({names}) VALUES ({marks})"
                connection.executemany(text, [_stored(row) for row in some])
        for statement in COUNT:
            connection.execute(statement)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return database


def _stored(row: dict[str, Any]) -> list[Any]:
    return [
        value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value
        for value in row.values()
    ]


async def fill_postgres(url: str) -> Database:
    database = Database(url)
    await migrate(database)
    async with database.driver_connection() as connection:
        for batch in rows():
            for table, some in batch.items():
                await connection.copy_records_to_table(
                    table, records=[tuple(row.values()) for row in some], columns=list(some[0])
                )
        for statement in COUNT:
            await connection.execute(statement)
        await connection.execute("VACUUM ANALYZE")
    return database
