"""Serves the stand-in by hand: `python -m tests.gemini --port 9090`."""

import argparse
import asyncio
import sys

from tests.gemini.standin import StandIn


async def serve(standin: StandIn) -> None:
    async with standin:
        sys.stdout.write(
            f"GEMINI_BASE_URL={standin.base_url} GEMINI_API_KEY={standin.api_key}\n"
            "Say [[fault:NAME]] in a message, see tests/gemini/faults.py.\n"
        )
        sys.stdout.flush()
        await standin.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.gemini")
    parser.add_argument("--port", type=int, default=9090)
    parser.add_argument("--delay-first", type=float, default=0.4, help="seconds before a reply")
    parser.add_argument("--pace", type=float, default=0.05, help="seconds between pieces of text")
    given = parser.parse_args()
    standin = StandIn(port=given.port, delay_first=given.delay_first, pace=given.pace)
    try:
        asyncio.run(serve(standin))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
