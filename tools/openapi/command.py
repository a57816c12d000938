"""Writes public/api/v1/openapi.json and asyncapi.json: the descriptions of the API and of its live updates.

``--check`` writes nothing; its exit code is 1 when a file differs from what the code gives.
"""

import sys
from pathlib import Path
from typing import Any, Final

from tools.openapi.descriptions import missing_descriptions
from tools.openapi.document import build_document
from tools.openapi.events import build_events
from tools.openapi.text import to_text

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "public" / "api" / "v1"
# At most this many missing descriptions are printed.
MAX_LINES: Final = 40
# Missing descriptions fail the check.
DESCRIPTIONS_ARE_REQUIRED: Final = True


def _is_described(document: dict[str, Any]) -> bool:
    missing = missing_descriptions(document)
    for line in missing[:MAX_LINES]:
        print(f"no description: {line}", file=sys.stderr)
    if missing:
        print(f"{len(missing)} descriptions are missing", file=sys.stderr)
    return not missing or not DESCRIPTIONS_ARE_REQUIRED


def _is_written(name: str, document: dict[str, Any], *, may_write: bool) -> bool:
    file, text = FOLDER / name, to_text(document)
    if file.exists() and file.read_text() == text:
        print(f"public/api/v1/{name} agrees with the code")
    elif may_write:
        FOLDER.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(f"wrote public/api/v1/{name}, {len(text.encode()) // 1000} KB")
    else:
        print(f"public/api/v1/{name} differs from what the code gives: run `make openapi`", file=sys.stderr)
        return False
    return True


def main() -> int:
    may_write = "--check" not in sys.argv[1:]
    document = build_document()
    outcomes = [
        _is_described(document),
        _is_written("openapi.json", document, may_write=may_write),
        _is_written("asyncapi.json", build_events(), may_write=may_write),
    ]
    return 0 if all(outcomes) else 1
