import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from taskchat.db.engine import Database, is_outage
from taskchat.domain.query import Filter, Sort
from taskchat.tasks.finding.listing import TaskListing
from tests.people import add_account
from tests.tasks.finding import closing

pytestmark = pytest.mark.anyio


async def test_a_server_that_goes_away_in_the_middle_of_a_list_is_an_outage(
    postgres_url: str,
) -> None:
    async with closing(Database(postgres_url)) as database:
        owner = (await add_account(database, "ann@example.com")).id
        async with database.reading() as session:
            listing = TaskListing(session, owner)
            await listing.page(Filter(), Sort.CREATED, None, 5)
            async with database.transaction() as other:
                others = text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
                await other.execute(others)
            with pytest.raises(DBAPIError) as failed:
                await listing.page(Filter(), Sort.CREATED, None, 5)
    assert is_outage(failed.value)
