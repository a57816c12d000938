"""Turns HTML into the text that readers see. ``private.text_of_html`` does the same in the database.

Both follow https://html.spec.whatwg.org/multipage/parsing.html#tokenization, so that broken HTML reads as browsers show
it, and both are tested by tests/cases/text_of_html.json. Neither makes HTML safe: the text may hold ``<`` and ``&``.
"""

import re
from collections.abc import Iterator
from html.entities import name2codepoint
from itertools import islice
from typing import Final, Literal, NamedTuple

# Elements that begin and end a line, also cells of tables, and those that show a picture or a control: the words on
# both sides are different ones. All other elements, and those of unknown names, are inside a line.
BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "dialog"),
        *("dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4"),
        *("h5", "h6", "head", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav"),
        *("ol", "optgroup", "option", "p", "plaintext", "pre", "search", "section", "select", "summary", "table"),
        *("tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "xmp"),
    )
)
PICTURES: Final = frozenset(
    ("audio", "button", "canvas", "embed", "iframe", "img", "input", "object", "picture", "svg", "video")
)

# Unicode's White_Space, with the control characters.
SPACE: Final = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_SPACES: Final = re.compile(f"[{SPACE}]+")
# Ideographs and kana: their scripts have no spaces, and readers count each. Their punctuation separates words.
_IDEOGRAPHS: Final = (
    r"\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003fffd"
)
_SEPARATORS: Final = SPACE + r"\u3001-\u3004\u3008-\u3040\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_WORD: Final = re.compile(f"[{_IDEOGRAPHS}]|[^{_SEPARATORS}{_IDEOGRAPHS}]+")

# A `>` within quotes does not end a tag, and quotes count only in values.
_VALUE: Final = r"\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r\"'>][^ \t\n\f\r>]*+|(?=>|\Z)"
REST_OF_TAG: Final = rf"(?:[^=>]++|=[ \t\n\f\r]*+(?:{_VALUE}))*+(?:>|\Z)"
"""The pattern of a tag after its name, up to the end of the text if nothing ends it."""


def whole_element(name: str) -> str:
    """Returns the pattern of an element whose content is no text, without an end tag up to the end of the text."""
    return (
        rf"<{name}(?=[ \t\n\f\r/>]|\Z){REST_OF_TAG}(?:[^<]++|<(?!/{name}[ \t\n\f\r/>]))*+(?:</{name}{REST_OF_TAG}|\Z)"
    )


COMMENT: Final = r"<!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>|\Z))|<(?:[!?]|/(?=[^a-zA-Z]))[^>]*+(?:>|\Z)"
"""The pattern of comments, and of pieces that parsers read as comments."""
# Pieces that begin with `<` and are no text: comments, scripts and styles, and tags. Each ends at the end of the text
# at the latest, so no search is in vain and the time is linear.
_TOKEN: Final = re.compile(
    COMMENT + rf"|{whole_element('script')}|{whole_element('style')}"
    rf"|<(?P<end>/?)(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+){REST_OF_TAG}",
    re.IGNORECASE | re.ASCII,
)
# Numbers need no semicolon. Of the names those of HTML 4 are known, written in full.
_REFERENCE: Final = re.compile(
    r"&(?:#(?:[xX](?P<hex>[0-9a-fA-F]+)|(?P<number>[0-9]+));?|(?P<name>[a-zA-Z][a-zA-Z0-9]*);)"
)
_NAMES: Final = {name: chr(point) for name, point in name2codepoint.items()} | {"apos": "'"}
# The numbers of some control characters mean characters of Windows-1252: pages older than Unicode have them.
_WINDOWS: Final = {
    point: bytes((point,)).decode("cp1252")
    for point in range(0x80, 0xA0)
    if point not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_UNKNOWN: Final = "\ufffd"
# Stand for tags until the references are read, which no tag interrupts: `&<b>amp;` is no ampersand.
_BREAK: Final = "\x00"
_INSIDE: Final = "\x01"
_MARKS: Final = str.maketrans({_BREAK: " ", _INSIDE: " "})


class Token(NamedTuple):
    """A piece of HTML."""

    kind: Literal["text", "tag", "end", "hidden"]
    """`tag` and `end` for start and end tags, and `hidden` for comments, scripts and styles."""
    name: str
    """The name of a tag in lower case; else empty."""
    written: str
    """The piece as it was written."""


def tokens(markup: str) -> Iterator[Token]:
    """Cuts HTML into texts, tags, and what is neither."""
    place = 0
    for found in _TOKEN.finditer(markup):
        if found.start() > place:
            yield Token("text", "", markup[place : found.start()])
        name = found["name"]
        yield Token("hidden" if name is None else "end" if found["end"] else "tag", (name or "").lower(), found[0])
        place = found.end()
    if place < len(markup):
        yield Token("text", "", markup[place:])


def _character(point: int | None) -> str:
    if not point or point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return _UNKNOWN
    return " " if point < 0x20 else _WINDOWS.get(point) or chr(point)


def _referenced(found: re.Match[str]) -> str:
    if found["name"]:
        return _NAMES.get(found["name"], found[0])
    digits = (found["hex"] or found["number"]).lstrip("0")
    return _character(int(digits or "0", 16 if found["hex"] else 10) if len(digits) <= 7 else None)


def without_references(text: str) -> str:
    """Replaces references such as ``&amp;`` and ``&#8211;`` by their characters."""
    return _REFERENCE.sub(_referenced, text) if "&" in text else text


def _mark(found: re.Match[str]) -> str:
    name = (found["name"] or "").lower()
    return _BREAK if name in BLOCKS else " " if name in PICTURES else _INSIDE


def on_one_line(text: str) -> str:
    """Reduces each run of white space, also of spaces that do not break, to one space, and removes it at both ends."""
    return _SPACES.sub(" ", text).strip(" ")


def text_of_html(markup: str, *, line: str = " ") -> str:
    """Returns the text of HTML, each run of white space as one space.

    Tags inside a line vanish, and ``line`` stands between the texts of blocks. Comments, scripts and styles are no
    text, nor is a tag that is not finished.
    """
    text = markup.translate(_MARKS)
    if "<" in text:
        text = _TOKEN.sub(_mark, text)
    blocks = without_references(text).replace(_INSIDE, "").split(_BREAK)
    return line.join(filter(None, map(on_one_line, blocks)))


def count_words(text: str) -> int:
    """Counts the words of a plain text: runs of characters that are no white space, and each ideograph."""
    return sum(1 for _ in _WORD.finditer(text))


def first_words(text: str, most: int) -> str:
    """Returns the beginning of a plain text with at most so many words."""
    last = next(islice(_WORD.finditer(text), most, None), None)
    return text if last is None else text[: last.start()].rstrip()


# An element that the sanitiser keeps or knows, in full: `<emil@x.test>` and `a <b and c` are none.
_ELEMENT: Final = re.compile(
    r"</?(?:p|br|strong|em|u|a|b|i|s|ul|ol|li|h[1-6]|table|thead|tbody|tr|td|th|blockquote|pre|code|img|div|span)"
    r"(?:[ \t\n\f\r/][^<>]*)?>",
    re.IGNORECASE | re.ASCII,
)
# The sanitiser writes these for characters, also in a text without a tag.
_WRITTEN: Final = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#[0-9]{1,7}|#x[0-9a-f]{1,6});", re.IGNORECASE | re.ASCII)


def has_written_references(text: str) -> bool:
    """Tells whether a text has references that the sanitiser writes, such as ``&amp;``."""
    return _WRITTEN.search(text) is not None


def text_of_value(value: str, kind: str | None = None, *, line: str = " ") -> str:
    """Returns the text of a value of a content, which is HTML or plain by the type of its field.

    ``kind`` is None if the type is not known: then HTML has an element, or a reference that the sanitiser writes.
    """
    is_html = kind in ("rich_text", "html")
    if kind in (None, "faq"):
        is_html = _ELEMENT.search(value) is not None or has_written_references(value)
    return text_of_html(value, line=line) if is_html else value
