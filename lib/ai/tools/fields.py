"""The output fields of a template, as a model is asked for them and as they come back."""

from typing import Any
from uuid import uuid4

from pydantic_core import from_json

from lib.ai.context import brand_sections
from lib.ai.interpolation import interpolate, placeholders
from lib.ai.lengths import count_words, plain_text, trim_html, trim_text
from lib.ai.models import GenerationContext, OutputField
from lib.ai.rendering import as_data
from lib.ai.results import RetryCandidate
from lib.ai.shapes import malformed
from lib.core.security.html import clean_value, sanitize_html

type Values = dict[str, Any]


def bounds_of(field: OutputField) -> str:
    """In words, as a prompt says them."""
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
    return "HTML" if field.is_html else "questions and answers" if field.type == "faq" else "plain text"


def field_schema(field: OutputField) -> dict[str, Any]:
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
    return {
        "type": "object",
        "properties": {field.id: field_schema(field) for field in fields},
        "required": [field.id for field in fields],
        "additionalProperties": False,
    }


def prompt_values(context: GenerationContext, sections: dict[str, Any], *, is_single: bool) -> dict[str, Any]:
    """The fields to write as the prompt lists them, each with what it wants attached."""
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
    """A value of a field as a prompt shows it."""
    if isinstance(value, dict):
        entries: Any = value.get("entries") or []
        return "; ".join(f"{entry.get('question', '')} {entry.get('answerPlain', '')}" for entry in entries)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _faq(entries: Any, field: OutputField) -> dict[str, Any]:
    if not isinstance(entries, list):
        raise malformed(f"the model's {field.id} is not a list")
    read: list[dict[str, str]] = []
    for entry in entries[:100]:
        if not isinstance(entry, dict) or set(entry) != {"question", "answer"}:
            raise malformed(f"the model's {field.id} has an entry of another shape")
        question, answer = entry["question"], entry["answer"]
        if not isinstance(question, str) or not isinstance(answer, str):
            raise malformed(f"the model's {field.id} has an entry of another shape")
        markup = sanitize_html(answer.replace("\x00", "").strip())
        read.append(
            {
                "id": str(uuid4()),
                "question": plain_text(question.replace("\x00", "")),
                "answerHtml": markup,
                "answerPlain": plain_text(markup),
            }
        )
    return {"entries": read}


def _text(value: Any, field: OutputField) -> str:
    if not isinstance(value, str):
        raise malformed(f"the model's {field.id} is not a text")
    text = value.replace("\x00", "").strip()
    if field.is_html:
        return sanitize_html(text, tags=field.allowed_tags)
    return clean_value(text)


def read_fields(answer: Any, fields: list[OutputField]) -> Values:
    """Sanitised, of the right kind; not yet within their bounds. Raises ProviderError for any other shape."""
    if not isinstance(answer, dict) or set(answer) != {field.id for field in fields}:
        raise malformed("the model answered with other fields than those asked for")
    return {
        field.id: _faq(answer[field.id], field) if field.type == "faq" else _text(answer[field.id], field)
        for field in fields
    }


def visible(value: Any, field: OutputField) -> str:
    return plain_text(value) if field.is_html else shown(value)


def measure(values: Values, fields: list[OutputField]) -> list[tuple[RetryCandidate, str]]:
    """What is out of bounds, and how far."""
    found: list[tuple[RetryCandidate, str]] = []
    for field in fields:
        text = visible(values[field.id], field)
        characters, words = len(text), count_words(text)
        if not text:
            found.append((RetryCandidate(field=field.id, reason="empty"), f"{field.id} is empty"))
        elif (field.limit and characters > field.limit) or (field.min_chars and characters < field.min_chars):
            problem = f"{field.id} has {characters} characters; it needs {bounds_of(field)}"
            found.append((RetryCandidate(field=field.id, reason="char_range"), problem))
        elif (field.max_words and words > field.max_words) or (field.min_words and words < field.min_words):
            problem = f"{field.id} has {words} words; it needs {bounds_of(field)}"
            found.append((RetryCandidate(field=field.id, reason="word_range"), problem))
    return found


def trim(values: Values, fields: list[OutputField]) -> Values:
    """What is too long is cut where a reader can bear it; what is too short stays, for the caller to see."""
    trimmed = dict(values)
    for field in fields:
        value = trimmed[field.id]
        if not isinstance(value, str):
            continue
        if field.limit:
            value = trim_html(value, field.limit) if field.is_html else trim_text(value, field.limit)
        text = visible(value, field)
        if field.max_words and count_words(text) > field.max_words:
            head = " ".join(text.split()[: field.max_words])
            value = trim_html(value, len(head)) if field.is_html else head
        trimmed[field.id] = value
    return trimmed


def writing_sections(context: GenerationContext, budget: Any) -> dict[str, Any]:
    """All that the prompts of the writing tools have in common."""
    assert context.template is not None
    sections = brand_sections(context, budget, fields=context.template.output_fields)
    inputs = [
        f"{as_data(field.name)}: {as_data(shown(context.values[field.id]))}"
        for field in context.template.input_fields
        if context.values.get(field.id) not in (None, "", [])
    ]
    writing = {field.id for field in context.template.output_fields}
    others = [
        f"{as_data(field.name)}: {as_data(visible(context.values[field.id], field))}"
        for field in context.template.all_outputs
        if field.id not in writing and context.values.get(field.id) not in (None, "", [])
    ]
    return sections | {
        "title": as_data(context.content.title) if context.content else "",
        "inputs": budget.fit("inputs", inputs),
        "others": budget.fit("outputs", others),
    }


class GrowingFields:
    """Tells, piece by piece, which field grew by what: the raw text, not yet checked or sanitised.

    The fields are members of ``container``, or of the answer itself without one.
    """

    def __init__(self, names: list[str], container: str | None) -> None:
        self._names = names
        self._container = container
        self.restart()

    def restart(self) -> None:
        self._raw = ""
        self._seen = dict.fromkeys(self._names, "")

    def feed(self, text: str) -> list[tuple[str, str]]:
        self._raw += text
        try:
            parsed: Any = from_json(self._raw, allow_partial="trailing-strings")
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
