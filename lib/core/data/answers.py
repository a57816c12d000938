"""Sends a query to the data API and reads its answer, also one with a value that the client cannot parse.

The client parses with Python's own parser, which raises RecursionError for deep values, and hands out the text of an
answer in place of its rows where a number is too long.
"""

import contextlib
from typing import Any, Protocol, cast

import httpx

from lib.core.data.calls import FunctionCall, OwnAnswer, ReadAnswer
from lib.core.data.errors import DataApiError
from lib.core.data.json_answers import read_json, repair_json
from lib.core.http.answer import Answer
from lib.core.http.heavy import run_heavy
from lib.core.http.wake import HEADER, wake_afterwards


class _Request(Protocol):
    async def send(self, additional_headers: httpx.Headers) -> httpx.Response: ...


class TableQuery(Protocol):
    """A query of a table that was built and not yet sent."""

    @property
    def request(self) -> Any:
        """The request, as the client of the data API has built it."""
        ...


type Query = TableQuery | FunctionCall | OwnAnswer
"""A request that ``lib.core.data.db.run`` sends."""


async def send(query: Query) -> ReadAnswer:
    """Sends a query. Raises DataApiError for a refusal, and what httpx raises."""
    if isinstance(query, OwnAnswer):
        return await query.read()
    if isinstance(query, FunctionCall):
        response = await query.send()
    else:
        request: _Request = query.request
        response = await request.send(httpx.Headers())
    if not response.is_success:
        raise _error_of(response)
    if HEADER in response.headers:
        wake_afterwards()
    data = await _read(response.content)
    return ReadAnswer(data, _count_of(response))


async def _read(content: bytes) -> Any:
    if not content:
        return []
    with contextlib.suppress(ValueError):
        return read_json(content)
    try:
        return await run_heavy(repair_json, content)
    except ValueError:  # not JSON
        return content.decode(errors="replace")


def _error_of(response: Answer | httpx.Response) -> DataApiError:
    try:
        said = response.json()
    except ValueError:
        said = None
    if isinstance(said, dict):
        refusal = cast("dict[str, Any]", said)
        message, code = refusal.get("message"), refusal.get("code")
        if isinstance(message, str | None) and isinstance(code, str | None):
            return DataApiError(message, code, refusal.get("details"))
    # A gateway has answered: PostgREST says what it refuses.
    return DataApiError(response.reason_phrase, str(response.status_code))


def _count_of(response: Answer | httpx.Response) -> int | None:
    """Returns the number of all rows, which PostgREST says after a slash where the query asked for it."""
    _, _, count = response.headers.get("content-range", "").rpartition("/")
    return int(count) if count.isdecimal() else None
