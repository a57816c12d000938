"""An answer of a service, with the attributes of ``httpx.Response`` that the clients of our services read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pydantic_core import from_json

# Seconds for connecting, and the longest silence. How long an answer may take is given at each call, since an import of
# a thousand contents is silent for longer than a page is.
CONNECT_SECONDS: Final = 2.0
SILENT_SECONDS: Final = 30.0

type Headers = Mapping[str, str] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sent:
    """The part of a request that its answer names."""

    headers: Headers


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was read completely, with the attributes of ``httpx.Response`` that our clients read."""

    status_code: int
    reason_phrase: str
    headers: Mapping[str, str]
    """By any spelling of the name. Of a header that is repeated, ``get`` returns the first value."""
    content: bytes
    request: Sent

    @property
    def is_success(self) -> bool:
        """Tells whether the status is 2xx."""
        return 200 <= self.status_code <= 299

    @property
    def text(self) -> str:
        """The body as text."""
        return self.content.decode(errors="replace")

    def json(self) -> Any:
        """Returns the value of a JSON body. Raises ValueError for another body."""
        return from_json(self.content)


class Exchange(Protocol):
    """Sends a request and reads its answer: see ``exchange`` of lib/core/http/connections.py."""

    async def __call__(
        self,
        method: str,
        url: str,
        *,
        headers: Headers,
        content: bytes | None = None,
        may_repeat: bool = False,
        connect_seconds: float = CONNECT_SECONDS,
        silent_seconds: float = SILENT_SECONDS,
    ) -> Answer:
        """Returns the answer. Raises httpx.TransportError."""
        ...
