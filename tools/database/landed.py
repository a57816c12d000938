"""Holds migrations to going forward: ``python -m tools.database.landed`` fails if a committed one was changed.

Looks at the history that the checkout has, and at the working tree. A migration that has not landed yet is changed by
amending the commit that adds it.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = "supabase/migrations"
CHANGED: Final = "--diff-filter=MDRT"


def _git(root: Path, *arguments: str) -> list[str]:
    result = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return [line for line in result.stdout.splitlines() if line]


def changed_migrations(root: Path) -> list[str]:
    """Names of the migrations that were edited, renamed or removed after the commit that added the oldest of them."""
    oldest = min((path.name for path in (root / FOLDER).glob("*.sql")), default="")
    added = _git(root, "log", "--diff-filter=A", "--format=%H", "--", f"{FOLDER}/{oldest}")
    committed = _git(root, "log", CHANGED, "--format=", "--name-only", f"{added[-1]}..", "--", FOLDER) if added else []
    uncommitted = _git(root, "diff", "HEAD", CHANGED, "--name-only", "--", FOLDER) if added else []
    return sorted({*committed, *uncommitted})


def main() -> int:
    changed = changed_migrations(ROOT)
    for path in changed:
        print(f"{path} was changed after it was committed: write a new migration instead", file=sys.stderr)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
