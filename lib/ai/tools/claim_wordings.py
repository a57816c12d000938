"""styleClaim and simplifyClaim: word a claim in another way and keep what it says (domain §7)."""

from abc import abstractmethod
from typing import Any, ClassVar, Final, override

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers import Workload
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.text.lengths import trim_text
from lib.ai.text.meaning import differences, knows_qualifiers, reading_ease
from lib.ai.text.plain import clean_line
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, GenerationType, Tool, ToolOutput
from lib.ai.tools.models import (
    ClaimSimplifyRequest,
    ClaimStyleRequest,
    ClaimWording,
    ClaimWordingRequest,
    ClaimWordings,
)
from lib.core.texts import folded

HEADLINE_CHARACTERS: Final = 60
OTHER_CHARACTERS: Final = 300
READING_LEVELS: Final = {"very_easy": 30.0, "easy": 40.0, "medium": 50.0}


class _Variant(ResponseSchema):
    text: str
    reason: str


class _Variants(ResponseSchema):
    variants: list[_Variant]


class _WordClaim[R: ClaimWordingRequest](Tool[R, list[_Variant]]):
    """Asks for wordings of a claim, checks in code what they say, and reports what is still missing at last."""

    workload: ClassVar[Workload] = Workload.WRITING
    max_attempts: ClassVar[int] = 3

    @property
    @abstractmethod
    def max_characters(self) -> int:
        """The most characters of a wording."""

    @abstractmethod
    def further_problems(self, text: str) -> list[str]:
        """Lists what is wrong with a wording besides its length and its meaning."""

    @abstractmethod
    def prompt_values(self) -> dict[str, Any]:
        """Returns the values of the prompt that only this tool has."""

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(claim_id=self.request.claim_id, language=self.request.language)

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.text or "")

    def _claim(self, context: GenerationContext) -> str:
        return self.request.text or (context.claim.text if context.claim else "")

    def _language(self, context: GenerationContext) -> str:
        return self.request.language or context.brand.language or "en"

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget) | {"language": self._language(context)},
            claim=as_data(self._claim(context)),
            count=self.request.count,
            max_characters=self.max_characters,
            **self.prompt_values(),
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = json_schema_of(_Variants)
        variants = schema["properties"]["variants"]
        variants["description"] = f"{self.request.count} items"
        variants["items"]["properties"]["text"]["description"] = (
            f"the claim in other words, plain text, at most {self.max_characters} characters"
        )
        return schema

    @override
    def parse(self, text: str, context: GenerationContext) -> list[_Variant]:
        variants = parse_response(_Variants, text).variants
        claim = folded(clean_line(self._claim(context)))
        different: dict[str, _Variant] = {}
        for variant in variants:
            variant.text = clean_line(variant.text)
            if variant.text and folded(variant.text) != claim:
                different.setdefault(folded(variant.text), variant)
        return list(different.values())[: self.request.count]

    def _problems_of(self, text: str, context: GenerationContext) -> list[str]:
        changed = differences(self._claim(context), text, self._language(context))
        return [*map(str, changed), *self.further_problems(text)]

    @override
    def problems(self, answer: list[_Variant], context: GenerationContext) -> list[str]:
        found: list[str] = []
        if len(answer) < self.request.count:
            found.append(f"there are {len(answer)} wordings that differ; {self.request.count} are needed")
        for variant in answer:
            wrong = self._problems_of(variant.text, context)
            if len(variant.text) > self.max_characters:
                wrong.insert(0, f"it has {len(variant.text)} characters; at most {self.max_characters} are needed")
            found += [f'"{variant.text[:80]}": {problem}' for problem in wrong[:10]]
        return found

    def _wording(self, variant: _Variant, context: GenerationContext) -> ClaimWording:
        text = trim_text(variant.text, self.max_characters)
        changed = differences(self._claim(context), text, self._language(context))
        warnings = [str(difference)[:300] for difference in changed[:20]] + self.further_problems(text)
        if len(variant.text) > self.max_characters:
            warnings.insert(0, f"it was cut from {len(variant.text)} to {len(text)} characters")
        return ClaimWording(
            text=text,
            characters=len(text),
            reason=trim_text(clean_line(variant.reason), 1000),
            is_meaning_kept=not changed,
            reading_ease=reading_ease(text),
            warnings=warnings,
        )

    def _general_warnings(self, context: GenerationContext) -> list[str]:
        status = context.claim.status if context.claim else None
        warnings: list[str] = []
        if status == "mandatory":
            warnings.append("the claim is mandatory: it has to be made word for word")
        if status == "disallowed":
            warnings.append("the claim is disallowed: another wording of it is not allowed either")
        if not knows_qualifiers(self._language(context)):
            warnings.append("limiting words are not checked in this language, only numbers, units and marks")
        return warnings

    @override
    def build_output(self, answer: list[_Variant], context: GenerationContext) -> ToolOutput:
        wordings = {folded(item.text): item for variant in answer if (item := self._wording(variant, context)).text}
        if not wordings:
            raise malformed("the model returned no other wording")
        variants = sorted(wordings.values(), key=lambda item: (not item.is_meaning_kept, len(item.warnings)))
        result = ClaimWordings(
            claim=self._claim(context),
            claim_id=self.request.claim_id,
            language=self._language(context),
            variants=variants,
            warnings=self._general_warnings(context),
        )
        return ToolOutput(result, [item.text for item in variants])


class StyleClaim(_WordClaim[ClaimStyleRequest]):
    """Words a claim in a style, in the voice of the brand."""

    type: ClassVar[GenerationType] = "claim_styling"
    prompt_version: ClassVar[str] = "style_claim.v1"

    @property
    @override
    def max_characters(self) -> int:
        default = HEADLINE_CHARACTERS if self.request.style == "headline" else OTHER_CHARACTERS
        return self.request.max_characters or default

    @override
    def further_problems(self, text: str) -> list[str]:
        return []

    @override
    def prompt_values(self) -> dict[str, Any]:
        return {"style": self.request.style}


class SimplifyClaim(_WordClaim[ClaimSimplifyRequest]):
    """Words a claim in plain language."""

    type: ClassVar[GenerationType] = "claim_simplification"
    prompt_version: ClassVar[str] = "simplify_claim.v1"
    temperature: float = 0.3

    @property
    @override
    def max_characters(self) -> int:
        return self.request.max_characters

    @override
    def further_problems(self, text: str) -> list[str]:
        ease, most = reading_ease(text), READING_LEVELS[self.request.reading_level]
        if ease is None or ease <= most:
            return []
        return [f"it is too hard to read: its LIX is {ease:g}; at most {most:g} is needed"]

    @override
    def prompt_values(self) -> dict[str, Any]:
        return {"lix": round(READING_LEVELS[self.request.reading_level])}
