"""Checks that migrations only go forward: ``python -m tools.database.landed`` fails if a committed one was changed.

Compares the history that the checkout has with the working tree. To change a migration that has not landed yet, amend
the commit that adds it.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = "supabase/migrations"
BASELINE: Final = "20261126000000_baseline.sql"
CHANGED: Final = "--diff-filter=MDRT"


def _git(root: Path, *arguments: str) -> list[str]:
    result = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return [line for line in result.stdout.splitlines() if line]


def changed_migrations(root: Path) -> list[str]:
    """Names the migrations that were edited, renamed or removed after the commit that added the baseline.

    If the history of the checkout does not reach back that far, the oldest commit counts as the start.
    """
    if not (root / FOLDER / BASELINE).exists():
        return [f"{FOLDER}/{BASELINE}"]
    *_, start = ["", *_git(root, "log", "--diff-filter=A", "--format=%H", "--", f"{FOLDER}/{BASELINE}")]
    changes = (CHANGED, "--name-only", "--no-renames")
    committed = _git(root, "log", *changes, "--format=", f"{start}..", "--", FOLDER) if start else []
    return sorted({*committed, *_git(root, "diff", *changes, "HEAD", "--", FOLDER)})


def main() -> int:
    changed = changed_migrations(ROOT)
    for path in changed:
        print(f"{path} was changed after it was committed: write a new migration instead", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
