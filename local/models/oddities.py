"""Answers of an odd shape, as gateways and self-hosted servers send them: see ``faults`` for their names.

Each is made of a sound answer, so that it can be told whether its text was read.
"""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Any

from starlette.responses import Response, StreamingResponse

EVENTS = "text/event-stream"
PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1>content_filter</body></html>"
# 200 MB of zeros, in a body of 900 KB.
BOMB_BYTES = 200_000_000
USAGE: dict[str, Any] = {
    "prompt_tokens": "many",
    "completion_tokens": -5,
    "total_tokens": 1e308,
    "input_tokens": [1],
    "output_tokens": 10**30,
}

type Event = dict[str, Any]


def _without(value: Any, *names: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, *names) for key, item in value.items() if key not in names}
    return [_without(item, *names) for item in value] if isinstance(value, list) else value


def _is_end(event: Event) -> bool:
    ended = [choice.get("finish_reason") for choice in event.get("choices", [])]
    return any(ended) or "usage" in event or event.get("type") in ("message_delta", "message_stop")


def _with_odd_chunks(events: list[Event]) -> list[Event]:
    odd: list[Event] = [
        {"choices": [{"index": 0}]},
        {"choices": [{"index": 0, "delta": None}]},
        {"choices": None, "usage": {}},
        {"choices": [None, 7, {"index": 1, "delta": {"content": "another choice"}}]},
        {"type": "content_block_delta", "index": 0},
        {"type": "content_block_delta", "delta": None},
        {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "hm", "text": "hm"}},
        {"type": "message_delta", "delta": None, "usage": None},
        {"type": "unheard_of"},
        {},
    ]
    return [*odd, *(chunk for event in events for chunk in (event, odd[len(json.dumps(event)) % len(odd)]))]


def _as_parts(events: list[Event]) -> list[Event]:
    for event in events:
        for choice in event.get("choices") or []:
            if "content" in (choice.get("delta") or {}):
                text = choice["delta"]["content"]
                choice["delta"]["content"] = [{"type": "thinking", "text": "hm"}, {"type": "text", "text": text}]
    return events


def _then(last: Event) -> Callable[[list[Event]], list[Event]]:
    return lambda events: [*(event for event in events if not _is_end(event)), last]


# Changes of the events of a stream. The text is whole in all of them.
STREAMS: dict[str, Callable[[list[Event]], list[Event]]] = {
    "nodelta": _with_odd_chunks,
    "nousage": lambda events: [_without(event, "usage") for event in events],
    "oddusage": lambda events: [event | ({"usage": USAGE} if "usage" in event else {}) for event in events],
    "unended": lambda events: [event for event in events if not _is_end(event)],
    "errorend": _then({"type": "error", "error": {"type": "overloaded_error", "message": "\x00", "code": 503}}),
    "parts": _as_parts,
    "lines": list,
}
# Changes of one document.
DOCUMENTS: dict[str, Callable[[Event], Any]] = {
    "nodelta": lambda answer: answer | {"unheard_of": None},
    "nousage": lambda answer: _without(answer, "usage"),
    "oddusage": lambda answer: answer | {"usage": USAGE},
    "unended": lambda answer: _without(answer, "finish_reason", "stop_reason"),
    "parts": lambda answer: answer,
    "lines": lambda answer: answer,
    "errorend": lambda answer: answer | {"error": {"type": "overloaded_error"}},
}
NO_MESSAGE: Event = {"choices": [{"message": None, "finish_reason": "stop"}], "content": None}
NO_CHOICES: Event = {"choices": None, "content": []}
# Answers without a text.
EMPTY: dict[str, Callable[[Event], Any]] = {
    "nomessage": lambda answer: _without(answer, "usage") | NO_MESSAGE,
    "nochoices": lambda answer: answer | NO_CHOICES,
    "error200": lambda _: {"error": "model is loading"},
}
NAMES = {*STREAMS, *DOCUMENTS, *EMPTY, "document", "html", "blank", "latin", "bomb", "bomb500", "endless"}


def _data(event: Event, *, named: bool) -> str:
    name = f"event: {event['type']}\n" if named and "type" in event else ""
    return f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n"


def odd_stream(fault: str, lines: list[str], document: Event) -> Response | None:
    """Returns a stream with a fault; None for one that is no oddity of streams."""
    events = [json.loads(line.split("data: ", 1)[1]) for line in lines if "[DONE]" not in line]
    if fault in STREAMS:
        body = "".join(_data(event, named=fault != "lines") for event in STREAMS[fault](events))
        if fault == "lines":
            # A byte order mark, lines that end with CR, comments, and the end of the stream twice.
            body = "\ufeff: hello\n\n" + body + ": ping\n\ndata:[DONE]\n\ndata: [DONE] \n\n"
            body = body.replace("\n", "\r")
        return Response(body.encode(), media_type=EVENTS if fault != "lines" else "text/plain")
    if fault in EMPTY:
        return Response(_data(EMPTY[fault](document), named=False).encode(), media_type=EVENTS)
    if fault == "document":
        return Response(json.dumps(document, indent=1).encode(), media_type="application/json")
    if fault == "latin":
        body = "".join(_data(event, named=True) for event in events).replace("a", "ä", 40)
        return Response(body.encode("latin-1", errors="replace"), media_type=EVENTS)
    if fault == "endless":
        text = next(event for event in events if "delta" in json.dumps(event) and not _is_end(event))
        return StreamingResponse(_endless(_data(text, named=True)), media_type=EVENTS)
    return odd_answer(fault, document)


def odd_answer(fault: str, document: Event) -> Response | None:
    """Returns one document with a fault; None for one that is no oddity."""
    match fault:
        case "html":
            return Response(PAGE, media_type="text/html")
        case "blank":
            return Response(b"", media_type="application/json")
        case "latin":
            return Response(json.dumps(document, ensure_ascii=False).encode() + b"\xe4", media_type="text/plain")
        case "bomb" | "bomb500":
            status = 500 if fault == "bomb500" else 200
            return Response(_packed(), status_code=status, headers={"Content-Encoding": "gzip"}, media_type=EVENTS)
        case _:
            made = DOCUMENTS.get(fault) or EMPTY.get(fault)
            return Response(json.dumps(made(document)).encode(), media_type="application/json") if made else None


@lru_cache(maxsize=1)
def _packed() -> bytes:
    return gzip.compress(b"\0" * BOMB_BYTES, compresslevel=1)


async def _endless(event: str) -> AsyncIterator[str]:
    while True:
        yield event * 500
        # Otherwise nobody would notice that the client has gone.
        await asyncio.sleep(0.001)
