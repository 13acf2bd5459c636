"""One thing done to many tasks at once, as one change set."""

from collections.abc import AsyncGenerator, Mapping

import pytest
from pydantic import ValidationError

from taskchat.domain.errors import DomainError, Invalid
from taskchat.domain.query import Sort
from taskchat.domain.task import Status
from taskchat.tasks.commands import BulkEdit, CompleteTask, CreateTask, ListTasks, TaskChanges
from taskchat.tasks.owner import Owner
from taskchat.tasks.service import Tasks
from taskchat.tasks.transactions import TaskTransactions
from taskchat.tasks.views import ChangedTasks, TaskOut

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(tasks: TaskTransactions, alice: Owner) -> AsyncGenerator[Tasks]:
    """All in one transaction: 1 above 2, and 3 and 4 beside them."""
    async with tasks.begin(alice) as opened:
        for fields in (
            {"title": "House", "tags": ["home"]},
            {"title": "Hall", "parent_id": "#1", "due": "2026-11-21T17:00"},
            {"title": "Milk", "tags": ["Home", "shop"], "due": "2026-11-21", "remind_before": 5},
            {"title": "Report", "project": "Work", "priority": "high"},
        ):
            await opened.create(CreateTask.model_validate(fields))
        yield opened


async def bulk(service: Tasks, action: str, **fields: object) -> ChangedTasks:
    return await service.bulk(BulkEdit.model_validate({"action": action, **fields}))


async def listed(service: Tasks) -> Mapping[int, TaskOut]:
    page = await service.list(ListTasks(sort=Sort.CREATED))
    return {task.number: task for task in page.items}


async def test_tasks_are_named_by_number_id_or_title_and_each_counts_once(service: Tasks) -> None:
    third = await service.get("#3")

    changed = await bulk(service, "complete", tasks=["#3", "3", third.id, "milk", "Report"])

    assert (changed.changed, changed.change_set_id) == (2, service.change_set)
    done = [number for number, task in (await listed(service)).items() if task.completed_at]
    assert done == [3, 4]


async def test_a_filter_chooses_what_is_changed(service: Tasks) -> None:
    assert (await bulk(service, "complete", filter="#home")).changed == 3
    assert (await listed(service))[4].status is Status.TODO


async def test_completing_and_opening_take_their_families_along(service: Tasks) -> None:
    assert (await bulk(service, "complete", tasks=["#1"])).changed == 2
    assert (await bulk(service, "reopen", tasks=["#2"])).changed == 2
    assert (await bulk(service, "reopen", tasks=["#2", "#4"])).changed == 0


async def test_deleting_takes_subtasks_along(service: Tasks) -> None:
    assert (await bulk(service, "delete", tasks=["#1", "#2", "#4"])).changed == 3
    assert list(await listed(service)) == [3]


async def test_what_is_set_is_set_in_all_and_nothing_else(service: Tasks) -> None:
    edit = {
        "priority": "low",
        "add_tags": ["new"],
        "remove_tags": ["HOME"],
        "status": "in_progress",
    }
    await bulk(service, "edit", tasks=["#1", "#3"], **edit)

    tasks = await listed(service)
    assert [tasks[number].tags for number in (1, 3)] == [["new"], ["shop", "new"]]
    assert [tasks[number].priority.value for number in (1, 2, 3, 4)] == [
        "low",
        "medium",
        "low",
        "high",
    ]
    assert [tasks[number].status.value for number in (1, 2, 3)] == [
        "in_progress",
        "todo",
        "in_progress",
    ]


async def test_a_new_day_keeps_the_time_of_day_and_no_day_takes_the_reminder(
    service: Tasks,
) -> None:
    await bulk(service, "edit", tasks=["#2", "#3"], due="tomorrow")
    tasks = await listed(service)
    assert [tasks[number].due for number in (2, 3)] == ["2026-11-21T17:00:00+01:00", "2026-11-21"]

    await bulk(service, "edit", tasks=["#2", "#3"], due="none")
    tasks = await listed(service)
    assert [(tasks[n].due, tasks[n].remind_before) for n in (2, 3)] == [(None, None)] * 2


async def test_a_family_that_moves_together_stays_together(service: Tasks) -> None:
    await bulk(service, "edit", tasks=["#1", "#2", "#4"], project="Garden")

    tasks = await listed(service)
    assert {tasks[number].project for number in (1, 2, 4)} == {"Garden"}
    assert tasks[2].parent_id == tasks[1].id


async def test_a_subtask_that_moves_alone_leaves_the_task_above_it(service: Tasks) -> None:
    await bulk(service, "edit", tasks=["#2"], project="Garden")

    tasks = await listed(service)
    assert (tasks[2].parent_id, tasks[2].project, tasks[1].project) == (None, "Garden", None)


async def test_subtasks_go_where_the_task_above_them_goes(service: Tasks) -> None:
    await bulk(service, "edit", tasks=["#1", "#4"], project="none")
    await bulk(service, "edit", filter="p:high | #home", project="Garden")

    tasks = await listed(service)
    assert [task.project for task in tasks.values()] == ["Garden"] * 4
    assert tasks[2].parent_id == tasks[1].id


async def test_one_reference_that_is_wrong_stops_it_all(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        await opened.create(CreateTask(title="Milk"))
    with pytest.raises(DomainError):
        async with tasks.begin(alice) as opened:
            await bulk(opened, "delete", tasks=["#1", "#99"])

    async with tasks.read(alice) as opened:
        assert list(await listed(opened)) == [1]


async def test_too_many_tags_name_the_task_that_has_them(service: Tasks) -> None:
    many = [f"tag{number}" for number in range(19)]
    with pytest.raises(Invalid) as refused:
        await bulk(service, "edit", tasks=["#1", "#3"], add_tags=many)

    assert (refused.value.code, "#3" in str(refused.value)) == ("too_many_tags", True)


@pytest.mark.parametrize(
    "command",
    [
        {"action": "complete"},
        {"action": "complete", "tasks": ["1"], "filter": "overdue"},
        {"action": "delete", "filter": "overdue"},
        {"action": "explode", "tasks": ["1"]},
    ],
)
def test_a_command_without_one_clear_selection_is_refused(command: dict[str, object]) -> None:
    with pytest.raises((Invalid, ValidationError)):
        BulkEdit.model_validate(command)


async def test_a_thousand_tasks_are_one_change_set_and_come_back_as_they_were(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        for number in range(1, 1001):
            await opened.create(CreateTask(title=f"Task {number}", tags=("some",)))
        await opened.complete(CompleteTask(task="#1000"))
        await opened.revise("#999", TaskChanges(title="Other"))
    async with tasks.begin(alice) as deleting:
        changed = await bulk(deleting, "delete", filter="#some", confirm=True)
    async with tasks.begin(alice) as opened:
        assert (changed.changed, (await opened.list(ListTasks())).total) == (1000, 0)
        undone = await opened.undo(changed.change_set_id)
        page = await opened.list(ListTasks())

    assert (undone.reverted, undone.conflicts, page.total) == (1000, [], 1000)
    assert [page.items[place].title for place in (0, 1)] == ["Task 1000", "Other"]
    assert page.items[0].status is Status.DONE
