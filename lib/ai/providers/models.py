"""The interface of all model providers: requests, completions, errors."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol


class Fault(StrEnum):
    """Why a provider returned no usable completion."""

    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    TIMED_OUT = "timed_out"
    BROKEN_OFF = "broken_off"
    MALFORMED = "malformed"
    """The completion does not match the response schema."""
    REJECTED = "rejected"
    """The provider will never accept this request: a wrong key, an unknown model, a prompt that is too long."""
    REFUSED = "refused"
    """A content filter stopped the completion: another provider is not asked."""
    CIRCUIT_OPEN = "circuit_open"


# Faults after which the same provider may be asked again. A malformed completion is paid for each time.
TRANSIENT_FAULTS: Final = frozenset(
    {Fault.RATE_LIMITED, Fault.UNAVAILABLE, Fault.TIMED_OUT, Fault.BROKEN_OFF, Fault.CIRCUIT_OPEN}
)


@dataclass(frozen=True, slots=True)
class ReportedUsage:
    """The tokens that a provider reported; None for a number that it left out or that cannot be one.

    Its presence alone says that a model has answered, which costs at least the prompt.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


# No token is as long on average. Providers that do not know the limit of tokens may write without an end.
_CHARACTERS_OF_A_TOKEN: Final = 30
_LEAST_LIMIT: Final = 20_000


class ProviderError(Exception):
    """A provider returned no usable completion."""

    def __init__(
        self,
        message: str,
        *,
        fault: Fault = Fault.MALFORMED,
        retry_after: float | None = None,
        usage: ReportedUsage | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.retry_after = retry_after
        """Seconds until the provider may be asked again, if it said so."""
        self.usage = usage
        """The tokens of the unusable completion; None if no model has answered, as far as is known."""
        self.text = ""
        """The part of the completion that was read, where it was not streamed."""


class Capability(StrEnum):
    """A capability of a provider."""

    COMPLETE = "complete"
    STREAM = "stream"
    STRUCTURED = "structured"
    """Completions that match a JSON schema."""
    VISION = "vision"
    EMBED = "embed"


@dataclass(frozen=True, slots=True)
class Image:
    """An image in a prompt."""

    media_type: str
    data: str = field(repr=False)
    """Base64."""


@dataclass(frozen=True, slots=True)
class CompletionRequest:
    """A request to a model for JSON that matches ``schema``, or for free text if ``schema`` is None."""

    system: str
    prompt: str
    schema: dict[str, Any] | None
    temperature: float
    max_tokens: int
    top_p: float | None = None
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of a streamed completion. The last one has no text and carries the usage, if a model has answered."""

    text: str = ""
    usage: ReportedUsage | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """The answer of a model."""

    text: str
    usage: ReportedUsage


def check_length(request: CompletionRequest, characters: int) -> None:
    """Raises ProviderError (malformed) for an answer that is longer than its tokens allow."""
    if characters > max(request.max_tokens * _CHARACTERS_OF_A_TOKEN, _LEAST_LIMIT):
        raise ProviderError("the answer was longer than the tokens allowed for it", fault=Fault.MALFORMED)


async def completion_of(request: CompletionRequest, deltas: AsyncGenerator[Delta]) -> Completion:
    """Reads deltas to their end. A ProviderError has the text that was read until then."""
    text, usage = "", ReportedUsage()
    try:
        async with aclosing(deltas):
            async for delta in deltas:
                text += delta.text
                check_length(request, len(text))
                usage = delta.usage or usage
    except ProviderError as error:
        error.text = text
        raise
    return Completion(text, usage)


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector for each text, in the order of the request."""

    vectors: list[list[float]]
    tokens: int
    """The tokens that were used, estimated if the provider did not report them."""


class Provider(Protocol):
    """The interface of a provider. Its methods raise ProviderError for every fault of the provider."""

    @property
    def name(self) -> str:
        """The provider's name in AI_PROVIDER_CHAIN."""
        ...

    @property
    def model(self) -> str:
        """The model that completions are priced by."""
        ...

    @property
    def embedding_model(self) -> str | None:
        """The model that embeddings are priced by; None if the provider makes none."""
        ...

    @property
    def capabilities(self) -> frozenset[Capability]:
        """The capabilities of the provider."""
        ...

    def stream(self, request: CompletionRequest, *, first_token_seconds: float) -> AsyncIterator[Delta]:
        """Streams a completion. Raises ProviderError before the first delta or between two deltas."""
        ...

    async def complete(self, request: CompletionRequest, *, seconds: float) -> Completion:
        """Returns a whole completion."""
        ...

    async def embed(self, texts: Sequence[str], *, dimensions: int, seconds: float) -> Embeddings:
        """Returns one vector of ``dimensions`` numbers for each text."""
        ...

    async def warm_up(self) -> None:
        """Imports the SDK and creates the client, so that the first request does not have to wait for them."""
        ...
