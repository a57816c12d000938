from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol

from lib.ai.models import TokenUsage


class Fault(StrEnum):
    """Why a provider gave no answer that can be used."""

    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed_out"
    BROKEN_OFF = "broken_off"
    MALFORMED = "malformed"
    """It answered, but not with what was asked for."""
    REJECTED = "rejected"
    """It will not take this request, today or tomorrow: a wrong key, an unknown model, a prompt too long."""
    REFUSED = "refused"
    """Its content filter stopped the answer: asking anyone again does not help."""
    CIRCUIT_OPEN = "circuit_open"


# Whom to ask again after a while. Not who answered with another shape: that was paid for, and would be again.
TRANSIENT: Final = frozenset(
    {Fault.RATE_LIMITED, Fault.UNAVAILABLE, Fault.TIMED_OUT, Fault.BROKEN_OFF, Fault.CIRCUIT_OPEN}
)


class ProviderError(Exception):
    """The provider did not give an answer that can be used."""

    def __init__(
        self, message: str, *, fault: Fault = Fault.MALFORMED, retry_after: float | None = None, usage: Any = None
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.retry_after = retry_after
        self.usage: TokenUsage | None = usage
        """What it reported of an answer that came to nothing, if it did."""


class Capability(StrEnum):
    COMPLETE = "complete"
    STREAM = "stream"
    STRUCTURED = "structured"
    VISION = "vision"
    EMBED = "embed"


@dataclass(frozen=True, slots=True)
class Image:
    media_type: str
    data: str = field(repr=False)
    """Base64."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What to ask: an answer in JSON that fits ``schema``, or free text without one."""

    system: str
    prompt: str
    schema: dict[str, Any] | None
    temperature: float
    max_tokens: int
    top_p: float | None = None
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer; the last one has no text and carries what was used."""

    text: str = ""
    usage: TokenUsage | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    usage: TokenUsage


@dataclass(frozen=True, slots=True)
class Embeddings:
    vectors: list[list[float]]
    tokens: int


class Provider(Protocol):
    """One interface for all of them; each raises ProviderError and nothing else of its own."""

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def embedding_model(self) -> str | None: ...

    @property
    def capabilities(self) -> frozenset[Capability]: ...

    def stream(self, completion: Completion, *, first_token_seconds: float) -> AsyncIterator[Delta]:
        """Raises ProviderError before the first piece or between two of them."""
        ...

    async def complete(self, completion: Completion, *, seconds: float) -> Answer: ...

    async def embed(self, texts: Sequence[str], *, dimensions: int, seconds: float) -> Embeddings: ...

    async def warm_up(self) -> None:
        """Imports and connects what the first call needs, while something else is waited for."""
        ...
