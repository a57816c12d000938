"""suggestTitles and extractKeywords: suggests titles, and finds the keywords of a text (domain §7)."""

from typing import Any, ClassVar, Final, override

from pydantic import Field

from lib.ai.models import GenerationContext
from lib.ai.prompts.rendering import Prompt, as_data, render
from lib.ai.prompts.sections import brand_sections
from lib.ai.providers.response_schema import ResponseSchema, json_schema_of, malformed, parse_response
from lib.ai.text.lengths import trim_text
from lib.ai.text.plain import clean_line
from lib.ai.text.tokens import count_tokens
from lib.ai.tools.base import BeginOptions, GenerationType, Tool, ToolOutput
from lib.ai.tools.fields import texts_as_read
from lib.ai.tools.models import Keywords, KeywordsRequest, Titles, TitlesRequest
from lib.core.filled import shows_something
from lib.core.html_text import text_of_html, text_of_value
from lib.core.http.errors import Unprocessable
from lib.core.texts import folded

HEADLINE_CHARACTERS: Final = 60
MIN_KEYWORDS: Final = 5
MAX_KEYWORDS: Final = 10
KEYWORD_WORDS: Final = 4
# Characters that the title of a content must not contain.
_NO_MARKUP: Final = {ord("<"): None, ord(">"): None}


class _Titles(ResponseSchema):
    titles: list[str] = Field(description="each plain text, at most 60 characters")


class SuggestTitles(Tool[TitlesRequest, list[str]]):
    """Suggests different titles."""

    type: ClassVar[GenerationType] = "title_suggestion"
    prompt_version: ClassVar[str] = "suggest_titles.v1"
    max_attempts: ClassVar[int] = 3
    required_brand_fields: ClassVar[tuple[str, ...]] = ("language", "country")
    max_tokens: ClassVar[int] = 300

    @override
    def begin_options(self) -> BeginOptions:
        return BeginOptions(topic=(self.request.topic or self.request.content or "")[:2000])

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content or "")

    def _text(self, context: GenerationContext) -> str:
        if self.request.content is not None or context.content is None:
            return self.request.content or ""
        return " ".join(filter(shows_something, (text_of_html(context.content.body), *texts_as_read(context).values())))

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        text = self._text(context)
        topic = self.request.topic or (context.content.title if context.content else "")
        if not text and not topic:
            raise Unprocessable("the content has no text yet")
        return render(
            self.prompt_version,
            **brand_sections(context, self.token_budget),
            count=self.request.count,
            topic=as_data(topic),
            text=self.token_budget.text("page", as_data(text)),
            keywords=[as_data(keyword) for keyword in self.request.keywords],
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = json_schema_of(_Titles)
        described = f"{self.request.count} items, each plain text, at most {HEADLINE_CHARACTERS} characters"
        schema["properties"]["titles"]["description"] = described
        return schema

    @override
    def parse(self, text: str, context: GenerationContext) -> list[str]:
        titles = (clean_line(title.translate(_NO_MARKUP)) for title in parse_response(_Titles, text).titles)
        return list({folded(title): title for title in titles if title}.values())

    @override
    def problems(self, answer: list[str], context: GenerationContext) -> list[str]:
        found = [
            f'"{title[:80]}" has {len(title)} characters; at most {HEADLINE_CHARACTERS} are needed'
            for title in answer
            if len(title) > HEADLINE_CHARACTERS
        ]
        if len(answer) < self.request.count:
            found.append(f"there are {len(answer)} different titles; {self.request.count} are needed")
        return found

    @override
    def build_output(self, answer: list[str], context: GenerationContext) -> ToolOutput:
        trimmed = [trim_text(title, HEADLINE_CHARACTERS) for title in answer]
        titles = list({folded(title): title for title in trimmed}.values())[: self.request.count]
        if len(titles) < self.request.count:
            raise malformed("the model returned fewer titles than requested")
        return ToolOutput(Titles(titles=titles), titles)


class _Keywords(ResponseSchema):
    keywords: list[str] = Field(description="6 items")


class ExtractKeywords(Tool[KeywordsRequest, list[str]]):
    """Finds phrases by which readers would search for a text."""

    type: ClassVar[GenerationType] = "keyword_extraction"
    prompt_version: ClassVar[str] = "extract_keywords.v1"
    required_brand_fields: ClassVar[tuple[str, ...]] = ("language", "country")
    max_tokens: ClassVar[int] = 300

    @property
    @override
    def reserved_request_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content)

    @override
    def render_prompt(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt_version,
            brand_name=as_data(context.brand.name),
            language=context.brand.language,
            text=as_data(text_of_value(self.request.content)),
        )

    @override
    def response_schema(self, context: GenerationContext) -> dict[str, Any]:
        return json_schema_of(_Keywords)

    @override
    def parse(self, text: str, context: GenerationContext) -> list[str]:
        phrases = (clean_line(phrase.translate(_NO_MARKUP)) for phrase in parse_response(_Keywords, text).keywords)
        return list({folded(phrase): phrase for phrase in phrases if phrase}.values())

    @override
    def problems(self, answer: list[str], context: GenerationContext) -> list[str]:
        found: list[str] = []
        if len(answer) < MIN_KEYWORDS:
            found.append(f"there are {len(answer)} phrases; {MIN_KEYWORDS} to {MAX_KEYWORDS} are needed")
        return found + [
            f'"{phrase[:80]}" has {len(phrase.split())} words; at most {KEYWORD_WORDS} are needed'
            for phrase in answer
            if len(phrase.split()) > KEYWORD_WORDS
        ]

    @override
    def build_output(self, answer: list[str], context: GenerationContext) -> ToolOutput:
        keywords = [trim_text(" ".join(phrase.split()[:KEYWORD_WORDS]), 100) for phrase in answer]
        keywords = list({folded(phrase): phrase for phrase in keywords}.values())[:MAX_KEYWORDS]
        if len(keywords) < MIN_KEYWORDS:
            raise malformed(f"the model returned fewer than {MIN_KEYWORDS} keywords")
        return ToolOutput(Keywords(keywords=keywords), keywords)
