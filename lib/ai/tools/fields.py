"""Describes the output fields of a template in prompts and schemas, and reads, measures and cuts their values."""

import html
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from pydantic_core import from_json

from lib.ai.models import GenerationContext, OutputField
from lib.ai.prompts.placeholders import interpolate, placeholders
from lib.ai.prompts.rendering import as_data
from lib.ai.prompts.sections import TokenBudget, brand_sections
from lib.ai.providers.answer_json import beginning_of_object
from lib.ai.providers.response_schema import malformed
from lib.ai.text.lengths import trim_html, trim_text
from lib.ai.tools.models import RetryCandidate
from lib.core.filled import is_blank, seen_length, shows_something
from lib.core.html_text import count_words, first_words, on_one_line, text_of_html, text_of_value
from lib.core.http.errors import Unprocessable
from lib.core.security.elements import RichElements
from lib.core.security.html import is_markup, removals_of, sanitize_html
from lib.core.security.removals import Removals
from lib.core.telemetry.sanitised import tell_removals
from lib.core.texts import normalized

type Values = dict[str, Any]

RICH_TEXT_CHARACTERS: Final = 10_000


def bounds_of(field: OutputField) -> str:
    """Describes the bounds of a field in words; empty if it has none."""
    parts: list[str] = []
    if field.limit and field.min_chars:
        parts.append(f"{field.min_chars} to {field.limit} characters")
    elif field.limit:
        parts.append(f"at most {field.limit} characters")
    elif field.min_chars:
        parts.append(f"at least {field.min_chars} characters")
    if field.max_words:
        parts.append(f"{field.min_words or 1} to {field.max_words} words")
    elif field.min_words:
        parts.append(f"at least {field.min_words} words")
    return ", ".join(parts)


def kind_of(field: OutputField) -> str:
    """Describes the kind of a field in words."""
    return "HTML" if field.is_html else "questions and answers" if field.type == "faq" else "plain text"


def field_schema(field: OutputField) -> dict[str, Any]:
    """Returns the JSON schema of a field's value."""
    described = ", ".join(part for part in (f"{field.name}: {kind_of(field)}", bounds_of(field)) if part)
    if field.type != "faq":
        return {"type": "string", "description": described}
    entry = {
        "type": "object",
        "properties": {"question": {"type": "string"}, "answer": {"type": "string", "description": "HTML"}},
        "required": ["question", "answer"],
        "additionalProperties": False,
    }
    return {"type": "array", "items": entry, "description": described}


def fields_schema(fields: list[OutputField]) -> dict[str, Any]:
    """Returns the JSON schema of an object with a property for each field."""
    return {
        "type": "object",
        "properties": {field.id: field_schema(field) for field in fields},
        "required": [field.id for field in fields],
        "additionalProperties": False,
    }


def prompt_values(context: GenerationContext, sections: dict[str, Any], *, is_single: bool) -> dict[str, Any]:
    """Returns the fields to write as the prompt lists them, each with the sections that are attached to it."""
    assert context.template is not None
    known = placeholders(context, context.values, is_single=is_single)
    attached = sections["attached"]
    fields = [
        {
            "id": field.id,
            "name": as_data(field.name),
            "kind": kind_of(field),
            "bounds": bounds_of(field),
            "prompt": interpolate(field.ai_prompt, known, brand=context.brand.name) if field.ai_prompt else "",
            "identity": attached["identity"] if field.use_brand_identity else [],
            "voice": attached["voice"] if field.use_tone_of_voice else "",
            "guardrails": attached["guardrails"] if field.use_guardrails else [],
        }
        for field in context.template.output_fields
    ]
    return {"fields": fields, "template_name": as_data(context.template.name)}


def shown(value: Any) -> str:
    """Formats the value of a field for a prompt."""
    if isinstance(value, dict):
        entries: Any = value.get("entries") or []
        return "; ".join(f"{entry.get('question', '')} {entry.get('answerPlain', '')}" for entry in entries)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _sanitised(text: str, field: OutputField, elements: frozenset[RichElements]) -> tuple[str, Removals]:
    """Returns HTML as the field and the brand take it, and what that removes."""
    # A template may name tags that the brand does not take, and a list of before there were more.
    tags = field.allowed_tags if field.type != "faq" else None
    return (
        sanitize_html(text, tags=tags, elements=elements),
        removals_of(text, tags=tags, elements=elements),
    )


def _part_of_entry(text: str) -> str:
    """Returns a plain text as an entry holds it: tags that readers are to see are written by references."""
    line = on_one_line(text)
    return html.escape(line, quote=False) if is_markup(line) else line


def _faq(entries: Any, field: OutputField, elements: frozenset[RichElements]) -> dict[str, Any]:
    entries = [] if entries is None else entries
    if not isinstance(entries, list):
        raise malformed(f"{field.id} is not a list")
    read: list[dict[str, str]] = []
    removed = Removals()
    for entry in entries[:100]:
        if not isinstance(entry, dict) or not {"question", "answer"} <= set(entry):
            raise malformed(f"{field.id} has an entry that is not {{question, answer}}")
        question, answer = entry["question"], entry["answer"]
        if not isinstance(question, str) or not isinstance(answer, str):
            raise malformed(f"{field.id} has an entry that is not {{question, answer}}")
        markup, lost = _sanitised(normalized(answer.replace("\x00", "").strip()), field, elements)
        removed = removed.joined(lost)
        read.append(
            {
                "id": str(uuid4()),
                "question": _part_of_entry(text_of_value(normalized(question))),
                "answerHtml": markup,
                "answerPlain": _part_of_entry(text_of_html(markup)),
            }
        )
    tell_removals(f"fields.{field.id}", removed)
    return {"entries": read}


def _text(value: Any, field: OutputField, elements: frozenset[RichElements]) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str | None):
        raise malformed(f"{field.id} is not a text")
    # A field that is null is empty, which the model is asked to correct.
    text = normalized((value or "").replace("\x00", "").strip())
    if not field.is_html:
        return text
    markup, removed = _sanitised(text, field, elements)
    tell_removals(f"fields.{field.id}", removed)
    return markup


def read_fields(answer: Any, fields: list[OutputField], elements: frozenset[RichElements] = frozenset()) -> Values:
    """Sanitises the HTML of an answer for a brand that takes these elements, and keeps other texts as they are.

    The values are not yet within their bounds. Raises ProviderError (malformed).
    """
    if not isinstance(answer, dict) or not {field.id for field in fields} <= set(answer):
        raise malformed("the model did not return the requested fields")
    return {field.id: (_faq if field.type == "faq" else _text)(answer[field.id], field, elements) for field in fields}


def visible(value: Any, field: OutputField) -> str:
    """Returns the text of a value that readers see."""
    return text_of_html(value) if field.is_html else shown(value)


def measure(values: Values, fields: list[OutputField]) -> list[tuple[RetryCandidate, str]]:
    """Returns the fields that are out of bounds, each with the problem in words."""
    found: list[tuple[RetryCandidate, str]] = []
    for field in fields:
        text = visible(values[field.id], field)
        characters, words = len(text), count_words(text)
        if is_blank(values[field.id], field.type):
            found.append((RetryCandidate(field=field.id, reason="empty"), f"{field.id} is empty"))
        elif (field.limit and characters > field.limit) or (field.min_chars and seen_length(text) < field.min_chars):
            problem = f"{field.id} has {characters} characters; it needs {bounds_of(field)}"
            found.append((RetryCandidate(field=field.id, reason="char_range"), problem))
        elif (field.max_words and words > field.max_words) or (field.min_words and words < field.min_words):
            problem = f"{field.id} has {words} words; it needs {bounds_of(field)}"
            found.append((RetryCandidate(field=field.id, reason="word_range"), problem))
    return found


def trim(values: Values, fields: list[OutputField]) -> Values:
    """Cuts values that are too long, after a word. Values that are too short stay as they are."""
    trimmed = dict(values)
    for field in fields:
        value = trimmed[field.id]
        if not isinstance(value, str):
            continue
        # The database takes so many characters of rich text where the template names no bound.
        limit = field.limit or (RICH_TEXT_CHARACTERS if field.type == "rich_text" else None)
        if limit:
            value = trim_html(value, limit) if field.is_html else trim_text(value, limit)
        text = visible(value, field)
        if field.max_words and count_words(text) > field.max_words:
            head = first_words(text, field.max_words)
            value = trim_html(value, len(head)) if field.is_html else head
        trimmed[field.id] = value
    return trimmed


def writing_sections(context: GenerationContext, budget: TokenBudget) -> dict[str, Any]:
    """Returns the values that the prompts of all writing tools use."""
    assert context.template is not None
    sections = brand_sections(context, budget, fields=context.template.output_fields)
    inputs = [
        f"{as_data(field.name)}: {as_data(shown(context.values[field.id]))}"
        for field in context.template.input_fields
        if not is_blank(context.values.get(field.id))
    ]
    writing = {field.id for field in context.template.output_fields}
    others = [
        f"{as_data(field.name)}: {as_data(visible(context.values[field.id], field))}"
        for field in context.template.all_outputs
        if field.id not in writing and not is_blank(context.values.get(field.id), field.type)
    ]
    return sections | {
        "title": as_data(context.content.title) if context.content else "",
        "inputs": budget.fit("inputs", inputs),
        "others": budget.fit("outputs", others),
    }


class GrowingFields:
    """Splits a streamed JSON answer into the growing texts of its fields, which are not checked or sanitised yet.

    The fields are members of the property ``container``, or of the answer itself if it is None.
    """

    def __init__(self, names: list[str], container: str | None) -> None:
        self._names = names
        self._container = container
        self.restart()

    def restart(self) -> None:
        """Forgets what was read: another provider starts again."""
        self._json = ""
        self._seen = dict.fromkeys(self._names, "")

    def feed(self, text: str) -> list[tuple[str, str]]:
        """Adds a piece of the answer; returns the fields that grew, each with its new text."""
        self._json += text
        beginning = beginning_of_object(self._json)
        if beginning < 0:
            return []
        try:
            parsed: Any = from_json(self._json[beginning:], allow_partial="trailing-strings")
        except ValueError:
            return []
        if self._container is not None:
            parsed = parsed.get(self._container) if isinstance(parsed, dict) else None
        if not isinstance(parsed, dict):
            return []
        grown: list[tuple[str, str]] = []
        for field, seen in self._seen.items():
            value = parsed.get(field)
            if isinstance(value, str) and len(value) > len(seen) and value.startswith(seen):
                grown.append((field, value[len(seen) :]))
                self._seen[field] = value
        return grown


def texts_as_read(context: GenerationContext, write: Callable[[Any], str] = shown) -> dict[str, str]:
    """Returns the values of the content as readers see them, by the id of their field.

    ``write`` writes one value as a text. One that is kept as it was typed has no markup, whatever it looks like.
    """
    typed = context.content.plain_texts if context.content else ()
    written = {name: write(value) for name, value in context.values.items()}
    return {name: text if f"fields.{name}" in typed else text_of_value(text) for name, text in written.items()}


def texts_to_check(text: str | None, context: GenerationContext) -> list[str]:
    """Returns a text, or the texts of the content, as readers see them. Raises Unprocessable for an empty content."""
    if text is not None:
        return [text_of_value(text)]
    assert context.content is not None
    texts = (context.content.title, text_of_html(context.content.body), *texts_as_read(context).values())
    found = [part for part in texts if shows_something(part)]
    if not found:
        raise Unprocessable("the content has no text yet")
    return found
