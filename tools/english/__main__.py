"""Finds wording that is not plain technical English: ``python -m tools.english [PATH …]``.

It reads docstrings, comments and the messages of raised errors in Python, comments in JavaScript, prose in Markdown,
and the descriptions in public/api/v1/openapi.json. It prints each finding with the wording to use instead, and exits
with 1 if there is any.

If a phrase must stay, escape its line with a reason: ``# english: REASON`` in Python (for a docstring: behind its
closing quotes), ``// english: REASON`` in JavaScript, ``<!-- english: REASON -->`` in Markdown. An escape that excuses
nothing is itself reported.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tools.english.checking import check
from tools.english.texts import DESCRIPTION

ROOT: Final = Path(__file__).resolve().parents[2]
# These quote the wording that is refused, or come from elsewhere.
EXCLUDED: Final = ("public/vendor/", "tests/tools/test_english.py", "tools/english/")


def files(paths: Sequence[str]) -> list[str]:
    """Lists the files to read, as git knows them."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *paths],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        path
        for path in listed.stdout.splitlines()
        if (path == DESCRIPTION or path.endswith((".js", ".md", ".mjs", ".py")))
        and not path.startswith(EXCLUDED)
        and (ROOT / path).exists()
    ]


def main() -> int:
    found = [finding for path in files(sys.argv[1:]) for finding in check(path, (ROOT / path).read_text())]
    for finding in found:
        print(finding)
    if found:
        print(f"{len(found)} findings: see 'Language' in CONTRIBUTING.md", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
