"""Thousands of contents by one request: NDJSON in, NDJSON out, and on where it broke off."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local.demo.callers import Person
from tests.support.errors import assert_problem
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


def line(brand: Brand, **more: Any) -> str:
    return json.dumps({"brandId": brand.id, "title": uuid4().hex} | more)


async def send(person: Person, body: Any, key: str | None = None) -> list[dict[str, Any]]:
    headers = {"Content-Type": "application/x-ndjson"} | ({"Idempotency-Key": key} if key else {})
    async with person.http.stream("POST", "/contents/stream", content=body, headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        assert response.headers["Content-Type"].startswith("application/x-ndjson")
        return [json.loads(each) async for each in response.aiter_lines()]


def count(world: World, brand: Brand) -> int:
    return world.rows("select count(*) as n from public.contents where brand_id = %s", brand.id)[0]["n"]


async def test_a_thousand_in_one_request_with_progress(world: World) -> None:
    brand = await world.brand()
    body = "".join(f"{line(brand)}\n" for _ in range(1000))
    events = await send(brand.editor, body)
    results = [event for event in events if event["type"] == "result"]
    assert [result["line"] for result in results] == list(range(1, 1001))
    assert {result["status"] for result in results} == {201}
    progress = [event["received"] for event in events if event["type"] == "progress"]
    assert progress == list(range(50, 1001, 50))
    assert events[-1] == {"type": "summary", "received": 1000, "created": 1000, "replayed": 0, "failed": 0}
    assert count(world, brand) == 1000
    assert len({result["contentId"] for result in results}) == 1000


async def test_answers_come_while_the_request_is_still_under_way(world: World) -> None:
    """On the socket itself: HTTP clients send all of a request before they read any of the answer."""
    brand = await world.brand()
    url = httpx.URL(world.stack.urls["web"])
    reader, writer = await asyncio.open_connection(url.host, url.port)

    def chunk(text: str) -> bytes:
        return f"{len(text.encode()):x}\r\n".encode() + text.encode() + b"\r\n"

    head = (
        f"POST /api/v1/contents/stream HTTP/1.1\r\nHost: {url.host}\r\nTransfer-Encoding: chunked\r\n"
        f"Content-Type: application/x-ndjson\r\nAuthorization: Bearer {brand.editor.access_token}\r\n\r\n"
    )
    writer.write(head.encode() + chunk("".join(f"{line(brand)}\n" for _ in range(50))))
    progress = await asyncio.wait_for(reader.readuntil(b'"received": 50'), timeout=20)
    assert progress.startswith(b"HTTP/1.1 200")
    assert progress.count(b'"type": "result"') == 50
    writer.write(chunk(line(brand)) + b"0\r\n\r\n")
    rest = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), timeout=20)
    assert b'{"type": "summary", "received": 51, "created": 51, "replayed": 0, "failed": 0}' in rest
    writer.close()
    await writer.wait_closed()


async def test_each_line_succeeds_or_fails_by_itself(world: World) -> None:
    brand, stranger = await world.brand(), await world.brand()
    lines = [
        line(brand, title="Good"),
        "not json",
        line(brand, title="<b>"),
        line(stranger),
        "",
        line(brand, templateId=brand.template_id, fields={"unknown": 1}),
        line(brand, slug="same"),
        line(brand, slug="same"),
        '{"title": "no brand"}',
        "[]",
    ]
    events = await send(brand.editor, "\n".join(lines))
    outcome = {event["line"]: event for event in events if event["type"] == "result"}
    assert {number: event["status"] for number, event in outcome.items()} == {
        1: 201, 2: 400, 3: 400, 4: 404, 6: 400, 7: 201, 8: 409, 9: 400, 10: 400,
    }  # fmt: skip
    assert outcome[6]["error"]["details"][0]["field"] == "fields.unknown"
    assert outcome[9]["error"]["details"][0] == {
        "field": "brandId", "code": "REQUIRED_FIELD_MISSING", "message": "is required"
    }  # fmt: skip
    assert events[-1] == {"type": "summary", "received": 9, "created": 2, "replayed": 0, "failed": 7}
    assert count(world, stranger) == 0


async def test_a_stream_that_broke_off_goes_on_under_its_key(world: World) -> None:
    brand = await world.brand()
    lines = [line(brand) for _ in range(230)]
    key = uuid4().hex

    async def breaking() -> AsyncIterator[bytes]:
        yield "\n".join(lines[:120]).encode() + b"\n"
        await asyncio.sleep(1)
        raise ConnectionError("the line went dead")

    with pytest.raises((ConnectionError, httpx.TransportError)):
        await send(brand.editor, breaking(), key)
    for _ in range(100):  # what had arrived is being worked on
        if count(world, brand) >= 100:
            break
        await asyncio.sleep(0.05)
    done = count(world, brand)
    assert 100 <= done <= 120
    await asyncio.sleep(0.5)
    events = await send(brand.editor, "\n".join(lines), key)
    assert events[-1]["created"] + events[-1]["replayed"] == 230
    assert events[-1]["replayed"] >= done
    assert count(world, brand) == 230
    again = await send(brand.editor, "\n".join(lines), key)
    assert again[-1] == {"type": "summary", "received": 230, "created": 0, "replayed": 230, "failed": 0}
    first = {event["line"]: event["contentId"] for event in events if event["type"] == "result"}
    assert {event["line"]: event["contentId"] for event in again if event["type"] == "result"} == first
    other = await send(brand.editor, line(brand, title="Another"), key)
    assert (other[0]["status"], other[0]["error"]["code"]) == (422, "UNPROCESSABLE")
    # A key belongs to its sender: the same key of another user is a different one.
    theirs = await send(brand.admin, lines[0], key)
    assert theirs[-1]["created"] == 1


async def test_two_streams_at_once_under_one_key_create_each_line_once(world: World) -> None:
    brand = await world.brand()
    body, key = "\n".join(line(brand) for _ in range(60)), uuid4().hex
    answers = await asyncio.gather(*(send(brand.editor, body, key) for _ in range(3)))
    assert count(world, brand) == 60
    assert sum(events[-1]["created"] for events in answers) == 60


async def test_who_may_not_creates_nothing(world: World) -> None:
    brand = await world.brand()
    events = await send(brand.viewer, "\n".join(line(brand) for _ in range(3)))
    assert [event["status"] for event in events[:-1]] == [403, 403, 403]
    assert count(world, brand) == 0


async def test_bodies_that_cannot_be(world: World) -> None:
    person = await world.signed_in()
    for media_type, body, status in (("text/plain", b"x", 415), ("application/x-ndjson", b"x" * 4_600_000, 413)):
        response = await person.http.post("/contents/stream", content=body, headers={"Content-Type": media_type})
        assert_problem(response, status, "UNSUPPORTED_MEDIA_TYPE" if status == 415 else "PAYLOAD_TOO_LARGE")
    assert (await send(person, b""))[-1]["received"] == 0
    long_line = await send(person, b'{"title": "' + b"x" * 1_100_000 + b'"}')
    assert (long_line[-1]["type"], long_line[-1]["code"]) == ("error", "VALIDATION_ERROR")
