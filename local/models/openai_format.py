"""Writes answers in the format of OpenAI and Azure OpenAI."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.responses import JSONResponse

_ID = "chatcmpl-local"
_CREATED = 1_767_225_600


def is_authorized(headers: Mapping[str, str]) -> bool:
    return headers.get("authorization", "").startswith("Bearer ") or bool(headers.get("api-key"))


def error(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    code = message if status == 400 else None
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    return JSONResponse(body, status_code=status, headers=headers)


def _usage(usage: tuple[int, int]) -> dict[str, int]:
    prompt, completion = usage
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def completion(model: str, text: str, usage: tuple[int, int], *, filtered: bool) -> dict[str, Any]:
    message = {"role": "assistant", "content": "" if filtered else text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "content_filter" if filtered else "stop"}
    return {
        "id": _ID,
        "object": "chat.completion",
        "created": _CREATED,
        "model": model,
        "choices": [choice],
        "usage": _usage(usage),
    }


def _chunk(model: str, **fields: Any) -> str:
    body = {"id": _ID, "object": "chat.completion.chunk", "created": _CREATED, "model": model} | fields
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n"


def stream_piece(model: str, piece: str, *, first: bool) -> Iterator[str]:
    delta = {"role": "assistant", "content": piece} if first else {"content": piece}
    yield _chunk(model, choices=[{"index": 0, "delta": delta, "finish_reason": None}])


def schema(body: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the JSON schema that the answer must fit, if the request has one."""
    asked = body.get("response_format") or {}
    return asked.get("json_schema", {}).get("schema") if asked.get("type") == "json_schema" else None


def stream_end(model: str, usage: tuple[int, int], *, filtered: bool) -> Iterator[str]:
    reason = "content_filter" if filtered else "stop"
    yield _chunk(model, choices=[{"index": 0, "delta": {}, "finish_reason": reason}])
    yield _chunk(model, choices=[], usage=_usage(usage))
    yield "data: [DONE]\n\n"
