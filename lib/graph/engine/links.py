"""Fields that lead to another object: twenty contents of one brand read it, and make a model of it, once.

The executor begins what all items of a list lead to, waits for it once, and completes the items at once then, where a
coroutine for each would take longer than everything else of the list.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, Final

from lib.core.http.errors import Forbidden, NotFound
from lib.graph.engine.context import GraphContext, Info

LINK: Final = "link"
PENDING: Final = object()
type Load = Callable[..., Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Link:
    """How a field reads the object that it leads to."""

    load: Load
    """A service: of the principal, and of what ``arguments`` returns."""
    arguments: Callable[[Any], dict[str, Any] | None]
    """Returns the arguments for an object; None where it leads nowhere."""
    embedded: str | None = None
    """The attribute in which the parent has the object already, where its list looked ahead."""

    def given(self, parent: Any) -> Any:
        """Returns the object that the parent has already; None where it has none."""
        return getattr(parent, self.embedded, None) if self.embedded else None

    async def resolve(self, parent: Any, info: Info) -> Any:
        """Reads the object; None if there is none, or none that the caller may read."""
        given = self.given(parent)
        if given is not None:
            return given
        arguments = self.arguments(parent)
        if arguments is None:
            return None
        try:
            return await info.context.once(self.load, **arguments)
        except (NotFound, Forbidden):
            return None

    def ready(self, context: GraphContext, parent: Any) -> Any:
        """Returns the object if it has been read, or PENDING."""
        given = self.given(parent)
        if given is not None:
            return given
        arguments = self.arguments(parent)
        if arguments is None:
            return None
        task = context.found(self.load, arguments)
        if task is None or not task.done() or task.cancelled():
            return PENDING
        error = task.exception()
        if error is None:
            return task.result()
        return None if isinstance(error, NotFound | Forbidden) else PENDING


def begin(context: GraphContext, links: Iterable[Link], items: list[Any]) -> set[asyncio.Task[Any]]:
    """Begins what the items lead to, and returns the tasks to wait for."""
    pending: set[asyncio.Task[Any]] = set()
    for link in links:
        for item in items:
            is_read = item is None or link.given(item) is not None
            arguments = None if is_read else link.arguments(item)
            if arguments is not None:
                task = context.begin(link.load, arguments)
                if not task.done():
                    pending.add(task)
    return pending
