"""Tests how hosts that users name are looked up, with name servers that are slow, dead or turn hostile."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from lib.core import config
from lib.core.security import outgoing_addresses
from lib.core.security.outgoing import SendFailed, send
from lib.core.security.outgoing_addresses import THREADS_OF_TENANT, Addresses
from lib.core.security.web import FetchRefused
from local.stack.client import RunningStack

pytestmark = pytest.mark.anyio

PUBLIC, PRIVATE = "203.0.114.1", "127.0.0.1"


@dataclass
class NameServers:
    """Stands in for the resolver of the machine. Hosts of `hanging.test` get no answer until the test ends."""

    address: str = PUBLIC
    hangs: bool = False
    asked: Counter[str] = field(default_factory=Counter[str])
    waiting: int = 0
    end: threading.Event = field(default_factory=threading.Event)

    def answer(self, host: str, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        self.asked[host] += 1
        if self.hangs or host.endswith("hanging.test"):
            self.waiting += 1
            self.end.wait(20)
            raise socket.gaierror("no answer")
        if host.endswith("unknown.test"):
            raise socket.gaierror("unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (self.address, 443))]


@pytest.fixture
def servers(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServers]:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("WEB_FETCH_PRIVATE_HOSTS")
    monkeypatch.setattr(outgoing_addresses, "LOOKUP_SECONDS", 0.4)
    config.get_settings.cache_clear()
    made = NameServers()
    monkeypatch.setattr(socket, "getaddrinfo", made.answer)
    yield made
    made.end.set()
    config.get_settings.cache_clear()


async def test_one_tenant_keeps_no_other_waiting(servers: NameServers) -> None:
    addresses = Addresses()
    bad = [
        asyncio.create_task(addresses.target_of(f"https://{number}.hanging.test/", tenant="bad"))
        for number in range(200)
    ]
    await asyncio.sleep(0.1)
    for number in range(20):
        target = await addresses.target_of(f"https://{number}.good.test/", tenant="good")
        assert target.address == PUBLIC
    refused = await asyncio.gather(*bad, return_exceptions=True)
    assert {type(one) for one in refused} == {FetchRefused}
    assert servers.waiting <= THREADS_OF_TENANT


async def test_many_hosts_of_one_tenant_are_all_found(servers: NameServers) -> None:
    addresses = Addresses()
    found = await asyncio.gather(
        *(addresses.target_of(f"https://{number}.good.test/", tenant="good") for number in range(50))
    )
    assert {target.address for target in found} == {PUBLIC}


async def test_a_host_is_looked_up_once_at_a_time_and_a_failure_is_remembered(servers: NameServers) -> None:
    addresses = Addresses()
    for host in ("a.hanging.test", "b.unknown.test", "c.good.test"):
        for _ in range(2):
            await asyncio.gather(
                *(addresses.target_of(f"https://{host}/{number}", tenant="x") for number in range(20)),
                return_exceptions=True,
            )
        assert servers.asked[host] == 1
    with pytest.raises(FetchRefused):
        await addresses.target_of("https://a.hanging.test/", tenant="y")


async def test_a_host_that_was_found_waits_for_no_resolver(
    servers: NameServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing_addresses, "FRESH_SECONDS", 0.0)
    addresses = Addresses()
    assert (await addresses.target_of("https://good.test/a", tenant="x")).url == "https://good.test/a"
    servers.hangs = True
    for _ in range(10):
        target = await addresses.target_of("https://good.test/b", tenant="x")
        assert (target.address, target.url) == (PUBLIC, "https://good.test/b")
        await asyncio.sleep(0)
    assert servers.asked["good.test"] <= 2


async def test_an_address_is_pinned_until_another_is_checked(
    servers: NameServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when it is checked and private a moment later: the connection goes to the first."""
    addresses = Addresses()
    assert (await addresses.target_of("https://rebinding.test/", tenant="x")).address == PUBLIC
    servers.address = PRIVATE
    assert (await addresses.target_of("https://rebinding.test/", tenant="x")).address == PUBLIC
    assert servers.asked["rebinding.test"] == 1
    # When it is looked up again, the private one is refused and the public one forgotten.
    monkeypatch.setattr(outgoing_addresses, "FRESH_SECONDS", 0.0)
    again = Addresses()
    servers.address = PUBLIC
    await again.target_of("https://rebinding.test/", tenant="x")
    servers.address = PRIVATE
    await again.target_of("https://rebinding.test/", tenant="x")
    async with asyncio.timeout(5):
        while True:
            if servers.asked["rebinding.test"] == 3:
                break
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    with pytest.raises(FetchRefused, match="cannot be fetched from"):
        await again.target_of("https://rebinding.test/", tenant="x")


async def test_a_private_address_is_refused(servers: NameServers) -> None:
    servers.address = PRIVATE
    with pytest.raises(SendFailed) as raised:
        await send("POST", "https://private.test/", headers={}, seconds=5, tenant="x")
    assert raised.value.is_final
