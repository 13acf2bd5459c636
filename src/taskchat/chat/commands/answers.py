"""Sentences for what tools answered, and for what was not understood."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from taskchat.chat.commands.history import Json, ToolResult, as_list, as_object, as_objects
from taskchat.language.readings import Talk, Unclear

_MARKUP = re.compile(r"([\\`*_\[\]<>~|])")

HELP: Final = """I understand plain commands, one or several at a time:

- **Add**: `add buy milk tomorrow at 5pm #errands high priority`
- **List**: `show my open tasks`, `what is due this week?`, `find tasks about invoices`
- **Change**: `move #3 to Friday 9am`, `rename #3 to Water the plants`, `make #3 high priority`, `tag #3 with home`
- **Progress**: `start #3`, `complete #3`, `reopen #3`
- **Delete**: `delete #3`
- **All at once**: `complete all tasks tagged home`, `delete all done tasks`

Name a task by its number or its exact title. Words in quotes are taken literally."""

_TALK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hello": "Hello! Tell me what to do with your tasks, for example `add buy milk tomorrow at 5pm`, or say `help`.",
        "thanks": "You are welcome.",
        "help": HELP,
    }
)
_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_understood": "I did not understand that, so I changed nothing.",
        "too_long": "That is too long for me: one command may have 500 characters. I changed nothing.",
        "too_many": "That is too much at once: I take up to 20 commands in a message. I changed nothing.",
        "no_title": "What should the task be called?",
        "which_task": "Which task do you mean? Name it by its number, such as `#3`, or by its exact title.",
        "where_title_ends": "I cannot tell where the old title ends. Use the task's number, or put the title in quotes.",
        "create_or_change": "Is that a new task, or should I change one you have?",
        "bulk_filter": "For all tasks at once I can go by one status, one priority and one tag only. I changed nothing.",
        "one_line_unclear": "I did not understand this line, so I changed nothing:",
    }
)
WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WHICH_ONE: Final = "Which task do you mean? Name it by its number, such as `#3`."


def answer_talk(talk: Talk) -> str:
    return _TALK[talk.topic]


def answer_unclear(unclear: Unclear) -> str:
    """The reason, and examples near to what was said."""
    lines = [_REASONS[unclear.reason]]
    if unclear.reason == "one_line_unclear":
        lines.append(f"> {escape_markdown(unclear.text)}")
    examples = "\n".join(f"- `{example.replace('`', "'")}`" for example in unclear.examples)
    return (
        "\n\n".join([*lines, f"You could say:\n\n{examples}"]) if examples else "\n\n".join(lines)
    )


def answer_results(results: Sequence[ToolResult]) -> str:
    """One paragraph for one result; a list for several short ones."""
    answers = [_answer(result) for result in results]
    short = len(answers) > 1 and all("\n" not in answer for answer in answers)
    return "\n".join(f"- {answer}" for answer in answers) if short else "\n\n".join(answers)


def answer_not_reached(name: str, looked_through: int) -> str:
    """For a task whose tags were looked for among the first so many."""
    looked = f"I looked through {_count(looked_through)} and did not come to {name}"
    return f"{looked}, so its tags are as they were."


def show_task(task: Json) -> str:
    """`**#12 test migration**`; the title is shown as it is, never as markup."""
    return f"**#{task.get('number')} {escape_markdown(str(task.get('title', '')))}**"


def escape_markdown(text: str) -> str:
    """The text on one line, so that nothing in it can act as markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def show_due(due: object) -> str:
    """`Sat 2026-11-21`, or `Sat 2026-11-21 17:00` on the clock of the task's zone."""
    if not isinstance(due, str):
        return ""
    try:
        day = date.fromisoformat(due[:10])
        moment = datetime.fromisoformat(due) if len(due) > len("2026-11-21") else None
    except ValueError:
        return due
    shown = f"{WEEKDAYS[day.weekday()]} {day.isoformat()}"
    return f"{shown} {moment:%H:%M}" if moment else shown


def _answer(result: ToolResult) -> str:
    if "error" in result.result:
        return _answer_error(as_object(result.result["error"]))
    if result.text("status") == "waiting_for_confirmation":
        question = escape_markdown(result.text("question"))
        return f"{question} Please confirm in the card below.".strip()
    if not result.result:
        return f"That did not work: {escape_markdown(result.raw)[:300] or 'no answer came back'}"
    answer = _ANSWERS.get(result.tool)
    return answer(result) if answer else "Done."


def _answer_error(error: Json) -> str:
    message = escape_markdown(str(error.get("detail", "That did not work.")))
    candidates = as_objects(error.get("candidates"))
    if not candidates:
        return message
    lines = "\n".join(f"- {show_task(candidate)}" for candidate in candidates)
    return f"{message}\n\nWhich one do you mean?\n\n{lines}"


def _created(result: ToolResult) -> str:
    task = result.result
    return f"Created {show_task(task)}{_facts(task)}."


def _facts(task: Json) -> str:
    """Due date, priority and tags, as far as they say anything."""
    facts = [f"due {show_due(task.get('due'))}"] if task.get("due") else []
    if task.get("priority") not in {None, "medium"}:
        facts.append(f"{task.get('priority')} priority")
    if tags := _tags(task):
        facts.append(f"tagged {tags}")
    return "".join(f", {fact}" for fact in facts)


def _tags(task: Json) -> str:
    named = [str(tag) for tag in as_list(task.get("tags"))]
    return ", ".join(f"#{escape_markdown(tag)}" for tag in named)


def _completed(result: ToolResult) -> str:
    reopened = result.arguments.get("completed") is False
    return f"{'Reopened' if reopened else 'Completed'} {show_task(result.result)}."


def _deleted(result: ToolResult) -> str:
    task = as_object(result.result.get("task"))
    return f"Deleted {show_task(task)}." if task else "Deleted."


def _updated(result: ToolResult) -> str:
    task, changed = result.result, result.arguments.keys() - {"task"}
    name = show_task(task)
    due = show_due(task.get("due"))
    sentences: Mapping[str, str] = {
        "due": f"{name} is now due {due}." if due else f"{name} no longer has a due date.",
        "title": f"Renamed it: {name}.",
        "priority": f"{name} now has {task.get('priority', 'medium')} priority.",
        "status": f"{name} is now {str(task.get('status', 'todo')).replace('_', ' ')}.",
        "tags": f"{name} is now tagged {_tags(task)}."
        if _tags(task)
        else f"{name} has no tags now.",
        "description": f"Changed the description of {name}.",
    }
    only = next(iter(changed)) if len(changed) == 1 else ""
    return sentences.get(only, f"Updated {name}{_facts(task)}.")


def _listed(result: ToolResult) -> str:
    items, total = as_objects(result.result.get("items")), result.result.get("total")
    if not items:
        return "Nothing found: no task fits that." if result.arguments else "You have no tasks yet."
    lines = "\n".join(f"- {_line(item)}" for item in items)
    count = total if isinstance(total, int) else len(items)
    is_exact = result.result.get("total_is_exact") is not False
    counted = _count(count) if is_exact else f"More than {count:,} tasks"
    shown = "" if is_exact and count <= len(items) else f" These are the first {len(items)}."
    return f"{lines}\n\n{counted} in all.{shown}"


def _line(task: Json) -> str:
    done = " (done)" if task.get("status") == "done" else ""
    started = " (in progress)" if task.get("status") == "in_progress" else ""
    return f"{show_task(task)}{done}{started}{_facts(task)}"


def _count(count: object) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


_ANSWERS: Final[Mapping[str, Callable[[ToolResult], str]]] = MappingProxyType(
    {
        "create_task": _created,
        "list_tasks": _listed,
        "update_task": _updated,
        "complete_task": _completed,
        "delete_task": _deleted,
        "complete_all_tasks": lambda result: f"Completed {_count(result.result.get('completed'))}.",
        "delete_all_tasks": lambda result: f"Deleted {_count(result.result.get('deleted'))}.",
    }
)
