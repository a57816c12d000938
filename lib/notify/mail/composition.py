"""Composes a mail from its texts and the layout.

The layout is written in MJML (``layouts/mail.mjml``) and compiled by ``python -m tools.mail``. Jinja escapes every
variable in it.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from unicodedata import category as category_of
from uuid import UUID

from lib.core.config import get_settings
from lib.core.texts import cut
from lib.notify.mail.catalogues import find_texts
from lib.notify.mail.models import ALWAYS_SENT, Composed, Mail, Sender

if TYPE_CHECKING:
    from jinja2 import Environment

LAYOUTS: Final = Path(__file__).parent / "layouts"
MAX_SUBJECT: Final = 200
MAX_VALUE: Final = 5_000
MAX_ITEMS: Final = 100
# Gmail cuts a mail off above this, with the link to unsubscribe.
MAX_HTML_BYTES: Final = 102_000
SENDER_NAME: Final = "MixerAI"
# Characters that reverse the order of others could show an address as another.
_REVERSING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters, halves of characters, and separators that end a line.
_UNWANTED: Final = ("Cc", "Cs", "Zl", "Zp")


class MailNotComposed(Exception):
    """The mail can never be written: its texts, variables or link are at fault."""


@dataclass(frozen=True, slots=True)
class Addressing:
    """How a mail is addressed, beyond its texts."""

    id: UUID
    language: str
    sender: Sender = field(default_factory=lambda: Sender(SENDER_NAME))
    one_click_url: str | None = None
    """The route that mail clients call to unsubscribe (RFC 8058)."""
    unsubscribe_url: str | None = None
    """The page on which a reader unsubscribes."""
    tracks: bool = False


def visible(text: str, *, keeps_lines: bool = False) -> str:
    """Returns a text without control characters. Line breaks stay where ``keeps_lines``."""
    kept = "".join(character for character in text if character in "\n\t" or _is_visible(character))
    return kept if keeps_lines else " ".join(kept.split())


def _is_visible(character: str) -> bool:
    return character not in _REVERSING and category_of(character) not in _UNWANTED


def absolute(link: str) -> str:
    """Returns a link as an address. Raises MailNotComposed unless it is an http address or a path of the web app."""
    if re.fullmatch(r"/(?![/\\])[^\s\\]*", link):
        return f"{get_settings().app_url}{link}"
    if re.fullmatch(r"https?://[^\s<>\"\\]+", link):
        return link
    raise MailNotComposed("a link of the mail is no address")


@lru_cache(maxsize=1)
def _layouts() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # Not by the ending of the name: a layout without escaping would be found by nobody.
    return Environment(
        loader=FileSystemLoader(LAYOUTS),
        autoescape=lambda name: name != "mail.txt",  # noqa: S701 - text alone is not escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compose(mail: Mail, addressing: Addressing) -> Composed:
    """Composes a mail. Every variable is escaped in HTML, and none can begin a header. Raises MailNotComposed."""
    try:
        texts, frame, language = find_texts(mail.template, addressing.language)
        values = {name: cut(visible(value, keeps_lines=True), MAX_VALUE) for name, value in mail.variables.items()}
        lines = {name: visible(value) for name, value in values.items()}
        subject = cut(visible(texts.subject.format_map(lines)), MAX_SUBJECT).strip()
        button = None
        if texts.button:
            label, link = (part.format_map(lines) for part in texts.button)
            button = {"label": visible(label), "url": absolute(link)}
        context = {
            "subject": subject,
            "language": language,
            "sender_name": addressing.sender.name,
            "paragraphs": [paragraph.format_map(lines) for paragraph in texts.paragraphs],
            "facts": _facts(texts.facts, lines),
            "quotation": values.get(texts.quotation or "", ""),
            "items": [line for line in values.get(texts.items or "", "").splitlines() if line.strip()][:MAX_ITEMS],
            "button": button,
            "note": texts.note.format_map(lines) if texts.note else "",
            "frame": frame,
            "unsubscribe_url": addressing.unsubscribe_url or "",
        }
    except (KeyError, AttributeError, IndexError, ValueError) as error:
        raise MailNotComposed(f"the texts cannot be filled in: {type(error).__name__}") from error
    text, html = (_layouts().get_template(name).render(context).strip() + "\n" for name in ("mail.txt", "mail.html"))
    if len(html.encode()) >= MAX_HTML_BYTES:
        raise MailNotComposed("the mail is too long")
    return Composed(
        id=addressing.id,
        to=mail.to,
        sender=addressing.sender,
        subject=subject,
        text=text,
        html=html,
        category=mail.category,
        headers=_headers(mail, addressing),
        tracks=addressing.tracks and mail.category not in ALWAYS_SENT,
    )


def _facts(facts: tuple[tuple[str, str], ...], values: dict[str, str]) -> list[dict[str, str]]:
    filled: list[dict[str, str]] = []
    for label, pattern in facts:
        names = re.findall(r"{(\w+)}", pattern)
        if all(values.get(name, "").strip() for name in names):
            filled.append({"label": label, "value": pattern.format_map(values)})
    return filled


def _headers(mail: Mail, addressing: Addressing) -> dict[str, str]:
    headers = {"X-Mail-Id": str(addressing.id)}
    if mail.category in ALWAYS_SENT or addressing.one_click_url is None:
        # Nobody answers these automatically, as out of office.
        return headers | {"Auto-Submitted": "auto-generated"}
    return headers | {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{addressing.one_click_url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
