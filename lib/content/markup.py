"""Sanitises the HTML of a content as its brand takes it, and tells what that removed (ADR 71).

Only the database knows the kinds of a template's fields and what the brand takes, and asking it first would cost a
round trip. So texts are sent as they were typed, with their HTML beside them where the two differ: the database keeps
the one of the field's kind. HTML that depends on the brand is sent with the elements that it was sanitised for. Where
the brand takes others, the database refuses it and names them, and it is sent once more.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from lib.core.data.db import Row
from lib.core.http.errors import ApiError, Conflict
from lib.core.http.heavy import run_heavy
from lib.core.memory import Memory
from lib.core.security.elements import ALL_ELEMENTS, RichElements
from lib.core.security.html import (
    as_html,
    depends_on_elements,
    is_markup,
    removals_of,
)
from lib.core.security.removals import Removals
from lib.core.telemetry.sanitised import tell_removals

type Elements = frozenset[RichElements]

NONE: Final[Elements] = frozenset()
# Characters that are sanitised in a few milliseconds.
SHORT: Final = 20_000
OTHER_ELEMENTS: Final = "ELEMENTS_CHANGED"
"""The code of the detail in which the database names the elements that a brand takes."""

# Elements that brands took when this instance wrote something, by the id of a brand or of a content. An entry that is
# wrong costs one more call, since the database checks it.
_KNOWN: Final = Memory[UUID, Elements](size=5_000)
_KNOWN_SECONDS: Final = 3600.0


def _texts_in(value: Any) -> Iterable[str]:
    """Yields all texts of a value, also the keys within it, which are sanitised too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        if isinstance(value, dict):
            yield from value
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts_in(item)


def _removals_in(value: Any, elements: Elements) -> Removals:
    found = Removals()
    for text in _texts_in(value):
        found = found.joined(removals_of(text, elements=elements))
    return found


@dataclass(slots=True)
class Written:
    """The texts of a content as they are sent to the database."""

    body: str | None = None
    """The body as HTML; None where it is not written."""
    texts: dict[str, Row] = field(default_factory=dict[str, Row])
    """By the key of a field whose text reads differently as HTML: {html, is_markup}."""
    depends: bool = False
    """Whether another brand may keep other elements."""
    removed: dict[str, Removals] = field(default_factory=dict[str, Removals])
    """Removed parts of HTML, by the path of the text: of a field only if the field turns out to be HTML."""
    elements: Elements = NONE

    def rich(self) -> Row | None:
        """Returns the argument ``rich`` of the functions that write contents; None where nothing needs it."""
        rich: Row = {"texts": self.texts} if self.texts else {}
        if self.depends:
            rich["elements"] = sorted(self.elements)
        return rich or None

    def tell(self, plain_texts: Iterable[str]) -> None:
        """Notes for the answer what was removed. ``plain_texts``: the paths that the database kept as typed."""
        for path, removed in self.removed_beside(plain_texts).items():
            tell_removals(path, removed)

    def removed_beside(self, plain_texts: Iterable[str]) -> dict[str, Removals]:
        """Returns what was removed by path, but of the texts that the database kept as typed."""
        kept = set(plain_texts)
        return {path: removed for path, removed in self.removed.items() if path not in kept}


def write_texts(body: str | None, fields: Mapping[str, Any] | None, elements: Elements = NONE) -> Written:
    """Sanitises all of a content that is HTML or may be."""
    written = Written(elements=elements)
    if body is not None:
        written.body = as_html(body, elements=elements)
        written.depends = depends_on_elements(body)
        if removed := removals_of(body, elements=elements):
            written.removed["body"] = removed
    for key, value in (fields or {}).items():
        texts = [text for text in _texts_in(value) if "<" in text or "&" in text]
        if not texts:
            continue
        html = as_html(value, elements=elements)
        entry: Row = {} if html == value else {"html": html}
        entry["is_markup"] = is_markup(value) if isinstance(value, str) else html != value
        written.texts[key] = entry
        written.depends = written.depends or any(map(depends_on_elements, texts))
        if html != value and (removed := _removals_in(value, elements)):
            written.removed[f"fields.{key}"] = removed
    return written


def elements_of(names: Any) -> Elements:
    """Returns the elements that a stored setting names; those of a later version of the platform are left out."""
    return frozenset(cast("list[RichElements]", [name for name in names or () if name in ALL_ELEMENTS]))


def elements_named_in(details: Iterable[Mapping[str, Any]]) -> Elements | None:
    """Returns the elements that a refusal of the database names; None for any other refusal."""
    for detail in details:
        if detail.get("code") == OTHER_ELEMENTS:
            return elements_of(json.loads(detail["message"]))
    return None


def named_elements(error: ApiError) -> Elements | None:
    """Returns the elements that the brand takes, if this refuses texts that were sanitised for others."""
    return elements_named_in(error.details) if isinstance(error, Conflict) else None


def known_elements(owner: UUID) -> Elements:
    """Returns what a brand, or the brand of a content, took when it was written last."""
    return _KNOWN.get(owner) or NONE


def remember_elements(owner: UUID, elements: Elements) -> None:
    """Keeps what a brand, or the brand of a content, takes."""
    _KNOWN.put(owner, elements, _KNOWN_SECONDS)


def text_length(body: str | None, fields: Mapping[str, Any] | None) -> int:
    """Returns the number of characters of texts that may be HTML."""
    return len(body or "") + sum(len(text) for value in (fields or {}).values() for text in _texts_in(value))


async def write_for_brand[T](
    owner: UUID, *, length: int, write: Callable[[Elements], Written], send: Callable[[Written], Awaitable[T]]
) -> tuple[T, Written]:
    """Sanitises texts for the brand that they are for, sends them, and returns the answer and what was sent.

    ``owner``: the id of the brand, or of the content; ``length``: the characters of the texts, which decides whether a
    thread sanitises them.
    """

    async def written(elements: Elements) -> Written:
        return write(elements) if length <= SHORT else await run_heavy(write, elements)

    sent = await written(known_elements(owner))
    try:
        return await send(sent), sent
    except ApiError as error:
        elements = named_elements(error)
        if elements is None:
            raise
    remember_elements(owner, elements)
    sent = await written(elements)
    return await send(sent), sent
