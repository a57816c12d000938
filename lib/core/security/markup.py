"""Limits HTML before it is parsed, so that the time to parse it is linear in its length.

Parsers of HTML walk the open elements at each tag, compare each attribute with those before it, and reread text that
only looks like a reference: 200 kB of ``<div>`` take seconds. Nothing here makes HTML safe: the result is still
sanitised.
"""

import html
import re
from collections.abc import Container
from html.entities import html5
from typing import Final

# Up to so many characters the square of the length is small, and only the nesting counts.
_SHORT: Final = 20_000
# The sum, over all tags, of the elements that are open there: so many in any text, and so many more for each character.
# Editors stay below one for each character.
_STEPS: Final = 10_000
_STEPS_A_CHARACTER: Final = 5
# The least average distance of tags, and of ampersands, in a long text.
_CHARACTERS_A_TAG: Final = 5
_CHARACTERS_AN_AMPERSAND: Final = 4

_REFERENCE: Final = re.compile(r"&(?:(#\d{1,7};|#[xX][0-9a-fA-F]{1,6};)|([a-zA-Z][a-zA-Z0-9]{0,31};?))?")
# Comments, and elements whose content parsers take for text, read in another way, or drop. They are removed with it,
# without an end tag up to the end of the text.
_HIDDEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    # Conditions of Word and instructions of XML, which parsers take for comments that end with the first bracket.
    r"|<[!?](?!--)[^<>]{0,1000}+>"
    r"|<(script|style|svg|math|title|textarea|xmp|iframe|noembed|noframes|noscript|select|plaintext)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# A tag that all parsers read alike, for want of `<`, `>` and unpaired quotes in it. Else the beginning of one.
_PLAIN: Final = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)"
    r"(?:\s++[a-zA-Z_:@][\w:.@-]*+(?:\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'|[^\s\"'<>=`]++))?+){0,50}+\s*+/?>"
    r"|<(?=[a-zA-Z/!?])"
)
TAG: Final = re.compile(r"<[a-zA-Z/!?][^<>]*+>?")
_TAG_NAME: Final = re.compile(r"</?([a-zA-Z][^\s/>]*)")
# Elements that are never open: https://html.spec.whatwg.org/multipage/syntax.html#void-elements.
_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
# Elements whose next one ends them, so that their end tags may be left out.
_REPEATED: Final = frozenset(("p", "li", "td", "th", "tr", "dt", "dd", "option"))
# Each tag of these adds attributes to the one element of its name.
_ONLY_ONE: Final = frozenset(("html", "head", "body", "frameset"))


def limit_markup(text: str) -> str | None:
    """Returns HTML that a parser reads alike in linear time, or None for a text that no editor writes.

    Long texts lose comments and scripts, and all that is not clearly a tag or a reference is escaped.
    """
    tags = text.count("<")
    limit = _STEPS + _STEPS_A_CHARACTER * len(text)
    if len(text) <= _SHORT:
        return text if tags * tags <= limit else _Tags(limit).read(text)
    if tags * _CHARACTERS_A_TAG > len(text) or text.count("&") * _CHARACTERS_AN_AMPERSAND > len(text):
        return None
    return _Tags(limit).read(_REFERENCE.sub(_escape_unknown, text))


def words_of(text: str, *, apart: Container[str] = ()) -> str:
    """Returns the text of HTML, escaped, without parsing it, with spaces for the tags of these elements."""

    def space(tag: re.Match[str]) -> str:
        name = _TAG_NAME.match(tag[0])
        return " " if name and name[1].lower() in apart else ""

    return html.escape(html.unescape(TAG.sub(space, text)), quote=False)


def _escape_unknown(found: re.Match[str]) -> str:
    numeric, name = found.groups()
    # The older names are known without a semicolon, and also where letters follow.
    if numeric or (name and (name in html5 or any(name[:length] in html5 for length in range(2, 7)))):
        return found[0]
    return f"&amp;{found[0][1:]}"


class _Tags:
    """Sums up the elements that are open at each tag.

    An end tag counts only for the element that was opened last. Parsers end as many elements or more, so the sum is
    never too small.
    """

    def __init__(self, limit: int) -> None:
        self.left = limit
        self.open: list[str] = []

    def read(self, text: str) -> str | None:
        plain = _PLAIN.sub(self._read_tag, _HIDDEN.sub("", text))
        return plain if self.left >= 0 else None

    def _read_tag(self, tag: re.Match[str]) -> str:
        name = tag[2]
        if name is None:
            return "&lt;"
        name = name.lower()
        last = self.open[-1] if self.open else ""
        if tag[1]:
            if last == name:
                self.open.pop()
        elif name not in _VOID and not (name == last and name in _REPEATED):
            self.open.append(name)
        self.left -= len(self.open)
        return "" if name in _ONLY_ONE else tag[0]
