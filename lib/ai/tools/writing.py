"""generateFromTemplate, generateField and regenerate: writes the fields of a content (domain §7)."""

import math
from typing import Any, ClassVar, override

from pydantic import Field

from lib.ai.models import GenerationContext, OutputField
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.providers import Capability, Workload
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, parse_response
from lib.ai.text.plain import clean_line
from lib.ai.tools.base import BeginOptions, ContentProposal, Tool, ToolOutput
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
from lib.ai.tools.models import (
    FieldRequest,
    GeneratedField,
    GeneratedFields,
    GenerateRequest,
    RegenerateRequest,
    TemplateRequest,
    WritingRequest,
)
from lib.core.filled import is_blank
from lib.core.html_text import count_words
from lib.core.http.errors import ValidationFailed
from lib.core.texts import cut

MAX_TOKENS = 4000


class _Response(ResponseSchema):
    fields: dict[str, Any]


class _Extras(_Response):
    alternative_titles: list[str] = Field(description="3 items, each plain text, at most 200 characters")
    keywords: list[str] = Field(description="5 items")
    image_ideas: list[str] = Field(description="2 items")
    confidence: float = Field(description="from 0 to 1")


def _fields(context: GenerationContext) -> list[OutputField]:
    assert context.template is not None
    return context.template.output_fields


def _lines(items: list[str], limit: int, count: int) -> list[str]:
    lines = [cut(clean_line(item).translate({ord("<"): None, ord(">"): None}), limit) for item in items]
    return list(dict.fromkeys(line for line in lines if line))[:count]


class _Writing[R: WritingRequest](Tool[R, Values]):
    workload: ClassVar[Workload] = Workload.WRITING
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.STREAM, Capability.STRUCTURED})

    @property
    @override
    def is_checked_by_model(self) -> bool:
        return self.request.check_guardrails

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        # The fields are first, so that they are streamed first.
        return {
            "type": "object",
            "properties": {"fields": fields_schema(_fields(context))},
            "required": ["fields"],
            "additionalProperties": False,
        }

    @override
    def parse(self, text: str, context: GenerationContext) -> Values:
        return read_fields(parse_response(_Response, text).fields, _fields(context), context.brand.elements)

    @override
    def problems(self, answer: Values, context: GenerationContext) -> list[str]:
        return [problem for _, problem in measure(answer, _fields(context))]

    def _bounded(self, answer: Values, context: GenerationContext) -> tuple[Values, GeneratedFields]:
        candidates = [candidate for candidate, _ in measure(answer, _fields(context))]
        values = trim(answer, _fields(context))
        return values, GeneratedFields(fields=values, retry_candidates=candidates)

    def _texts(self, values: Values, context: GenerationContext) -> list[str]:
        return [text for field in _fields(context) if (text := visible(values[field.id], field))]

    @override
    def build_output(self, answer: Values, context: GenerationContext) -> ToolOutput:
        values, result = self._bounded(answer, context)
        return ToolOutput(result, self._texts(values, context), ContentProposal(fields=values))


def _template_options(request: TemplateRequest) -> BeginOptions:
    return BeginOptions(
        template_id=request.template_id,
        product_id=request.product_id,
        market=request.market,
        is_applied=request.content_id is not None,
        topic=" ".join(shown(value) for value in request.inputs.values())[:2000],
        fields=request.inputs or None,
    )


class GenerateContent(_Writing[GenerateRequest]):
    """Fills all output fields that AI may fill."""

    type = "content_generation"
    prompt_version = "generate_content.v2"
    max_tokens = MAX_TOKENS

    def __init__(self, request: GenerateRequest) -> None:
        super().__init__(request)
        self._extras: dict[str, _Extras] = {}

    @override
    def begin_options(self) -> BeginOptions:
        return _template_options(self.request)

    def _is_fragment(self, context: GenerationContext) -> bool:
        fields = _fields(context)
        return len(fields) == 1 and fields[0].is_html

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        # A single field of HTML gets a higher temperature (domain §7).
        self.temperature = 0.4 if self._is_fragment(context) else 0.3
        sections = writing_sections(context, self.token_budget)
        return render(
            self.prompt_version,
            **sections,
            **prompt_values(context, sections, is_single=False),
            length=self.request.length,
            tone=self.request.tone,
            include_keywords=[as_data(keyword) for keyword in self.request.include_keywords],
            avoid_terms=[as_data(term) for term in self.request.avoid_terms],
            instructions=self.token_budget.text("instructions", as_data(self.request.instructions)),
        )

    @override
    def max_tokens_for(self, context: GenerationContext) -> int:
        return min(MAX_TOKENS, 400 + 400 * len(_fields(context)))

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = json_schema_of(_Extras)
        schema["properties"]["fields"] = fields_schema(_fields(context))
        return schema

    @override
    def parse(self, text: str, context: GenerationContext) -> Values:
        answer = parse_response(_Extras, text)
        values = read_fields(answer.fields, _fields(context), context.brand.elements)
        self._extras[repr(values)] = answer
        return values

    @override
    def build_output(self, answer: Values, context: GenerationContext) -> ToolOutput:
        values, result = self._bounded(answer, context)
        extras = self._extras[repr(answer)]
        result.alternative_titles = _lines(extras.alternative_titles, 200, 5)
        result.keywords = _lines(extras.keywords, 100, 10)
        result.image_ideas = _lines(extras.image_ideas, 500, 5)
        result.confidence = min(1.0, max(0.0, extras.confidence))
        return ToolOutput(result, self._texts(values, context), ContentProposal(fields=values))


class GenerateField(_Writing[FieldRequest]):
    """Writes one output field by the prompt of the field."""

    type = "field_generation"
    prompt_version = "generate_field.v1"
    max_attempts = 3
    max_tokens = 1500

    @override
    def begin_options(self) -> BeginOptions:
        options = _template_options(self.request)
        options.field_id = self.request.field_id
        if self.request.outputs:
            options.fields = self.request.outputs | self.request.inputs
        return options

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        field = _fields(context)[0]
        if not field.ai_prompt:
            raise ValidationFailed(
                "the field has no prompt",
                details=[
                    {"field": "fieldId", "code": "INVALID_FORMAT", "message": "the field has no prompt in its template"}
                ],
            )
        self.temperature = 0.3 if field.limit else 0.7
        sections = writing_sections(context, self.token_budget)
        return render(
            self.prompt_version,
            **sections,
            **prompt_values(context, sections, is_single=True),
            instructions=self.token_budget.text("instructions", as_data(self.request.instructions)),
        )

    @override
    def max_tokens_for(self, context: GenerationContext) -> int:
        field = _fields(context)[0]
        if field.max_tokens:
            return min(MAX_TOKENS, field.max_tokens)
        words = max(field.max_words or 0, (field.min_words or 0) * 2, (field.min_chars or 0) // 3)
        if words and not field.limit:
            return min(MAX_TOKENS, words * 3 + 200)
        if field.limit:
            # With the JSON around the text, in a language that has a token for every three characters.
            return min(MAX_TOKENS, math.ceil(field.limit / 3) + 5 + 60)
        return {"rich_text": 1000, "html": 1500, "faq": 1500}.get(field.type, 250)

    @override
    def build_output(self, answer: Values, context: GenerationContext) -> ToolOutput:
        field = _fields(context)[0]
        values = trim(answer, [field])
        value = values[field.id]
        plain = visible(value, field)
        html = value if field.is_html else plain if field.type != "faq" else ""
        result = GeneratedField(
            field_id=field.id, html=html, plain=plain, words=count_words(plain), characters=len(plain), value=value
        )
        return ToolOutput(result, [plain] if plain else [], ContentProposal(fields=values))


class Regenerate(_Writing[RegenerateRequest]):
    """Rewrites fields of a content by feedback. The replaced state is kept as a version, with the feedback."""

    type = "regeneration"
    prompt_version = "regenerate.v1"
    max_tokens = MAX_TOKENS

    @property
    def field_ids(self) -> list[str]:
        """The fields to rewrite, each once."""
        return [self.request.field_id] if self.request.field_id else list(dict.fromkeys(self.request.sections or []))

    @override
    def begin_options(self) -> BeginOptions:
        if len(self.field_ids) == 1:
            return BeginOptions(is_applied=True, field_id=self.field_ids[0])
        return BeginOptions(is_applied=True, field_ids=self.field_ids)

    @override
    def max_tokens_for(self, context: GenerationContext) -> int:
        return min(MAX_TOKENS, 1000 * len(_fields(context)))

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        sections = writing_sections(context, self.token_budget)
        own = [
            f"{as_data(field.name)}: {as_data(visible(context.values[field.id], field))}"
            for field in _fields(context)
            if not is_blank(context.values.get(field.id), field.type)
        ]
        sections["others"] = [*self.token_budget.fit("outputs", own), *sections["others"]]
        return render(
            self.prompt_version,
            **sections,
            **prompt_values(context, sections, is_single=False),
            feedback=as_data(self.request.feedback),
        )
