"""generateMetadata: what a search engine shows of a page or a text (domain §7)."""

from typing import Any, ClassVar, Final

from pydantic import Field

from lib.ai.context import brand_sections
from lib.ai.lengths import plain_text, trim_text
from lib.ai.models import GenerationContext
from lib.ai.pages import Page, fetch_page
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import MetadataRequest
from lib.ai.results import PageMetadata
from lib.ai.shapes import Shape, clean_line, malformed, read_shape, schema_of
from lib.ai.tokens import count_tokens
from lib.ai.tools.base import Finished, Tool
from lib.ai.tools.fields import shown
from lib.core.http.errors import Unprocessable
from lib.core.security.web import FetchRefused

TITLE: Final = (45, 60)
DESCRIPTION: Final = (150, 160)
PAGE_CHARACTERS: Final = 3000


class _Answer(Shape):
    title: str = Field(description="plain text, 45 to 50 characters")
    description: str = Field(description="plain text, 150 to 160 characters")
    keywords: list[str] = Field(description="5 items")
    alternatives: list[str] = Field(description="2 items, each plain text, 45 to 50 characters")
    analysis: str = Field(description="plain text, at most 300 characters")


class GenerateMetadata(Tool[MetadataRequest, _Answer]):
    type: ClassVar[str] = "metadata_generation"
    prompt: ClassVar[str] = "generate_metadata.v1"
    attempts: ClassVar[int] = 3
    requires: ClassVar[tuple[str, ...]] = ("language", "country")
    max_tokens: ClassVar[int] = 500

    def __init__(self, request: MetadataRequest, url: str | None = None) -> None:
        super().__init__(request)
        self.url = url
        self._page: Page | None = None

    def opening(self) -> dict[str, Any]:
        return {"isApplied": self.request.apply}

    @property
    def source_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content or "")

    async def prepare(self, context: GenerationContext) -> None:
        if self.url is None:
            return
        try:
            self._page = await fetch_page(self.url)
        except FetchRefused as error:
            raise Unprocessable(f"{self.url}: {error}") from error

    def _source(self, context: GenerationContext) -> tuple[str, str]:
        if self._page is not None:
            text = " ".join(filter(None, (self._page.description, self._page.text)))[:PAGE_CHARACTERS]
            return self._page.title, " ".join(filter(None, (self.request.content, text)))
        if self.request.content is not None:
            return "", self.request.content
        content = context.content
        assert content is not None
        written = " ".join(shown(value) for value in context.values.values())
        text = plain_text(f"{content.body} {written}")
        if not text:
            raise Unprocessable("the content has no text yet")
        return content.title, text

    def ask(self, context: GenerationContext) -> Prompt:
        title, text = self._source(context)
        return render(
            self.prompt,
            **brand_sections(context, self.budget),
            title=as_data(title),
            text=self.budget.text("page", as_data(text)),
            keywords=[as_data(keyword) for keyword in self.request.keywords],
            intent=as_data(self.request.intent),
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(_Answer)

    def read(self, raw: str, context: GenerationContext) -> _Answer:
        answer = read_shape(_Answer, raw)
        answer.title, answer.description = clean_line(answer.title), clean_line(answer.description)
        return answer

    def problems(self, answer: _Answer, context: GenerationContext) -> list[str]:
        found: list[str] = []
        for name, text, (least, most) in (
            ("title", answer.title, TITLE),
            ("description", answer.description, DESCRIPTION),
        ):
            if not least <= len(text) <= most:
                found.append(f"{name} has {len(text)} characters; it needs {least} to {most}")
        return found

    def finish(self, answer: _Answer, context: GenerationContext) -> Finished:
        title = trim_text(answer.title, TITLE[1])
        description = trim_text(answer.description, DESCRIPTION[1])
        if not title or not description:
            raise malformed("the model's title or description is empty")
        keywords = list(dict.fromkeys(clean_line(keyword)[:50] for keyword in answer.keywords if keyword.strip()))[:10]
        result = PageMetadata(
            url=self.url,
            title=title,
            description=description,
            keywords=keywords,
            alternatives=[
                trim_text(clean_line(item), TITLE[1]) for item in answer.alternatives[:5] if clean_line(item)
            ],
            analysis=clean_line(answer.analysis)[:1000],
        )
        proposal = None
        if self.request.apply:
            proposal = {"metadata": {"metaTitle": title, "metaDescription": description, "keywords": keywords}}
        return Finished(result, [title, description], proposal)
