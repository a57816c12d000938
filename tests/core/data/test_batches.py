"""Reads that are made in one turn of the event loop are one call of the data API, each in the rights of the caller."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from lib.core.data.batches import BatchingDataApi
from lib.core.data.db import Db, call, connect_as, run
from lib.core.http.errors import ApiError, NotFound
from lib.core.telemetry.context import begin_context
from local.demo.callers import Person
from tests.support.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("service")]


def token_of(person: Person) -> str:
    return person.access_token


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The functions that are called over the wire."""
    from lib.core.data.calls import FunctionCall

    names: list[str] = []
    send = FunctionCall.send

    async def sending(self: FunctionCall) -> Any:
        names.append(self.function)
        return await send(self)

    monkeypatch.setattr(FunctionCall, "send", sending)
    return names


async def get(db: Db, content_id: Any) -> Any:
    return (await run(call(db, "get_content", {"content_id": str(content_id), "expand": []}))).data


def batching(person: Person) -> BatchingDataApi:
    begin_context(uuid4().hex)
    return BatchingDataApi(connect_as(token_of(person)))


async def test_reads_of_one_turn_are_one_call(world: World, asked: list[str]) -> None:
    brand = await world.brand()
    contents = [await world.draft(brand) for _ in range(3)]
    db = batching(brand.viewer)
    arguments = {"filters": {"brand_id": brand.id}, "page_size": 2}
    *read, listed = await asyncio.gather(
        *(get(db, content["id"]) for content in contents), run(call(db, "list_contents", arguments))
    )
    assert asked == ["get_answers"]
    assert [row["id"] for row in read] == [content["id"] for content in contents]
    assert len(listed.data["items"]) == 2
    alone = connect_as(token_of(brand.viewer))
    assert [await get(alone, content["id"]) for content in contents] == read, "the same as without others"


async def test_equal_reads_are_made_once(world: World, asked: list[str]) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    db = batching(brand.viewer)
    first, second = await asyncio.gather(get(db, content["id"]), get(db, content["id"]))
    assert (await get(db, content["id"])) == first == second
    assert asked == ["get_content"], "a call without others is that call"


async def test_a_read_that_is_refused_leaves_the_others(world: World, asked: list[str]) -> None:
    brand, foreign = await world.brand(), await world.brand()
    content, hidden = await world.draft(brand), await world.draft(foreign)
    db = batching(brand.viewer)
    seen, unseen = await asyncio.gather(get(db, content["id"]), get(db, hidden["id"]), return_exceptions=True)
    assert seen["id"] == content["id"]
    assert isinstance(unseen, NotFound)
    assert asked == ["get_answers"]
    alone = connect_as(token_of(brand.viewer))
    with pytest.raises(NotFound) as refused:
        await get(alone, hidden["id"])
    assert unseen.message == refused.value.message
    with pytest.raises(NotFound):
        await get(db, hidden["id"])
    assert len(asked) == 3, "what was refused is asked again"


async def test_bad_arguments_are_refused_as_alone(world: World) -> None:
    brand = await world.brand()
    for function, arguments in (
        ("get_content", {"content_id": "no id"}),
        ("get_content", {"content_id": str(uuid4()), "expand": {"a": 1}}),
        ("list_contents", {"page_size": "many"}),
    ):
        db, alone = batching(brand.viewer), connect_as(token_of(brand.viewer))
        good = call(db, "list_brands", {})
        outcomes = await asyncio.gather(run(good), run(call(db, function, arguments)), return_exceptions=True)
        with pytest.raises(ApiError) as refused:
            await run(call(alone, function, arguments))
        assert not isinstance(outcomes[0], BaseException), outcomes[0]
        assert isinstance(outcomes[1], ApiError)
        assert (outcomes[1].status, outcomes[1].code) == (refused.value.status, refused.value.code), function


@pytest.mark.parametrize(
    "asked_for",
    ["update_content", "run_command", "no_such_function", "pg_sleep", "answer_call", 'get_content"(); select 1 --'],
)
async def test_nothing_else_can_be_called(world: World, asked_for: str) -> None:
    brand = await world.brand()
    db = connect_as(token_of(brand.admin))
    calls = [{"function": asked_for, "arguments": {}}]
    (answer,) = (await run(call(db, "get_answers", {"calls": calls}))).data
    assert answer["error"]["code"] == "PT404", answer


async def test_at_most_so_many(world: World) -> None:
    brand = await world.brand()
    begin_context(uuid4().hex)
    db = connect_as(token_of(brand.viewer))
    for calls in ([{"function": "list_brands"}] * 501, {"function": "list_brands"}, None, "x"):
        with pytest.raises(ApiError) as refused:
            await run(call(db, "get_answers", {"calls": calls}))
        assert refused.value.status == 400, calls


async def test_more_are_two_calls(world: World, asked: list[str]) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    db = batching(brand.viewer)
    ids = [content["id"], *(uuid4() for _ in range(500))]
    outcomes = await asyncio.gather(*(get(db, each) for each in ids), return_exceptions=True)
    assert outcomes[0]["id"] == content["id"]
    assert all(isinstance(outcome, NotFound) for outcome in outcomes[1:])
    assert len(asked) == 2
