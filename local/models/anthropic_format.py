"""Writes answers in Anthropic's format."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import JSONResponse

_ID = "msg_local"
_TYPES = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error", 500: "api_error"}


def is_authorized(headers: Mapping[str, str]) -> bool:
    # Its SDK sends the key as a bearer token to every host that is not the provider's own.
    return bool(headers.get("x-api-key")) or headers.get("authorization", "").startswith("Bearer ")


def error(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    body = {"type": "error", "error": {"type": _TYPES[status], "message": message}}
    return JSONResponse(body, status_code=status, headers=headers)


def completion(model: str, text: str, usage: tuple[int, int], *, filtered: bool) -> dict[str, Any]:
    return {
        "id": _ID,
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [] if filtered else [{"type": "text", "text": text}],
        "stop_reason": "refusal" if filtered else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": usage[0], "output_tokens": usage[1]},
    }


def _event(name: str, **fields: Any) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name} | fields, ensure_ascii=False)}\n\n"


def stream_piece(model: str, piece: str, *, first: bool) -> Iterator[str]:
    if first:
        message = completion(model, "", (0, 0), filtered=True) | {"stop_reason": None}
        yield _event("message_start", message=message)
        yield _event("content_block_start", index=0, content_block={"type": "text", "text": ""})
    yield _event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece})


def schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the JSON schema that the answer must fit, if the request has one."""
    asked = (body.get("output_config") or {}).get("format") or {}
    return asked.get("schema") if asked.get("type") == "json_schema" else None


def stream_end(model: str, usage: tuple[int, int], *, filtered: bool) -> Iterator[str]:
    del model  # Anthropic reports it only at the start
    yield _event("content_block_stop", index=0)
    delta = {"stop_reason": "refusal" if filtered else "end_turn", "stop_sequence": None}
    yield _event("message_delta", delta=delta, usage={"input_tokens": usage[0], "output_tokens": usage[1]})
    yield _event("message_stop")
