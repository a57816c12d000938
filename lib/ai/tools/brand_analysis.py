"""analyzeBrand: a brand's profile from its pages (domain §7), for its admins to look through and take over."""

import asyncio
import re
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from lib.ai.lengths import count_words
from lib.ai.models import GenerationContext
from lib.ai.pages import Page, fetch_page
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import BrandAnalysisRequest
from lib.ai.results import BrandProfile, PageWarning, SuggestedAgency
from lib.ai.shapes import Shape, clean_line, malformed, read_shape, schema_of
from lib.ai.tools.base import Finished, Tool
from lib.core.http.errors import Unprocessable
from lib.core.security.web import FetchRefused

PAGE_CHARACTERS: Final = 3500
ALL_CHARACTERS: Final = 9000
LEAST_CHARACTERS: Final = 600
IDENTITY_WORDS: Final = (100, 150)
TONE_WORDS: Final = (50, 75)
GUARDRAILS: Final = 5
# Below it the answer is not worth giving again (domain §7).
KEPT_CONFIDENCE: Final = 0.8


type Priority = Literal["High", "Medium", "Low"]


class _Agency(Shape):
    name: str
    priority: Priority


class _Answer(Shape):
    identity: str = Field(description="plain text, 100 to 150 words")
    tone_of_voice: str = Field(description="plain text, 50 to 75 words")
    guardrails: list[str] = Field(description="5 items")
    key_messages: list[str] = Field(description="3 items")
    target_audience: str
    primary_color: str | None = Field(description="#RRGGBB")
    agencies: list[_Agency]
    confidence: float = Field(description="from 0 to 1")


def shares(lengths: list[int]) -> list[int]:
    """How many characters of each page fit: 3500 each, 9000 together, scaled down alike but never below 600."""
    cut = [min(length, PAGE_CHARACTERS) for length in lengths]
    if sum(cut) <= ALL_CHARACTERS:
        return cut
    scale = ALL_CHARACTERS / sum(cut)
    return [min(length, max(LEAST_CHARACTERS, int(length * scale))) for length in cut]


def _first_words(text: str, limit: int) -> str:
    words = text.split()
    if len(words) <= limit:
        return text
    head = " ".join(words[:limit])
    # At the end of a sentence, where one ends in the last third.
    end = max(head.rfind(mark) for mark in ".!?")
    return head[: end + 1] if end > len(head) * 2 / 3 else head


class AnalyzeBrand(Tool[BrandAnalysisRequest, _Answer]):
    type: ClassVar[str] = "brand_analysis"
    prompt: ClassVar[str] = "analyze_brand.v1"
    attempts: ClassVar[int] = 2
    max_tokens: ClassVar[int] = 1500

    def __init__(self, request: BrandAnalysisRequest) -> None:
        super().__init__(request)
        self._pages: list[Page] = []
        self._warnings: list[PageWarning] = []

    @property
    def source_tokens(self) -> int:
        return 4500  # of pages of 9000 characters, in any language

    async def prepare(self, context: GenerationContext) -> None:
        urls = list(dict.fromkeys(self.request.urls))
        found = await asyncio.gather(*(fetch_page(url) for url in urls), return_exceptions=True)
        for url, page in zip(urls, found, strict=True):
            if isinstance(page, Page):
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

    def ask(self, context: GenerationContext) -> Prompt:
        limits = shares([len(page.text) for page in self._pages])
        return render(
            self.prompt,
            name=as_data(self.request.name),
            language=self.request.language or context.brand.language or "en",
            country=self.request.country or context.brand.country or "US",
            pages=[
                as_data(f"{page.url}\n{page.title}\n{page.text[:limit]}")
                for page, limit in zip(self._pages, limits, strict=True)
            ],
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(_Answer)

    def read(self, raw: str, context: GenerationContext) -> _Answer:
        answer = read_shape(_Answer, raw)
        answer.guardrails = [line for item in answer.guardrails if (line := clean_line(item)[:1000])]
        return answer

    def problems(self, answer: _Answer, context: GenerationContext) -> list[str]:
        found: list[str] = []
        for name, text, (least, most) in (
            ("identity", answer.identity, IDENTITY_WORDS),
            ("toneOfVoice", answer.tone_of_voice, TONE_WORDS),
        ):
            if not least <= count_words(text) <= most:
                found.append(f"{name} has {count_words(text)} words; it needs {least} to {most}")
        if len(answer.guardrails) < GUARDRAILS:
            found.append(f"there are {len(answer.guardrails)} guardrails; at least {GUARDRAILS} are needed")
        return found

    def finish(self, answer: _Answer, context: GenerationContext) -> Finished:
        if len(answer.guardrails) < GUARDRAILS or not answer.identity.strip():
            raise malformed("the model's profile is not complete")
        country = self.request.country or context.brand.country or "US"
        color = answer.primary_color if re.fullmatch(r"#[0-9A-Fa-f]{6}", answer.primary_color or "") else None
        agencies: dict[str, Priority] = {
            name: item.priority for item in answer.agencies[:10] if (name := clean_line(item.name)[:255])
        }
        result = BrandProfile(
            identity=_first_words(clean_line(answer.identity), IDENTITY_WORDS[1]),
            tone_of_voice=_first_words(clean_line(answer.tone_of_voice), TONE_WORDS[1]),
            guardrails=answer.guardrails[:20],
            key_messages=[line for item in answer.key_messages[:10] if (line := clean_line(item)[:1000])],
            target_audience=clean_line(answer.target_audience)[:2000],
            primary_color=color,
            agencies=[
                SuggestedAgency(name=name, priority=priority, country_code=country)
                for name, priority in agencies.items()
            ],
            confidence=min(1.0, max(0.0, answer.confidence)),
            warnings=self._warnings,
        )
        return Finished(result, [])

    def may_keep(self, finished: Finished) -> bool:
        assert isinstance(finished.result, BrandProfile)
        return finished.result.confidence > KEPT_CONFIDENCE and not self._warnings
