"""Whole messages: several commands in lines, or joined by semicolons or `and`."""

import re
from datetime import datetime
from itertools import islice
from typing import Final

from taskchat.language.clauses import Clause, read_clause
from taskchat.language.commands import (
    COMMAND_WORDS,
    names_new_task,
    read_command,
    read_new_task,
    read_plain,
)
from taskchat.language.english import commands as english
from taskchat.language.patterns import PatternBook
from taskchat.language.readings import Command, Reading, Unclear
from taskchat.language.tokens import LONGEST_CLAUSE, Kind

MOST_COMMANDS = 20

_HEADERS: Final = PatternBook.of(english.CREATE_HEADERS, {})
_BULLET: Final = re.compile(r"^[ \t]*(?:[-*•+]|[0-9]{1,2}[.)]|\[ ?\])[ \t]+")
_JOINT: Final = re.compile(r"\b(?:and then|and|then) (\w+)", re.IGNORECASE)


def read_commands(text: str, now: datetime) -> Reading:
    """Everything the text asks for, or nothing: one unclear line stops them all."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_COMMANDS + 1:
        return Unclear("too_many", english.USUAL_EXAMPLES)
    if len(lines) > 1:
        return _read_lines(lines, now)
    whole = lines[0] if lines else ""
    if len(whole) <= LONGEST_CLAUSE:
        for parts in (whole.split(";"), _strong_parts(whole, now)):
            if 1 < len(parts) <= MOST_COMMANDS and (several := _read_parts(parts, now)):
                return several
    return read_command(_BULLET.sub("", whole), now)


def _read_lines(lines: list[str], now: datetime) -> Reading:
    bodies = [_BULLET.sub("", line) for line in lines]
    if len(lines[0]) <= LONGEST_CLAUSE and read_clause(lines[0], now).fit(_HEADERS):
        created = [read_new_task(body, (), now) for body in bodies[1:]]
        return _joined([(body, reading) for body, reading in zip(bodies[1:], created, strict=True)])
    bullets = all(body != line for body, line in zip(bodies, lines, strict=True))
    readings = [(body, read_command(body, now)) for body in bodies]
    if bullets and not any(isinstance(reading, tuple) for _, reading in readings):
        readings = [(body, read_new_task(body, (), now)) for body in bodies]
    return _joined(readings)


def _joined(readings: list[tuple[str, Reading]]) -> Reading:
    commands: list[Command] = []
    for text, reading in readings:
        if not isinstance(reading, tuple):
            examples = reading.examples if isinstance(reading, Unclear) else english.USUAL_EXAMPLES
            return Unclear("one_line_unclear", examples, text.strip()[:LONGEST_CLAUSE])
        commands += reading
    if len(commands) > MOST_COMMANDS:
        return Unclear("too_many", english.USUAL_EXAMPLES)
    return tuple(commands)


def _read_parts(parts: list[str], now: datetime) -> tuple[Command, ...]:
    """All the parts as commands; empty when one of them is none, or says so only by its date."""
    commands: list[Command] = []
    for part in parts:
        reading = read_command(part, now)
        if not isinstance(reading, tuple) or _is_quick_add(part, now):
            return ()
        commands += reading
    return tuple(commands)


def _is_quick_add(part: str, now: datetime) -> bool:
    return read_plain(read_clause(part, now)) is None


def _strong_parts(text: str, now: datetime) -> list[str]:
    """Cut at each `and` that a command with a number, a quotation or a task noun follows."""
    parts, start = list[str](), 0
    for joint in islice(_JOINT.finditer(text), MOST_COMMANDS):
        if joint[1].casefold() not in COMMAND_WORDS or text[start : joint.start()].count('"') % 2:
            continue
        if _is_strong(read_clause(text[joint.start(1) :], now)):
            parts.append(text[start : joint.start()])
            start = joint.start(1)
    return [*parts, text[start:]]


def _is_strong(clause: Clause) -> bool:
    pointed = any(token.kind is Kind.QUOTED or token.word == "#" for token in clause.scan.tokens)
    return pointed or names_new_task(clause)
