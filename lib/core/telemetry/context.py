"""What is known of the request that is being answered, for logs, headers and outbound calls."""

import hashlib
import math
import time
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Idempotency:
    """The Idempotency-Key of a request, and what tells its first sending from another request under the same key."""

    key: str
    target: str
    body: list[bytes] = field(default_factory=list[bytes])
    """As much of it as has been read: all of it, in a handler."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of method, path, query and body."""
        return hashlib.sha256(b"\n".join([self.target.encode(), b"".join(self.body)])).hexdigest()

    def key_of(self, part: str) -> str:
        """A key for one of several commands of the request, as long as any other whatever the client's own is."""
        return f"{hashlib.sha256(self.key.encode()).hexdigest()}#{part}"


@dataclass(slots=True)
class RequestContext:
    request_id: str = "-"
    user_id: str | None = None
    access_token: str | None = field(default=None, repr=False)
    idempotency: Idempotency | None = None
    timings: dict[str, float] = field(default_factory=dict[str, float])
    """Milliseconds spent waiting, by what was waited for; waits side by side count once each."""
    ends_at: float = math.inf
    """When the request's time is over, by ``time.monotonic``: see lib/core/http/deadline.py."""
    when_unchanged: Callable[[], Awaitable[None]] | None = None
    """Called after an answer of 304 has gone out."""
    response_headers: dict[str, str] = field(default_factory=dict[str, str])
    """Headers that a layer below the handler wants on the response, whatever becomes of it."""


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


def begin_context(request_id: str) -> RequestContext:
    context = RequestContext(request_id=request_id)
    _current.set(context)
    return context


def current_context() -> RequestContext:
    """The context of this request; outside of any request a blank one."""
    return _current.get() or RequestContext()


@contextmanager
def timed(name: str) -> Generator[None]:
    """Adds the time spent inside to the Server-Timing of the response."""
    began = time.perf_counter()
    try:
        yield
    finally:
        timings = current_context().timings
        timings[name] = timings.get(name, 0.0) + (time.perf_counter() - began) * 1000
