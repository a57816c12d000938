"""HTTP in the shapes of three providers.

OpenAI https://platform.openai.com/docs/api-reference/chat, Azure OpenAI (the same bodies under
``/openai/deployments/{deployment}``), Anthropic https://docs.anthropic.com/en/api/messages. What was
asked can be read at ``GET /requests``: a test looks there for the brand's voice in the prompt.
"""

import asyncio
import json
from base64 import b64encode
from collections import deque
from collections.abc import AsyncIterator
from struct import pack
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from local.models import anthropic_format, openai_format
from local.models.composition import compose_answer, count_tokens, embed, split_tokens
from local.models.faults import SLOW_SECONDS, requested_fault
from local.serve import healthz

KEPT_REQUESTS = 300
TOKEN_SECONDS = 0.004
MALFORMED = "Certainly! Here is what you asked for, but it is not JSON."

REFUSALS: dict[str, tuple[str, dict[str, str]]] = {
    "429": ("Rate limit reached", {"Retry-After": "2"}),
    "500": ("The server had an error while processing your request", {}),
}

_requests: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)


def _prompt(body: dict[str, Any]) -> str:
    texts = [body["system"]] if isinstance(body.get("system"), str) else []
    for message in body.get("messages", []):
        content: Any = message["content"]
        parts: list[dict[str, Any]] = content if isinstance(content, list) else [{"text": content}]
        texts += [str(part.get("text", "")) for part in parts]
    return "\n".join(texts)


async def _complete(request: Request, form: Any) -> Response:
    body = await request.json()
    prompt = _prompt(body)
    model = body.get("model") or request.path_params.get("deployment", "")
    _requests.appendleft({"path": request.url.path, "body": body})
    if not form.is_authorized(request.headers):
        return form.error(401, "Incorrect API key provided")
    fault = requested_fault(model, prompt)
    if fault in REFUSALS:
        return form.error(int(fault), *REFUSALS[fault])
    if fault == "slow":
        await asyncio.sleep(SLOW_SECONDS)
    answer = MALFORMED if fault == "malformed" else compose_answer(prompt, body.get("response_format"))
    usage = (count_tokens(prompt), count_tokens(answer))
    if not body.get("stream"):
        return JSONResponse(form.completion(model, answer, usage, filtered=fault == "filter"))

    async def events() -> AsyncIterator[str]:
        pieces = split_tokens(answer)
        for index, piece in enumerate(pieces):
            if fault == "cut" and index >= len(pieces) // 2:
                raise ConnectionResetError("the stream was to be cut here")
            for event in form.stream_piece(model, piece, first=index == 0):
                yield event
            await asyncio.sleep(TOKEN_SECONDS)
        include_usage = bool((body.get("stream_options") or {}).get("include_usage"))
        for event in form.stream_end(model, usage, filtered=fault == "filter", include_usage=include_usage):
            yield event

    return StreamingResponse(events(), media_type="text/event-stream")


async def complete_openai(request: Request) -> Response:
    return await _complete(request, openai_format)


async def complete_anthropic(request: Request) -> Response:
    return await _complete(request, anthropic_format)


async def create_embeddings(request: Request) -> Response:
    body = await request.json()
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    data: list[dict[str, Any]] = []
    for index, text in enumerate(texts):
        vector = embed(text)
        packed = b64encode(pack(f"<{len(vector)}f", *vector)).decode()
        value = packed if body.get("encoding_format") == "base64" else vector
        data.append({"object": "embedding", "index": index, "embedding": value})
    tokens = sum(count_tokens(text) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return JSONResponse({"object": "list", "data": data, "model": body.get("model"), "usage": usage})


async def list_requests(request: Request) -> Response:
    """What was asked last, newest first; ``?contains=`` keeps those that hold a text."""
    wanted = request.query_params.get("contains", "")
    return JSONResponse([entry for entry in _requests if wanted in json.dumps(entry, ensure_ascii=False)])


def create_app() -> Starlette:
    azure = "/openai/deployments/{deployment}"
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/requests", list_requests),
            Route("/v1/chat/completions", complete_openai, methods=["POST"]),
            Route("/v1/embeddings", create_embeddings, methods=["POST"]),
            Route(f"{azure}/chat/completions", complete_openai, methods=["POST"]),
            Route(f"{azure}/embeddings", create_embeddings, methods=["POST"]),
            Route("/v1/messages", complete_anthropic, methods=["POST"]),
        ]
    )
