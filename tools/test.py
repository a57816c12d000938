"""Everything that must hold before a change lands: the checks, the packaging, the tests.

The tests come last, so that the last lines say how many there were.
"""

import subprocess
import sys
import time
from typing import Final

from tools.check import ROOT, run_checks

WITH_STACK: Final = ("local.stack", "run", "--", sys.executable, "-m", "pytest", "-q")


def run_step(name: str, *module: str) -> bool:
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    code = subprocess.run([sys.executable, "-m", *module], cwd=ROOT, check=False).returncode
    print(f"== {name}: {'ok' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s", flush=True)
    return code == 0


def main() -> int:
    print("== checks", flush=True)
    outcomes = [
        run_checks(),
        run_step("packaging", "tools.package"),
        run_step("tests", *WITH_STACK, "-m", "not alone", "--numprocesses", "4"),
        run_step("tests that run alone", *WITH_STACK, "-m", "alone"),
    ]
    if not all(outcomes):
        print("error: something above did not hold", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
