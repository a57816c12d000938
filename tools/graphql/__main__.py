"""Writes public/api/v1/schema.graphql and lib/graph/documents/ids.json.

``--check`` writes nothing; its exit code is 1 when a file differs from what its sources give. ``--compare`` lists what
changed since the schema that was accepted last and breaks clients, or may. ``--accept`` makes the current schema the
accepted one: in the change that breaks clients on purpose.
"""

import sys
from pathlib import Path
from typing import Final

from tools.graphql import documents, schema

ROOT: Final = Path(__file__).resolve().parents[2]
# At most this many problems are printed.
MAX_LINES: Final = 40


def _is_written(file: Path, text: str, *, may_write: bool) -> bool:
    name = file.relative_to(ROOT)
    if file.exists() and file.read_text(encoding="utf-8") == text:
        print(f"{name} agrees with its sources")
    elif may_write:
        file.write_text(text, encoding="utf-8")
        print(f"wrote {name}, {len(text.encode()) // 1000} KB")
    else:
        print(f"{name} differs from its sources: run `make graphql`", file=sys.stderr)
        return False
    return True


def _compare() -> int:
    current = schema.without_words(schema.FILE.read_text(encoding="utf-8"))
    changes = schema.changes_between(schema.ACCEPTED.read_text(encoding="utf-8"), current)
    for change in changes[:MAX_LINES]:
        print(change, file=sys.stderr)
    print(f"{len(changes)} changes that break clients or may")
    return 1 if changes else 0


def main() -> int:
    if "--compare" in sys.argv[1:]:
        return _compare()
    may_write = "--check" not in sys.argv[1:]
    described = schema.described_schema()
    problems = schema.problems_of(described) + documents.problems_of(described)
    for problem in problems[:MAX_LINES]:
        print(problem, file=sys.stderr)
    if len(problems) > MAX_LINES:
        print(f"{len(problems)} problems in all", file=sys.stderr)
    outcomes = [
        not problems,
        _is_written(schema.FILE, schema.printed(described), may_write=may_write),
        _is_written(documents.FILE, documents.printed(documents.ids()), may_write=may_write),
    ]
    if "--accept" in sys.argv[1:]:
        text = schema.without_words(schema.printed(described))
        outcomes.append(_is_written(schema.ACCEPTED, text, may_write=True))
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
