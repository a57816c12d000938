"""Hostile values in the JSON bodies of every operation of the API: refused with a reason, never a 500."""

import itertools
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Final

import psycopg
import pytest

from local.stack.client import RunningStack
from tests.tenancy.poison.readers import DOCUMENT, Readers
from tests.tenancy.poison.values import DEEP
from tests.tenancy.scene import Scene, build_scene

pytestmark = pytest.mark.anyio

VALUES: Final = (
    '"infinity"',
    '"99999-01-01T00:00:00Z"',
    '"0044-03-15 BC"',
    '"1899-12-31T23:59:59Z"',
    "[" * DEEP + "]" * DEEP,
    '{"a":' * DEEP + "1" + "}" * DEEP,
    "1e5000",
    '{"a": 1e5000}',
    "1" + "0" * 400,
    "1" + "0" * 5000,
    "NaN",
    "-Infinity",
    "[null]",
    '["ok", null]',
    "[[]]",
    r'"\ud800"',
    r'"\u0000"',
    '{"__proto__": {"a": null}}',
    '"' + "a" * 300_000 + '"',
    "null",
    "-0",
    '{"' + "k" * 100_000 + '": 1}',
)


@pytest.fixture
async def readers(stack: RunningStack, database: psycopg.Connection) -> AsyncIterator[Readers]:
    scene: Scene = build_scene(database)
    made = Readers(stack, scene)
    yield made
    await made.close()


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def properties_of(schema: dict[str, Any]) -> list[str]:
    schema = resolved(schema)
    parts = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    return [*schema.get("properties", {}), *(name for part in parts for name in properties_of(part))]


def bodies() -> Iterator[tuple[str, str, str]]:
    """Yields method, path and body of each operation that takes JSON: whole bodies, and values of its properties."""
    turns = itertools.cycle(VALUES)
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {}) if isinstance(operation, dict) else {}
            if "application/json" not in content:
                continue
            for value in itertools.islice(turns, 7):
                yield method, path, value
            for name in dict.fromkeys(properties_of(content["application/json"].get("schema", {}))):
                for value in itertools.islice(turns, 3):
                    yield method, path, f"{{{json.dumps(name)}: {value}}}"


@pytest.mark.timeout(600)
async def test_no_body_is_answered_with_a_failure_of_ours(
    readers: Readers, record_property: Callable[[str, object], None]
) -> None:
    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for number, (method, path, body) in enumerate(bodies()):
        if number % 50 == 0:
            readers.make_room()
        name = ("colleague", "platform")[number % 2]
        headers = {"Content-Type": "application/json", "If-Match": '"1"'}
        answer = await readers.clients[name].request(method.upper(), readers.fill(path), content=body, headers=headers)
        statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            failures.append(f"{method} {path} {body[:80]}: {answer.status_code}")
    record_property("figure", f"{statuses.total()} hostile bodies: {dict(sorted(statuses.items()))}")
    assert failures == []
