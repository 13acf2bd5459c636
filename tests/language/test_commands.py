from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.language.clauses import Clause
from taskchat.language.english import commands as english
from taskchat.language.messages import MOST_COMMANDS, read_commands
from taskchat.language.readings import TagChange, Talk, Unclear
from taskchat.language.tokens import LONGEST_CLAUSE

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Friday
OPEN = ["todo", "in_progress"]
MOST_STEPS = 10_000


def calls(text: str) -> list[tuple[str, dict[str, object]]]:
    reading = read_commands(text, NOW)
    assert isinstance(reading, tuple), reading
    return [(command.tool, command.call_arguments()) for command in reading]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("add buy milk", {"title": "buy milk"}),
        ("Please create a new task called Test migration", {"title": "Test migration"}),
        ("remind me to call Mom tomorrow at 5", {"title": "call Mom", "due": "tomorrow at 5"}),
        ("remind me tomorrow to call Mom", {"title": "call Mom", "due": "tomorrow"}),
        ("add milk and eggs to my shopping list", {"title": "milk and eggs", "tags": ["shopping"]}),
        ("add go running to my to do list", {"title": "go running"}),
        ('add task "Buy milk tomorrow"', {"title": "Buy milk tomorrow"}),
        ("add the 5th wave", {"title": "the 5th wave"}),
        ("add water plants every friday", {"title": "water plants every friday"}),
        ("urgent: call the bank", {"title": "call the bank", "priority": "high"}),
        ("dentist tomorrow 3pm", {"title": "dentist", "due": "tomorrow 3pm"}),
        ("add call Bob !low tagged work and home", {"title": "call Bob", "priority": "low", "tags": ["work", "home"]}),
        (
            "buy milk tomorrow p1 #home-office",
            {"title": "buy milk", "due": "tomorrow", "priority": "high", "tags": ["home-office"]},
        ),
        (
            "Add a task: submit the Q3 report by Friday 5pm, high priority, tags: work, finance",
            {"title": "submit the Q3 report", "due": "Friday 5pm", "priority": "high", "tags": ["work", "finance"]},
        ),
    ],
)  # fmt: skip
def test_a_new_task_is_taken_apart(text: str, arguments: dict[str, object]) -> None:
    assert calls(text) == [("create_task", arguments)]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("show my tasks", {}),
        ("show all", {}),
        ("show todo tasks", {"status": ["todo"]}),
        ("what's due?", {"status": OPEN, "sort": "due"}),
        ("show me my open high priority tasks", {"status": OPEN, "priority": ["high"]}),
        ("list done tasks tagged home", {"status": ["done"], "tag": "home"}),
        ("which tasks are in progress?", {"status": ["in_progress"]}),
        ("find tasks about invoices", {"q": "invoices"}),
        ("search for milk and eggs", {"q": "milk and eggs"}),
        ("show my shopping list", {"tag": "shopping"}),
        ("show high priority tasks sorted by due date", {"priority": ["high"], "sort": "due"}),
        (
            "what's due today?",
            {"status": OPEN, "due_after": "2026-11-20", "due_before": "2026-11-20", "sort": "due"},
        ),
        (
            "show tasks due this week",
            {"status": OPEN, "due_after": "2026-11-16", "due_before": "2026-11-22", "sort": "due"},
        ),
        ("tasks due before friday", {"status": OPEN, "due_before": "2026-11-26", "sort": "due"}),
        ("what is overdue?", {"status": OPEN, "due_before": "2026-11-20T15:00:00+01:00", "sort": "due"}),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_down(text: str, arguments: dict[str, object]) -> None:
    assert calls(text) == [("list_tasks", arguments)]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("rename #3 to Y", {"task": "#3", "title": "Y"}),
        ('rename "a to b" to c', {"task": "a to b", "title": "c"}),
        (
            "change the title of buy milk to Buy oat milk",
            {"task": "buy milk", "title": "Buy oat milk"},
        ),
        ("move #3 to friday", {"task": "#3", "due": "friday"}),
        ("reschedule buy milk for tomorrow 9am", {"task": "buy milk", "due": "tomorrow 9am"}),
        ("clear the due date of #3", {"task": "#3", "due": "none"}),
        ("make task 3 high priority", {"task": "#3", "priority": "high"}),
        ("set priority of buy milk to low", {"task": "buy milk", "priority": "low"}),
        ("start #3", {"task": "#3", "status": "in_progress"}),
        ("mark buy milk as in progress", {"task": "buy milk", "status": "in_progress"}),
        ("set the description of #3 to two litres", {"task": "#3", "description": "two litres"}),
    ],
)
def test_a_task_is_changed(text: str, arguments: dict[str, object]) -> None:
    assert calls(text) == [("update_task", arguments)]


@pytest.mark.parametrize(
    ("text", "tool", "arguments"),
    [
        ("done with #3", "complete_task", {"task": "#3"}),
        ("complete buy milk", "complete_task", {"task": "buy milk"}),
        ("mark the task read a book as done", "complete_task", {"task": "read a book"}),
        ("check off bananas from my grocery list", "complete_task", {"task": "bananas"}),
        ("reopen #3", "complete_task", {"task": "#3", "completed": False}),
        ("mark #3 as not done", "complete_task", {"task": "#3", "completed": False}),
        ("delete #3", "delete_task", {"task": "#3"}),
        ("remove shampoo from shopping list", "delete_task", {"task": "shampoo"}),
        ("delete all hands meeting prep", "delete_task", {"task": "all hands meeting prep"}),
        ("complete all tasks", "complete_all_tasks", {}),
        ("mark all high priority tasks as done", "complete_all_tasks", {"priority": "high"}),
        ("delete all done tasks", "delete_all_tasks", {"status": "done"}),
        ("clear completed", "delete_all_tasks", {"status": "done"}),
        ("delete all tasks tagged home", "delete_all_tasks", {"tag": "home"}),
    ],
)
def test_tasks_are_completed_and_deleted(
    text: str, tool: str, arguments: dict[str, object]
) -> None:
    assert calls(text) == [(tool, arguments)]


def test_tags_are_a_change_to_those_there_are() -> None:
    reading = read_commands("tag #3 with home and urgent", NOW)
    assert isinstance(reading, tuple)
    assert reading[0].tags == TagChange(add=("home", "urgent"))


def test_several_commands_in_one_message() -> None:
    assert [tool for tool, _ in calls("complete #3 and delete #4")] == [
        "complete_task",
        "delete_task",
    ]
    assert [arguments for _, arguments in calls("complete #3, #4 and #5")] == [
        {"task": "#3"},
        {"task": "#4"},
        {"task": "#5"},
    ]
    assert calls("add these tasks:\n- buy milk\n- call Bob p1") == [
        ("create_task", {"title": "buy milk"}),
        ("create_task", {"title": "call Bob", "priority": "high"}),
    ]


def test_a_title_with_and_stays_whole() -> None:
    title = "open the door and close the window"
    assert calls(f"remind me to {title}") == [("create_task", {"title": title})]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the 5th wave", "not_understood"),
        ("the 5th wave tomorrow", "not_understood"),
        ("what's the weather tomorrow?", "not_understood"),
        ("delte #3", "not_understood"),
        ("", "not_understood"),
        ("rename go to shop to go to gym", "where_title_ends"),
        ("finish the report by friday", "create_or_change"),
        ("delete all tasks due tomorrow", "bulk_filter"),
        ("delete all done tasks except #3", "bulk_filter"),
        ("complete #3\nlorem ipsum", "one_line_unclear"),
        ("add " + "x" * LONGEST_CLAUSE, "too_long"),
        ("complete #3\n" * (MOST_COMMANDS + 2), "too_many"),
    ],
)
def test_what_is_not_plain_is_not_guessed(text: str, reason: str) -> None:
    reading = read_commands(text, NOW)
    assert isinstance(reading, Unclear)
    assert reading.reason == reason


def test_examples_are_near_to_what_was_said() -> None:
    slip, title = read_commands("delte #3", NOW), read_commands("buy milk", NOW)
    assert isinstance(slip, Unclear)
    assert isinstance(title, Unclear)
    assert slip.examples[0] == "delete #3"
    assert title.examples[0] == "add buy milk"


@pytest.mark.parametrize(
    ("text", "topic"),
    [("hello", "hello"), ("Help!", "help"), ("what can you do?", "help"), ("thank you!", "thanks")],
)
def test_small_talk(text: str, topic: str) -> None:
    assert read_commands(text, NOW) == Talk(topic)  # pyright: ignore[reportArgumentType]


@given(st.text(max_size=700))
def test_any_text_is_read_without_an_error(text: str) -> None:
    reading = read_commands(text, NOW)
    if isinstance(reading, tuple):
        assert all(command.tool.endswith(("_task", "_tasks")) for command in reading)


_PIECES = st.sampled_from(
    [
        "to",
        "and",
        "the",
        "as",
        "a",
        "#1",
        "#",
        ",",
        ";",
        "is",
        "done",
        "all",
        "tasks",
        "tag",
        "with",
        "high",
        "priority",
        "move",
        "rename",
        "mark",
        "set",
        "add",
        "delete",
        "show",
        "my",
        "list",
        "friday",
        '"x"',
    ]
)


@given(st.lists(_PIECES, max_size=250).map(" ".join).map(lambda text: text[:LONGEST_CLAUSE]))
def test_matching_takes_a_bounded_number_of_steps(text: str) -> None:
    clause = Clause(text, NOW)
    for patterns in (english.UPDATES, english.NAMED_CREATES, english.BULK, english.TALK):
        for _ in clause.fits(patterns):
            pass
    assert clause.scan.steps <= MOST_STEPS
    read_commands(text, NOW)
