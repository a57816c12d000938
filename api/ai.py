"""/api/v1/ai/*"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from json import dumps

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from lib import ai
from lib.ai import GenerateRequest
from lib.core.app import create_app, documented
from lib.core.principal import CurrentUser

router = APIRouter(prefix="/api/v1/ai", tags=["ai"])


EVENT_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}


@router.post(
    "/generate",
    response_class=StreamingResponse,
    responses={200: {"content": EVENT_STREAM}, **documented(401, 403, 404, 409, 422)},
)
async def generate(user: CurrentUser, body: GenerateRequest) -> StreamingResponse:
    """Fills the output fields of a content, streaming.

    Events: ``requested`` {requestId}, then ``delta`` {field, text} as the model writes (raw text), then
    ``completed`` with the sanitised fields and the version that they made, or ``error`` {code, message}.
    """
    events = await ai.generate(user, request=body)

    async def stream() -> AsyncIterator[bytes]:
        async with aclosing(events):  # a caller who goes away ends the generation at once
            async for event in events:
                yield format_sse_event(event=event.name, data_str=dumps(event.data, ensure_ascii=False))

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


app = create_app("MixerAI AI", router)
