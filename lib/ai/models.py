from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from lib.core.models import RequestModel, ResponseModel


class GenerateRequest(RequestModel):
    """Fills the output fields of a content from its template and inputs (domain §7)."""

    content_id: UUID
    instructions: str = Field(default="", max_length=5000, examples=["Begin with a question"])
    tone: Literal["formal", "casual", "playful", "professional"] | None = None
    length: Literal["short", "medium", "long"] = "medium"
    include_keywords: list[str] = Field(default_factory=list, max_length=20, examples=[["winter"]])
    avoid_terms: list[str] = Field(default_factory=list, max_length=50, examples=[["miracle"]])


class OutputField(ResponseModel):
    id: str
    name: str
    type: str = "plain_text"
    required: bool = False
    ai_prompt: str | None = None
    max_length: int | None = None


class InputField(ResponseModel):
    id: str
    name: str
    required: bool = False


class GenerationContext(ResponseModel):
    """All that a prompt needs, as ``request_generation`` returns it."""

    id: UUID
    brand: dict[str, Any]
    template_name: str
    input_fields: list[InputField]
    output_fields: list[OutputField]
    title: str
    values: dict[str, Any]


class TokenUsage(ResponseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0
