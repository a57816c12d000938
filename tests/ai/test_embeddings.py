"""Jobs make embeddings after changes, and prompts include similar texts of the same brand only."""

from typing import Any
from uuid import uuid4

import pytest

from lib.ai.embeddings.service import EMBEDDINGS
from lib.core.data.db import Db, call, connect_with, run
from lib.jobs import work_off
from local.stack.client import RunningStack
from tests.ai.support import answered, budget, money, prompts_of, requests_with
from tests.support.waiting import until
from tests.support.world import Brand, World

pytestmark = pytest.mark.anyio


@pytest.fixture
def service(platform: RunningStack) -> Db:
    return connect_with(platform.environment["SUPABASE_SECRET_KEY"])


@pytest.fixture
async def world(world: World) -> World:
    world.rows("delete from private.jobs where queue = 'embeddings'")
    world.rows("update private.content_search set needs_embedding = false")
    return world


async def embed(service: Db) -> dict[str, int]:
    """Does what the schedule does each minute."""
    await run(call(service, "enqueue_missing_embeddings", {}))
    return await work_off(service, EMBEDDINGS, seconds=20)


def state(world: World, content: str) -> list[dict[str, Any]]:
    return world.rows(
        "select embedded_version, embedding_model from private.content_search where content_id = %s", content
    )


def knowledge(world: World, brand: Brand, title: str, body: str) -> str:
    return world.rows(
        "insert into public.brand_knowledge (brand_id, title, body) values (%s, %s, %s) returning id::text",
        brand.id,
        title,
        body,
    )[0]["id"]


def waiting(world: World, brand: Brand) -> int:
    """Counts the contents that wait for an embedding."""
    counted = "select count(*) as waiting from private.content_search where brand_id = %s and needs_embedding"
    return world.rows(counted, brand.id)[0]["waiting"]


def jobs(world: World, brand: Brand) -> int:
    """Counts the brand's jobs of embeddings: what follows from its events has queues of its own."""
    counted = "select count(*) as jobs from private.jobs where brand_id = %s and queue = 'embeddings'"
    return world.rows(counted, brand.id)[0]["jobs"]


async def test_a_change_is_embedded(world: World, service: Db) -> None:
    brand = await world.brand()
    budget(world, brand, 1)
    content = await world.draft(brand)
    assert state(world, content["id"]) == [{"embedded_version": None, "embedding_model": None}]
    assert (await embed(service))["failed"] == 0
    assert state(world, content["id"]) == [{"embedded_version": 1, "embedding_model": "text-embedding-3-small"}]
    await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Snow"})
    assert (waiting(world, brand), jobs(world, brand)) == (1, 0), "a write adds no job itself"
    await embed(service)
    assert waiting(world, brand) == 0
    # Another worker of the platform may have taken the job, and ends it after the embedding is stored.
    await until(lambda: jobs(world, brand) == 0)
    assert state(world, content["id"])[0]["embedded_version"] == 2
    (first, second) = world.rows("select * from public.ai_generations where brand_id = %s order by id", brand.id)
    assert (first["type"], first["status"], first["user_id"]) == ("embedding", "completed", None)
    assert first["cost"] > 0
    assert money(world, brand) == {"reserved": 0, "spent": first["cost"] + second["cost"], "alerted_percent": 0}


async def test_a_change_of_status_is_not_embedded(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    await embed(service)
    await brand.editor.post(f"/contents/{content['id']}/submit")
    assert waiting(world, brand) == 0


async def test_a_change_while_the_text_is_embedded(world: World, service: Db) -> None:
    """The embedding of an older text is better than none, and the present text is embedded as well."""
    brand = await world.brand()
    content = await world.draft(brand)
    await embed(service)
    await brand.editor.patch(f"/contents/{content['id']}", 1, {"title": "Snow"})
    world.rows(
        "select private.store_content_embeddings(brand_id, 'other', jsonb_build_array(jsonb_build_object("
        "  'id', content_id, 'version', 1, 'embedding', embedding::text"
        "))) from private.content_search where content_id = %s",
        content["id"],
    )
    assert state(world, content["id"]) == [{"embedded_version": 1, "embedding_model": "other"}]
    assert waiting(world, brand) == 1
    await embed(service)
    assert state(world, content["id"])[0]["embedded_version"] == 2
    assert waiting(world, brand) == 0


async def test_a_dead_job_is_tried_again_after_an_hour(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    world.rows(
        "insert into private.dead_jobs (id, queue, kind, brand_id, payload, dedupe_key, attempts, created_at) "
        "values (%s, 'embeddings', 'embed_content', %s, '{}', %s, 5, now())",
        uuid4(),
        brand.id,
        f"content:{content['id']}:1",
    )
    await run(call(service, "enqueue_missing_embeddings", {}))
    assert jobs(world, brand) == 0
    world.rows("update private.dead_jobs set died_at = now() - interval '61 min' where brand_id = %s", brand.id)
    await run(call(service, "enqueue_missing_embeddings", {}))
    assert jobs(world, brand) == 1


async def test_the_same_job_twice(world: World, service: Db) -> None:
    brand = await world.brand()
    content = await world.draft(brand)
    await embed(service)
    world.rows(
        "select private.enqueue_job('embeddings', 'embed_content', %s, jsonb_build_object('id', %s::text))",
        brand.id,
        content["id"],
    )
    await embed(service)
    assert len(world.rows("select 1 from public.ai_generations where brand_id = %s", brand.id)) == 1, "nothing to do"


async def test_knowledge_is_embedded_in_chunks(world: World, service: Db) -> None:
    brand = await world.brand()
    body = "\n".join(f"Paragraph {number} about oats. " + "Oats grow slowly here. " * 20 for number in range(6))
    item = knowledge(world, brand, "Oats", body)
    await embed(service)
    pieces = world.rows(
        "select position, body from private.knowledge_chunks where knowledge_id = %s order by position", item
    )
    assert len(pieces) > 2
    assert "".join("".join(piece["body"] for piece in pieces).split()) == "".join(f"Oats\n{body}".split())
    world.rows("update public.brand_knowledge set body = 'Short' where id = %s", item)
    await embed(service)
    assert len(world.rows("select 1 from private.knowledge_chunks where knowledge_id = %s", item)) == 1


async def test_exhausted_budget(world: World, service: Db) -> None:
    brand = await world.brand()
    budget(world, brand, 0)
    content = await world.draft(brand)
    assert (await embed(service))["failed"] == 1
    assert state(world, content["id"])[0]["embedded_version"] is None
    (job,) = world.rows(
        "select attempts, last_error, run_at > now() as is_later from private.jobs where brand_id = %s "
        "and queue = 'embeddings'",
        brand.id,
    )
    assert (job["attempts"], job["is_later"]) == (1, True)
    assert "budget" in job["last_error"]


async def test_provider_failure_affects_one_brand(world: World, service: Db) -> None:
    brand = await world.brand()
    await world.draft(brand, title="Frost [[fault:500]]")
    good = await world.brand()
    content = await world.draft(good)
    done = await embed(service)
    assert done["failed"] >= 1  # contents of other tests may fail as well
    assert state(world, content["id"])[0]["embedded_version"] == 1, "each brand by itself"
    (row,) = world.rows("select status::text, cost from public.ai_generations where brand_id = %s", brand.id)
    assert (row["status"], row["cost"]) == ("failed", 0)


async def published(world: World, brand: Brand, title: str, body: str) -> None:
    await world.published(brand, title=title, body=f"<p>{body}</p>")


async def test_prompts_include_similar_texts(world: World, service: Db) -> None:
    """Includes published texts of the brand, nearest first, but no drafts and no texts of other brands."""
    brand, other = await world.brand(), await world.brand()
    await published(world, brand, "Rime on windows", "Rime covers windows at dawn when moisture freezes.")
    await published(world, brand, "Coffee", "Beans are roasted slowly over a wooden fire.")
    await world.draft(brand, title="Draft rime", body="<p>Unpublished rime words.</p>")
    await published(world, other, "Rime secrets", "Rime secrets of the other house.")
    knowledge(world, brand, "Glass", "Our windows are of old glass with rime at dawn.")
    knowledge(world, other, "Secret", "Rime knowledge of the other house.")
    content = await world.draft(brand, title="Rime at dawn", fields={"topic": "rime windows dawn"})
    await embed(service)
    await answered(brand.editor, "generate", {"contentId": content["id"]})
    (prompt, *_) = prompts_of(await requests_with(world, "rime windows dawn"))
    assert prompt.index("Rime covers windows") < prompt.index("Beans are roasted")
    assert "old glass" in prompt
    assert "other house" not in prompt
    assert "Unpublished" not in prompt


async def test_texts_without_embedding_are_matched_by_words(world: World, service: Db) -> None:
    brand, other = await world.brand(), await world.brand()
    await published(world, brand, "Rime on windows", "Rime covers windows at dawn when moisture freezes.")
    await published(world, other, "Rime secrets", "Rime secrets of the other house.")
    await answered(
        brand.editor, "titles", {"brandId": brand.id, "topic": f"Windows with rime {brand.name}", "count": 2}
    )
    (prompt, *_) = prompts_of(await requests_with(world, f"Windows with rime {brand.name}"))
    assert "Rime covers windows" in prompt
    assert "other house" not in prompt
    assert service
