"""transcreateContent: a text in another language and culture, not word for word (domain §7)."""

from typing import Any, ClassVar

from pydantic import Field

from lib.ai.context import brand_sections
from lib.ai.models import GenerationContext
from lib.ai.providers import Capability, Request
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import TranscreateRequest
from lib.ai.results import Adaptation, Scores, Transcreation
from lib.ai.shapes import Shape, clean_line, malformed, read_shape, schema_of
from lib.ai.tokens import count_tokens
from lib.ai.tools.base import Finished, Tool
from lib.core.http.errors import Unprocessable
from lib.core.security.html import is_markup, sanitize_html, visible_text


class _Adaptation(Shape):
    original: str
    adapted: str
    reason: str


class _Scores(Shape):
    fluency: float = Field(description="from 0 to 1")
    fidelity: float = Field(description="from 0 to 1")
    cultural_fit: float = Field(description="from 0 to 1")
    brand_voice: float = Field(description="from 0 to 1")


class _Answer(Shape):
    text: str = Field(description="the text, of about its length")
    adaptations: list[_Adaptation] = Field(description="may be empty")
    scores: _Scores
    warnings: list[str] = Field(description="may be empty")


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


class Transcreate(Tool[TranscreateRequest, _Answer]):
    type: ClassVar[str] = "transcreation"
    prompt: ClassVar[str] = "transcreate.v1"
    kind: ClassVar[Request] = Request.WRITING
    needed: ClassVar[frozenset[Capability]] = frozenset({Capability.STREAM, Capability.STRUCTURED})
    max_tokens: ClassVar[int] = 1500

    def opening(self) -> dict[str, Any]:
        return (
            {"topic": self.request.content[:2000], "market": self.request.country}
            if self.request.country
            else {"topic": self.request.content[:2000]}
        )

    @property
    def requires(self) -> tuple[str, ...]:  # pyright: ignore[reportIncompatibleVariableOverride] - by what is asked
        asked = {"language": self.request.target_language, "country": self.request.country}
        return tuple(name for name, given in asked.items() if given is None)

    @property
    def is_checked(self) -> bool:
        return self.request.check_guardrails

    @property
    def source_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content)

    @property
    def completion_tokens(self) -> int:
        # The text in its new language may be longer by a half; 1500 is for texts of the usual length.
        return min(12_000, max(self.max_tokens, round(count_tokens(self.request.content) * 1.5) + 600))

    def max_tokens_for(self, context: GenerationContext) -> int:
        return self.completion_tokens

    def _target(self, context: GenerationContext) -> tuple[str, str]:
        language = self.request.target_language or context.brand.language
        country = self.request.country or context.brand.country
        assert language is not None
        assert country is not None
        return language, country

    def ask(self, context: GenerationContext) -> Prompt:
        language, country = self._target(context)
        text = self.budget.text("text", as_data(self.request.content))
        if self.budget.omissions:
            raise Unprocessable("the text is too long to be carried over in one piece")
        return render(
            self.prompt,
            **brand_sections(context, self.budget),
            text=text,
            is_html=is_markup(self.request.content),
            source_language=self.request.source_language,
            target_language=language,
            target_country=country,
            options=self.request.options.model_dump(),
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(_Answer)

    def read(self, raw: str, context: GenerationContext) -> _Answer:
        return read_shape(_Answer, raw)

    def problems(self, answer: _Answer, context: GenerationContext) -> list[str]:
        asked, given = len(visible_text(self.request.content)), len(visible_text(answer.text))
        if not given:
            return ["text is empty"]
        if self.request.options.keep_length and not asked * 0.8 <= given <= asked * 1.2:
            return [f"text has {given} characters; it needs about {asked}"]
        return []

    def finish(self, answer: _Answer, context: GenerationContext) -> Finished:
        text = answer.text.replace("\x00", "").strip()
        if is_markup(self.request.content) or is_markup(text):
            text = sanitize_html(text)
        if not visible_text(text).strip():
            raise malformed("the model's text is empty")
        language, country = self._target(context)
        warnings = [clean_line(warning)[:500] for warning in answer.warnings[:20] if warning.strip()]
        asked, given = len(visible_text(self.request.content)), len(visible_text(text))
        if self.request.options.keep_length and not asked * 0.8 <= given <= asked * 1.2:
            warnings.append(f"its length differs: {given} characters instead of {asked}")
        result = Transcreation(
            text=text,
            language=language,
            country=country,
            adaptations=[
                Adaptation(
                    original=clean_line(item.original)[:1000],
                    adapted=clean_line(item.adapted)[:1000],
                    reason=clean_line(item.reason)[:1000],
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
        return Finished(result, [visible_text(text)])
