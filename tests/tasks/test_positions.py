"""The order that a person gives their tasks by hand."""

from collections.abc import AsyncGenerator

import pytest

from taskchat.domain.errors import Invalid, UnclearReference
from taskchat.domain.query import Sort
from taskchat.tasks.commands import CreateTask, DeleteTask, ListTasks, MoveTask
from taskchat.tasks.owner import Owner
from taskchat.tasks.service import Tasks
from taskchat.tasks.transactions import TaskTransactions

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(tasks: TaskTransactions, alice: Owner) -> AsyncGenerator[Tasks]:
    """Five tasks, in one transaction."""
    async with tasks.begin(alice) as opened:
        for number in range(1, 6):
            await opened.create(CreateTask(title=f"Task {number}"))
        yield opened


async def order(service: Tasks) -> list[int]:
    page = await service.list(ListTasks(sort=Sort.POSITION))
    return [task.number for task in page.items]


async def test_tasks_stand_as_they_were_made_until_somebody_moves_them(service: Tasks) -> None:
    assert await order(service) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"before": "#1"}, [4, 1, 2, 3, 5]),
        ({"before": "#3"}, [1, 2, 4, 3, 5]),
        ({"after": "#1"}, [1, 4, 2, 3, 5]),
        ({"after": "#5"}, [1, 2, 3, 5, 4]),
        ({"after": "#4"}, [1, 2, 3, 4, 5]),
        ({"after": "#3"}, [1, 2, 3, 4, 5]),
        ({}, [1, 2, 3, 5, 4]),
    ],
)
async def test_a_task_is_put_beside_another_one_or_at_the_end(
    service: Tasks, place: dict[str, str], expected: list[int]
) -> None:
    await service.move("#4", MoveTask.model_validate(place))

    assert await order(service) == expected


async def test_a_new_task_stands_at_the_end_after_any_move(service: Tasks) -> None:
    for number in (1, 2, 3):
        await service.move(f"#{number}", MoveTask())
    await service.create(CreateTask(title="New"))

    assert await order(service) == [4, 5, 1, 2, 3, 6]


async def test_there_is_always_room_at_the_same_place(service: Tasks) -> None:
    for _ in range(20):
        for number in (3, 4, 5):
            await service.move(f"#{number}", MoveTask(before="#2"))
            await service.move(f"#{number}", MoveTask(after="#1"))

    assert await order(service) == [1, 5, 4, 3, 2]


async def test_what_is_moved_while_another_is_in_the_trash_keeps_an_order(service: Tasks) -> None:
    await service.delete(DeleteTask(task="#2"))
    await service.move("#5", MoveTask(after="#1"))
    await service.restore("#2")

    assert [number for number in await order(service) if number != 2] == [1, 5, 3, 4]
    assert (await order(service)).index(2) in (1, 2)


async def test_a_move_names_one_task_that_is_there(service: Tasks) -> None:
    with pytest.raises(Invalid) as unclear:
        await service.move("#1", MoveTask(before="#2", after="#3"))
    with pytest.raises(UnclearReference):
        await service.move("#1", MoveTask(before="#99"))

    assert unclear.value.code == "move_unclear"
