"""Tables of cases that the tests of the database and of the functions share (tests/cases)."""

import json
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[1] / "cases"


def cases(name: str) -> dict[str, list[dict[str, Any]]]:
    """Returns the tables of a file by their names."""
    return json.loads((FOLDER / f"{name}.json").read_text())
