"""What the server counts, for Prometheus. No label holds anything of a person, and each has few values.

Every app has counters of its own; the processes of one server share theirs through the files of
PROMETHEUS_MULTIPROC_DIR, which has to be set before this module is imported.
"""

import os
from collections.abc import Collection
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"
OTHER = "other"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SOON = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LONG = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0, 300.0)


class Metrics:
    """`models` and `tools` are the names that get labels of their own; all others are counted as one.

    `outcomes` are of calls, each of which is told from the start.
    """

    def __init__(
        self,
        models: Collection[str] = (),
        tools: Collection[str] = (),
        outcomes: Collection[str] = (),
    ) -> None:
        self._models = frozenset(models)
        self._tools = frozenset(tools)
        registry = self._registry = CollectorRegistry()
        self._calls = Counter(
            "taskchat_model_calls", "Turns of a model", ["model", "outcome"], registry=registry
        )
        for model in models:  # or the first one would be no increase
            for outcome in outcomes:
                self._calls.labels(model, outcome)
        self._requests = Counter(
            "taskchat_model_requests", "Requests to the endpoint", ["model"], registry=registry
        )
        self._retries = Counter(
            "taskchat_model_retries",
            "Waits before a retry",
            ["model", "failure"],
            registry=registry,
        )
        self._tokens = Counter(
            "taskchat_model_tokens", "Tokens by kind", ["model", "kind"], registry=registry
        )
        self._cost = Counter(
            "taskchat_model_cost_dollars", "Cost in US dollars", ["model"], registry=registry
        )
        self._call_seconds = Histogram(
            "taskchat_model_call_seconds",
            "From asking a model to the end of its turn",
            ["model"],
            buckets=LONG,
            registry=registry,
        )
        self._refusals = Counter(
            "taskchat_budget_refusals",
            "Calls refused by a daily limit",
            ["limit"],
            registry=registry,
        )
        self._first_text = Histogram(
            "taskchat_first_text_seconds",
            "From taking an answer up to its first words",
            ["model"],
            buckets=LONG,
            registry=registry,
        )
        self._runs = Counter(
            "taskchat_runs", "Answers that ended", ["model", "status"], registry=registry
        )
        self._run_seconds = Histogram(
            "taskchat_run_seconds",
            "From taking an answer up to its end",
            ["model"],
            buckets=LONG,
            registry=registry,
        )
        self._running = Gauge(
            "taskchat_runs_running",
            "Answers in the making",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._tool_calls = Counter(
            "taskchat_tool_calls", "Tool calls of assistants", ["tool", "status"], registry=registry
        )
        self._tool_seconds = Histogram(
            "taskchat_tool_call_seconds",
            "How long tools take",
            ["tool"],
            buckets=SOON,
            registry=registry,
        )
        self._http_requests = Counter(
            "taskchat_http_requests",
            "HTTP requests",
            ["method", "route", "status"],
            registry=registry,
        )
        self._http_seconds = Histogram(
            "taskchat_http_request_seconds",
            "Up to the head of the answer",
            ["method", "route"],
            buckets=SOON,
            registry=registry,
        )
        self._streams = Gauge(
            "taskchat_http_streams_open",
            "Open event streams",
            multiprocess_mode="livesum",
            registry=registry,
        )

    def count_call(
        self, model: str, outcome: str, *, requests: int, cost: int | None, seconds: float
    ) -> None:
        """`outcome` is "ok" or a failure's word, `cost` in billionths of a US dollar."""
        name = self._model(model)
        self._calls.labels(name, outcome).inc()
        self._requests.labels(name).inc(requests)
        self._cost.labels(name).inc((cost or 0) / 1e9)
        self._call_seconds.labels(name).observe(seconds)

    def count_tokens(
        self, model: str, *, prompt: int, cached: int, output: int, thinking: int
    ) -> None:
        """Here no token is of two kinds: those cached are not among the prompt's, nor thinking in the output."""
        name = self._model(model)
        kinds = {"prompt": prompt - cached, "cached": cached}
        kinds |= {"output": output - thinking, "thinking": thinking}
        for kind, count in kinds.items():
            self._tokens.labels(name, kind).inc(max(count, 0))

    def count_retry(self, model: str, failure: str) -> None:
        self._retries.labels(self._model(model), failure).inc()

    def count_refusal(self, limit: str) -> None:
        self._refusals.labels(limit).inc()

    def begin_run(self) -> None:
        self._running.inc()

    def leave_run(self) -> None:
        """Whether it ended here or goes on elsewhere."""
        self._running.dec()

    def see_first_text(self, model: str, seconds: float) -> None:
        self._first_text.labels(self._model(model)).observe(seconds)

    def count_run(self, model: str, status: str, seconds: float) -> None:
        name = self._model(model)
        self._runs.labels(name, status).inc()
        self._run_seconds.labels(name).observe(seconds)

    def count_tool_call(self, tool: str, status: str, seconds: float) -> None:
        name = tool if tool in self._tools else OTHER
        self._tool_calls.labels(name, status).inc()
        self._tool_seconds.labels(name).observe(seconds)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """`route` is the template of an address, never an address."""
        known = method if method in METHODS else OTHER
        self._http_requests.labels(known, route, str(status)).inc()
        self._http_seconds.labels(known, route).observe(seconds)

    def open_stream(self) -> None:
        self._streams.inc()

    def close_stream(self) -> None:
        self._streams.dec()

    def render(self) -> bytes:
        """In Prometheus's text format, over all processes of this server. Reads files where there are several."""
        if not (directory := os.environ.get(SHARED)):
            return generate_latest(self._registry)
        _forget_dead(Path(directory))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, directory)
        return generate_latest(registry)

    def _model(self, name: str) -> str:
        return name if name in self._models else OTHER


def _forget_dead(directory: Path) -> None:
    """What a process that is gone had open is open no more; what it counted stays."""
    for file in directory.glob("gauge_live*_*.db"):
        if not _is_alive(int(file.stem.rpartition("_")[2])):
            file.unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
