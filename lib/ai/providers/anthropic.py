"""Anthropic, through the official SDK: https://docs.anthropic.com/en/api/messages."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from lib.ai.models import TokenUsage
from lib.ai.providers.models import Capability, Completion, CompletionRequest, Delta, Embeddings, Fault, ProviderError
from lib.ai.providers.sdk_errors import stream_error, translating_errors
from lib.ai.providers.server_events import count_in, object_in, read_events, text_in
from lib.ai.settings import AiSettings

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

CONNECT_SECONDS: Final = 5.0


# The arguments of the clients that this instance has made.
_made: Final[set[tuple[str | None, str]]] = set()


@lru_cache(maxsize=4)
def _client(url: str | None, key: str) -> "AsyncAnthropic":
    from anthropic import AsyncAnthropic

    return AsyncAnthropic(base_url=url, api_key=key, max_retries=0)


def _messages(request: CompletionRequest) -> list[dict[str, Any]]:
    images = [
        {"type": "image", "source": {"type": "base64", "media_type": image.media_type, "data": image.data}}
        for image in request.images
    ]
    return [{"role": "user", "content": [*images, {"type": "text", "text": request.prompt}]}]


def _check_end(stop_reason: str | None, usage: TokenUsage) -> None:
    if stop_reason == "refusal":
        raise ProviderError("the model refused to answer", fault=Fault.REFUSED, usage=usage)
    if stop_reason == "max_tokens":
        raise ProviderError("the answer was longer than the tokens allowed for it", usage=usage)
    if stop_reason is None:
        raise ProviderError("the answer broke off", fault=Fault.BROKEN_OFF, usage=usage)


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
            async with aclosing(self._events(request, first_token_seconds)) as deltas:
                async for delta in deltas:
                    state.has_begun = True
                    yield delta

    async def _events(self, request: CompletionRequest, seconds: float) -> AsyncGenerator[Delta]:
        import anthropic

        prompt_tokens = completion_tokens = 0
        stop_reason: str | None = None
        async with _client(*self._client_arguments).messages.with_streaming_response.create(
            **self._body(request),
            stream=True,
            timeout=anthropic.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS)),
        ) as response:
            async for events in read_events(response.iter_bytes()):
                text, problem = "", None
                for name, event in events:
                    match name:
                        case "message_start":
                            prompt_tokens = count_in(object_in(object_in(event, "message"), "usage"), "input_tokens")
                        case "content_block_delta":
                            delta = object_in(event, "delta")
                            text += text_in(delta, "text") if delta.get("type") == "text_delta" else ""
                        case "message_delta":
                            stop_reason = text_in(object_in(event, "delta"), "stop_reason") or None
                            used = object_in(event, "usage")
                            completion_tokens = count_in(used, "output_tokens")
                            prompt_tokens = count_in(used, "input_tokens") or prompt_tokens
                        case "error":
                            problem = problem or stream_error(text_in(object_in(event, "error"), "type"))
                        case _:
                            pass
                if text:
                    yield Delta(text=text)
                if problem:
                    raise problem
        usage = TokenUsage(prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
        if stop_reason is not None:
            yield Delta(usage=usage)
        _check_end(stop_reason, usage)

    async def complete(self, request: CompletionRequest, *, seconds: float) -> Completion:
        """Returns a whole completion."""
        import anthropic

        with translating_errors(anthropic):
            message = await _client(*self._client_arguments).messages.create(
                **self._body(request), timeout=anthropic.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
            )
        usage = TokenUsage(prompt_tokens=message.usage.input_tokens, completion_tokens=message.usage.output_tokens)
        _check_end(message.stop_reason, usage)
        return Completion("".join(block.text for block in message.content if block.type == "text"), usage)

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
