"""The data API with the credentials of a caller. Functions are called here, tables are read by Supabase's own client.

Nearly every request calls one function, which is one POST of its arguments as JSON. The client of Supabase builds it
from three collections of headers and two addresses, which takes as much processor time as sending it.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

import httpx
from pydantic_core import to_json

from lib.core.data.transport import DataTransport, may_repeat_function
from lib.core.http.answer import Answer
from lib.core.http.client import get_exchange

if TYPE_CHECKING:
    from postgrest import AsyncRequestBuilder

_ADDED: Final = {"Content-Profile": "public", "Content-Type": "application/json"}


@lru_cache(maxsize=1)
def _transport() -> DataTransport:
    return DataTransport()


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of an SQL function that was not sent yet."""

    url: str
    function: str
    headers: dict[str, str]
    arguments: dict[str, Any]

    async def send(self) -> Answer:
        """Sends the call. Raises httpx.TransportError."""
        return await get_exchange()(
            "POST",
            self.url + self.function,
            headers=self.headers,
            content=to_json(self.arguments),
            may_repeat=may_repeat_function(self.function),
        )


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """The answer to a query."""

    data: Any
    count: int | None


class OwnAnswer(ABC):
    """A query that gets its answer in its own way: see lib/core/data/batches.py."""

    __slots__ = ()

    @abstractmethod
    async def read(self) -> ReadAnswer:
        """Returns the answer. Raises what ``send`` raises."""


class DataApi:
    """The data API as one caller. It holds nothing but headers: connections belong to the instance."""

    __slots__ = ("headers", "url")

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        """``url``: of the project."""
        self.url = url
        """The address of the project."""
        self.headers = headers
        """The headers of all that is sent from now on."""

    def from_(self, table: str) -> "AsyncRequestBuilder":
        """Begins a query of a table or a view."""
        # Most functions read no table by this client, which takes a tenth of the time in which FastAPI is imported.
        from postgrest import AsyncPostgrestClient

        client = AsyncPostgrestClient(
            f"{self.url}/rest/v1",
            headers=self.headers,
            http_client=cast("httpx.AsyncClient", _transport()),
            retry_enabled=False,
        )
        return client.from_(table)

    def rpc(self, function: str, arguments: dict[str, Any]) -> FunctionCall | OwnAnswer:
        """Prepares a call of an SQL function, with arguments of any JSON type."""
        return FunctionCall(f"{self.url}/rest/v1/rpc/", function, self.headers | _ADDED, arguments)
