"""Tells in an answer what sanitising removed from the texts of the request."""

from pydantic import Field

from lib.core.http.models import ResponseModel
from lib.core.security.removals import Removals
from lib.core.telemetry.context import current_context


class Sanitised(ResponseModel):
    """A text of the request of which sanitising removed something, or wrote it under another name, as `div` as `p`."""

    path: str = Field(examples=["body"])
    """The path of the text, such as `body` or `fields.intro`."""
    elements: list[str] = Field(examples=[["div", "script"]])
    """The names of elements, at most 20. Their words are kept, except those of scripts and styles."""
    attributes: list[str] = Field(examples=[["style"]])
    """The names of attributes of elements that are kept, at most 20."""
    links: list[str] = Field(examples=[["javascript:alert(1)"]])
    """The beginnings of addresses that are not taken, at most 5 of 200 characters each."""


def sanitised(path: str, removed: Removals) -> Sanitised:
    """Returns what was removed from the text at a path."""
    return Sanitised(
        path=path, elements=list(removed.elements), attributes=list(removed.attributes), links=list(removed.links)
    )


def noted_removals() -> list[Sanitised]:
    """Returns what was noted for the answer to this request."""
    return [sanitised(path, removed) for path, removed in current_context().removed.items()]
