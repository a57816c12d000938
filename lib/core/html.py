"""The one allow-list for HTML (reference §5.3). Extending it is a change of the two constants."""

from typing import Final

import nh3

ALLOWED_TAGS: Final = frozenset({"p", "br", "strong", "em", "u", "a"})
ALLOWED_ATTRIBUTES: Final = {"a": {"href", "target"}}


def sanitize_html(html: str) -> str:
    """Keeps the allowed tags, http(s) and mailto links; ``rel`` guards every link that leaves the page."""
    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes={tag: set(names) for tag, names in ALLOWED_ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def visible_text(html: str) -> str:
    """What is left when every tag is gone, with entities as written."""
    return nh3.clean(html, tags=set())
