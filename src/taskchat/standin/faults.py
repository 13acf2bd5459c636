"""The faults that Gemini was seen to have, by name, byte for byte.

A name ending in `_once` has the fault on every other try, `_second_step` only after tools ran.
"""

from collections.abc import Mapping
from types import MappingProxyType

from taskchat.standin.breaks import BREAKS
from taskchat.standin.plays import Play, every_other_try, second_step
from taskchat.standin.refusals import REFUSALS
from taskchat.standin.texts import TEXTS
from taskchat.standin.toolcalls import CALLS

FAULTS: Mapping[str, Play] = MappingProxyType({**TEXTS, **CALLS, **REFUSALS, **BREAKS})

NUMBERED: Mapping[int, tuple[str, ...]] = MappingProxyType(
    dict(
        enumerate(
            (
                ("text",),
                ("call_one",),
                ("par_same_chunk",),
                ("par_two_chunks",),
                ("par_index0",),
                ("id_empty", "id_missing"),
                ("id_dup",),
                ("sig_only_delta",),
                ("args_split",),
                ("sig_required", "sig_refused"),
                ("model_turn_last",),
                ("malformed_once", "malformed"),
                ("blocked",),
                ("recitation",),
                ("empty_stop_once", "empty_stop"),
                ("done_only", "empty_200"),
                ("length_empty", "length_partial"),
                ("thought_leak",),
                ("bad_key",),
                ("leaked_key",),
                ("no_model", "model_retired"),
                ("rpm_once",),
                ("rpd",),
                ("429_bare_once", "429_bare", "429_unwrapped"),
                ("500_once", "503_once", "503_always", "504_once"),
                ("503_second_step",),
                ("region",),
                ("unknown_field",),
                ("mid_error_obj",),
                ("mid_error_list",),
                ("mid_error_bare",),
                ("eof", "eof_done"),
                ("eof_after_call_once", "eof_after_call"),
                ("rst", "trunc"),
                ("stall",),
                ("slow_first",),
                ("html_200", "html_502"),
                ("bad_name",),
                ("no_tool",),
                ("bad_args",),
                ("tool_code_text_once", "tool_code_text"),
                ("usage_cumulative",),
                ("effort_minimal",),
                ("split_utf8", "crlf", "keepalive"),
                ("loop",),
                ("bad_json_event",),
            ),
            start=1,
        )
    )
)
"""What is known of Gemini's faults, by their number in the list of them, docs/gemini.md."""


def play_for(name: str) -> Play:
    """Raises KeyError for a fault that is not known."""
    if name in FAULTS:
        return FAULTS[name]
    for suffix, limit in (("_once", every_other_try), ("_second_step", second_step)):
        if name.endswith(suffix):
            return limit(FAULTS[name.removesuffix(suffix)])
    raise KeyError(name)
