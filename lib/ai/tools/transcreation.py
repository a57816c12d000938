"""transcreateContent: adapts a text to another language and culture (domain §7)."""

from typing import Any, ClassVar, override

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers import Capability, Workload
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.text.plain import clean_line
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, GenerationType, Tool, ToolOutput
from lib.ai.tools.models import Adaptation, Scores, TranscreateRequest, Transcreation
from lib.core.filled import shows_something
from lib.core.html_text import text_of_value
from lib.core.http.errors import Unprocessable
from lib.core.security.html import is_markup, removals_of, sanitize_html
from lib.core.telemetry.sanitised import tell_removals
from lib.core.texts import cut


class _Adaptation(ResponseSchema):
    original: str
    adapted: str
    reason: str


class _Scores(ResponseSchema):
    fluency: float = Field(description="from 0 to 1")
    fidelity: float = Field(description="from 0 to 1")
    cultural_fit: float = Field(description="from 0 to 1")
    brand_voice: float = Field(description="from 0 to 1")


class _Response(ResponseSchema):
    text: str = Field(description="the text, of about its length")
    adaptations: list[_Adaptation] = Field(description="may be empty")
    scores: _Scores
    warnings: list[str] = Field(description="may be empty")


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


class Transcreate(Tool[TranscreateRequest, _Response]):
    """Adapts a text; HTML stays HTML."""

    type: ClassVar[GenerationType] = "transcreation"
    prompt_version: ClassVar[str] = "transcreate.v1"
    workload: ClassVar[Workload] = Workload.WRITING
    capabilities: ClassVar[frozenset[Capability]] = frozenset({Capability.STREAM, Capability.STRUCTURED})
    max_tokens: ClassVar[int] = 1500

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(topic=self.request.content[:2000], market=self.request.country)

    @property
    @override
    def required_brand_fields(self) -> tuple[str, ...]:  # pyright: ignore[reportIncompatibleVariableOverride] - by request
        given = {"language": self.request.target_language, "country": self.request.country}
        return tuple(name for name, value in given.items() if value is None)

    @property
    @override
    def is_checked_by_model(self) -> bool:
        return self.request.check_guardrails

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content)

    @property
    @override
    def reserved_completion_tokens(self) -> int:
        # The adapted text may be longer by half; 1,500 tokens are for texts of the usual length.
        return min(12_000, max(self.max_tokens, round(count_tokens(self.request.content) * 1.5) + 600))

    @override
    def max_tokens_for(self, context: GenerationContext) -> int:
        return self.reserved_completion_tokens

    def _target(self, context: GenerationContext) -> tuple[str, str]:
        language = self.request.target_language or context.brand.language
        country = self.request.country or context.brand.country
        assert language is not None
        assert country is not None
        return language, country

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        language, country = self._target(context)
        text = self.token_budget.text("text", as_data(self.request.content))
        if self.token_budget.omissions:
            raise Unprocessable("the text is too long to be transcreated in one piece")
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget),
            text=text,
            is_html=is_markup(self.request.content),
            source_language=self.request.source_language,
            target_language=language,
            target_country=country,
            options=self.request.options.model_dump(),
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Response)

    @override
    def parse(self, text: str, context: GenerationContext) -> _Response:
        return parse_response(_Response, text)

    @override
    def problems(self, answer: _Response, context: GenerationContext) -> list[str]:
        text = text_of_value(answer.text)
        length = len(text)
        if not shows_something(text):
            return ["text is empty"]
        if not self._keeps_length(length):
            return [f"text has {length} characters; it needs about {self._source_length}"]
        return []

    @property
    def _source_length(self) -> int:
        return len(text_of_value(self.request.content))

    def _keeps_length(self, length: int) -> bool:
        source = self._source_length
        return not self.request.options.keep_length or source * 0.8 <= length <= source * 1.2

    @override
    def build_output(self, answer: _Response, context: GenerationContext) -> ToolOutput:
        text = answer.text.replace("\x00", "").strip()
        if is_markup(self.request.content) or is_markup(text):
            tell_removals("text", removals_of(text, elements=context.brand.elements))
            text = sanitize_html(text, elements=context.brand.elements)
        if not shows_something(text_of_value(text)):
            raise malformed("the text is empty")
        language, country = self._target(context)
        warnings = [cut(clean_line(warning), 500) for warning in answer.warnings[:20] if warning.strip()]
        length = len(text_of_value(text))
        if not self._keeps_length(length):
            warnings.append(f"the length differs: {length} characters instead of {self._source_length}")
        result = Transcreation(
            text=text,
            language=language,
            country=country,
            adaptations=[
                Adaptation(
                    original=cut(clean_line(item.original), 1000),
                    adapted=cut(clean_line(item.adapted), 1000),
                    reason=cut(clean_line(item.reason), 1000),
                )
                for item in answer.adaptations[:50]
            ],
            scores=Scores(
                fluency=_share(answer.scores.fluency),
                fidelity=_share(answer.scores.fidelity),
                cultural_fit=_share(answer.scores.cultural_fit),
                brand_voice=_share(answer.scores.brand_voice),
            ),
            warnings=warnings,
        )
        return ToolOutput(result, [text_of_value(text)])
