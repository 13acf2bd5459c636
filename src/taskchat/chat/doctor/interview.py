"""The questions to the model, and which of them are left out after what was answered."""

from collections.abc import AsyncGenerator, Sequence
from datetime import date

from taskchat.chat.doctor import access, speech, toolcalls
from taskchat.chat.doctor.findings import ASKED, Check, Finding, Status, skipped
from taskchat.chat.doctor.probe import ADD_ONE, ADD_TWO, COUNT, Probe, Tally
from taskchat.chat.doctor.surroundings import Connection

NO_ANSWER = "Not checked: the model does not answer."
NO_CALL = "Not checked: there is no call to go on from."


class Interview:
    def __init__(self, connection: Connection, day: date) -> None:
        self._probe = Probe(
            base_url=connection.base_url,
            api_key=connection.api_key,
            model=connection.model,
            idle_timeout=connection.idle_timeout,
        )
        self._asked = access.Asked(connection.model, connection.server, connection.is_gemini, day)

    @property
    def tally(self) -> Tally:
        return self._probe.tally

    @property
    def requests(self) -> int:
        return self._probe.requests

    async def close(self) -> None:
        await self._probe.close()

    async def findings(self) -> AsyncGenerator[Finding]:
        """One for each of ASKED, in that order."""
        told: list[Check] = []
        for finding in await self._introduction():
            told.append(finding.name)
            yield finding
        if len(told) < ASKED.index(Check.TOOLS):
            for finding in skipped(ASKED[len(told) :], NO_ANSWER):
                yield finding
            return
        for finding in await self._tools():
            yield finding

    async def _introduction(self) -> Sequence[Finding]:
        """Up to the first thing that failed."""
        reply = await self._probe.say(COUNT, with_tools=False)
        findings = list(access.judge(reply, self._asked))
        for judge in (speech.judge_streaming, speech.judge_usage):
            if findings[-1].status is not Status.FAILED:
                findings.append(judge(reply))
        return findings

    async def _tools(self) -> Sequence[Finding]:
        reply = await self._probe.say(ADD_ONE)
        if not toolcalls.can_use_tools(reply):
            without = skipped((Check.PARALLEL_TOOLS, Check.SIGNATURES), NO_CALL)
            return [toolcalls.judge_tools(reply, None), *without]
        answer = await self._probe.go_on(reply)
        pair = await self._probe.say(ADD_TWO)
        return [
            toolcalls.judge_tools(reply, answer),
            toolcalls.judge_parallel(pair),
            toolcalls.judge_signatures(reply, answer),
        ]
