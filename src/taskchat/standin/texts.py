"""Answers in words, and answers that end badly although the reply is whole."""

from collections.abc import Mapping
from types import MappingProxyType

from taskchat.standin.plays import Play, always
from taskchat.standin.wire import DONE, Json, Pause, chunk, finish, stream, text


def _usage(completion: int) -> Json:
    return {
        "completion_tokens": completion,
        "prompt_tokens": 16,
        "total_tokens": 16 + completion + 9,
    }


TEXTS: Mapping[str, Play] = MappingProxyType(
    {
        "text": always(stream(text("Hel"), text("lo.", finish="stop"), DONE)),
        "recitation": always(
            stream(
                text("Once upon"), chunk(delta={}, finish_reason="content_filter: RECITATION"), DONE
            )
        ),
        "blocked": always(stream(chunk(finish_reason="content_filter: PROHIBITED_CONTENT"), DONE)),
        "malformed": always(stream(finish("function_call_filter: MALFORMED_FUNCTION_CALL"), DONE)),
        "empty_stop": always(
            stream(chunk(delta={"role": "assistant"}, finish_reason="stop", usage=_usage(0)), DONE)
        ),
        "finish_error": always(stream(text("Half an", finish="error"), DONE)),
        "null_message": always(
            stream(
                chunk(delta={"content": "Hello."}, message=None, finish_reason=None),
                chunk(delta={}, message=None, finish_reason="stop"),
                DONE,
            )
        ),
        "done_only": always(stream(DONE)),
        "empty_200": always(stream()),
        "length_empty": always(stream(finish("length"), DONE)),
        "length_partial": always(stream(text("A long"), text(" story", finish="length"), DONE)),
        "thought_leak": always(
            stream(
                text("<thou", thought=True),
                text("ght>plan</th", thought=True),
                text("ought>Hi", thought=True, finish="stop"),
                DONE,
            )
        ),
        "tool_code_text": always(
            stream(text('print(default_api.create_task(title="A"))', finish="stop"), DONE)
        ),
        "usage_cumulative": always(
            stream(
                chunk(delta={"content": "One "}, usage=_usage(3)),
                chunk(delta={"content": "two"}, usage=_usage(6)),
                chunk(delta={}, finish_reason="stop", usage=_usage(9)),
                DONE,
            )
        ),
        "split_utf8": always(
            stream(
                text("party 🎉🎉")[:-30],
                Pause(0.01),
                text("party 🎉🎉")[-30:],
                finish("stop"),
                DONE,
            )
        ),
        "crlf": always(
            stream(*(e.replace(b"\n\n", b"\r\n\r\n") for e in (text("Hi"), finish("stop"), DONE)))
        ),
        "keepalive": always(stream(b": ping\n\n", text("Hi"), b": ping\n\n", finish("stop"), DONE)),
    }
)
