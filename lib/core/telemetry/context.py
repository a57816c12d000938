"""The context of the request that is being answered, for logs, headers and outbound calls."""

import asyncio
import hashlib
import math
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from lib.core.security.removals import Removals


@dataclass(slots=True)
class Idempotency:
    """The Idempotency-Key of a request, and the fingerprint that tells it from another request under the same key."""

    key: str
    target: str
    body: list[bytes] = field(default_factory=list[bytes])
    """The parts of the body that were read so far. In a handler, the whole body was read."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of method, path, query and body."""
        return hashlib.sha256(b"\n".join([self.target.encode(), b"".join(self.body)])).hexdigest()

    def key_of(self, part: str) -> str:
        """Derives a sub-command's idempotency key; hashed, so its length is fixed."""
        return f"{hashlib.sha256(self.key.encode()).hexdigest()}#{part}"


@dataclass(slots=True)
class RequestContext:
    """The state of one request that layers below the handler read and write."""

    request_id: str = "-"
    user_id: str | None = None
    access_token: str | None = field(default=None, repr=False)
    idempotency: Idempotency | None = None
    timings: dict[str, float] = field(default_factory=dict[str, float])
    """Milliseconds spent waiting, by the name of the service. Waits side by side are added up."""
    ends_at: float = math.inf
    """When the time of the request is over, by ``time.monotonic``: see lib/core/http/deadline.py."""
    when_unchanged: Callable[[], Awaitable[None]] | None = None
    """Called after an answer of 304 has gone out."""
    has_work: bool = False
    """Whether it committed events or jobs: see lib/core/http/wake.py."""
    afterwards: Callable[[], Awaitable[None]] | None = None
    """Called after the answer has gone out, within AFTERWARDS_SECONDS; it raises nothing."""
    has_repaired_answer: bool = False
    """Whether an answer of the data API had to be repaired to be read: see lib/core/data/json_answers.py."""
    omitted: int = 0
    """How many rows, and parts of rows, were left out because they cannot be read."""
    removed: dict[str, Removals] = field(default_factory=dict[str, Removals])
    """Parts that sanitising removed from the texts of the request, by the paths of these."""
    admission: asyncio.Task[None] | None = None
    """The check of limits and session where it runs beside the request: see lib/core/http/admission.py."""
    expected_versions: frozenset[int] = frozenset()
    """The versions of If-Match where it names several, or any: see lib/core/http/conditional.py."""
    response_headers: dict[str, str] = field(default_factory=dict[str, str])
    """Headers that a layer below the handler adds to the response, also to that of an error."""


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def begin_context(request_id: str) -> RequestContext:
    """Makes the context of a new request and returns it."""
    context = RequestContext(request_id=request_id)
    _current.set(context)
    return context


def current_context() -> RequestContext:
    """Returns the context of this request; outside of requests a new, empty one at each call."""
    return _current.get() or RequestContext()


@contextmanager
def of_its_own() -> Generator[None]:
    """Gives a task that runs beside others a copy of the context, so that it changes no deadline of theirs."""
    token = _current.set(replace(current_context()))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def timed(name: str) -> Generator[None]:
    """Adds the time spent inside to the Server-Timing of the response."""
    began = time.perf_counter()
    try:
        yield
    finally:
        timings = current_context().timings
        timings[name] = timings.get(name, 0.0) + (time.perf_counter() - began) * 1000
