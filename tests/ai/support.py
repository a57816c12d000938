"""Creates brands, products and claims for the tools, and calls the tools."""

import json
from typing import Any
from uuid import uuid4

import httpx
import jwt

from lib.core.security.signing import PROOF_HEADER, make_proof
from local.demo.callers import Person
from local.tls import TLS
from tests.support.world import Brand, World

RICH_OUTPUTS = """[
  {"id": "headline", "name": "Headline", "type": "plain_text", "required": true, "maxLength": 60,
   "aiPrompt": "A headline about {{topic}}"},
  {"id": "teaser", "name": "Teaser", "type": "plain_text", "minChars": 80, "maxChars": 120, "aiPrompt": "A teaser"},
  {"id": "body", "name": "Body", "type": "html", "maxLength": 400, "aiPrompt": "The text about {{topic}}"},
  {"id": "questions", "name": "Questions", "type": "faq", "aiPrompt": "What readers ask"},
  {"id": "silent", "name": "Silent", "type": "plain_text", "aiAutoComplete": false}
]"""


def opening(brand: Brand, **changes: Any) -> dict[str, Any]:
    """Returns a request of `begin_generation`, for a call that reserves a little money."""
    return {
        "type": "title_suggestion",
        "brandId": brand.id,
        "promptVersion": "x",
        "candidates": [{"provider": "openai", "model": "gpt-4o-mini"}],
        "bounds": {"promptTokens": 1000, "completionTokens": 300, "attempts": 1},
    } | changes


async def answered(person: Person, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Calls a tool and returns the data of its answer."""
    response = await person.post(f"/ai/{path}", body)
    assert response.status_code == 200, response.text
    return response.json()["data"]


async def events_of(person: Person, path: str, body: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [event async for event in person.stream(f"/ai/{path}", body)]


async def requests_with(world: World, text: str) -> list[dict[str, Any]]:
    """Lists the requests to the model server that contain a text, oldest first."""
    async with httpx.AsyncClient(verify=TLS) as http:
        found = (await http.get(f"{world.stack.urls['models']}/requests", params={"contains": text})).json()
    return list(reversed(found))


def prompts_of(requests: list[dict[str, Any]]) -> list[str]:
    """Returns the messages of each prompt among the requests, as one text."""
    bodies = (request["body"] for request in requests)
    messages = (body["messages"] for body in bodies if "messages" in body)
    return ["\n".join(str(message["content"]) for message in said) for said in messages]


def rich_template(world: World, brand: Brand, outputs: str = RICH_OUTPUTS) -> str:
    return world.rows(
        "insert into public.templates (brand_id, name, content_type, input_fields, output_fields) values "
        '(%s, %s, \'article\', \'[{"id": "topic", "name": "Topic", "type": "short_text", "required": true}]\', %s) '
        "returning id::text",
        brand.id,
        f"Rich {uuid4().hex[:12]}",
        outputs,
    )[0]["id"]


def product_with_claims(world: World, brand: Brand, **claims: list[str]) -> dict[str, Any]:
    """Creates a product of a catalogue brand that is linked to the brand, with claims by status in every market."""
    name = f"Product {uuid4().hex[:12]}"
    master = world.rows("insert into public.master_claim_brands (name) values (%s) returning id::text", name)[0]["id"]
    world.rows(
        "insert into public.brand_master_claim_brands (brand_id, master_claim_brand_id) values (%s, %s)",
        brand.id,
        master,
    )
    product = world.rows(
        "insert into public.products (master_claim_brand_id, name, description) values (%s, %s, 'A cream for winter') "
        "returning id::text",
        master,
        name,
    )[0]["id"]
    ids: dict[str, str] = {}
    session = jwt.decode(brand.admin.access_token, options={"verify_signature": False})["session_id"]
    claims_of_admin = {"sub": world.id_of(brand.admin), "session_id": session}
    world.rows(
        "select set_config('request.jwt.claims', %s, false), set_config('request.jwt.claim.sub', %s, false), "
        "set_config('request.headers', %s, false)",
        json.dumps(claims_of_admin),
        world.id_of(brand.admin),
        json.dumps({PROOF_HEADER.lower(): make_proof(claims_of_admin, world.stack.environment["SIGNING_SECRET"])}),
    )
    for status, texts in claims.items():
        for text in texts:
            ids[text] = world.rows(
                "select public.create_claim("
                "jsonb_build_object('original', %s::text), 'product', %s, array[%s]::uuid[]) ->> 'id' as id",
                text,
                status,
                product,
            )[0]["id"]
    world.rows(
        "select set_config('request.jwt.claims', '', false), set_config('request.jwt.claim.sub', '', false), "
        "set_config('request.headers', '', false)"
    )
    return {"id": product, "name": name, "claims": ids}


def page(world: World, name: str) -> str:
    return f"{world.stack.urls['models']}/pages/{name}"


def image(world: World, name: str) -> str:
    return f"{world.stack.urls['models']}/images/{name}"


def budget(world: World, brand: Brand, amount: float) -> None:
    world.rows(
        "insert into public.ai_budgets (brand_id, month, amount) values (%s, private.this_month(), %s)",
        brand.id,
        amount,
    )


def money(world: World, brand: Brand) -> dict[str, Any]:
    return world.rows("select reserved, spent, alerted_percent from public.ai_budgets where brand_id = %s", brand.id)[0]
