from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Protocol

from lib.ai.models import TokenUsage


class ProviderError(Exception):
    """The provider did not give an answer that can be used; trying again later may help."""

    def __init__(self, message: str, *, timed_out: bool = False, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.timed_out = timed_out
        self.retry_after = retry_after


class ProviderRefused(ProviderError):
    """The provider's content filter stopped the answer; trying again does not help."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What to ask: a JSON object that fits ``schema``."""

    system: str
    prompt: str
    schema: dict[str, Any]
    temperature: float
    top_p: float
    max_tokens: int


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer; the last one has no text and carries what was used."""

    text: str = ""
    usage: TokenUsage | None = None


class Provider(Protocol):
    name: str
    model: str

    def stream(self, completion: Completion) -> AsyncIterator[Delta]:
        """Raises ProviderError before the first piece or between two of them."""
        ...

    async def warm_up(self) -> None:
        """Imports and connects what the first call needs, while something else is waited for."""
        ...
