"""Open streams must end when the process is told to stop: the server waits for them before anything else."""

import asyncio
import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from taskchat.streams.log import EventLog

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def closed_on_termination(log: EventLog) -> Generator[None]:
    """Closes the log when a signal to stop comes, and lets the server hear of it as before."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(log.close)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number in SIGNALS:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
