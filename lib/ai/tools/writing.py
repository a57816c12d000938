"""generateFromTemplate, generateField and regenerate: the tools that write fields of a content (domain §7)."""

import math
from typing import Any, ClassVar

from pydantic import Field

from lib.ai.lengths import count_words
from lib.ai.models import GenerationContext, OutputField
from lib.ai.providers import Capability, Request
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import FieldRequest, GenerateRequest, RegenerateRequest, TemplateRequest, WritingRequest
from lib.ai.results import GeneratedField, GeneratedFields
from lib.ai.shapes import Shape, clean_line, read_shape, schema_of
from lib.ai.tools.base import Finished, Tool
from lib.ai.tools.fields import (
    Values,
    fields_schema,
    measure,
    prompt_values,
    read_fields,
    shown,
    trim,
    visible,
    writing_sections,
)
from lib.core.http.errors import ValidationFailed

MAX_TOKENS = 4000


class _Answer(Shape):
    fields: dict[str, Any]


class _Extras(_Answer):
    alternative_titles: list[str] = Field(description="3 items, each plain text, at most 200 characters")
    keywords: list[str] = Field(description="5 items")
    image_ideas: list[str] = Field(description="2 items")
    confidence: float = Field(description="from 0 to 1")


def _fields(context: GenerationContext) -> list[OutputField]:
    assert context.template is not None
    return context.template.output_fields


def _lines(items: list[str], limit: int, count: int) -> list[str]:
    lines = [clean_line(item).translate({ord("<"): None, ord(">"): None})[:limit] for item in items]
    return list(dict.fromkeys(line for line in lines if line))[:count]


class _Writing[R: WritingRequest](Tool[R, Values]):
    kind: ClassVar[Request] = Request.WRITING
    needed: ClassVar[frozenset[Capability]] = frozenset({Capability.STREAM, Capability.STRUCTURED})

    @property
    def is_checked(self) -> bool:
        return self.request.check_guardrails

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        # Fields first, so that they are what streams first.
        return {
            "type": "object",
            "properties": {"fields": fields_schema(_fields(context))},
            "required": ["fields"],
            "additionalProperties": False,
        }

    def read(self, raw: str, context: GenerationContext) -> Values:
        return read_fields(read_shape(_Answer, raw).fields, _fields(context))

    def problems(self, answer: Values, context: GenerationContext) -> list[str]:
        return [problem for _, problem in measure(answer, _fields(context))]

    def _bounded(self, answer: Values, context: GenerationContext) -> tuple[Values, GeneratedFields]:
        candidates = [candidate for candidate, _ in measure(answer, _fields(context))]
        values = trim(answer, _fields(context))
        return values, GeneratedFields(fields=values, retry_candidates=candidates)

    def _texts(self, values: Values, context: GenerationContext) -> list[str]:
        return [text for field in _fields(context) if (text := visible(values[field.id], field))]

    def finish(self, answer: Values, context: GenerationContext) -> Finished:
        values, result = self._bounded(answer, context)
        return Finished(result, self._texts(values, context), {"fields": values})


def _template_opening(request: TemplateRequest) -> dict[str, Any]:
    opening: dict[str, Any] = {
        "templateId": request.template_id,
        "productId": request.product_id,
        "market": request.market,
        "isApplied": request.content_id is not None,
        "topic": " ".join(shown(value) for value in request.inputs.values())[:2000],
    }
    if request.inputs:
        opening["fields"] = request.inputs
    return {name: value for name, value in opening.items() if value is not None}


class GenerateContent(_Writing[GenerateRequest]):
    type = "content_generation"
    prompt = "generate_content.v2"
    max_tokens = MAX_TOKENS

    def __init__(self, request: GenerateRequest) -> None:
        super().__init__(request)
        self._extras: dict[str, _Extras] = {}

    def opening(self) -> dict[str, Any]:
        return _template_opening(self.request)

    def _is_fragment(self, context: GenerationContext) -> bool:
        fields = _fields(context)
        return len(fields) == 1 and fields[0].is_html

    def ask(self, context: GenerationContext) -> Prompt:
        # One field of HTML reads better a little warmer (domain §7).
        self.temperature = 0.4 if self._is_fragment(context) else 0.3
        sections = writing_sections(context, self.budget)
        return render(
            self.prompt,
            **sections,
            **prompt_values(context, sections, is_single=False),
            length=self.request.length,
            tone=self.request.tone,
            include_keywords=[as_data(keyword) for keyword in self.request.include_keywords],
            avoid_terms=[as_data(term) for term in self.request.avoid_terms],
            instructions=self.budget.text("instructions", as_data(self.request.instructions)),
        )

    def max_tokens_for(self, context: GenerationContext) -> int:
        return min(MAX_TOKENS, 400 + 400 * len(_fields(context)))

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = schema_of(_Extras)
        schema["properties"]["fields"] = fields_schema(_fields(context))
        return schema

    def read(self, raw: str, context: GenerationContext) -> Values:
        answer = read_shape(_Extras, raw)
        values = read_fields(answer.fields, _fields(context))
        self._extras[repr(values)] = answer
        return values

    def finish(self, answer: Values, context: GenerationContext) -> Finished:
        values, result = self._bounded(answer, context)
        extras = self._extras[repr(answer)]
        result.alternative_titles = _lines(extras.alternative_titles, 200, 5)
        result.keywords = _lines(extras.keywords, 100, 10)
        result.image_ideas = _lines(extras.image_ideas, 500, 5)
        result.confidence = min(1.0, max(0.0, extras.confidence))
        return Finished(result, self._texts(values, context), {"fields": values})


class GenerateField(_Writing[FieldRequest]):
    type = "field_generation"
    prompt = "generate_field.v1"
    attempts = 3
    max_tokens = 1500

    def opening(self) -> dict[str, Any]:
        opening = _template_opening(self.request) | {"fieldId": self.request.field_id}
        if self.request.outputs:
            opening["fields"] = self.request.outputs | self.request.inputs
        return opening

    def ask(self, context: GenerationContext) -> Prompt:
        field = _fields(context)[0]
        if not field.ai_prompt:
            raise ValidationFailed(
                "this field has no prompt",
                details=[{"field": "fieldId", "code": "INVALID_FORMAT", "message": "has no prompt to write it by"}],
            )
        self.temperature = 0.3 if field.limit else 0.7
        sections = writing_sections(context, self.budget)
        return render(
            self.prompt,
            **sections,
            **prompt_values(context, sections, is_single=True),
            instructions=self.budget.text("instructions", as_data(self.request.instructions)),
        )

    def max_tokens_for(self, context: GenerationContext) -> int:
        field = _fields(context)[0]
        if field.max_tokens:
            return min(MAX_TOKENS, field.max_tokens)
        words = max(field.max_words or 0, (field.min_words or 0) * 2, (field.min_chars or 0) // 3)
        if words and not field.limit:
            return min(MAX_TOKENS, words * 3 + 200)
        if field.limit:
            # What JSON puts around the text, and a language that takes a token for every three characters.
            return min(MAX_TOKENS, math.ceil(field.limit / 3) + 5 + 60)
        return {"rich_text": 1000, "html": 1500, "faq": 1500}.get(field.type, 250)

    def finish(self, answer: Values, context: GenerationContext) -> Finished:
        field = _fields(context)[0]
        values = trim(answer, [field])
        value = values[field.id]
        plain = visible(value, field)
        html = value if field.is_html else plain if field.type != "faq" else ""
        result = GeneratedField(
            field_id=field.id, html=html, plain=plain, words=count_words(plain), characters=len(plain), value=value
        )
        return Finished(result, [plain] if plain else [], {"fields": values})


class Regenerate(_Writing[RegenerateRequest]):
    """The state before is kept as a version of its own, with the feedback, when the generation begins."""

    type = "regeneration"
    prompt = "regenerate.v1"
    max_tokens = MAX_TOKENS

    @property
    def wanted(self) -> list[str]:
        return [self.request.field_id] if self.request.field_id else list(dict.fromkeys(self.request.sections or []))

    def opening(self) -> dict[str, Any]:
        opening: dict[str, Any] = {"isApplied": True}
        return opening | ({"fieldId": self.wanted[0]} if len(self.wanted) == 1 else {"fieldIds": self.wanted})

    def max_tokens_for(self, context: GenerationContext) -> int:
        return min(MAX_TOKENS, 1000 * len(_fields(context)))

    def ask(self, context: GenerationContext) -> Prompt:
        sections = writing_sections(context, self.budget)
        own = [
            f"{as_data(field.name)}: {as_data(visible(context.values[field.id], field))}"
            for field in _fields(context)
            if context.values.get(field.id) not in (None, "", [])
        ]
        sections["others"] = [*self.budget.fit("outputs", own), *sections["others"]]
        return render(
            self.prompt,
            **sections,
            **prompt_values(context, sections, is_single=False),
            feedback=as_data(self.request.feedback),
        )
