"""Finding tasks by words."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from taskchat.db.engine import Database
from taskchat.domain.errors import Candidate
from taskchat.domain.ids import new_id
from taskchat.domain.query import Filter, Sort
from taskchat.domain.task import Task, UserId
from taskchat.tasks.finding.listing import TaskListing
from taskchat.tasks.finding.search import Search
from taskchat.tasks.owner import Owner
from taskchat.tasks.storage.activity import Change
from tests.people import NOW, add_account
from tests.tasks import finding
from tests.tasks.finding import make_task

pytestmark = pytest.mark.anyio


async def found(
    database: Database, owner: UserId, words: str, sort: Sort = Sort.CREATED
) -> list[int]:
    async with database.reading() as session:
        listing = TaskListing(session, owner)
        tasks, _ = await listing.page(Filter(text=words), sort, None, 50)
    return [task.number for task in tasks]


async def candidates(database: Database, owner: UserId, title: str) -> list[Candidate]:
    async with database.reading() as session:
        return await Search(session, owner).find_similar(title)


def titled(*titles: str) -> list[Task]:
    return [make_task(number, title) for number, title in enumerate(titles, 1)]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("milk", [1]),
        ("MIL", [1]),
        ("ilk", []),
        ("milk buy", [1]),
        ("milk bread", []),
        ("creme brulee", [2]),
        ("CRÈME", [2]),
        ("strasse", [3]),
        ("Straße", [3]),
        ("e-mail", [4]),
        ("mail", [4]),
        ("email", []),
        ("e-ma", [4]),
        ("100%", [5]),
        ("100", [5]),
        ("%", [1, 2, 3, 4, 5, 6, 7, 8]),
        ("_uy", []),
        ("🎉", [6]),
        ("会議", [7]),
        ("議", [7]),
        ("会の", []),
        ("ﬁle", [8]),
        ("½", [8]),
        ("٣", [8]),
    ],
)
async def test_every_word_is_found_by_its_beginning_whatever_its_case_and_accents(
    database: Database, alice: Owner, words: str, numbers: list[int]
) -> None:
    tasks = titled(
        "Buy milk",
        "Crème brûlée",
        "Schloßstraße, STRASSE",
        "Answer the e-mail",
        "Read 100% of it",
        "Party 🎉🎈",
        "東京で会議をする",
        "File ½ of ٣",
    )
    await finding.add(database, alice.id, tasks)
    assert await found(database, alice.id, words) == numbers


async def test_words_in_quotes_are_found_as_they_stand(database: Database, alice: Owner) -> None:
    described = make_task(4, "Milk", description="buy\nmilk, soon")
    await finding.add(
        database, alice.id, [*titled("Buy milk", "Milk to buy", "Buy milky way"), described]
    )
    assert await found(database, alice.id, "buy milk") == [1, 2, 3, 4]
    assert await found(database, alice.id, '"buy milk"') == [1, 4]
    assert await found(database, alice.id, '"milk buy"') == []
    assert await found(database, alice.id, '"buy milk" way') == []
    assert await found(database, alice.id, '"buy milk') == [1, 4]
    assert await found(database, alice.id, '"milk"') == [1, 2, 4]


async def test_a_phrase_does_not_run_from_the_title_into_the_description(
    database: Database, alice: Owner
) -> None:
    await finding.add(database, alice.id, [make_task(1, "Buy", description="milk")])
    assert await found(database, alice.id, "buy milk") == [1]
    assert await found(database, alice.id, '"buy milk"') == []


async def test_tasks_with_all_words_in_their_title_are_more_relevant(
    database: Database, alice: Owner
) -> None:
    tasks = [
        make_task(1, "Buy milk"),
        make_task(2, "Buy", description="milk"),
        make_task(3, "Cow", description="buy milk"),
        make_task(4, "Milk to buy"),
    ]
    await finding.add(database, alice.id, tasks)
    assert await found(database, alice.id, "milk buy", Sort.RELEVANCE) == [4, 1, 3, 2]


@pytest.mark.parametrize(
    "words",
    [
        '"', '""', "*", "milk*", "-milk", "NOT milk", "a OR b", "a AND", "NEAR(a b)", "title:milk",
        "^milk", "(", ")", "{", "'", "''", "a'b", "\\", "a\\b", "a:*", "a & b", "a | !b", "<->",
        "--", ";", "$1", "?", "%s", "\x1f", "x" * 2000, "x " * 100, "\u0301", "\u200b", "A\u030a",
    ],
)  # fmt: skip
async def test_no_words_are_a_language_of_their_own(
    database: Database, alice: Owner, words: str
) -> None:
    everything = make_task(1, words.strip() or "-", description="buy milk or a near title b s 1 x")
    await finding.add(database, alice.id, [everything, make_task(2, "Unlike it")])
    assert 1 in await found(database, alice.id, words)


async def test_what_is_found_follows_every_change(database: Database, alice: Owner) -> None:
    task = make_task(1, "Buy milk", description="fresh")
    await finding.add(database, alice.id, [task, make_task(2, "Bread")])
    bread = replace(task, title="Buy bread")
    await finding.write(database, alice.id, [Change(task, bread)])
    assert await found(database, alice.id, "milk") == []
    assert await found(database, alice.id, "bread") == [1, 2]

    gone = replace(bread, deleted_at=NOW)
    await finding.write(database, alice.id, [Change(bread, gone)])
    assert await found(database, alice.id, "bread") == [2]
    await finding.write(database, alice.id, [Change(gone, replace(bread, description="stale"))])
    assert await found(database, alice.id, "bread") == [1, 2]
    assert await found(database, alice.id, "stale") == [1]
    assert await found(database, alice.id, "fresh") == []


async def test_words_go_with_their_tasks_and_stay_right_when_the_database_is_packed(
    database: Database, alice: Owner, bob: Owner
) -> None:
    tasks = titled("Buy milk", "Buy bread", "Buy salt")
    await finding.add(database, alice.id, tasks)
    await finding.add(database, bob.id, titled("Buy soap"))
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM tasks WHERE number = 1 AND title = 'Buy milk'"))
    async with database.driver_connection() as connection:
        await connection.execute("VACUUM")
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM task_texts")) == 3
    assert await found(database, alice.id, "buy") == [2, 3]
    assert await found(database, alice.id, "milk") == []
    assert await found(database, bob.id, "buy") == [1]

    async with database.transaction() as session:
        await session.execute(text("DELETE FROM accounts WHERE id = :id"), {"id": alice.id})
    assert await found(database, alice.id, "buy") == []
    assert await found(database, bob.id, "soap") == [1]


async def test_tasks_with_a_like_title_are_offered(database: Database, alice: Owner) -> None:
    await finding.add(
        database,
        alice.id,
        titled("Call the plumber", "Call grandma", "Pay rent", "Écrire à la plombière", "It is on"),
    )
    assert await candidates(database, alice.id, "plumbers") == []
    assert await candidates(database, alice.id, "the plumb") == [Candidate(1, "Call the plumber")]
    assert await candidates(database, alice.id, "ring grandma") == [Candidate(2, "Call grandma")]
    assert await candidates(database, alice.id, "ECRIRE") == [Candidate(4, "Écrire à la plombière")]
    assert await candidates(database, alice.id, "it is on") == []
    both = await candidates(database, alice.id, "call")
    assert both == [Candidate(2, "Call grandma"), Candidate(1, "Call the plumber")]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("grocreis", [1]),
        ("groseries", [1]),
        ("plumer", [2]),
        ("by groceries", [1]),
        ("groceries", [1]),
        ("xylophone", []),
        ("gr", [1]),
        ("qz", []),
    ],
)
async def test_slips_of_the_pen_are_forgiven_where_postgres_can_compare_words(
    full_database: Database, words: str, numbers: list[int]
) -> None:
    person, other = [
        await add_account(full_database, f"{new_id('usr')}@example.com") for _ in range(2)
    ]
    await finding.add(full_database, person.id, titled("Buy groceries", "Call the plumber"))
    await finding.add(full_database, other.id, titled("Buy groceries", "Call the plumber"))
    assert await found(full_database, person.id, words) == numbers
    assert await found(full_database, person.id, words, Sort.RELEVANCE) == numbers
    async with full_database.reading() as session:
        counted = await TaskListing(session, person.id).count(Filter(text=words))
    assert counted.total == len(numbers)


async def test_without_that_module_a_search_finds_what_is_written(
    database: Database, alice: Owner
) -> None:
    await finding.add(database, alice.id, titled("Buy groceries"))
    assert await found(database, alice.id, "grocreis") == []
    assert await found(database, alice.id, "groceries") == [1]
