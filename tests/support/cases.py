"""Reads the tables of cases in tests/cases, which are data, so that tests in other languages can share them."""

import json
from pathlib import Path
from typing import Any, Final

CASES: Final = Path(__file__).parents[1] / "cases"


def cases(name: str) -> Any:
    """Returns the cases of a table: a list, or lists by their names."""
    return json.loads((CASES / f"{name}.json").read_text())
