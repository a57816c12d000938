"""Serves one function and notes what it is doing each time it has used some more of the processor.

``python -m bench.profile.sampler contents 9000 out.json``. SIGUSR1 begins, SIGUSR2 ends and writes the counts of the
stacks that were seen. Code in C counts for the Python function that called it.
"""

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import uvicorn

from bench.api.function import http_protocol, load

EVERY_SECONDS = 0.001
"""Seconds of processor time. Linux rounds them up to its own tick."""

HERE = f"{Path.cwd()}/"
"""Files of the checkout are named relative to it."""

stacks: Counter[tuple[str, ...]] = Counter()


def note(_: int, frame: FrameType | None) -> None:
    """Counts the functions on the stack, the innermost first."""
    found: list[str] = []
    while frame is not None:
        found.append(f"{frame.f_code.co_filename.removeprefix(HERE)}:{frame.f_code.co_qualname}")
        frame = frame.f_back
    stacks[tuple(found)] += 1


def begin(_: int, __: FrameType | None) -> None:
    stacks.clear()
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)


def main() -> None:
    name, port, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])

    def end(_: int, __: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        part = file.with_suffix(".part")
        part.write_text(json.dumps([[list(stack), number] for stack, number in stacks.items()]))
        part.rename(file)

    signal.signal(signal.SIGPROF, note)
    signal.signal(signal.SIGUSR1, begin)
    signal.signal(signal.SIGUSR2, end)
    uvicorn.run(load(name), host="127.0.0.1", port=port, http=http_protocol(), log_level="warning", proxy_headers=False)


if __name__ == "__main__":
    main()
