"""How the demo prints its steps, and stops at a result that it did not expect."""

from typing import Any


class StepFailed(Exception):
    """Raised if a step does not have the expected result."""


def expect(condition: bool, message: str) -> None:
    if not condition:
        raise StepFailed(message)


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def title(number: int, text: str) -> None:
    print(f"\n{number}. {text}", flush=True)


def accept(response: Any, status: int, what: str) -> Any:
    """Returns the data of an answer with the expected status."""
    expect(response.status_code == status, f"{what}: {response.status_code} {response.text[:300]}")
    return response.json()["data"] if response.content else {}
