"""Reading of the providers' streams: however the bytes are cut, and whatever they hold."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from lib.ai.providers import Fault, ProviderError
from lib.ai.providers.server_events import DRAIN_SECONDS, MAX_LINE_BYTES, ServerEvents, read_events

pytestmark = pytest.mark.anyio

STREAM = (
    ': a comment\n\nevent: ping\ndata: {"type": "ping"}\n\r\nid: 7\nretry: 10\ndata:{"text": "Kälte 😀"}\r\n\r\n'
    'data: {"lines":\ndata:  [1, 2]}\n\nevent: empty\n\ndata: {"last": true}\n\ndata: {"cut":'
).encode()
EVENTS = [
    ("ping", '{"type": "ping"}'),
    ("", '{"text": "Kälte 😀"}'),
    ("", '{"lines":\n [1, 2]}'),
    ("", '{"last": true}'),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, len(STREAM)])
def test_events_are_the_same_however_the_stream_is_cut(size: int) -> None:
    events = ServerEvents()
    found = [event for start in range(0, len(STREAM), size) for event in events.feed(STREAM[start : start + size])]
    assert found == EVENTS


def test_a_line_without_an_end_is_given_up() -> None:
    events = ServerEvents()
    assert events.feed(b"x" * MAX_LINE_BYTES) == []
    with pytest.raises(ProviderError) as raised:
        events.feed(b"x")
    assert raised.value.fault is Fault.MALFORMED


async def of(*pieces: bytes, then_hangs: bool = False) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
    if then_hangs:
        await asyncio.sleep(30)


async def read(pieces: AsyncIterator[bytes]) -> list[list[Any]]:
    return [[data for _, data in events] async for events in read_events(pieces)]


async def test_what_arrives_together_is_handed_out_together() -> None:
    assert await read(of(b'data: {"a": 1}\n\ndata: {"b": 2}\n\n', b'data: {"c": 3}\n\n')) == [
        [{"a": 1}, {"b": 2}],
        [{"c": 3}],
    ]


async def test_nothing_is_read_after_the_end_and_a_silent_provider_is_not_waited_for() -> None:
    done = b'data: {"a": 1}\n\ndata: [DONE]\n\ndata: {"b": 2}\n\n'
    assert await read(of(done, b'data: {"c": 3}\n\n')) == [[{"a": 1}]]
    async with asyncio.timeout(DRAIN_SECONDS + 5):
        assert await read(of(done, then_hangs=True)) == [[{"a": 1}]]


async def test_events_before_a_malformed_one_are_handed_out() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'data: {"a": 1}\n\ndata: {\n\n'

    events = read_events(pieces())
    assert [data for _, data in await anext(events)] == [{"a": 1}]
    with pytest.raises(ProviderError):
        await anext(events)


@pytest.mark.parametrize("data", [b"{", b"[]", b"null", b"Certainly!", b'{"a": 1}{'])
async def test_what_is_no_object_is_malformed(data: bytes) -> None:
    with pytest.raises(ProviderError) as raised:
        await read(of(b"data: " + data + b"\n\n"))
    assert raised.value.fault is Fault.MALFORMED
