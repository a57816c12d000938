"""Fetches web pages and extracts their text."""

import re
from dataclasses import dataclass
from typing import Final

from lib.core.http.heavy import run_heavy
from lib.core.security.web import Fetched, FetchRefused, fetch
from lib.core.texts import cut

PAGE_TYPES: Final = ("text/html", "application/xhtml+xml", "text/plain")
MAX_PAGE_BYTES: Final = 3_000_000
_NOISE: Final = ("script", "style", "noscript", "template", "svg", "nav", "header", "footer", "aside", "form", "iframe")


@dataclass(frozen=True, slots=True)
class WebPage:
    """The text of a web page."""

    url: str
    title: str
    """At most 300 characters."""
    description: str
    """The meta description, at most 500 characters; empty if there is none."""
    text: str
    """The main text with single spaces."""


def _decode(fetched: Fetched) -> str:
    try:
        return fetched.body.decode(fetched.charset or "utf-8", errors="replace")
    except (LookupError, ValueError):  # an unknown charset, or one that is not for text
        return fetched.body.decode("utf-8", errors="replace")


def read_page(fetched: Fetched) -> WebPage:
    """Extracts the text of a page without navigation and scripts. Raises FetchRefused if there is none."""
    from selectolax.lexbor import LexborHTMLParser

    if fetched.media_type == "text/plain":
        title, description, text = "", "", _decode(fetched)
    else:
        tree = LexborHTMLParser(_decode(fetched))
        head = tree.css_first("title")
        meta = tree.css_first('meta[name="description"]')
        title = head.text(strip=True) if head else ""
        description = (meta.attributes.get("content") or "") if meta else ""
        for node in tree.css(", ".join(_NOISE)):
            node.decompose()
        body = tree.css_first("main") or tree.css_first("article") or tree.body
        text = body.text(separator=" ") if body else ""
    text = re.sub(r"\s+", " ", text.replace("\x00", "")).strip()
    if not text:
        raise FetchRefused("the page has no text")
    return WebPage(fetched.url, cut(title, 300), cut(description, 500), text)


async def fetch_page(url: str) -> WebPage:
    """Fetches a page of at most 3 MB. Raises FetchRefused if it cannot be fetched or has no text."""
    return await run_heavy(read_page, await fetch(url, media_types=PAGE_TYPES, max_bytes=MAX_PAGE_BYTES))
