"""Compares answers of GraphQL with those of REST."""

from typing import Any


def assert_like(found: Any, expected: Any, place: str = "") -> None:
    """Asserts that each field that GraphQL tells has the value of REST; enums may be in upper case."""
    if isinstance(found, dict) and isinstance(expected, dict):
        for name, value in found.items():  # type: ignore[reportUnknownVariableType]
            # REST leaves out some fields without a value.
            assert_like(value, expected.get(name), f"{place}.{name}")  # type: ignore[reportUnknownMemberType]
    elif isinstance(found, list) and isinstance(expected, list):
        assert len(found) == len(expected), place  # type: ignore[reportUnknownArgumentType]
        for index, (one, other) in enumerate(zip(found, expected, strict=True)):  # type: ignore[reportUnknownArgumentType, reportUnknownVariableType]
            assert_like(one, other, f"{place}[{index}]")
    elif isinstance(found, str) and isinstance(expected, str) and found.isupper():
        assert expected in (found, found.lower()), place
    else:
        assert found == expected, f"{place}: {found!r} is not {expected!r}"
