"""The text of a content for readers of one text: its body, then its fields, each under its name."""

import html
from typing import Any, Final

from lib.core.filled import is_blank
from lib.core.html_text import has_written_references, on_one_line, text_of_html, text_of_value, without_references
from lib.core.security.html import is_markup
from lib.publishing.delivery.formats import markdown
from lib.publishing.delivery.models import Delivered

# A field with this id is the text itself, and has no heading.
_MAIN: Final = ("body", "content", "text")


def _words(text: str) -> str:
    """Returns a text that has no tag as it reads, for only the template knows which fields are rich text.

    It was not sanitised, and may hold the beginning of a tag: it must never stand in HTML as it is.
    """
    return without_references(text) if has_written_references(text) else text


def questions_in(value: Any) -> list[tuple[str, str]]:
    """Returns the questions of a field of the type `faq`, each with its answer as HTML."""
    entries = value.get("entries") if isinstance(value, dict) else None
    return [
        (plain(entry["question"]), _value_as_html(entry["answerHtml"]))
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get("answerHtml"), str) and entry.get("question")
    ]


def _label(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _fields(content: Delivered) -> list[tuple[str, Any]]:
    """Returns the fields that say something, the main text first, without what repeats the title."""
    listed = [
        (name, value)
        for name, value in content.fields.items()
        if not is_blank(value, "html" if isinstance(value, str) and is_markup(value) else None)
        and value not in (content.title, html.escape(content.title, quote=False))
    ]
    return sorted(listed, key=lambda field: field[0] not in _MAIN)


def _heading(content: Delivered, name: str) -> str:
    return "" if name in _MAIN and not content.body else _label(name)


def plain(value: Any) -> str:
    """Returns a value as plain text of one line."""
    if isinstance(value, str):
        return on_one_line(text_of_value(value))
    if isinstance(value, list):
        return ", ".join(filter(None, map(plain, value)))
    if isinstance(value, dict):
        return "; ".join(f"{plain(name)}: {plain(item)}" for name, item in value.items())
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def lines_of(value: Any) -> list[str]:
    """Returns the lines of a text, or the items of a list, as plain text: those that say something."""
    if isinstance(value, str):
        # Each block of HTML is a line, such as each item of a list. Its text is read already.
        lines = text_of_html(value, line="\n").splitlines() if is_markup(value) else map(plain, value.splitlines())
    else:
        lines = map(plain, value if isinstance(value, list) else ())
    return list(filter(None, lines))


def _value_as_html(value: Any) -> str:
    if isinstance(value, str):
        return value if is_markup(value) else f"<p>{'<br>'.join(html.escape(_words(value)).splitlines())}</p>"
    if isinstance(value, list):
        return f"<ul>{''.join(f'<li>{html.escape(plain(item))}</li>' for item in value)}</ul>"
    if questions := questions_in(value):
        return "\n".join(f"<h3>{html.escape(question)}</h3>\n{answer}" for question, answer in questions)
    return f"<p>{html.escape(plain(value))}</p>"


def as_html(content: Delivered) -> str:
    """Returns the text of a content as HTML within the allow-list, with headings and lists of ours."""
    parts = [content.body] if content.body else []
    for name, value in _fields(content):
        heading = _heading(content, name)
        parts += [f"<h2>{html.escape(heading)}</h2>"] if heading else []
        parts.append(_value_as_html(value))
    return "\n".join(parts)


def _value_as_markdown(value: Any, level: int) -> str:
    if isinstance(value, str):
        return markdown.of_html(value, level=level) if is_markup(value) else markdown.paragraphs(_words(value))
    if isinstance(value, list):
        return "\n".join(f"- {markdown.guard_lines(markdown.escape(plain(item)))}" for item in value)
    if questions := questions_in(value):
        return "\n\n".join(
            f"{'#' * level} {markdown.escape(question)}\n\n{markdown.of_html(answer, level=level + 1)}"
            for question, answer in questions
        )
    return markdown.paragraphs(plain(value))


def as_markdown(content: Delivered, *, level: int = 2) -> str:
    """Returns the text of a content as Markdown, its headings of this level."""
    parts = [markdown.of_html(content.body, level=level)] if content.body else []
    for name, value in _fields(content):
        heading = _heading(content, name)
        parts += [f"{'#' * level} {markdown.escape(heading)}"] if heading else []
        parts.append(_value_as_markdown(value, level + 1))
    return "\n\n".join(part for part in parts if part)


def as_text(content: Delivered) -> str:
    """Returns the text of a content without markup, each part in a line."""
    parts = [text_of_html(content.body, line="\n")]
    parts += [plain(value) for _, value in _fields(content)]
    return "\n".join(part for part in parts if part)
