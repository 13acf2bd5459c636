import json
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat.chat.failures import FailureKind, ModelFailure
from taskchat.chat.gemini.calls import CallAssembly
from taskchat.chat.gemini.errors import read_error
from taskchat.chat.gemini.messages import acceptable_history
from taskchat.chat.gemini.retries import MAX_WAIT_SECONDS, RetryBudget
from taskchat.chat.gemini.sse import HELD_BYTES, EventReader, Mark
from taskchat.chat.gemini.thoughts import VisibleText
from taskchat.standin.wire import DONE, call, event

STREAM = b"".join(
    [
        event({"n": 1}),
        b": ping\r\n\r\n",
        event({"text": "é🎉"}),
        b'\n[\n{"n": 2}\n]\n{"n": 3}\n',
        DONE,
    ]
)
PAYLOADS: tuple[object, ...] = ({"n": 1}, {"text": "é🎉"}, [{"n": 2}], {"n": 3}, Mark.DONE)


@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=6))
def test_events_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    reader = EventReader()
    places = [0, *sorted(cuts), len(STREAM)]
    pieces = [STREAM[a:b] for a, b in pairwise(places)]
    payloads = [payload for piece in pieces for payload in reader.feed(piece)]
    assert (*payloads, *reader.close()) == PAYLOADS


def test_the_last_event_counts_without_its_blank_line() -> None:
    reader = EventReader()
    assert reader.feed(b'data: {"n": 1}') == []
    assert reader.close() == [{"n": 1}]


@pytest.mark.parametrize("page", [b"<html>\n", b"Not Found\n", b"\xff\xfe\n"])
def test_what_is_no_stream_is_noticed_at_once(page: bytes) -> None:
    assert EventReader().feed(page) == [Mark.NOT_A_STREAM]


def test_what_does_not_end_is_broken_and_forgotten() -> None:
    reader = EventReader()
    piece = b"x" * 65536
    found = [payload for _ in range(HELD_BYTES // len(piece) + 1) for payload in reader.feed(piece)]
    assert found == [Mark.BROKEN]

    reader = EventReader()
    line = b"data: " + b"x" * 65530 + b"\n"
    found = [payload for _ in range(HELD_BYTES // len(line) + 2) for payload in reader.feed(line)]
    assert found == [Mark.BROKEN]


def test_a_long_line_costs_no_more_than_its_length() -> None:
    """Copying all that was held with each byte would take minutes."""
    reader, size = EventReader(), 1_000_000
    began = time.process_time()
    for _ in range(size):
        reader.feed(b"x")
    assert time.process_time() - began < 10


def test_lines_that_could_be_the_end_of_json_are_tried_a_few_times_only() -> None:
    reader = EventReader()
    began = time.process_time()
    assert reader.feed(b"[\n" + b"{}\n,{}\n" * 60_000) == []
    assert time.process_time() - began < 10
    assert len(json.loads(json.dumps(reader.close()))) == 0


def test_a_long_list_over_many_lines_is_read_when_it_has_ended() -> None:
    reader = EventReader()
    items = [{"n": n} for n in range(200)]
    body = json.dumps(items, indent=0).encode()
    assert [*reader.feed(body), *reader.close()] == [items]


DEEP = b"[" * 200_000


def test_json_that_is_nested_too_deeply_is_broken() -> None:
    reader = EventReader()
    assert reader.feed(b"data: " + DEEP + b"\n\n") == [Mark.BROKEN]
    assert reader.feed(DEEP + b"]\n") == []


def test_arguments_that_are_nested_too_deeply_are_not_whole() -> None:
    assembly = CallAssembly()
    deep = DEEP.decode()
    assembly.add(call("c1", "create_task", deep))
    assembly.add(call("c1", "create_task", "x"))
    (called,) = assembly.calls() or []
    assert called.arguments == f"{deep}x"
    history: list[dict[str, object]] = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "tool_calls": [call("c1", "create_task", deep)]},
    ]
    assert '"arguments": "{}"' in json.dumps(acceptable_history(history))


@pytest.mark.parametrize("signature", ["a\x00b", "a\ud800b"])
def test_a_signature_that_cannot_be_stored_is_none(signature: str) -> None:
    assembly = CallAssembly()
    assembly.add(call("c1", "create_task", "{}", signature=signature))
    (called,) = assembly.calls() or []
    assert called.signature == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("<thought>plan</thought>Hi", "Hi"),
        ("\n <thought>a</thought>\n<thought>b</thought> Hi <b>", "Hi <b>"),
        ("</thought>Hi", "Hi"),
        ("Use <thought> tags", "Use <thought> tags"),
        ("<thorough", "<thorough"),
        ("<thought>never closed", ""),
        ("  \n ", ""),
        ("default", "default"),
        ("print(default_api.create_task(title='A'))", ""),
        ("", ""),
    ],
)
@given(data=st.data())
def test_thoughts_are_hidden_wherever_the_text_is_cut(
    said: str, shown: str, data: st.DataObject
) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=6)))
    places = [0, *cuts, len(said)]
    text = VisibleText()
    pieces = [said[a:b] for a, b in pairwise(places)]
    assert "".join(text.feed(piece, thought=False) for piece in pieces) + text.close() == shown


def test_thoughts_in_the_middle_are_hidden_where_the_endpoint_marks_them() -> None:
    text = VisibleText()
    said = [("One ", False), ("<thou", True), ("ght>hm", True), ("</thought>two", False)]
    shown = "".join(text.feed(piece, thought=thought) for piece, thought in said)
    assert shown + text.close() == "One two"


@given(
    titles=st.lists(st.text(max_size=8), min_size=1, max_size=4),
    ids=st.sampled_from(["none", "empty", "same", "own"]),
    index=st.sampled_from(["none", "zero", "own"]),
    parts=st.integers(1, 3),
)
def test_every_call_is_told_apart_whatever_its_id_and_index(
    titles: list[str], ids: str, index: str, parts: int
) -> None:
    assembly = CallAssembly()
    for at, title in enumerate(titles):
        arguments = json.dumps({"title": title})
        size = -(-len(arguments) // parts)
        first, *rest = [arguments[i : i + size] for i in range(0, len(arguments), size)]
        given_id = {"none": None, "empty": "", "same": "x", "own": f"c{at}"}[ids]
        given_index = {"none": None, "zero": 0, "own": at}[index]
        assembly.add(call(given_id, "create_task", first, index=given_index))
        for part in rest:
            piece = {"function": {"arguments": part}}
            assembly.add(piece if given_index is None else {**piece, "index": given_index})
    calls = assembly.calls() or []
    assert [json.loads(one.arguments)["title"] for one in calls] == titles
    assert len({one.id for one in calls}) == len(titles)


def test_a_call_that_names_no_tool_makes_the_whole_answer_useless() -> None:
    assembly = CallAssembly()
    assembly.add({"function": {"arguments": "{}"}})
    assert assembly.calls() is None


def test_different_faults_in_turn_do_not_add_up_to_endless_tries() -> None:
    budget = RetryBudget()
    kinds = [FailureKind.CUT_OFF, FailureKind.MALFORMED_CALL, FailureKind.OVERLOADED] * 2
    failures = [ModelFailure(kind, "", allow_retry=True, retry_after=0.0) for kind in kinds]
    assert [budget.next_wait(failure) for failure in failures] == [0.0] * 5 + [None]


@pytest.mark.parametrize(
    ("error", "header", "seconds"),
    [
        ({"message": "Slow down."}, "7", 7.0),
        ({"message": "Please retry in 14.925851615s."}, "", 14.925851615),
        ({"message": "Please retry in 3s.", "details": [{"retryDelay": "14s"}]}, "", 14.0),
        ({"message": "Slow down."}, "Fri, 20 Nov 2026 18:00:00 GMT", None),
        ({"message": "Slow down.", "details": [{"retryDelay": "1.2.3s"}, 5]}, "", None),
        ("Slow down.", "", None),
    ],
)
def test_the_time_to_wait_is_found_wherever_it_is_told(
    error: object, header: str, seconds: float | None
) -> None:
    report = read_error([{"error": error}], code=429, headers={"retry-after": header})
    assert report is not None
    assert (report.code, report.retry_after) == (429, seconds)


@given(
    failures=st.lists(
        st.tuples(st.sampled_from(FailureKind), st.none() | st.floats(0, 30)), max_size=30
    )
)
def test_waiting_is_bounded_however_the_endpoint_fails(
    failures: list[tuple[FailureKind, float | None]],
) -> None:
    budget = RetryBudget()
    waited, tries = 0.0, 1
    for kind, retry_after in failures:
        failure = ModelFailure(kind, "", allow_retry=True, retry_after=retry_after)
        wait = budget.next_wait(failure)
        if wait is None:
            break
        waited += wait
        tries += 1
    assert waited <= MAX_WAIT_SECONDS
    assert tries <= 6
