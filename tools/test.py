"""Runs everything that must pass before a change lands: the checks, the packaging, the contract, the tests.

The first three run in parallel with the tests. Their output is printed in one piece when each has ended.

Tests of kills, races and deadlines run beside others on a few cores, so that one of thousands may meet a machine that
stands still. A few that fail run once more, alone and on a new platform: those that fail again fail the run, the others
are named as unstable.
"""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from tools.check import ROOT

PYTEST: Final = ("local.stack", "run", "--", sys.executable, "-m", "pytest", "-q", "--durations=10")
# More than there are cores, because a test waits as long as it computes. At most 14, because a copy of the platform
# needs one of Redis's 16 databases.
WORKERS: Final = min(14, max(4, (os.cpu_count() or 2) + 2))


@dataclass(frozen=True)
class Step:
    name: str
    module: tuple[str, ...]

    def run(self, *, captured: bool = False) -> bool:
        """Runs the step and reports how it went; ``captured``: prints its output at the end and in one piece."""
        if not captured:
            print(f"\n== {self.name}", flush=True)
        began = time.monotonic()
        command = [sys.executable, "-m", *self.module]
        pipe = subprocess.PIPE if captured else None
        # Each process compiles the modules that it imports unless bytecode may be written.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        result = subprocess.run(
            command, cwd=ROOT, env=environment, check=False, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )
        outcome = "ok" if result.returncode == 0 else "FAILED"
        output = f"\n\n== {self.name}\n{result.stdout}" if captured else ""
        print(f"{output}== {self.name}: {outcome} in {time.monotonic() - began:.0f} s", flush=True)
        return result.returncode == 0


BESIDE: Final = (
    Step("checks", ("tools.check",)),
    Step("packaging", ("tools.package",)),
    Step("contract", ("tools.contract",)),
)
# Distribute by file, so that the setup of a module (functions, databases) runs once and not in each worker.
TESTS: Final = Step("tests", (*PYTEST, "--numprocesses", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder"))
AGAIN: Final = Step(
    "tests that failed, once more and alone", (*PYTEST, "--last-failed", "--last-failed-no-failures", "none")
)
FAILED: Final = ROOT / ".pytest_cache/v/cache/lastfailed"
# When the machine stands still, or a transaction of another database lasts, tests of one file fail together. More is no
# matter of chance.
MAX_AGAIN: Final = 6


def _run_tests() -> bool:
    FAILED.unlink(missing_ok=True)
    if TESTS.run():
        return True
    failed: list[str] = list(json.loads(FAILED.read_text())) if FAILED.exists() else []
    if not 0 < len(failed) <= MAX_AGAIN or not AGAIN.run():
        return False
    print("\nunstable, failed beside other tests and held alone:", *failed, sep="\n  ", flush=True)
    return True


def _run_beside() -> bool:
    outcomes = [step.run(captured=True) for step in BESIDE]  # the later ones also if an earlier one failed
    return all(outcomes)


def main() -> int:
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        beside: Future[bool] = pool.submit(_run_beside)
        outcomes = [_run_tests(), beside.result()]
    print(f"\n{time.monotonic() - began:.0f} s in all")
    if not all(outcomes):
        print("error: something above did not hold", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
