"""What the server counts for Prometheus, in one process and in several."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from select import select

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from taskchat.metrics import SHARED, Metrics
from tests.redis_server import RedisServer
from tests.torture.backends import free_port

ALERTS = Path(__file__).parent.parent / "deploy" / "prometheus" / "alerts.yml"
NAME = re.compile(r"\btaskchat_\w+")
ONE_CALL = """
import os, sys
from taskchat.metrics import Metrics
metrics = Metrics(["a-model"], ["create_task"])
metrics.count_call("a-model", "ok", requests=2, cost=1_500_000_000, seconds=1.0)
metrics.open_stream()
metrics.begin_run()
print(os.getpid(), flush=True)
sys.stdin.read()
"""
RENDER = """
import sys
from taskchat.metrics import Metrics
sys.stdout.buffer.write(Metrics().render())
"""


def read(text: bytes) -> dict[str, float]:
    """The samples by name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(["a-model"], ["create_task"])


def test_calls_tokens_and_cost_are_counted_by_model_and_each_token_once(metrics: Metrics) -> None:
    metrics.count_call("a-model", "ok", requests=2, cost=1_500_000_000, seconds=3.0)
    metrics.count_tokens("a-model", prompt=100, cached=30, output=20, thinking=5)
    metrics.count_retry("a-model", "overloaded")
    found = read(metrics.render())

    assert found["taskchat_model_calls_total['a-model', 'ok']"] == 1
    assert found["taskchat_model_requests_total['a-model']"] == 2
    assert found["taskchat_model_cost_dollars_total['a-model']"] == 1.5
    assert found["taskchat_model_retries_total['a-model', 'overloaded']"] == 1
    kinds = {"prompt": 70, "cached": 30, "output": 15, "thinking": 5}
    for kind, count in kinds.items():
        assert found[f"taskchat_model_tokens_total['a-model', '{kind}']"] == count


def test_names_that_nobody_configured_share_one_label(metrics: Metrics) -> None:
    for number in range(3):
        metrics.count_run(f"model-{number}", "completed", 1.0)
        metrics.count_tool_call(f"tool-{number}", "ok", 0.1)
        metrics.count_request(f"METHOD{number}", "/api/tasks", 200, 0.1)
    found = read(metrics.render())

    assert found["taskchat_runs_total['completed', 'other']"] == 3
    assert found["taskchat_tool_calls_total['ok', 'other']"] == 3
    assert found["taskchat_http_requests_total['/api/tasks', '200', 'other']"] == 3


def test_two_apps_in_one_process_count_apart(metrics: Metrics) -> None:
    metrics.begin_run()
    assert read(metrics.render())["taskchat_runs_running[]"] == 1
    assert read(Metrics().render())["taskchat_runs_running[]"] == 0


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Two that have counted something and live on."""
    environment = {**os.environ, SHARED: str(tmp_path)}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", ONE_CALL],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout
        process.stdout.readline()
    yield started
    for process in started:
        process.kill()
        process.communicate()


def render(directory: Path) -> dict[str, float]:
    environment = {**os.environ, SHARED: str(directory)}
    asked = subprocess.run(
        [sys.executable, "-c", RENDER], env=environment, capture_output=True, check=True
    )
    return read(asked.stdout)


def test_what_several_processes_count_is_told_as_one_and_the_dead_have_nothing_open(
    processes: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    found = render(tmp_path)
    assert found["taskchat_model_calls_total['a-model', 'ok']"] == 2
    assert found["taskchat_model_cost_dollars_total['a-model']"] == 3.0
    assert found["taskchat_http_streams_open[]"] == found["taskchat_runs_running[]"] == 2

    processes[0].kill()
    processes[0].wait()
    found = render(tmp_path)
    assert found["taskchat_model_calls_total['a-model', 'ok']"] == 2
    assert found["taskchat_http_streams_open[]"] == found["taskchat_runs_running[]"] == 1


@pytest.fixture
def workers(
    postgres_url: str, redis_server: RedisServer, tmp_path: Path
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a server of two worker processes."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": postgres_url,
        "REDIS_URL": redis_server.url,
        "TASKCHAT_DATA_DIR": str(tmp_path),
        "TASKCHAT_PORT": str(port),
        "TASKCHAT_WORKERS": "2",
    }
    command = [str(Path(sys.executable).with_name("taskchat")), "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
        yield f"http://127.0.0.1:{port}", process
        process.terminate()


def get(address: str) -> httpx2.Response | None:
    """On a connection of its own; None while nobody listens."""
    with suppress(httpx2.TransportError):
        return httpx2.get(address)
    return None


def test_workers_of_one_server_tell_the_sum_and_leave_nothing_behind(
    workers: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    url, process = workers
    while not get(f"{url}/healthz"):
        assert process.poll() is None
        select([], [], [], 0.05)
    before = healthy(url)
    for _ in range(20):
        get(f"{url}/healthz")
    assert {healthy(url) for _ in range(10)} == {before + 20}
    process.terminate()
    assert process.wait(20) is not None
    assert list(tmp_path.glob("metrics-*")) == []


def healthy(url: str) -> float:
    """How often the server was asked whether it lives."""
    answer = get(f"{url}/metrics")
    assert answer is not None
    return read(answer.content)["taskchat_http_requests_total['/healthz', '200', 'GET']"]


def test_alerts_ask_only_for_what_is_counted(metrics: Metrics) -> None:
    families = text_string_to_metric_families(metrics.render().decode())
    known = {
        name
        for family in families
        for name in (
            (f"{family.name}_total",)
            if family.type == "counter"
            else (
                family.name,
                f"{family.name}_bucket",
                f"{family.name}_count",
                f"{family.name}_sum",
            )
        )
    }
    asked = set(NAME.findall(ALERTS.read_text("utf-8")))
    assert len(asked) >= 5
    assert asked <= known
