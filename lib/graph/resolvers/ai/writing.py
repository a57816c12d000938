"""Resolves the tools that write: lib/graph/schema/ai.graphql"""

from lib import ai
from lib.ai import (
    FieldRequest,
    GeneratedField,
    GeneratedFields,
    GenerateRequest,
    RegenerateRequest,
    TranscreateRequest,
    Transcreation,
)
from lib.graph.engine.binding import Info
from lib.graph.resolvers.ai.runs import TOOL_COST, Payload, ask_tool, bindings

bindings.represents("GeneratedContent", GeneratedFields)
bindings.represents("GeneratedField", GeneratedField)
bindings.represents("Transcreation", Transcreation)


@bindings.mutation(operation="ai.generate", cost=TOOL_COST)
async def generate_content(info: Info, *, input: GenerateRequest, is_followed: bool = False) -> Payload:
    """Fills the output fields of a content or of a template."""
    return await ask_tool(info, ai.generate_content, input, is_in_view=is_followed)


@bindings.mutation(operation="ai.generateField", cost=TOOL_COST)
async def generate_field(info: Info, *, input: FieldRequest, is_followed: bool = False) -> Payload:
    """Writes one output field."""
    return await ask_tool(info, ai.generate_field, input, is_in_view=is_followed)


@bindings.mutation(operation="ai.regenerate", cost=TOOL_COST)
async def regenerate_content(info: Info, *, input: RegenerateRequest, is_followed: bool = False) -> Payload:
    """Rewrites fields of a content by feedback."""
    return await ask_tool(info, ai.regenerate, input, is_in_view=is_followed)


@bindings.mutation(operation="ai.transcreate", cost=TOOL_COST)
async def transcreate_content(info: Info, *, input: TranscreateRequest, is_followed: bool = False) -> Payload:
    """Adapts a text to another language and culture."""
    return await ask_tool(info, ai.transcreate, input, is_in_view=is_followed)
