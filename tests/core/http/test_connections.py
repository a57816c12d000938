"""Tests the connections to our services, over the wire: what is sent twice, what is kept, and what an error becomes."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from lib.core.http import connections
from lib.core.http.client import close_connections, get_exchange, get_http_client
from tests.support.faulty import Faulty, faulty_peer
from tests.support.servers import dead_server, silent_server

pytestmark = pytest.mark.anyio
HEADERS = {"apikey": "x"}
BURST = 30


@pytest.fixture
def peer() -> Iterator[Faulty]:
    with faulty_peer() as made:
        yield made


@pytest.fixture(autouse=True)
async def closed() -> AsyncIterator[None]:
    """Closes the connections with the event loop of the test."""
    yield
    await get_http_client().aclose()
    get_http_client.cache_clear()


async def ask(peer: Faulty, *, may_repeat: bool = False, path: str = "/x") -> bytes:
    answer = await get_exchange()("POST", peer.url + path, headers=HEADERS, content=b"{}", may_repeat=may_repeat)
    assert answer.is_success
    return answer.content


async def test_a_connection_is_used_again(peer: Faulty) -> None:
    assert await ask(peer) == await ask(peer) == b'{"result": 1}'
    assert [request.connection for request in peer.requests] == [1, 1]


async def test_one_repetition_where_no_byte_came(peer: Faulty) -> None:
    await ask(peer)
    peer.faults = [(b"/x", "before")]
    assert await ask(peer, may_repeat=True) == b'{"result": 1}'
    assert [request.connection for request in peer.requests] == [1, 1, 2]


async def test_no_second_repetition(peer: Faulty) -> None:
    peer.faults = [(b"/x", "before")] * 3
    with pytest.raises(httpx.RemoteProtocolError):
        await ask(peer, may_repeat=True)
    assert len(peer.requests) == 2


async def test_a_repetition_takes_a_new_connection(peer: Faulty) -> None:
    """Where one kept connection is dead, all of them may be, as after an instance was frozen."""
    peer.delay = 0.1
    await asyncio.gather(*(ask(peer) for _ in range(4)))
    peer.delay = 0
    peer.faults = [(b"/x", "before")]
    before = len(peer.requests)
    await ask(peer, may_repeat=True)
    assert [request.connection for request in peer.requests[before:]][1] == 5


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE", "PUT"])
async def test_no_repetition_of_what_may_not_be_repeated(peer: Faulty, method: str) -> None:
    """Also of methods that aiohttp by itself would repeat."""
    for moment in ("before", "after"):
        peer.requests.clear()
        peer.faults = [(b"/x", moment)]
        with pytest.raises(httpx.RemoteProtocolError):
            await get_exchange()(method, f"{peer.url}/x", headers=HEADERS)
        assert len(peer.requests) == 1


async def test_no_repetition_after_half_an_answer(peer: Faulty) -> None:
    for answer in (b"HTTP/1.1 200 OK\r\nContent-Le", connections_answer(b"x" * 1000)):
        peer.requests.clear()
        peer.answer, peer.faults = answer, [(b"/x", "half")]
        with pytest.raises(httpx.RemoteProtocolError):
            await ask(peer, may_repeat=True)
        assert len(peer.requests) == 1


def connections_answer(body: bytes, *lines: str) -> bytes:
    head = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *lines]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def test_a_peer_that_is_not_there() -> None:
    with pytest.raises(httpx.ConnectError):
        await get_exchange()("GET", dead_server(), headers=HEADERS, may_repeat=True)


async def test_a_silent_peer() -> None:
    with silent_server() as url, pytest.raises(httpx.ReadTimeout):
        await get_exchange()("GET", url, headers=HEADERS, may_repeat=True, silent_seconds=0.2)


async def test_an_answer_that_is_no_http(peer: Faulty) -> None:
    peer.answer = b"SSH-2.0-OpenSSH_9.6\r\n\r\n"
    with pytest.raises(httpx.RemoteProtocolError):
        await ask(peer)


async def test_an_answer_that_is_too_large(peer: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_ANSWER_BYTES", 1000)
    peer.answer = connections_answer(b"x" * 1000)
    assert len(await ask(peer)) == 1000
    peer.answer = connections_answer(b"x" * 1001)
    with pytest.raises(httpx.RemoteProtocolError, match="too large"):
        await ask(peer)
    chunk = b"1f4\r\n" + b"x" * 500 + b"\r\n"
    peer.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 3 + b"0\r\n\r\n"
    with pytest.raises(httpx.RemoteProtocolError, match="too large"):
        await ask(peer)


async def test_nothing_is_kept_and_nothing_followed(peer: Faulty) -> None:
    """No cookie goes from one caller's answer to the next caller's request, and no redirect is followed."""
    peer.answer = connections_answer(b"", "Set-Cookie: __cf_bm=1; path=/", f"Location: {peer.url}/y").replace(
        b"200 OK", b"302 Found"
    )
    for _ in range(2):
        assert (await get_exchange()("GET", f"{peer.url}/x", headers=HEADERS)).status_code == 302
        assert (await get_http_client().get(f"{peer.url}/x")).status_code == 302
    assert [
        request.head for request in peer.requests if b"cookie" in request.head.lower() or b"/y" in request.head
    ] == []


async def test_compression_is_not_asked_for_but_read(peer: Faulty) -> None:
    peer.answer = connections_answer(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")
    assert await ask(peer) == b'{"a": 1}'
    assert (await get_http_client().get(f"{peer.url}/x")).json() == {"a": 1}
    encodings = [line for request in peer.requests for line in request.head.split(b"\r\n") if b"ccept-Enc" in line]
    assert [line for line in encodings if b"identity" not in line] == []


async def test_proxies_of_the_environment_are_not_used(peer: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, dead_server())
    assert await ask(peer)
    assert (await get_http_client().get(f"{peer.url}/x")).status_code == 200


async def test_a_burst_waits_for_no_connection(peer: Faulty) -> None:
    peer.delay = 0.3
    await asyncio.gather(*(ask(peer) for _ in range(BURST)))
    assert peer.at_once == BURST


async def test_the_other_services_share_the_connections(peer: Faulty) -> None:
    await ask(peer)
    answer = await get_http_client().post(f"{peer.url}/x?a=%2F", json={"b": 1}, headers={"X-Own": "1"})
    assert (answer.json(), answer.status_code) == ({"result": 1}, 200)
    sent = peer.requests[1]
    assert sent.connection == 1
    assert sent.body == b'{"b":1}'
    assert sent.head.startswith(b"POST /x?a=%2F HTTP/1.1\r\n")
    assert b"X-Own: 1\r\n" in sent.head
    with pytest.raises(httpx.ConnectError):
        await get_http_client().get(dead_server())
    with silent_server() as url, pytest.raises(httpx.ReadTimeout):
        await get_http_client().get(url, timeout=0.2)


async def test_each_event_loop_has_its_own(peer: Faulty) -> None:
    async def once() -> None:
        await ask(peer)
        await close_connections()

    await ask(peer)
    await asyncio.to_thread(asyncio.run, once())
    await ask(peer)
    assert [request.connection for request in peer.requests] == [1, 2, 1]
