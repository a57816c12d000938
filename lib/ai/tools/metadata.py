"""generateMetadata: writes what a search engine shows of a page or a text (domain §7)."""

from typing import Any, ClassVar, Final, override

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.sources.pages import WebPage, fetch_page
from lib.ai.text.lengths import trim_text
from lib.ai.text.plain import clean_line
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, ContentProposal, GenerationType, Tool, ToolOutput
from lib.ai.tools.fields import texts_as_read
from lib.ai.tools.models import MetadataRequest, PageMetadata
from lib.core.filled import shows_something
from lib.core.html_text import text_of_html
from lib.core.http.errors import Unprocessable
from lib.core.security.web import FetchRefused
from lib.core.texts import cut

TITLE_CHARACTERS: Final = (45, 60)
DESCRIPTION_CHARACTERS: Final = (150, 160)
PAGE_CHARACTERS: Final = 3000


class _Response(ResponseSchema):
    title: str = Field(description="plain text, 45 to 50 characters")
    description: str = Field(description="plain text, 150 to 160 characters")
    keywords: list[str] = Field(description="5 items")
    alternatives: list[str] = Field(description="2 items, each plain text, 45 to 50 characters")
    analysis: str = Field(description="plain text, at most 300 characters")


class GenerateMetadata(Tool[MetadataRequest, _Response]):
    """Writes the metadata of one page of a request, or of its text or content."""

    type: ClassVar[GenerationType] = "metadata_generation"
    prompt_version: ClassVar[str] = "generate_metadata.v1"
    max_attempts: ClassVar[int] = 3
    required_brand_fields: ClassVar[tuple[str, ...]] = ("language", "country")
    max_tokens: ClassVar[int] = 500

    def __init__(self, request: MetadataRequest, url: str | None = None) -> None:
        super().__init__(request)
        self.url = url
        self._page: WebPage | None = None

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(is_applied=self.request.apply)

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content or "")

    @override
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
        text = " ".join(filter(shows_something, (text_of_html(content.body), *texts_as_read(context).values())))
        if not text:
            raise Unprocessable("the content has no text yet")
        return content.title, text

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        title, text = self._source(context)
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget),
            title=as_data(title),
            text=self.token_budget.text("page", as_data(text)),
            keywords=[as_data(keyword) for keyword in self.request.keywords],
            intent=as_data(self.request.intent),
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Response)

    @override
    def parse(self, text: str, context: GenerationContext) -> _Response:
        answer = parse_response(_Response, text)
        answer.title, answer.description = clean_line(answer.title), clean_line(answer.description)
        return answer

    @override
    def problems(self, answer: _Response, context: GenerationContext) -> list[str]:
        found: list[str] = []
        for name, text, (least, most) in (
            ("title", answer.title, TITLE_CHARACTERS),
            ("description", answer.description, DESCRIPTION_CHARACTERS),
        ):
            if not least <= len(text) <= most:
                found.append(f"{name} has {len(text)} characters; it needs {least} to {most}")
        return found

    @override
    def build_output(self, answer: _Response, context: GenerationContext) -> ToolOutput:
        title = trim_text(answer.title, TITLE_CHARACTERS[1])
        description = trim_text(answer.description, DESCRIPTION_CHARACTERS[1])
        if not title or not description:
            raise malformed("the title or the description is empty")
        lines = (cut(clean_line(keyword), 50) for keyword in answer.keywords if keyword.strip())
        keywords = list(dict.fromkeys(lines))[:10]
        result = PageMetadata(
            url=self.url,
            title=title,
            description=description,
            keywords=keywords,
            alternatives=[
                trim_text(clean_line(item), TITLE_CHARACTERS[1]) for item in answer.alternatives[:5] if clean_line(item)
            ],
            analysis=cut(clean_line(answer.analysis), 1000),
        )
        proposal = None
        if self.request.apply:
            metadata = {"metaTitle": title, "metaDescription": description, "keywords": keywords}
            proposal = ContentProposal(metadata=metadata)
        return ToolOutput(result, [title, description], proposal)
