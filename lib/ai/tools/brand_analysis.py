"""analyzeBrand: suggests the profile of a brand from its web pages (domain §7)."""

import asyncio
import re
from typing import Any, ClassVar, Final, Literal, override

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.sources.pages import WebPage, fetch_page
from lib.ai.text.plain import clean_line
from lib.ai.tools.base import GenerationType, Tool, ToolOutput
from lib.ai.tools.models import BrandAnalysisRequest, BrandProfile, PageWarning, SuggestedAgency
from lib.core.html_text import count_words
from lib.core.http.errors import Unprocessable
from lib.core.security.web import FetchRefused
from lib.core.texts import cut

PAGE_CHARACTERS: Final = 3500
ALL_CHARACTERS: Final = 9000
MIN_CHARACTERS: Final = 600
IDENTITY_WORDS: Final = (100, 150)
TONE_WORDS: Final = (50, 75)
MIN_GUARDRAILS: Final = 5
# Answers with less confidence are not cached (domain §7).
MIN_CACHED_CONFIDENCE: Final = 0.8


type Priority = Literal["High", "Medium", "Low"]


class _Agency(ResponseSchema):
    name: str
    priority: Priority


class _Response(ResponseSchema):
    identity: str = Field(description="plain text, 100 to 150 words")
    tone_of_voice: str = Field(description="plain text, 50 to 75 words")
    guardrails: list[str] = Field(description="5 items")
    key_messages: list[str] = Field(description="3 items")
    target_audience: str
    primary_color: str | None = Field(description="#RRGGBB")
    agencies: list[_Agency]
    confidence: float = Field(description="from 0 to 1")


def shares(lengths: list[int]) -> list[int]:
    """Returns how many characters of each page are used: 3,500 each and 9,000 together, but at least 600 each."""
    cut = [min(length, PAGE_CHARACTERS) for length in lengths]
    if sum(cut) <= ALL_CHARACTERS:
        return cut
    scale = ALL_CHARACTERS / sum(cut)
    return [min(length, max(MIN_CHARACTERS, int(length * scale))) for length in cut]


def _first_words(text: str, limit: int) -> str:
    words = text.split()
    if len(words) <= limit:
        return text
    head = " ".join(words[:limit])
    # Cut after a sentence if one ends in the last third.
    end = max(head.rfind(mark) for mark in ".!?")
    return head[: end + 1] if end > len(head) * 2 / 3 else head


class AnalyzeBrand(Tool[BrandAnalysisRequest, _Response]):
    """Suggests the profile of a brand. Pages that cannot be read become warnings."""

    type: ClassVar[GenerationType] = "brand_analysis"
    prompt_version: ClassVar[str] = "analyze_brand.v1"
    max_attempts: ClassVar[int] = 2
    max_tokens: ClassVar[int] = 1500

    def __init__(self, request: BrandAnalysisRequest) -> None:
        super().__init__(request)
        self._pages: list[WebPage] = []
        self._warnings: list[PageWarning] = []

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 4500  # 9,000 characters of pages, in any language

    @override
    async def prepare(self, context: GenerationContext) -> None:
        urls = list(dict.fromkeys(self.request.urls))
        found = await asyncio.gather(*(fetch_page(url) for url in urls), return_exceptions=True)
        for url, page in zip(urls, found, strict=True):
            if isinstance(page, WebPage):
                self._pages.append(page)
            elif isinstance(page, FetchRefused):
                self._warnings.append(PageWarning(url=url, message=str(page)))
            else:
                raise page
        if not self._pages:
            raise Unprocessable(
                "none of the pages can be read",
                details=[
                    {"field": "urls", "code": "INVALID_FORMAT", "message": f"{warning.url}: {warning.message}"}
                    for warning in self._warnings
                ],
            )

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        limits = shares([len(page.text) for page in self._pages])
        return render(
            self.prompt_version,
            name=as_data(self.request.name),
            language=self.request.language or context.brand.language or "en",
            country=self.request.country or context.brand.country or "US",
            pages=[
                as_data(f"{page.url}\n{page.title}\n{page.text[:limit]}")
                for page, limit in zip(self._pages, limits, strict=True)
            ],
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Response)

    @override
    def parse(self, text: str, context: GenerationContext) -> _Response:
        answer = parse_response(_Response, text)
        answer.guardrails = [line for item in answer.guardrails if (line := cut(clean_line(item), 1000))]
        return answer

    @override
    def problems(self, answer: _Response, context: GenerationContext) -> list[str]:
        found: list[str] = []
        for name, text, (least, most) in (
            ("identity", answer.identity, IDENTITY_WORDS),
            ("toneOfVoice", answer.tone_of_voice, TONE_WORDS),
        ):
            if not least <= count_words(text) <= most:
                found.append(f"{name} has {count_words(text)} words; it needs {least} to {most}")
        if len(answer.guardrails) < MIN_GUARDRAILS:
            found.append(f"there are {len(answer.guardrails)} guardrails; at least {MIN_GUARDRAILS} are needed")
        return found

    @override
    def build_output(self, answer: _Response, context: GenerationContext) -> ToolOutput:
        if len(answer.guardrails) < MIN_GUARDRAILS or not answer.identity.strip():
            raise malformed("the profile is not complete")
        country = self.request.country or context.brand.country or "US"
        color = answer.primary_color if re.fullmatch(r"#[0-9A-Fa-f]{6}", answer.primary_color or "") else None
        agencies: dict[str, Priority] = {
            name: item.priority for item in answer.agencies[:10] if (name := cut(clean_line(item.name), 255))
        }
        result = BrandProfile(
            identity=_first_words(clean_line(answer.identity), IDENTITY_WORDS[1]),
            tone_of_voice=_first_words(clean_line(answer.tone_of_voice), TONE_WORDS[1]),
            guardrails=answer.guardrails[:20],
            key_messages=[line for item in answer.key_messages[:10] if (line := cut(clean_line(item), 1000))],
            target_audience=cut(clean_line(answer.target_audience), 2000),
            primary_color=color,
            agencies=[
                SuggestedAgency(name=name, priority=priority, country_code=country)
                for name, priority in agencies.items()
            ],
            confidence=min(1.0, max(0.0, answer.confidence)),
            warnings=self._warnings,
        )
        return ToolOutput(result, [])

    @override
    def is_cacheable(self, output: ToolOutput) -> bool:
        assert isinstance(output.result, BrandProfile)
        return output.result.confidence > MIN_CACHED_CONFIDENCE and not self._warnings
