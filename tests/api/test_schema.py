"""Compares the API with its own description: generated requests, valid and invalid, by users of two brands.

No response is a 5xx or has a status, media type or shape that the description lacks. Most ids belong to existing
resources of either brand; the rest are made up.
"""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lib.core.http.cors import EXPOSED_HEADERS
from lib.core.http.selection import split_names
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.support.servers import functions_with
from tests.support.world import World

CHECKS: Final = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DOCUMENT: Final[dict[str, Any]] = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())
# The first would sign the callers out; the second calls a model, and tests/ai covers its faults. The third does not
# end: see tests/events/test_stream.py.
LEFT_OUT: Final = (
    *("POST /api/v1/auth/logout", "POST /api/v1/ai/generate"),
    *("GET /api/v1/events/stream", "POST /api/v1/graphql/stream"),
)
# Each verifies a password hash, which is slow on purpose.
SLOW: Final = ("POST /api/v1/auth/login", "POST /api/v1/auth/refresh")
LIMITS: Final = ("ACCOUNT", "AI", "API", "AUTH", "BRAND_PROFILE", "DELIVERY", "GENERATE", "HOOKS", "NOTIFY")
# `make fuzz` sends far more.
EXAMPLES: Final = int(os.environ.get("SCHEMA_EXAMPLES", "4"))
SLOW_EXAMPLES: Final = min(EXAMPLES, 50)


@dataclass
class Scene:
    origin: str
    tokens: list[str]
    ids: dict[str, list[str]]
    """Existing values, by the name of a parameter or property."""


async def _arrange(stack: RunningStack, database: psycopg.Connection) -> tuple[list[str], dict[str, list[str]]]:
    world = World(stack, database)
    tokens: list[str] = []
    ids: dict[str, list[str]] = {name: [] for name in (
        "contentId", "brandId", "templateId", "userId", "commentId", "agencyId", "brandSlug", "contentSlug",
        "workflowId",
    )}  # fmt: skip
    for _ in range(2):
        brand = await world.brand()
        tokens += [person.access_token for person in (brand.admin, brand.editor, brand.viewer)]
        contents = [await world.draft(brand), await world.draft(brand), await world.approved(brand)]
        published = await world.published(brand)
        path = f"/contents/{contents[0]['id']}"
        await brand.editor.patch(path, 1, {"title": "Second"})
        await brand.editor.post(f"/contents/{contents[1]['id']}/submit")
        comment = (await brand.viewer.post(f"{path}/comments", {"body": "x"})).json()["data"]["id"]
        agency = (await brand.admin.post(f"/brands/{brand.id}/agencies", {"name": "A"})).json()["data"]["id"]
        ids["contentId"] += [content["id"] for content in (*contents, published)]
        ids["brandId"].append(brand.id)
        ids["templateId"].append(brand.template_id)
        ids["workflowId"].append(brand.workflow_id)
        ids["userId"] += [world.id_of(brand.editor), world.id_of(brand.viewer)]
        ids["commentId"].append(comment)
        ids["agencyId"].append(agency)
        ids["brandSlug"] += [
            row["slug"] for row in world.rows("select slug from public.brands where id = %s", brand.id)
        ]
        ids["contentSlug"].append(published["slug"])
    await world.close()
    return tokens, ids


@pytest.fixture(scope="module")
def scene(stack: RunningStack, database: psycopg.Connection) -> Iterator[Scene]:
    unlimited = {f"RATE_LIMIT_{name}": "100000000" for name in LIMITS}
    tokens, ids = asyncio.run(_arrange(stack, database))
    with functions_with(stack.environment | unlimited) as origin:
        yield Scene(origin, tokens, ids)


def _check_headers(label: str, response: Any) -> None:
    """Every header of ours that came is described, and every header that is described as required came."""
    method, path = label.split(" ", 1)
    answer = DOCUMENT["paths"][path][method.lower()]["responses"][str(response.status_code)]
    if "$ref" in answer:
        answer = DOCUMENT["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    described = answer["headers"]
    came = {name.lower() for name in response.headers}
    undescribed = [name for name in EXPOSED_HEADERS if name.lower() in came and name not in described]
    assert not undescribed, f"{response.status_code} has {undescribed}"
    components = DOCUMENT["components"]["headers"]
    required = [name for name, each in described.items() if components[each["$ref"].rsplit("/", 1)[1]].get("required")]
    missing = [name for name in required if name.lower() not in came]
    assert not missing, f"{response.status_code} lacks {missing}"


def _check_selection(query: Mapping[str, Any], data: Any) -> None:
    """With `fields` an answer has what was chosen and expanded, and lacks other fields that its schema requires."""
    chosen = {"id", *split_names(query["fields"]), *split_names(query.get("expand") or [])}
    for item in data if isinstance(data, list) else [data]:
        assert set(item) <= chosen, f"{sorted(set(item) - chosen)} were not chosen"


@schemathesis.serializer("application/x-ndjson")
def _as_lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


def _operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(DOCUMENT)), config=schemathesis.Config())
    found: dict[str, Any] = {}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result.err()
        operation = result.ok()
        if operation.label not in LEFT_OUT:
            found[operation.label] = operation
    return found


OPERATIONS: Final = _operations()
# Properties and parameters that name what exists, by what it is.
_REFERENCES: Final = {
    "brandId": "brandId",
    "templateId": "templateId",
    "workflowId": "workflowId",
    "contentIds": "contentId",
}


def _made_real(case: Case, scene: Scene, choose: Callable[[list[str]], str]) -> None:
    """Replaces made-up ids by ids of existing resources."""
    for name in case.path_parameters or {}:
        if name in scene.ids:
            case.path_parameters[name] = choose(scene.ids[name])
    query = case.query or {}
    for name in [name for name in ("brandId", "templateId") if name in query]:
        case.query[name] = choose(scene.ids[_REFERENCES[name]])
    if isinstance(case.body, dict):
        for name in [name for name in _REFERENCES if name in case.body]:
            one = choose(scene.ids[_REFERENCES[name]])
            case.body[name] = [one, str(uuid4())] if name == "contentIds" else one
    headers = case.headers
    if headers is not None and "If-Match" in headers:
        headers["If-Match"] = choose(['"1"', '"2"', '"3"', '"5"'])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
@pytest.mark.timeout(300)
def test_operation(
    scene: Scene, label: str, mode: GenerationMode, record_property: Callable[[str, object], None]
) -> None:
    operation = OPERATIONS[label]

    @settings(
        max_examples=EXAMPLES if label not in SLOW else SLOW_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def run(case: Case, data: st.DataObject) -> None:
        if data.draw(st.integers(0, 4), label="made-up ids if 0"):
            _made_real(case, scene, lambda known: data.draw(st.sampled_from(known)))
        headers = {"Authorization": f"Bearer {data.draw(st.sampled_from(scene.tokens))}"}
        response = case.call(base_url=scene.origin, headers=headers, timeout=30)
        record_property("status", response.status_code)
        assert response.status_code < 500, f"{response.status_code}: {response.text}"
        query = case.query or {}
        if query.get("fields") and response.status_code == 200:
            _check_selection(query, response.json()["data"])
            case.validate_response(
                response, checks=[check for check in CHECKS if check is not response_schema_conformance]
            )
        else:
            case.validate_response(response, checks=CHECKS)
        _check_headers(label, response)

    try:
        run()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, "no request can be made of the description"
