"""The tools that write. They answer with JSON, or with server-sent events if the Accept header prefers those.

Events: ``requested`` {requestId}, ``delta`` {field, text} as the model writes (raw text), ``restarted`` {provider} when
another provider starts again and the text so far is void, ``progress`` {stage, problems}, and last either ``completed``
with the result or ``error`` {code, message}. The private topic ai:{requestId} has the progress as well.
"""

from fastapi import APIRouter
from fastapi.responses import Response

from api._routes.ai.callers import AiCaller
from api._routes.ai.streaming import WantsStream, event_stream, streamed
from lib import ai
from lib.ai import (
    FieldRequest,
    GeneratedField,
    GeneratedFields,
    GenerateRequest,
    RegenerateRequest,
    ToolResult,
    TranscreateRequest,
    Transcreation,
)
from lib.core.http.envelope import Success
from lib.core.http.routes import Route

router = APIRouter(route_class=Route, prefix="/api/v1/ai", tags=["ai"])


@router.post(
    "/generate",
    name="generate",
    response_model=Success[ToolResult[GeneratedFields]],
    responses=streamed(GeneratedFields),
)
async def generate(
    caller: AiCaller, wants_stream: WantsStream, body: GenerateRequest
) -> Success[ToolResult[GeneratedFields]] | Response:
    """Fills the output fields of a content and writes them into it, or those of a template before there is a content.

    Requires the permission `ai.use` in the brand, and a content that you may edit. If the content was changed
    meanwhile, or if a violation of high severity was found, the result is returned but not written into the content.

    Send `Accept: text/event-stream` to receive the text as the model writes it. Errors before the first token are JSON
    with an error status; later ones are an `error` event. A failed generation costs what the providers charge for it.
    """
    if wants_stream:
        return event_stream(await ai.stream_content(caller.user, request=body, circuits=caller.circuits))
    return Success(data=await ai.generate_content(caller.user, request=body, circuits=caller.circuits))


@router.post(
    "/fields",
    name="generate_field",
    response_model=Success[ToolResult[GeneratedField]],
    responses=streamed(GeneratedField),
)
async def generate_field(
    caller: AiCaller, wants_stream: WantsStream, body: FieldRequest
) -> Success[ToolResult[GeneratedField]] | Response:
    """Writes one output field by its own prompt, and writes it into the content if there is one.

    Requires the permission `ai.use` in the brand. Send `Accept: text/event-stream` to receive the text as the model
    writes it.
    """
    if wants_stream:
        return event_stream(await ai.stream_field(caller.user, request=body, circuits=caller.circuits))
    return Success(data=await ai.generate_field(caller.user, request=body, circuits=caller.circuits))


@router.post(
    "/regenerate",
    name="regenerate",
    response_model=Success[ToolResult[GeneratedFields]],
    responses=streamed(GeneratedFields),
)
async def regenerate(
    caller: AiCaller, wants_stream: WantsStream, body: RegenerateRequest
) -> Success[ToolResult[GeneratedFields]] | Response:
    """Rewrites 1 to 10 fields of a content by feedback. The replaced state is kept as a version, with the feedback.

    Requires the permission `ai.use` on the content, which you must be allowed to edit. Send `Accept: text/event-stream`
    to receive the text as the model writes it.
    """
    if wants_stream:
        return event_stream(await ai.stream_regeneration(caller.user, request=body, circuits=caller.circuits))
    return Success(data=await ai.regenerate(caller.user, request=body, circuits=caller.circuits))


@router.post(
    "/transcreate",
    name="transcreate",
    response_model=Success[ToolResult[Transcreation]],
    responses=streamed(Transcreation),
)
async def transcreate(
    caller: AiCaller, wants_stream: WantsStream, body: TranscreateRequest
) -> Success[ToolResult[Transcreation]] | Response:
    """Adapts a text to another language and culture rather than translating it word for word.

    Requires the permission `ai.use` in the brand. Send `Accept: text/event-stream` to receive the text as the model
    writes it.
    """
    if wants_stream:
        return event_stream(await ai.stream_transcreation(caller.user, request=body, circuits=caller.circuits))
    return Success(data=await ai.transcreate(caller.user, request=body, circuits=caller.circuits))
