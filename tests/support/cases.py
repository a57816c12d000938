"""Reads the tables of cases in tests/cases, which are data, so that tests in other languages can share them."""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent.parent / "cases"


def cases(name: str) -> list[dict[str, Any]]:
    """Returns the cases of a table."""
    return json.loads((CASES / f"{name}.json").read_text())
