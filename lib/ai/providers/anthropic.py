"""Anthropic, through the official SDK: https://docs.anthropic.com/en/api/messages."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lib.ai.providers.anthropic_format import message_deltas
from lib.ai.providers.models import (
    Capability,
    Completion,
    CompletionRequest,
    Delta,
    Embeddings,
    Fault,
    ProviderError,
    completion_of,
)
from lib.ai.providers.sdk_errors import translating_errors
from lib.ai.settings import AiSettings

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

CONNECT_SECONDS: Final = 5.0


# The arguments of the clients that this instance has made.
_made: Final[set[tuple[str | None, str]]] = set()


@lru_cache(maxsize=4)
def _client(url: str | None, key: str) -> "AsyncAnthropic":
    from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient

    from lib.ai.providers.transport import BoundedTransport

    client = DefaultAsyncHttpxClient(transport=BoundedTransport())
    return AsyncAnthropic(base_url=url, api_key=key, max_retries=0, http_client=client)


def _messages(request: CompletionRequest) -> list[dict[str, Any]]:
    images = [
        {"type": "image", "source": {"type": "base64", "media_type": image.media_type, "data": image.data}}
        for image in request.images
    ]
    return [{"role": "user", "content": [*images, {"type": "text", "text": request.prompt}]}]


class AnthropicProvider:
    """The provider of Anthropic. It makes no embeddings."""

    name = "anthropic"
    embedding_model = None
    capabilities = frozenset(Capability) - {Capability.EMBED}

    def __init__(self, *, model: str, url: str | None, key: str) -> None:
        self.model = model
        self._client_arguments = (url, key)

    async def warm_up(self) -> None:
        """Imports the SDK and creates the client."""
        if self._client_arguments not in _made:
            await asyncio.to_thread(_client, *self._client_arguments)
            _made.add(self._client_arguments)

    def _body(self, request: CompletionRequest) -> dict[str, Any]:
        # No temperature and no top_p: the SDK has removed them, and current models refuse them.
        body: dict[str, Any] = {
            "model": self.model,
            "system": request.system,
            "messages": _messages(request),
            "max_tokens": request.max_tokens,
        }
        if request.schema is not None:
            body["output_config"] = {"format": {"type": "json_schema", "schema": request.schema}}
        return body

    async def stream(self, request: CompletionRequest, *, first_token_seconds: float) -> AsyncIterator[Delta]:
        """Streams a completion."""
        import anthropic

        with translating_errors(anthropic) as state:
            async with aclosing(self._deltas(request, first_token_seconds, stream=True)) as deltas:
                async for delta in deltas:
                    state.has_begun = True
                    yield delta

    async def _deltas(self, request: CompletionRequest, seconds: float, *, stream: bool) -> AsyncGenerator[Delta]:
        import anthropic

        async with (
            _client(*self._client_arguments).messages.with_streaming_response.create(
                **self._body(request),
                stream=stream,
                timeout=anthropic.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
            ) as response,
            aclosing(message_deltas(response.iter_bytes())) as deltas,
        ):
            async for delta in deltas:
                yield delta

    async def complete(self, request: CompletionRequest, *, seconds: float) -> Completion:
        """Returns a whole completion."""
        import anthropic

        with translating_errors(anthropic):
            return await completion_of(request, self._deltas(request, seconds, stream=False))

    async def embed(self, texts: Sequence[str], *, dimensions: int, seconds: float) -> Embeddings:
        """Raises ProviderError: Anthropic makes no embeddings."""
        raise ProviderError("Anthropic makes no embeddings", fault=Fault.REJECTED)


def anthropic_provider(settings: AiSettings) -> AnthropicProvider | None:
    """Makes the provider of Anthropic; None without a key."""
    if settings.anthropic_api_key is None:
        return None
    return AnthropicProvider(
        model=settings.anthropic_model, url=settings.anthropic_base_url, key=settings.anthropic_api_key
    )
