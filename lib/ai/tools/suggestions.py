"""suggestTitles and extractKeywords (domain §7)."""

from typing import Any, ClassVar, Final

from pydantic import Field

from lib.ai.context import brand_sections
from lib.ai.lengths import plain_text, trim_text
from lib.ai.models import GenerationContext
from lib.ai.rendering import Prompt, as_data, render
from lib.ai.requests import KeywordsRequest, TitlesRequest
from lib.ai.results import Keywords, Titles
from lib.ai.shapes import Shape, clean_line, malformed, read_shape, schema_of
from lib.ai.tokens import count_tokens
from lib.ai.tools.base import Finished, Tool
from lib.ai.tools.fields import shown
from lib.core.http.errors import Unprocessable

HEADLINE_CHARACTERS: Final = 60
MIN_KEYWORDS: Final = 5
MAX_KEYWORDS: Final = 10
KEYWORD_WORDS: Final = 4
# What a title may not have, here as in a content.
_NO_MARKUP: Final = {ord("<"): None, ord(">"): None}


class _Titles(Shape):
    titles: list[str] = Field(description="each plain text, at most 60 characters")


class SuggestTitles(Tool[TitlesRequest, list[str]]):
    type: ClassVar[str] = "title_suggestion"
    prompt: ClassVar[str] = "suggest_titles.v1"
    attempts: ClassVar[int] = 3
    requires: ClassVar[tuple[str, ...]] = ("language", "country")
    max_tokens: ClassVar[int] = 300

    def opening(self) -> dict[str, Any]:
        return {"topic": (self.request.topic or self.request.content or "")[:2000]}

    @property
    def source_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content or "")

    def _text(self, context: GenerationContext) -> str:
        if self.request.content is not None or context.content is None:
            return self.request.content or ""
        return plain_text(f"{context.content.body} {' '.join(map(shown, context.values.values()))}")

    def ask(self, context: GenerationContext) -> Prompt:
        text = self._text(context)
        topic = self.request.topic or (context.content.title if context.content else "")
        if not text and not topic:
            raise Unprocessable("the content has no text yet")
        return render(
            self.prompt,
            **brand_sections(context, self.budget),
            count=self.request.count,
            topic=as_data(topic),
            text=self.budget.text("page", as_data(text)),
            keywords=[as_data(keyword) for keyword in self.request.keywords],
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        schema = schema_of(_Titles)
        described = f"{self.request.count} items, each plain text, at most {HEADLINE_CHARACTERS} characters"
        schema["properties"]["titles"]["description"] = described
        return schema

    def read(self, raw: str, context: GenerationContext) -> list[str]:
        titles = (clean_line(title.translate(_NO_MARKUP)) for title in read_shape(_Titles, raw).titles)
        return list({title.casefold(): title for title in titles if title}.values())

    def problems(self, answer: list[str], context: GenerationContext) -> list[str]:
        found = [
            f'"{title[:80]}" has {len(title)} characters; at most {HEADLINE_CHARACTERS} are needed'
            for title in answer
            if len(title) > HEADLINE_CHARACTERS
        ]
        if len(answer) < self.request.count:
            found.append(f"there are {len(answer)} different titles; {self.request.count} are needed")
        return found

    def finish(self, answer: list[str], context: GenerationContext) -> Finished:
        trimmed = [trim_text(title, HEADLINE_CHARACTERS) for title in answer]
        titles = list({title.casefold(): title for title in trimmed}.values())[: self.request.count]
        if len(titles) < self.request.count:
            raise malformed("the model gave fewer titles than were asked for")
        return Finished(Titles(titles=titles), titles)


class _Keywords(Shape):
    keywords: list[str] = Field(description="6 items")


class ExtractKeywords(Tool[KeywordsRequest, list[str]]):
    type: ClassVar[str] = "keyword_extraction"
    prompt: ClassVar[str] = "extract_keywords.v1"
    requires: ClassVar[tuple[str, ...]] = ("language", "country")
    max_tokens: ClassVar[int] = 300

    @property
    def source_tokens(self) -> int:
        return 1500 + count_tokens(self.request.content)

    def ask(self, context: GenerationContext) -> Prompt:
        return render(
            self.prompt,
            brand_name=as_data(context.brand.name),
            language=context.brand.language,
            text=as_data(plain_text(self.request.content)),
        )

    def schema(self, context: GenerationContext) -> dict[str, Any]:
        return schema_of(_Keywords)

    def read(self, raw: str, context: GenerationContext) -> list[str]:
        phrases = (clean_line(phrase.translate(_NO_MARKUP)) for phrase in read_shape(_Keywords, raw).keywords)
        return list({phrase.casefold(): phrase for phrase in phrases if phrase}.values())

    def problems(self, answer: list[str], context: GenerationContext) -> list[str]:
        found: list[str] = []
        if len(answer) < MIN_KEYWORDS:
            found.append(f"there are {len(answer)} phrases; {MIN_KEYWORDS} to {MAX_KEYWORDS} are needed")
        return found + [
            f'"{phrase[:80]}" has {len(phrase.split())} words; at most {KEYWORD_WORDS} are needed'
            for phrase in answer
            if len(phrase.split()) > KEYWORD_WORDS
        ]

    def finish(self, answer: list[str], context: GenerationContext) -> Finished:
        keywords = [trim_text(" ".join(phrase.split()[:KEYWORD_WORDS]), 100) for phrase in answer]
        keywords = list({phrase.casefold(): phrase for phrase in keywords}.values())[:MAX_KEYWORDS]
        if len(keywords) < MIN_KEYWORDS:
            raise malformed("the model found fewer keywords than are needed")
        return Finished(Keywords(keywords=keywords), keywords)
