"""The state of one GraphQL request that its resolvers share."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from fastapi import BackgroundTasks, Request
from graphql import GraphQLResolveInfo

from lib.core.auth.principal import Person, Principal, person_of
from lib.core.data.batches import BatchingDataApi
from lib.core.data.db import connect_as
from lib.core.http.errors import Unauthorized


class GraphContext:
    """The caller of a request, and the reads so far."""

    def __init__(self, request: Request, caller: Principal | None, identifier: str = "") -> None:
        """``caller``: None for published contents; ``identifier``: by which the rate limits count the caller."""
        self.request = request
        self.identifier = identifier
        self.delivery: Any = None
        """Collected by the route of published contents: see api/_routes/graph/delivery.py."""
        self.tasks = BackgroundTasks()
        """Runs after the answer has gone out."""
        self._caller = caller
        self._principal = caller
        self._loads: dict[Any, asyncio.Task[Any]] = {}
        self.begin_reading()

    @property
    def principal(self) -> Principal:
        """The caller. While a query is answered, its ``db`` collects what is read; of a mutation, it is its own.

        Raises Unauthorized for strangers, who may read published contents only.
        """
        if self._principal is None:
            raise Unauthorized("an access token is needed: Authorization: Bearer …")
        return self._principal

    def begin_reading(self) -> None:
        """Forgets what was read: a change may have made it wrong."""
        self._loads = {}
        if self._caller is not None:
            db = BatchingDataApi(connect_as(self._caller.access_token))
            self._principal = replace(self._caller, db=db)

    def once[T](self, load: Callable[..., Coroutine[Any, Any, T]], **arguments: Any) -> Awaitable[T]:
        """Calls a service that reads, as the caller, or waits for the answer to an equal call of this request.

        Twenty contents of one brand ask for it twenty times: it is read, and made a model, once.
        """
        return asyncio.shield(self.begin(load, arguments))  # who gives up waiting does not end it for the others

    def begin(self, load: Callable[..., Coroutine[Any, Any, Any]], arguments: dict[str, Any]) -> asyncio.Task[Any]:
        """Begins to read, and returns the task that all equal calls of this request share."""
        key = (load, *arguments.items())
        task = self._loads.get(key)
        if task is None:
            task = self._loads[key] = asyncio.ensure_future(load(self.principal, **arguments))
        return task

    def found(
        self, load: Callable[..., Coroutine[Any, Any, Any]], arguments: dict[str, Any]
    ) -> asyncio.Task[Any] | None:
        """Returns the task of an equal call of this request, if there was one."""
        return self._loads.get((load, *arguments.items()))

    def begin_changing(self) -> None:
        """Gives the next mutation a data API of its own, since a service adds headers to it."""
        if self._caller is not None:
            self._principal = replace(self._caller, db=connect_as(self._caller.access_token))

    def person(self) -> Person:
        """Returns the caller as a person. Raises Forbidden for API keys."""
        return person_of(self.request, self.principal)


type Info = GraphQLResolveInfo[GraphContext]
"""The information that graphql-core gives a resolver, with our context."""
