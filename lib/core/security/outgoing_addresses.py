"""Addresses of hosts that users name, looked up so that no host and no tenant keeps others waiting.

Name servers that never answer hold a thread for up to 30 seconds, and the owner of a zone can make them do so. So a
host is looked up once at a time, a lookup that takes too long or fails is not repeated for a while, one tenant has few
of the threads, and a host that was found before is used as it was while it is looked up again. Connections go to the
address that was checked, so one that is some minutes old is as safe as a new one.
"""

import asyncio
import dataclasses
import socket
import time
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from lib.core.security.web import FetchRefused, Target, check_url

# Seconds that the address of a host is used without another look, and after these while another look is taken.
FRESH_SECONDS: Final = 10.0
STALE_SECONDS: Final = 300.0
# Seconds until a host that was not found, or whose name servers did not answer, is looked up again.
FAILED_SECONDS: Final = 30.0
# Seconds that a lookup is waited for. It goes on behind that, until its thread is free.
LOOKUP_SECONDS: Final = 4.0
MAX_KNOWN: Final = 5000
THREADS: Final = 64
THREADS_OF_TENANT: Final = 6

type Key = tuple[str, str]
"""Scheme, and host with port."""


@dataclasses.dataclass(slots=True)
class _Known:
    found: Target | FetchRefused
    fresh_until: float
    stale_until: float


@lru_cache(maxsize=1)
def _resolvers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS, thread_name_prefix="resolver")


async def resolve(host: str, port: int) -> list[str]:
    """Returns all addresses of a host, by a thread of its own."""

    def ask() -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(info[4][0]) for info in found))

    return await asyncio.get_running_loop().run_in_executor(_resolvers(), ask)


class Addresses:
    """The hosts that the tasks of one event loop have asked for."""

    def __init__(self) -> None:
        self._known = OrderedDict[Key, _Known]()
        self._running = dict[Key, asyncio.Task[Target]]()
        self._asked = set[Key]()
        """Running lookups whose tenant has had its turn."""
        self._turns = dict[str, asyncio.Semaphore]()
        self._of_tenant = Counter[str]()

    async def target_of(self, url: str, *, tenant: str | None) -> Target:
        """Returns a URL with a checked address of its host. Raises FetchRefused.

        ``tenant``: who named the URL, such as a brand; those without one count by their host.
        """
        parts = urlsplit(url)
        key, now = (parts.scheme, parts.netloc), time.monotonic()
        known = self._known.get(key)
        if known is None or known.stale_until <= now:
            return dataclasses.replace(await self._look_up(key, url, tenant or parts.netloc), url=url)
        if isinstance(known.found, FetchRefused):
            raise FetchRefused(str(known.found))
        if known.fresh_until <= now and key not in self._running:
            self._start(key, url, tenant or parts.netloc)
        return dataclasses.replace(known.found, url=url)

    async def _look_up(self, key: Key, url: str, tenant: str) -> Target:
        task = self._running.get(key) or self._start(key, url, tenant)
        try:
            async with asyncio.timeout(LOOKUP_SECONDS):
                return await asyncio.shield(task)
        except TimeoutError:
            refused = FetchRefused("the host of the URL cannot be found: its name servers do not answer")
            # Its thread is not free yet, and nobody waits for it a second time.
            if key in self._asked and not task.done():
                self._note(key, refused, FAILED_SECONDS)
            raise refused from None

    def _start(self, key: Key, url: str, tenant: str) -> asyncio.Task[Target]:
        self._of_tenant[tenant] += 1
        turns = self._turns.setdefault(tenant, asyncio.Semaphore(THREADS_OF_TENANT))

        async def ask() -> Target:
            async with turns:
                self._asked.add(key)
                return await check_url(url, resolver=resolve)

        task = self._running[key] = asyncio.create_task(ask())

        def end(ended: asyncio.Task[Target]) -> None:
            self._running.pop(key, None)
            self._asked.discard(key)
            self._of_tenant[tenant] -= 1
            if not self._of_tenant[tenant]:
                del self._of_tenant[tenant], self._turns[tenant]
            if ended.cancelled():
                return
            error = ended.exception()
            if error is None:
                self._note(key, ended.result(), FRESH_SECONDS)
            elif isinstance(error, FetchRefused):
                before = self._known.get(key)
                is_found = before is not None and isinstance(before.found, Target)
                # A resolver that fails for a moment changes nothing for a host that was found before. One that answers
                # with an address that is not allowed does.
                if "cannot be found" not in str(error):
                    self._known.pop(key, None)
                elif not is_found:
                    self._note(key, error, FAILED_SECONDS)

        task.add_done_callback(end)
        return task

    def _note(self, key: Key, found: Target | FetchRefused, seconds: float) -> None:
        now = time.monotonic()
        stale = seconds if isinstance(found, FetchRefused) else STALE_SECONDS
        self._known[key] = _Known(found, now + seconds, now + stale)
        self._known.move_to_end(key)
        while len(self._known) > MAX_KNOWN:
            self._known.popitem(last=False)


_of_loops: Final = dict[asyncio.AbstractEventLoop, Addresses]()


def addresses_of_this_loop() -> Addresses:
    """Returns the hosts that this event loop has asked for."""
    loop = asyncio.get_running_loop()
    found = _of_loops.get(loop)
    if found is None:
        for ended in [other for other in _of_loops if other.is_closed()]:
            del _of_loops[ended]
        found = _of_loops[loop] = Addresses()
    return found
