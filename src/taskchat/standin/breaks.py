"""Streams that break, and connections that fall silent."""

from collections.abc import Mapping
from types import MappingProxyType

from taskchat.standin.plays import Play, always
from taskchat.standin.wire import (
    DONE,
    OVERLOADED,
    STREAM_END,
    STREAM_HEAD,
    Cut,
    Json,
    Pause,
    Reply,
    chunk,
    event,
    finish,
    stream,
    text,
    transfer_chunk,
)

FOREVER = Pause(3600)
SLOW_FIRST = "slow_first"
USAGE: Json = {"completion_tokens": 3, "prompt_tokens": 16, "total_tokens": 19}
BARE_ERROR = (
    b'\n{\n  "error": {\n    "code": 503,\n'
    b'    "message": "The model is overloaded. Please try again later.",\n'
    b'    "status": "UNAVAILABLE"\n  }\n}\n'
)

BREAKS: Mapping[str, Play] = MappingProxyType(
    {
        "mid_error_obj": always(stream(text("Half an"), event(OVERLOADED))),
        "mid_error_open": always(stream(text("Half an"), event(OVERLOADED), FOREVER)),
        "mid_error_list": always(stream(text("Half an"), event([OVERLOADED]))),
        "mid_error_bare": always(stream(text("Half an"), BARE_ERROR)),
        "early_error": always(stream(event(OVERLOADED))),
        "eof": always(stream(text("Half an"))),
        "eof_done": always(stream(text("Half an"), DONE)),
        "rst": always(stream(text("Half an"), Pause(0.02), end=Cut.RESET)),
        "trunc": always(
            Reply((STREAM_HEAD, transfer_chunk(text("Half an")), b"ff\r\ndata: {", Cut.CLOSE))
        ),
        "bad_json_event": always(stream(text("Half an"), b'data: {"choices":[{"del\n\n')),
        "hang_up": always(Reply((Cut.CLOSE,))),
        "stall": always(stream(text("Half an"), FOREVER)),
        "stall_first": always(Reply((FOREVER,))),
        "stall_pinging": always(
            stream(text("Half an"), *([b": ping\n\n", Pause(0.05)] * 200), end=STREAM_END)
        ),
        "stall_after_finish": always(stream(text("All of it.", finish="stop"), FOREVER)),
        "stall_after_done": always(stream(text("All of it.", finish="stop"), DONE, FOREVER)),
        "stall_after_done_only": always(stream(DONE, FOREVER)),
        "rst_after_finish": always(
            stream(text("All of it.", finish="stop"), Pause(0.02), end=Cut.RESET)
        ),
        "bad_json_after_finish": always(
            stream(text("Half an", finish="stop"), b'data: {"choices":[{"del\n\n', DONE)
        ),
        "error_after_finish": always(
            stream(text("Half an", finish="stop"), event(OVERLOADED), DONE)
        ),
        "eof_after_usage": always(stream(chunk(delta={"content": "Half an"}, usage=USAGE))),
        # The server waits before it.
        SLOW_FIRST: always(stream(text("At last."), finish("stop"), DONE)),
    }
)
