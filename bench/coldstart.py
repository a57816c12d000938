"""Measures the import time of each function relative to ``import fastapi``: the share of our code in a cold start.

Each figure is the minimum of several fresh processes. The processes of all functions alternate, so that a slow moment
of the machine affects all of them. Only the ratios are comparable between machines.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from tools.package import ENVIRONMENT

ROOT: Final = Path(__file__).resolve().parents[1]
ROUNDS: Final = 7
MAX_RATIO: Final = 2.0
# These two import packages that no other function needs (design §8).
EXEMPT: Final = ("ai", "graphql")


def import_seconds(statement: str) -> float:
    environment = ENVIRONMENT | {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], env=environment, cwd=ROOT, check=True)
    return time.perf_counter() - began


def main() -> int:
    names = sorted(path.stem for path in (ROOT / "api").glob("*.py") if path.stem != "__init__")
    statements = {"nothing": "pass", "fastapi": "import fastapi"} | {name: f"import api.{name}" for name in names}
    least = dict.fromkeys(statements, float("inf"))
    for _ in range(ROUNDS + 1):  # the first round also writes the bytecode, which a bundle already contains
        for name, statement in statements.items():
            least[name] = min(least[name], import_seconds(statement))
    base = least["fastapi"] - least["nothing"]
    print(f"{'import':<12} {'ms':>6} {'ratio':>6}")
    for name, seconds in least.items():
        print(f"{name:<12} {seconds * 1000:>6.0f} {(seconds - least['nothing']) / base:>6.2f}")
    slow = [n for n in names if n not in EXEMPT and (least[n] - least["nothing"]) / base > MAX_RATIO]
    if slow:
        print(f"error: over {MAX_RATIO}: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
