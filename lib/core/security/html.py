"""The allow-list for HTML (reference §5.3), and plain text.

To change the allow-list, change the constants, and count ``MARKUP_VERSION`` up, also in ``private.markup_version`` of
the database: contents that were stored under another version are sanitised again when they are delivered.
"""

import html as html_module
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import nh3

from lib.core.html_text import BLOCKS, Token, tokens
from lib.core.security.blocks import READ_ATTRIBUTES, READ_TAGS, rewrite
from lib.core.security.elements import RichElements
from lib.core.security.markup import TAG, limit_markup, words_of
from lib.core.security.removals import Removals, removals
from lib.core.security.tables import CELL, without_tables
from lib.core.texts import normalized

ALLOWED_TAGS: Final = frozenset({"p", "br", "strong", "em", "u", "a"})
ALLOWED_ATTRIBUTES: Final = {"a": {"href", "target"}}
ALLOWED_SCHEMES: Final = frozenset({"http", "https", "mailto"})
MARKUP_VERSION: Final = 1

# A kind of elements is safe in every brand: what is stored stays when a brand takes fewer kinds.
RICH_TAGS: Final[dict[RichElements, frozenset[str]]] = {
    "lists": frozenset({"ul", "ol", "li"}),
    "headings": frozenset({"h2", "h3", "h4"}),
    "tables": frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}),
    "images": frozenset({"img"}),
}
RICH_ATTRIBUTES: Final = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "img": {"src", "alt", "width", "height"},
}
_NAME: Final = re.compile(r"</?([a-zA-Z][^\s/>]*)")
# Parsers read it as `img`: https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inbody.
_IMAGE: Final = "image"
_REWRITTEN: Final = (READ_TAGS | {_IMAGE}) - ALLOWED_TAGS
_RICH: Final = frozenset().union(*RICH_TAGS.values()) | {"h1", "h5", "h6", _IMAGE}


@lru_cache(maxsize=64)
def _kept_by(elements: frozenset[RichElements], tags: frozenset[str] | None) -> frozenset[str]:
    kept = ALLOWED_TAGS.union(*(RICH_TAGS[each] for each in elements))
    if tags is None:
        return kept
    kept &= tags
    # A part of a list or of a table is none.
    if "li" not in kept or kept.isdisjoint(("ul", "ol")):
        kept -= RICH_TAGS["lists"]
    if not kept >= {"table", "tr", "td", "th"}:
        kept -= RICH_TAGS["tables"]
    return kept


def _https_images(tag: str, attribute: str, value: str) -> str | None:
    return None if tag == "img" and attribute == "src" and not value.lower().startswith("https://") else value


def _clean(html: str, kept: frozenset[str]) -> str:
    attributes = {tag: names for tag, names in (ALLOWED_ATTRIBUTES | RICH_ATTRIBUTES).items() if tag in kept}
    has_images = "img" in kept
    return nh3.clean(
        html,
        tags=set(kept),
        attributes=attributes,
        url_schemes=set(ALLOWED_SCHEMES),
        link_rel="noopener noreferrer",
        # It is asked for each attribute, also of texts that seem to have no images: parsers know other names for them.
        attribute_filter=_https_images if has_images else None,
        set_tag_attribute_values={"img": {"loading": "lazy"}} if has_images else None,
    )


def _needs_rewriting(html: str) -> bool:
    """Tells whether a text has elements whose removal would join words or lose emphasis, or that need a place."""
    return not _REWRITTEN.isdisjoint([name.lower() for name in _NAME.findall(html)])


def sanitize_html(
    html: str, *, tags: Iterable[str] | None = None, elements: frozenset[RichElements] = frozenset()
) -> str:
    """Keeps allowed tags, and links by http, https and mailto, which all get ``rel="noopener noreferrer"``.

    ``elements`` widens the allow-list, with https sources for images; ``tags`` can only narrow it. Other blocks become
    paragraphs or end in breaks, and `b` and `i` become `strong` and `em`. Sanitising twice is sanitising once. The time
    is linear in the text: what no editor writes, such as thousands of elements inside each other, loses all of its
    tags.
    """
    kept = _kept_by(elements, None if tags is None else frozenset(tags))
    if "<" in html and (not kept >= ALLOWED_TAGS or _needs_rewriting(html)):
        html = without_tables(html, kept)
        limited = limit_markup(html)
        if limited is None:
            return words_of(html, apart=BLOCKS | {CELL})
        parsed = nh3.clean(
            limited, tags=set(READ_TAGS), attributes=READ_ATTRIBUTES, url_schemes=set(ALLOWED_SCHEMES), link_rel=None
        )
        return _clean(rewrite(parsed, kept), kept)
    limited = limit_markup(html)
    return words_of(html, apart=BLOCKS | {CELL}) if limited is None else _clean(limited, kept)


# Plain text holds no beginning of a tag, which later text could complete; `5 < 6` and `<3` are none.
PLAIN_PATTERN: Final = r"^(?:[^<]|<+[^a-zA-Z/!?<])*$"
_BEGINNINGS: Final = re.compile(r"<+(?=[a-zA-Z/!?]|\Z)")
# A complete tag of any name, or the beginning of one with an attribute, which text that follows could complete.
_MARKUP: Final = re.compile(r"<(?:[!?]|/?([a-zA-Z][^\s/<>]*))[^<>]*[>=]")
# Attributes by which an element of an unknown name does something: `<emil@x.test>` and `<https://x.test>` are text.
_ACTING: Final = re.compile(
    r"[\s/\"'](?:on[a-z]+|style|class|id|name|is|slot|data|background|poster|[a-z:]*(?:href|src|srcdoc|action))\s*=",
    re.IGNORECASE,
)
_CUSTOM: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
# The elements of HTML, also the former ones, and the roots of SVG and MathML.
_ELEMENT: Final = re.compile(
    r"a|abbr|acronym|address|applet|area|article|aside|audio|b|base|basefont|bdi|bdo|bgsound|big|blink|"
    r"blockquote|body|br|button|canvas|caption|center|cite|code|col|colgroup|command|content|data|datalist|dd|"
    r"del|details|dfn|dialog|dir|div|dl|dt|element|em|embed|fencedframe|fieldset|figcaption|figure|font|footer|"
    r"form|frame|frameset|h1|h2|h3|h4|h5|h6|head|header|hgroup|hr|html|i|iframe|image|img|input|ins|isindex|"
    r"kbd|keygen|label|layer|legend|li|link|listing|main|map|mark|marquee|math|menu|menuitem|meta|meter|"
    r"multicol|nav|nextid|nobr|noembed|noframes|noscript|object|ol|optgroup|option|output|p|param|picture|"
    r"plaintext|portal|pre|progress|q|rb|rp|rt|rtc|ruby|s|samp|script|search|section|select|shadow|slot|small|"
    r"source|spacer|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|"
    r"thead|time|title|tr|track|tt|u|ul|var|video|wbr|xmp"
)


def is_markup(text: str) -> bool:
    """Tells whether a text holds a tag of HTML, or the beginning of one that later text could complete.

    An unknown name in brackets, such as an address, is no tag unless it has an attribute that browsers act on.
    """
    if "<" not in text:
        return False
    if any(_is_element((tag[1] or "!").rstrip("=").lower()) for tag in _MARKUP.finditer(text)):
        return True
    return any(_is_tag(piece) for piece in tokens(text) if piece.kind != "text")


def _is_element(name: str) -> bool:
    return name == "!" or bool(_ELEMENT.fullmatch(name) or _CUSTOM.fullmatch(name))


def _is_tag(piece: Token) -> bool:
    """Tells whether what browsers read as one tag, also with brackets in its quotes, is an element or acts."""
    if ">" not in piece.written and "=" not in piece.written:
        return False
    return _is_element(piece.name or "!") or (piece.kind == "tag" and _ACTING.search(piece.written) is not None)


def clean_value(value: Any, *, elements: frozenset[RichElements] = frozenset()) -> Any:
    """Reduces HTML anywhere in a JSON value to the allow-list. Text without markup stays as it was written."""
    if isinstance(value, str):
        return sanitize_html(value, elements=elements) if is_markup(value) else value
    if isinstance(value, list):
        return [clean_value(item, elements=elements) for item in value]
    if isinstance(value, dict):
        return {without_markup(key): clean_value(item, elements=elements) for key, item in value.items()}
    return value


# The part of a question's entry that is HTML (domain §4).
_ANSWER: Final = "answerHtml"


def _in_one_spelling(html: str, elements: frozenset[RichElements]) -> str:
    """Sanitises HTML, in NFC once more, since references may have spelt letters and accents."""
    clean = sanitize_html(html, elements=elements)
    spelt = normalized(clean)
    # The stored HTML comes from the sanitiser, whatever NFC made of it.
    return clean if spelt == clean else sanitize_html(spelt, elements=elements)


def _part_as_html(value: Any, elements: frozenset[RichElements]) -> Any:
    """Returns a part of a value that has several: the answer of a question is HTML, others are if they have a tag."""
    if isinstance(value, str):
        return _in_one_spelling(value, elements) if is_markup(value) else value
    if isinstance(value, list):
        return [_part_as_html(item, elements) for item in value]
    if isinstance(value, dict):
        # A key counts under the name that it is stored by.
        named = [(without_markup(key), item) for key, item in value.items()]
        return {
            key: _in_one_spelling(item, elements)
            if key == _ANSWER and isinstance(item, str)
            else _part_as_html(item, elements)
            for key, item in named
        }
    return value


def as_html(value: Any, *, elements: frozenset[RichElements] = frozenset()) -> Any:
    """Returns the value of a field that is HTML, or has HTML in it as answers to questions have."""
    if isinstance(value, str):
        return _in_one_spelling(value, elements)
    return _part_as_html(value, elements)


def without_markup(text: str) -> str:
    """Removes tags and beginnings of tags, and leaves all else as it was written: for plain text."""
    return _BEGINNINGS.sub("", TAG.sub("", text)) if "<" in text else text


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return html_module.escape(value, quote=False)
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {without_markup(key): _escaped(item) for key, item in value.items()}
    return value


def spelt_as_html(content: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a row of a content all of which reads as HTML: its texts as typed (``plain_texts``) are escaped."""
    spelt = dict(content)
    paths = content.get("plain_texts") or ()
    if "excerpt" in paths:
        spelt["excerpt"] = _escaped(content.get("excerpt"))
    fields = content.get("fields")
    if isinstance(fields, dict):
        plain = {path.removeprefix("fields.") for path in paths if path.startswith("fields.")}
        if plain:
            spelt["fields"] = {key: _escaped(value) if key in plain else value for key, value in fields.items()}
    return spelt


def depends_on_elements(html: str) -> bool:
    """Tells whether the elements that a brand takes beyond the allow-list make a difference to this text."""
    return "<" in html and not _RICH.isdisjoint([name.lower() for name in _NAME.findall(html)])


def removals_of(
    html: str, *, tags: Iterable[str] | None = None, elements: frozenset[RichElements] = frozenset()
) -> Removals:
    """Lists what ``sanitize_html`` removes from a text or writes under another name."""
    if "<" not in html:
        return Removals()
    kept = _kept_by(elements, None if tags is None else frozenset(tags))
    return removals(html, kept=kept, attributes=ALLOWED_ATTRIBUTES | RICH_ATTRIBUTES, schemes=ALLOWED_SCHEMES)
