"""OpenAI, and every server that speaks its language, through the official SDK."""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lib.ai.models import TokenUsage
from lib.ai.providers.base import Completion, Delta, ProviderError, ProviderRefused
from lib.core.config import get_settings

if TYPE_CHECKING:
    from openai import AsyncOpenAI

# Domain §7 gives a provider 45 s of the function's 60; three less leave room for a slow database on both sides.
TOTAL_SECONDS: Final = 42.0
CONNECT_SECONDS: Final = 5.0
FIRST_TOKEN_SECONDS: Final = 20.0


@lru_cache(maxsize=1)
def _client() -> "AsyncOpenAI":
    from openai import AsyncOpenAI, Timeout

    settings = get_settings()
    return AsyncOpenAI(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout=Timeout(FIRST_TOKEN_SECONDS, connect=CONNECT_SECONDS),
        max_retries=0,
    )


class OpenAIProvider:
    name = "openai"

    def __init__(self) -> None:
        settings = get_settings()
        if settings.openai_api_key is None:
            raise ProviderError("no key for OpenAI is configured")
        self.model = settings.openai_model

    async def warm_up(self) -> None:
        await asyncio.to_thread(_client)

    async def stream(self, completion: Completion) -> AsyncIterator[Delta]:
        deadline = time.monotonic() + TOTAL_SECONDS
        deltas = self._stream(completion)
        while True:
            # Around each piece and never around a yield: the first piece is taken by the task of the
            # route, the others by that of the response, and a timeout belongs to one task.
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    delta = await anext(deltas)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise ProviderError("the model took too long", timed_out=True) from error
            yield delta

    async def _stream(self, completion: Completion) -> AsyncIterator[Delta]:
        import openai

        try:
            async for delta in self._chunks(completion):
                yield delta
        except openai.APITimeoutError as error:
            raise ProviderError("the model took too long", timed_out=True) from error
        except openai.APIStatusError as error:
            header = error.response.headers.get("retry-after", "")
            wait = int(header) if header.isdecimal() else None
            raise ProviderError(f"the model answered with {error.status_code}", retry_after=wait) from error
        except openai.APIError as error:
            raise ProviderError(f"the model cannot be reached: {type(error).__name__}") from error
        except Exception as error:
            if type(error).__module__.split(".")[0] not in ("httpx", "httpx2"):
                raise
            # A stream that breaks off surfaces as the transport's own error, which the SDK lets through.
            raise ProviderError(f"the answer broke off: {type(error).__name__}") from error

    async def _chunks(self, completion: Completion) -> AsyncIterator[Delta]:
        stream = await _client().chat.completions.create(
            model=self.model,
            messages=[
                {"role": "system", "content": completion.system},
                {"role": "user", "content": completion.prompt},
            ],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": "fields", "strict": True, "schema": completion.schema},
            },
            temperature=completion.temperature,
            top_p=completion.top_p,
            max_tokens=completion.max_tokens,
            stream=True,
            stream_options={"include_usage": True},
        )
        finish_reason: str | None = None
        async with stream:
            async for chunk in stream:
                for choice in chunk.choices:
                    finish_reason = choice.finish_reason or finish_reason
                    if choice.delta.content:
                        yield Delta(text=choice.delta.content)
                if chunk.usage:
                    used = chunk.usage
                    yield Delta(
                        usage=TokenUsage(prompt_tokens=used.prompt_tokens, completion_tokens=used.completion_tokens)
                    )
        if finish_reason == "content_filter":
            raise ProviderRefused("the model's content filter stopped the answer")
        if finish_reason == "length":
            raise ProviderError("the answer was longer than the tokens allowed for it")
        if finish_reason is None:
            raise ProviderError("the answer broke off")
