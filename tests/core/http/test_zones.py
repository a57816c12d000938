"""Time zones in requests: those of the IANA database, by one check."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from lib.core.files.requests import ZoneName
from lib.identity.people.models import Timezone
from local.stack.settings import ROOT

TYPES = [TypeAdapter[str](ZoneName), TypeAdapter[str](Timezone)]


@pytest.mark.parametrize("adapter", TYPES, ids=["of files", "of people"])
def test_zones_are_those_of_the_database(adapter: TypeAdapter[str]) -> None:
    for name in ("Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires"):
        assert adapter.validate_python(name) == name
    others: list[Any] = ["", "Mars/Olympus", "europe/berlin", "../UTC", "/etc/localtime", "UTC ", "x" * 65, None]
    for name in others:
        with pytest.raises(ValidationError):
            adapter.validate_python(name)


def test_the_database_is_read_in_one_place() -> None:
    """It takes milliseconds: Python walks its folders each time."""
    readers = [file.name for file in (ROOT / "lib").rglob("*.py") if "available_timezones(" in file.read_text()]
    assert readers == ["zones.py"]
