"""The numbered faults, each with the outcome that is wanted."""

from dataclasses import replace

from tests.faults.cases import DEFAULT, STRICT, Case

DONE_A = "Done: I created **A**."
DONE_B = "Done: I created **B**."
DONE_C = "Done: I created **C**."
DONE_X = "Done: I created **X**."
WILL = "I will do that. "
CREATE_A = "create a task called A"
CREATE_X = "create a task called X"
STANDS = "What was done until then stands."
RETRY = ("retry",)
AWAY = ("retry", "commands")
COMMANDS = ("commands",)
CUT_OFF = "The answer was cut off. Try again."
OVERLOADED = "Gemini is overloaded. Try again in a moment."
BUSY = "Gemini gets too many requests right now."
UNEXPECTED = "Unexpected reply from the model server."
RATES = tuple(f"{BUSY} Trying again in {n}…" for n in ("1 second", "2 seconds", "4 seconds"))
LOADS = tuple(
    f"Gemini is overloaded. Trying again in {n}…" for n in ("1 second", "2 seconds", "4 seconds")
)
ODD = (f"{UNEXPECTED} Trying again in 1 second…",)


def one_task(fault: str, *, echo: str = "") -> Case:
    return Case(fault, (DONE_A,), tasks=("A",), requests=2, echo=echo)


def two_tasks(fault: str) -> Case:
    return Case(fault, (f"{DONE_A} {DONE_B}",), tasks=("A", "B"), requests=2, echo="SIG1")


def never_refused(fault: str) -> Case:
    return Case(fault, (WILL, DONE_A), tasks=("A",), requests=2, words=CREATE_A, model=STRICT)


def cut_off(fault: str) -> Case:
    return Case(fault, ("Half an",), "cut_off", CUT_OFF, RETRY)


def told(fault: str, kind: str, sentence: str, requests: int = 1) -> Case:
    """At once or in the end, nothing is left to try."""
    return Case(fault, (), kind, sentence, COMMANDS, requests=requests)


def once(fault: str, meanwhile: tuple[str, ...]) -> Case:
    return Case(f"{fault}_once", (DEFAULT,), requests=2, meanwhile=meanwhile)


ID_DUP = Case("id_dup", (DONE_C,), tasks=("A", "B", "C"), requests=3, echo="SIG1")
MALFORMED = (
    (),
    "malformed_call",
    "The model could not form a valid action. Nothing was changed. Try again.",
    RETRY,
)
SECOND_STEP = Case(
    "503_second_step",
    (WILL,),
    "overloaded",
    f"Gemini is overloaded. {STANDS} Try again in a moment.",
    AWAY,
    tasks=("X",),
    requests=5,
    words=CREATE_X,
    meanwhile=LOADS,
)

ROWS: dict[int, tuple[Case, ...]] = {
    1: (Case("text", ("Hello.",)),),
    2: (one_task("call_one", echo="SIG1"),),
    3: (two_tasks("par_same_chunk"),),
    4: (two_tasks("par_two_chunks"),),
    5: (two_tasks("par_index0"),),
    6: (two_tasks("id_empty"), two_tasks("id_missing")),
    7: (ID_DUP, replace(ID_DUP, then="[[fault:id_dup]]", then_said=(DONE_C,))),
    8: (one_task("sig_only_delta", echo="SIGX"),),
    9: (one_task("args_split", echo="SIG1"),),
    10: (
        one_task("sig_required", echo="skip_thought_signature_validator"),
        replace(one_task("sig_refused", echo="SIG1"), requests=3),
    ),
    11: (never_refused("model_turn_last"),),
    12: (
        Case("malformed_once", (WILL, DONE_X), tasks=("X",), requests=4, words=CREATE_X),
        Case("malformed", *MALFORMED, requests=3),
    ),
    13: (Case("blocked", (), "blocked", "Gemini declined to answer this."),),
    14: (
        Case(
            "recitation",
            ("Once upon",),
            "recitation",
            "Gemini's filter stopped this answer.",
            RETRY,
        ),
    ),
    15: (
        once("empty_stop", ()),
        Case("empty_stop", (), "empty", "Gemini sent an empty answer.", RETRY, requests=2),
    ),
    16: (
        Case("done_only", (), "empty", "Gemini sent an empty answer.", RETRY, requests=2),
        Case("empty_200", (), "empty", "Gemini sent an empty answer.", RETRY, requests=2),
    ),
    17: (
        Case(
            "length_empty",
            (),
            "too_long",
            "The answer was cut before it began because it was too long.",
            ("continue", "retry"),
        ),
        Case(
            "length_partial",
            ("A long story",),
            "too_long",
            "The answer was too long and was cut.",
            ("continue", "retry"),
        ),
    ),
    18: (Case("thought_leak", ("Hi",)),),
    19: (told("bad_key", "bad_key", "The Gemini API key was not accepted."),),
    20: (told("leaked_key", "key_denied", "Google disabled this Gemini API key."),),
    21: (
        told("no_model", "bad_model", "The model gemini-3.5-flash-lite is not available."),
        told("model_retired", "bad_model", "The model gemini-3.5-flash-lite is not available."),
    ),
    22: (once("rpm", (RATES[1],)),),
    23: (told("rpd", "quota_day", "Today's free quota for the model gemini-3.5-flash-lite"),),
    24: (
        once("429_bare", RATES[:1]),
        Case("429_bare", (), "rate_limit", BUSY, AWAY, requests=4, meanwhile=RATES),
        Case("429_unwrapped", (), "rate_limit", BUSY, AWAY, requests=4, meanwhile=RATES),
    ),
    25: (
        once("500", LOADS[:1]),
        once("503", LOADS[:1]),
        Case("503_always", (), "overloaded", OVERLOADED, AWAY, requests=4, meanwhile=LOADS),
        once("504", LOADS[:1]),
    ),
    26: (SECOND_STEP, replace(SECOND_STEP, way="retry", requests=10, meanwhile=LOADS * 2)),
    27: (told("region", "region", "Gemini is not available in the server's region."),),
    28: (never_refused("unknown_field"),),
    29: (cut_off("mid_error_obj"),),
    30: (cut_off("mid_error_list"),),
    31: (cut_off("mid_error_bare"),),
    32: (cut_off("eof"), cut_off("eof_done")),
    33: (
        Case("eof_after_call_once", (WILL, DONE_X), tasks=("X",), requests=3, words=CREATE_X),
        Case("eof_after_call", (), "cut_off", CUT_OFF, RETRY, requests=3),
    ),
    34: (cut_off("rst"), cut_off("trunc")),
    35: (cut_off("stall"), Case("stall", ("Half an",), way="stop")),
    36: (Case("slow_first", ("At last.",)), Case("slow_first", way="stop")),
    37: (
        Case("html_200", (), "unexpected_reply", UNEXPECTED, AWAY, requests=2, meanwhile=ODD),
        Case("html_502", (), "unexpected_reply", UNEXPECTED, AWAY, requests=2, meanwhile=ODD),
    ),
    38: (one_task("bad_name", echo="SIG1"),),
    39: (
        Case(
            "no_tool",
            ("That did not work: Tool 'launch_rocket' not found.",),
            requests=2,
            echo="SIG1",
        ),
    ),
    40: (
        Case(
            "bad_args",
            ("That did not work: The arguments are not valid JSON.",),
            requests=2,
            echo="SIG1",
        ),
    ),
    41: (
        once("tool_code_text", ()),
        Case("tool_code_text", *MALFORMED, requests=3),
    ),
    42: (Case("usage_cumulative", ("One two",), tokens=(16, 18)),),
    43: (never_refused("effort_minimal"),),
    44: (
        Case("split_utf8", ("party 🎉🎉",)),
        Case("crlf", ("Hi",)),
        Case("keepalive", ("Hi",)),
    ),
    45: (
        Case(
            "loop",
            (),
            "too_many_steps",
            f"Stopped after 12 steps. {STANDS}",
            tasks=tuple(f"Step {n}" for n in range(12)),
            requests=12,
            echo="SIG1",
        ),
    ),
    46: (cut_off("bad_json_event"),),
}
