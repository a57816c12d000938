"""Looks for one brand's data in errors, memories and documents that another brand's member is given."""

import hashlib
import json
from typing import Any
from uuid import uuid4

import pytest
import redis

from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.support.graph import answer_of, ask, send
from tests.support.servers import functions_with
from tests.support.world import World

pytestmark = pytest.mark.anyio

CONTENT = "query Own($id: ID!) { content(id: $id) { id title } }"


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(digest: str, **parts: Any) -> dict[str, Any]:
    return parts | {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}


async def code_of(person: Person, body: Any) -> str:
    answer = (await send(person, body)).json()
    assert "data" not in answer, answer
    return answer["errors"][0]["extensions"]["code"]


def without_ids(answer: dict[str, Any], *ids: str) -> str:
    text = json.dumps(answer)
    for error in answer.get("errors", []):
        text = text.replace(error["extensions"].get("requestId", "-"), "request")
    for each in ids:
        text = text.replace(each, "id")
    return text


async def test_an_id_of_another_brand_is_answered_like_one_that_nobody_has(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    theirs, nobodys = (await world.draft(other))["id"], str(uuid4())
    queries = [CONTENT, "query($id: ID!) { brand(id: $id) { id } }", "query($id: ID!) { node(id: $id) { id } }"]
    queries.append(
        "mutation($id: ID!) { deleteContent(id: $id, expectedVersion: 1) { deletedId problem { __typename } } }"
    )
    for query in queries:
        answers = [
            without_ids(await answer_of(brand.admin, query, id=each), each)
            for each in (other.id if "brand(" in query else theirs, nobodys)
        ]
        assert answers[0] == answers[1], query
        assert other.name not in answers[0]


async def test_one_request_keeps_answers_apart(world: World) -> None:
    """Reads of one request are sent as one call, in which each has rights and errors of its own."""
    brand, other = await world.brand(), await world.brand()
    own, theirs = await world.draft(brand), await world.draft(other)
    fields = "a: content(id: $own) { id } b: content(id: $theirs) { id } c: content(id: $own) { title }"
    query = f"query($own: ID!, $theirs: ID!) {{ {fields} }}"
    answer = await answer_of(brand.editor, query, own=own["id"], theirs=theirs["id"])
    assert answer["data"] == {"a": {"id": own["id"]}, "b": None, "c": {"title": own["title"]}}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["b"], "NOT_FOUND")


async def test_one_document_shows_each_caller_their_own(world: World) -> None:
    """Documents are kept by their text, for all callers of an instance."""
    brand, other = await world.brand(), await world.brand()
    query = f"query Mine{uuid4().hex} {{ contents {{ nodes {{ title brand {{ name }} }} totalCount }} }}"
    mine, theirs = await world.draft(brand), await world.draft(other)
    for _ in range(2):
        for person, seen, hidden in ((brand.editor, mine, theirs), (other.editor, theirs, mine)):
            text = json.dumps(await ask(person, query))
            assert seen["title"] in text
            assert hidden["title"] not in text


async def test_a_registered_document_shows_each_caller_their_own(world: World) -> None:
    brand, other = await world.brand(), await world.brand()
    content = await world.draft(brand)
    text = CONTENT.replace("Own", f"Own{uuid4().hex}")
    digest = digest_of(text)
    first = await send(brand.editor, persisted(digest, query=text, variables={"id": content["id"]}))
    assert first.json()["data"]["content"]["title"] == content["title"]
    again = await send(brand.viewer, persisted(digest, variables={"id": content["id"]}))
    assert again.json()["data"]["content"]["title"] == content["title"]
    theirs = await send(other.admin, persisted(digest, variables={"id": content["id"]}))
    assert theirs.json()["data"] == {"content": None}
    assert content["title"] not in theirs.text


async def test_a_document_under_the_hash_of_another(world: World, stack: RunningStack) -> None:
    """The next caller who asks by this hash would run it."""
    person, victim = await world.signed_in(), await world.signed_in()
    wanted = digest_of(CONTENT + f" # {uuid4().hex}")
    evil = 'mutation { deleteContent(id: "1", expectedVersion: 1) { deletedId } }'
    assert await code_of(person, persisted(wanted, query=evil)) == "VALIDATION_ERROR"
    assert await code_of(victim, persisted(wanted)) == "PERSISTED_QUERY_NOT_FOUND"
    # Not even what stands in KV is trusted.
    with redis.Redis.from_url(stack.redis_url, decode_responses=True) as kv:
        registered = await _registered_key(world, kv)
        kv.set(registered.rsplit(":", 1)[0] + ":" + wanted, evil, ex=60)
    assert await code_of(victim, persisted(wanted)) == "PERSISTED_QUERY_NOT_FOUND"


async def _registered_key(world: World, kv: redis.Redis) -> str:
    person, text = await world.signed_in(), f"{{ a{uuid4().hex}: __typename }}"
    await send(person, persisted(digest_of(text), query=text))
    found = [str(key) for key in kv.scan_iter(f"*{digest_of(text)}*")]
    assert found, "the document was not registered"
    return found[0]


@pytest.mark.parametrize("digest", ["", "x", "0" * 64, "0" * 63, "A" * 64, "../" * 20, "*", "0" * 10_000, "\u0000"])
async def test_hashes_that_name_nothing(world: World, digest: str) -> None:
    person = await world.signed_in()
    assert await code_of(person, persisted(digest)) in ("PERSISTED_QUERY_NOT_FOUND", "VALIDATION_ERROR")


async def test_only_documents_of_callers_are_registered(world: World, stack: RunningStack) -> None:
    """A stranger, or a document that is not valid, takes no room in KV."""
    person, stranger = await world.signed_in(), await world.person()
    stranger.http.headers["X-API-Key"] = "mix_test_" + "0" * 40
    for caller, text in ((stranger, f"{{ a{uuid4().hex}: __typename }}"), (person, f"{{ a{uuid4().hex} }}")):
        await send(caller, persisted(digest_of(text), query=text))
        with redis.Redis.from_url(stack.redis_url, decode_responses=True) as kv:
            assert list(kv.scan_iter(f"*{digest_of(text)}*")) == [], text


async def test_nobody_fills_kv_with_documents(world: World, stack: RunningStack) -> None:
    """KV has the sessions of all callers, and keeps a document for a day."""
    with functions_with(stack.environment | {"RATE_LIMIT_DOCUMENTS": "3"}) as origin:
        person, other = await world.signed_in(origin), await world.signed_in(origin)
        texts = [f"{{ a{uuid4().hex}: __typename }}" for _ in range(5)]
        for text in texts:
            assert (await send(person, persisted(digest_of(text), query=text))).status_code == 200
        last = f"{{ a{uuid4().hex}: __typename }}"
        await send(other, persisted(digest_of(last), query=last))
    with redis.Redis.from_url(stack.redis_url, decode_responses=True) as kv:
        kept = [bool(list(kv.scan_iter(f"*{digest_of(text)}*"))) for text in (*texts, last)]
    assert kept == [True, True, True, False, False, True]
