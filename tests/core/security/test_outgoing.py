"""Tests what is sent to addresses that users name, and that no receiver can hold the sender up."""

import asyncio
import tracemalloc
from collections.abc import Iterator

import pytest

from lib.core import config
from lib.core.security.outgoing import SendFailed, send
from lib.core.security.outgoing_connections import close_connections
from local.stack.client import RunningStack
from tests.webhooks import receivers
from tests.webhooks.receivers import Answer, Receiver, receiver, status

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    for name, value in stack.environment.items():
        monkeypatch.setenv(name, value)
    config.get_settings.cache_clear()
    yield monkeypatch
    config.get_settings.cache_clear()


def allow(settings: pytest.MonkeyPatch, one: Receiver) -> None:
    settings.setenv("WEB_FETCH_PRIVATE_HOSTS", one.host)
    config.get_settings.cache_clear()


async def test_a_request_arrives_as_it_is(settings: pytest.MonkeyPatch) -> None:
    async with receiver(status(201, "X-Told: a", "X-Told: b", body="made")) as taking:
        allow(settings, taking)
        sent = await send("POST", taking.url + "?q=ä b", headers={"X-One": "1"}, content=b"{}", seconds=5)
    assert (sent.status, sent.body, sent.is_cut, sent.headers["x-told"]) == (201, b"made", False, "a, b")
    (one,) = taking.received
    assert (one.body, one.headers["x-one"], one.headers["host"]) == (b"{}", "1", taking.host)
    assert one.headers["connection"] == "close"


async def test_connections_are_kept_for_their_owner_alone(settings: pytest.MonkeyPatch) -> None:
    async with receiver(status(200)) as taking:
        allow(settings, taking)
        for owner in ("a", "a", "b", "a", None, None):
            await send("POST", taking.url, headers={}, seconds=5, owner=owner)
        assert taking.connections == 4
        close_connections()


async def test_a_kept_connection_that_was_closed_is_replaced(settings: pytest.MonkeyPatch) -> None:
    async def once(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        writer.close()

    async with receiver(once) as taking:
        allow(settings, taking)
        for _ in range(3):
            assert (await send("POST", taking.url, headers={}, seconds=5, owner="a")).status == 200
        assert len(taking.received) == 3
        close_connections()


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/", "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/",
        "http://0x7f000001/", "https://localhost/", "http://[::ffff:10.0.0.1]/", "ftp://example.com/",
        "http://user@example.com/", "http://example.com:22/", "http://", "nonsense",
    ],
)  # fmt: skip
async def test_private_addresses_are_refused(settings: pytest.MonkeyPatch, address: str) -> None:
    settings.delenv("WEB_FETCH_PRIVATE_HOSTS")
    config.get_settings.cache_clear()
    with pytest.raises(SendFailed) as raised:
        await send("POST", address, headers={}, seconds=5)
    assert raised.value.is_final


async def test_redirects_are_not_followed(settings: pytest.MonkeyPatch) -> None:
    async with receiver(status(302, "Location: http://169.254.169.254/")) as taking:
        allow(settings, taking)
        sent = await send("POST", taking.url, headers={}, seconds=5)
    assert (sent.status, len(taking.received)) == (302, 1)


@pytest.mark.parametrize("headers", [{"X-A": "1\r\nX-B: 2"}, {"X-A\r\n": "1"}, {"X A": "1"}, {"X-A": "a\x00"}])
async def test_headers_cannot_be_split(settings: pytest.MonkeyPatch, headers: dict[str, str]) -> None:
    async with receiver(status(200)) as taking:
        allow(settings, taking)
        with pytest.raises(SendFailed):
            await send("POST", taking.url, headers=headers, seconds=5)
        assert taking.received == []


@pytest.mark.parametrize(
    "answer",
    [
        receivers.endless_headers, receivers.one_endless_header, receivers.endless_trailers, receivers.endless_interim,
        receivers.huge_chunks, receivers.hang_up, receivers.no_http, receivers.drip, receivers.drip_body,
        receivers.after(30, status(200)),
    ],
)  # fmt: skip
async def test_a_hostile_answer_ends_within_its_bounds(settings: pytest.MonkeyPatch, answer: Answer) -> None:
    async with receiver(answer) as hostile:
        allow(settings, hostile)
        tracemalloc.start()
        try:
            with pytest.raises(SendFailed):
                await send("POST", hostile.url, headers={}, seconds=1.5, max_bytes=1024)
            assert tracemalloc.get_traced_memory()[1] < 30_000_000
        finally:
            tracemalloc.stop()


async def test_a_body_of_ten_gigabytes_is_not_received(settings: pytest.MonkeyPatch) -> None:
    async with receiver(receivers.huge_body) as hostile:
        allow(settings, hostile)
        tracemalloc.start()
        sent = await send("POST", hostile.url, headers={}, seconds=5, max_bytes=1024, owner="a")
        assert (sent.status, len(sent.body), sent.is_cut) == (200, 1024, True)
        assert tracemalloc.get_traced_memory()[1] < 30_000_000
        tracemalloc.stop()


async def test_a_body_without_a_length_ends_with_the_connection(settings: pytest.MonkeyPatch) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nall of it")
        await writer.drain()
        writer.close()

    async with receiver(answer) as taking:
        allow(settings, taking)
        assert (await send("POST", taking.url, headers={}, seconds=5, owner="a")).body == b"all of it"
