"""Tool calls in the shapes that were seen, and in some that were feared."""

from collections.abc import Mapping
from types import MappingProxyType

from taskchat.standin.asked import Asked
from taskchat.standin.plays import Play, calling, create, first_step
from taskchat.standin.validation import missing_signature, refuse_unsigned_step
from taskchat.standin.wire import DONE, Reply, call, calls, finish, signed, stream, text

A = '{"title":"A"}'
B = '{"title":"B"}'


def _id_dup(asked: Asked) -> Reply | None:
    """The same id twice in one reply, and again in the next."""
    if asked.step == 0:
        return stream(calls(create("x", A, sig="SIG1"), create("x", B), finish="stop"), DONE)
    if asked.step == 1:
        return stream(calls(create("x", '{"title":"C"}', sig="SIG2"), finish="stop"), DONE)
    return None


def _loop(asked: Asked) -> Reply:
    arguments = f'{{"title":"Step {asked.step}"}}'
    return stream(calls(create(f"c{asked.step}", arguments, sig="SIG1"), finish="stop"), DONE)


def _signature_refused(asked: Asked) -> Reply | None:
    """Refuses every real signature, as for one that another model or key has made."""
    if asked.step == 0:
        return stream(calls(create("c1", A, sig="SIG1"), finish="stop"), DONE)
    extra = asked.asked_calls[0][0]["extra_content"]["google"]
    return missing_signature("create_task", 1) if extra["thought_signature"] == "SIG1" else None


def _signature_required(asked: Asked) -> Reply | None:
    """An unsigned call, which must come back signed all the same."""
    if asked.step == 0:
        return stream(calls(create("c1", A), finish="stop"), DONE)
    return refuse_unsigned_step(asked)


CALLS: Mapping[str, Play] = MappingProxyType(
    {
        "call_one": calling(calls(create("call_297140", A, sig="SIG1"), finish="stop")),
        "call_unsigned": calling(calls(create("call_297140", A), finish="stop")),
        "par_same_chunk": calling(
            calls(create("c1", A, sig="SIG1"), create("c2", B), finish="stop")
        ),
        "par_two_chunks": calling(
            calls(create("eaifhb3y", A, sig="SIG1")), calls(create("mw4fnecu", B), finish="stop")
        ),
        "par_index0": calling(
            calls(create("c1", A, sig="SIG1", index=0)),
            calls(create("c2", B, index=0), finish="stop"),
        ),
        "id_empty": calling(calls(create("", A, sig="SIG1"), create("", B), finish="stop")),
        "id_missing": calling(calls(create(None, A, sig="SIG1"), create(None, B), finish="stop")),
        "id_dup": _id_dup,
        "sig_only_delta": calling(calls(create("c1", A)), calls(signed("SIGX")), finish("stop")),
        "sig_after_both": calling(
            calls(create("c1", A)), calls(create("c2", B)), calls(signed("SIGX")), finish("stop")
        ),
        "nameless": calling(calls({"function": {"arguments": A}, "id": "c1"}, finish="stop")),
        "args_split": calling(
            calls(create("c1", '{"title":', sig="SIG1")),
            calls({"function": {"arguments": '"A"}'}}, finish="stop"),
        ),
        "args_empty_first": calling(
            calls(create("c1", "{}", sig="SIG1", index=0)),
            calls({"function": {"arguments": A}, "index": 0}, finish="stop"),
        ),
        "openai_shape": calling(
            calls(create("c1", "", sig="SIG1", index=0)),
            calls({"function": {"arguments": '{"title":'}, "index": 0}),
            calls({"function": {"arguments": '"A"}'}, "index": 0}),
            calls(create("c2", B, index=1)),
            finish("tool_calls"),
        ),
        "bad_name": calling(
            calls(call("c1", "default_api.create_task", A, signature="SIG1"), finish="stop")
        ),
        "no_tool": calling(
            calls(call("c1", "launch_rocket", "{}", signature="SIG1"), finish="stop")
        ),
        "bad_args": calling(calls(create("c1", '{"title": "A"', sig="SIG1"), finish="stop")),
        "eof_after_call": first_step(stream(calls(create("c1", A, sig="SIG1")))),
        "finish_other": first_step(
            stream(text("Half an"), calls(create("c1", A, sig="SIG1"), finish="abort"), DONE)
        ),
        "text_eof_after_call": first_step(
            stream(text("I will."), calls(create("c1", A, sig="SIG1")))
        ),
        "loop": _loop,
        "sig_required": _signature_required,
        "sig_refused": _signature_refused,
    }
)
