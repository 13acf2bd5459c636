"""Checks that people ask for: paid like any other call, and not too often."""

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from taskchat.chat.assistant import Assistants
from taskchat.chat.books import Books, reserve
from taskchat.chat.caller import Caller
from taskchat.chat.doctor.findings import Check, Finding, ok
from taskchat.chat.doctor.service import Doctor, Examination
from taskchat.chat.repository import ChatRepository
from taskchat.db.condition import condition_of
from taskchat.db.engine import Transaction, undisturbed
from taskchat.domain.errors import Forbidden, TooMany
from taskchat.domain.ids import new_id
from taskchat.usage.checks import NO_THREAD, last_check
from taskchat.usage.days import Day
from taskchat.usage.ledger import Bill, Ledger, Reservation
from taskchat.usage.tokens import TokenCount

PAUSE = timedelta(seconds=10)
# The instructions and the tools go out three times, and what comes back is short.
EXPECTED = TokenCount(prompt=6000, output=600)


@dataclass(frozen=True, slots=True)
class Checked:
    """`cost` is in billionths of a US dollar, None where no price is known."""

    model: str
    findings: Sequence[Finding]
    tokens: int
    cost: int | None


class Checks:
    def __init__(self, doctor: Doctor, assistants: Assistants, books: Books) -> None:
        self._doctor = doctor
        self._assistants = assistants
        self._books = books

    async def check(self, model: str | None, caller: Caller) -> Checked:
        """The default one for None. Raises Forbidden, Invalid, TooMany and DailyLimit."""
        if not caller.is_person:
            raise Forbidden(
                "Only a person who is signed in can check a model.", code="not_a_person"
            )
        assistant = self._assistants.find(model)
        if not assistant.costs:
            found = "The built-in commands need no key and no network: there is nothing to check."
            return Checked(assistant.id, [ok(Check.MODEL, found)], tokens=0, cost=0)
        call = await self._reserve(assistant.id, caller)
        examination = self._doctor.examine(assistant.id)
        try:
            findings = await self._findings(examination)
        finally:
            await undisturbed(self._settle(call, caller, examination))
        return Checked(assistant.id, findings, examination.tokens.total, examination.cost)

    async def _findings(self, examination: Examination) -> Sequence[Finding]:
        condition = await condition_of(self._books.database)
        async with aclosing(examination.findings(condition)) as findings:
            return [finding async for finding in findings]

    async def _reserve(self, model: str, caller: Caller) -> Reservation:
        now = self._books.clock()
        day = Day.of(now, caller.timezone)
        call = Reservation(new_id("chk"), 1, 1, NO_THREAD, day.name, model, EXPECTED, now)
        async with self._books.database.transaction() as session:
            # Or two that come at once would both be the first.
            await ChatRepository(session, caller.user_id).take_turn()
            await self._keep_apart(session, caller, now)
            exceeded = await reserve(self._books, session, caller.user_id, call, follows=False)
        if exceeded:
            raise self._books.limits.refusal(exceeded, day, now)
        return call

    async def _keep_apart(self, session: Transaction, caller: Caller, now: datetime) -> None:
        last = await last_check(session, caller.user_id, now - PAUSE)
        if last is not None:
            seconds = ceil((last + PAUSE - now).total_seconds())
            message = f"A model was checked just now. Try again in {seconds} seconds."
            raise TooMany(message, code="checked_just_now")

    async def _settle(self, call: Reservation, caller: Caller, examination: Examination) -> None:
        now, requests = self._books.clock(), examination.requests
        bill = Bill(examination.tokens, requests, examination.is_estimated, None, now)
        async with self._books.database.transaction() as session:
            await Ledger(session, caller.user_id).settle(call, bill, examination.cost)
        self._books.count(call, bill, examination.cost, outcome="check")
