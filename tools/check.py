"""Runs all static checks: formats, lints, types, contracts. ``--fix`` formats Python and SQL in place first."""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
BIN: Final = Path(sys.executable).parent
# Migrations are rendered from these.
SQL: Final = (
    "supabase/schemas",
    "supabase/policies",
    "supabase/seed.sql",
    "local/supabase/bootstrap.sql",
    "local/supabase/auth/schema.sql",
)

CHECKS: Final[tuple[tuple[str, Sequence[str | Path]], ...]] = (
    ("format", (BIN / "ruff", "format", "--check", "--quiet", ".")),
    ("lint", (BIN / "ruff", "check", "--quiet", ".")),
    ("types", (ROOT / "local/node_modules/.bin/pyright", "--warnings")),
    ("imports", (BIN / "lint-imports", "--no-cache")),
    ("sql", (BIN / "sqlfluff", "lint", "--disable-progress-bar", "--processes", "2", *SQL)),
    ("migrations", (sys.executable, "-m", "tools.database.landed")),
    ("licenses", (sys.executable, "-m", "tools.licenses", "--check")),
    ("openapi", (sys.executable, "-m", "tools.openapi", "--check")),
    ("graphql", (sys.executable, "-m", "tools.graphql", "--check")),
    ("mail", (sys.executable, "-m", "tools.mail", "--check")),
    ("english", (sys.executable, "-m", "tools.english")),
)
FIXES: Final[tuple[Sequence[str | Path], ...]] = (
    (BIN / "ruff", "check", "--fix", "--quiet", "."),
    (BIN / "ruff", "format", "--quiet", "."),
    (BIN / "sqlfluff", "fix", "--disable-progress-bar", "--quiet", *SQL),
)


def run_checks() -> bool:
    """Runs all checks, also after a failure. Prints a line for each, and the output of those that failed."""
    is_good = True
    for name, command in CHECKS:
        began = time.monotonic()
        result = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False)
        outcome = "ok" if result.returncode == 0 else "FAILED"
        print(f"{name:<10} {outcome:<7} {time.monotonic() - began:5.1f} s", flush=True)
        if result.returncode != 0:
            is_good = False
            print(result.stdout + result.stderr, flush=True)
    return is_good


def main() -> int:
    if "--fix" in sys.argv[1:]:
        for command in FIXES:
            subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    return 0 if run_checks() else 1


if __name__ == "__main__":
    sys.exit(main())
