"""The tools that write: with ``stream`` (the default) their answers come as server-sent events.

Events: ``requested`` {requestId}, ``delta`` {field, text} as the model writes (raw text), ``restarted`` {provider}
where another provider begins anew and what came before is void, ``progress`` {stage}, and last either ``completed``,
with the sanitised answer, or ``error`` {code, message}. The private topic ai:{requestId} tells of the progress as well.
"""

from fastapi import APIRouter
from fastapi.responses import Response

from api._routes.ai.shared import AiCaller, event_stream, streamed
from lib import ai
from lib.ai import (
    FieldRequest,
    Generated,
    GeneratedField,
    GeneratedFields,
    GenerateRequest,
    RegenerateRequest,
    TranscreateRequest,
    Transcreation,
)
from lib.core.http.envelope import Success

router = APIRouter(prefix="/api/v1/ai", tags=["ai"])


@router.post("/generate", response_model=Success[Generated[GeneratedFields]], responses=streamed(GeneratedFields))
async def generate(caller: AiCaller, body: GenerateRequest) -> Success[Generated[GeneratedFields]] | Response:
    """Fills the output fields of a content, and writes them into it; or of a template, for a content to come."""
    tool = ai.GenerateContent(body)
    if body.stream:
        return event_stream(await ai.stream(caller.user, tool, caller.circuits))
    return Success(data=await ai.generate(caller.user, tool, caller.circuits))


@router.post("/fields", response_model=Success[Generated[GeneratedField]], responses=streamed(GeneratedField))
async def generate_field(caller: AiCaller, body: FieldRequest) -> Success[Generated[GeneratedField]] | Response:
    """Writes one output field by its own prompt."""
    tool = ai.GenerateField(body)
    if body.stream:
        return event_stream(await ai.stream(caller.user, tool, caller.circuits))
    return Success(data=await ai.generate(caller.user, tool, caller.circuits))


@router.post("/regenerate", response_model=Success[Generated[GeneratedFields]], responses=streamed(GeneratedFields))
async def regenerate(caller: AiCaller, body: RegenerateRequest) -> Success[Generated[GeneratedFields]] | Response:
    """Writes fields of a content anew, by feedback; what they said before stays as a version."""
    tool = ai.Regenerate(body)
    if body.stream:
        return event_stream(await ai.stream(caller.user, tool, caller.circuits))
    return Success(data=await ai.generate(caller.user, tool, caller.circuits))


@router.post("/transcreate", response_model=Success[Generated[Transcreation]], responses=streamed(Transcreation))
async def transcreate(caller: AiCaller, body: TranscreateRequest) -> Success[Generated[Transcreation]] | Response:
    """A text in another language and culture; not word for word."""
    tool = ai.Transcreate(body)
    if body.stream:
        return event_stream(await ai.stream(caller.user, tool, caller.circuits))
    return Success(data=await ai.generate(caller.user, tool, caller.circuits))
