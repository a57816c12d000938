"""HTTP in the formats of three providers.

OpenAI https://platform.openai.com/docs/api-reference/chat, Azure OpenAI (the same bodies under
``/openai/deployments/{deployment}``), Anthropic https://docs.anthropic.com/en/api/messages, and under ``/local`` the
format of self-hosted servers. ``GET /requests`` returns the received requests: tests look there for the brand's
voice in the prompt.
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

from local.models import anthropic_format, oddities, openai_format, pages
from local.models.composition import EMBEDDING_DIMENSIONS, compose_answer, count_tokens, embed, split_tokens
from local.models.faults import LATE_SECONDS, SLOW_SECONDS, requested_faults
from local.serve import healthz

KEPT_REQUESTS = 600
TOKEN_SECONDS = 0.004
MALFORMED = "Certainly! Here is what you asked for, but it is not JSON."
# Around an answer without its last brace.
FENCED = "<think>A {{short}} one.</think>Here it is:\n```json\n{},\n}}\n```\nLet me know!"
IMAGE_TOKENS = 85

REFUSALS: dict[str, tuple[int, str, dict[str, str]]] = {
    "401": (401, "Incorrect API key provided", {}),
    "429": (429, "Rate limit reached", {"Retry-After": "2"}),
    "429quiet": (429, "Rate limit reached", {}),
    "500": (500, "The server had an error while processing your request", {}),
    "filter400": (400, "content_filter", {}),
}

_requests: deque[dict[str, Any]] = deque(maxlen=KEPT_REQUESTS)


def _parts(body: dict[str, Any]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for message in body.get("messages", []):
        content: Any = message["content"]
        parts += content if isinstance(content, list) else [{"type": "text", "text": content}]
    return parts


def _prompt(body: dict[str, Any]) -> str:
    texts = [body["system"]] if isinstance(body.get("system"), str) else []
    return "\n".join([*texts, *(str(part["text"]) for part in _parts(body) if part.get("type") == "text")])


def _images(body: dict[str, Any]) -> int:
    return sum(part.get("type") in ("image", "image_url") for part in _parts(body))


def _provider(request: Request) -> str:
    path = request.url.path
    if path.startswith("/openai/"):
        return "azure_openai"
    return "local" if path.startswith("/local/") else "anthropic" if path.endswith("/messages") else "openai"


async def _events(form: Any, model: str, answer: str, usage: tuple[int, int], faults: set[str]) -> AsyncIterator[str]:
    pieces = split_tokens(answer)
    if "late" in faults:
        await asyncio.sleep(LATE_SECONDS)
    for index, piece in enumerate(pieces):
        if "cut" in faults and index >= len(pieces) // 2:
            raise ConnectionResetError("the prompt asks to cut the stream here")
        for event in form.stream_piece(model, piece, first=index == 0):
            yield event
        await asyncio.sleep(TOKEN_SECONDS)
    for event in form.stream_end(model, usage, filtered="filter" in faults):
        yield event


async def _complete(request: Request, form: Any) -> Response:
    body = await request.json()
    prompt = _prompt(body)
    provider = _provider(request)
    model = body.get("model") or request.path_params.get("deployment", "")
    _requests.appendleft({"path": request.url.path, "provider": provider, "body": body})
    if not form.is_authorized(request.headers):
        return form.error(401, "Incorrect API key provided")
    faults = set(requested_faults(provider, model, prompt))
    for fault in faults & set(REFUSALS):
        return form.error(*REFUSALS[fault])
    if "slow" in faults:
        await asyncio.sleep(SLOW_SECONDS)
    answer = MALFORMED if "malformed" in faults else compose_answer(prompt, form.schema(body), faults)
    if "fenced" in faults:
        answer = FENCED.format(answer[:-1])
    usage = (count_tokens(prompt) + IMAGE_TOKENS * _images(body), count_tokens(answer))
    return _odd(form, body, answer, usage, faults) or _sound(form, body, answer, usage, faults)


def _odd(form: Any, body: dict[str, Any], answer: str, usage: tuple[int, int], faults: set[str]) -> Response | None:
    fault = next((fault for fault in faults if fault in oddities.NAMES), None)
    if fault is None:
        return None
    document = form.completion(body.get("model"), answer, usage, filtered=False)
    if not body.get("stream"):
        return oddities.odd_answer(fault, document)
    pieces = enumerate(split_tokens(answer))
    events = [event for index, piece in pieces for event in form.stream_piece("", piece, first=index == 0)]
    return oddities.odd_stream(fault, [*events, *form.stream_end("", usage, filtered=False)], document)


def _sound(form: Any, body: dict[str, Any], answer: str, usage: tuple[int, int], faults: set[str]) -> Response:
    model = body.get("model") or ""
    if body.get("stream"):
        return StreamingResponse(_events(form, model, answer, usage, faults), media_type="text/event-stream")
    if "cut" in faults:
        # Sends less than was declared, as a connection that breaks off does.
        half = json.dumps(form.completion(model, answer, usage, filtered=False))[:40]
        return Response(half, media_type="application/json")
    return JSONResponse(form.completion(model, answer, usage, filtered="filter" in faults))


async def complete_openai(request: Request) -> Response:
    return await _complete(request, openai_format)


async def complete_anthropic(request: Request) -> Response:
    return await _complete(request, anthropic_format)


async def create_embeddings(request: Request) -> Response:
    body = await request.json()
    texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
    _requests.appendleft({"path": request.url.path, "provider": _provider(request), "body": body})
    for fault in set(requested_faults(_provider(request), "", "\n".join(texts))) & set(REFUSALS):
        return openai_format.error(*REFUSALS[fault])
    data: list[dict[str, Any]] = []
    for index, text in enumerate(texts):
        vector = embed(text, body.get("dimensions") or EMBEDDING_DIMENSIONS)
        packed = b64encode(pack(f"<{len(vector)}f", *vector)).decode()
        value = packed if body.get("encoding_format") == "base64" else vector
        data.append({"object": "embedding", "index": index, "embedding": value})
    tokens = sum(count_tokens(text) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return JSONResponse({"object": "list", "data": data, "model": body.get("model"), "usage": usage})


async def list_requests(request: Request) -> Response:
    """Returns the latest requests, newest first; ``?contains=`` keeps those that contain a text."""
    wanted = request.query_params.get("contains", "")
    return JSONResponse([entry for entry in _requests if wanted in json.dumps(entry, ensure_ascii=False)])


def create_app() -> Starlette:
    azure = "/openai/deployments/{deployment}"
    chat = [(f"{root}/chat/completions", f"{root}/embeddings") for root in ("/v1", "/local/v1", azure)]
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/requests", list_requests),
            *(Route(path, complete_openai, methods=["POST"]) for path, _ in chat),
            *(Route(path, create_embeddings, methods=["POST"]) for _, path in chat),
            Route("/v1/messages", complete_anthropic, methods=["POST"]),
            *pages.ROUTES,
        ]
    )
