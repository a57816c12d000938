"""Tests that the benchmarks send requests that the API has."""

import json
import re
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from bench.api.data import Data
from bench.api.operations import OPERATIONS, Operation, Work, encoded
from local.stack.settings import ROOT

ID = "019a0000-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    return json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())


@pytest.fixture
def work() -> Work:
    data = Data(
        brands=[ID],
        ids=[ID],
        drafts=[ID],
        archived=[ID],
        submittable=[ID],
        published=[("slug", ID)],
        slug="brand",
        creator=ID,
        admin=ID,
        middle=datetime(2026, 1, 1, tzinfo=UTC),
        cursor="x",
        rare=3,
    )
    return Work(data, 0, {}, count())


def parameters_of(api: dict[str, Any], method: str, path: str) -> set[str]:
    """Returns the parameters of an operation. Of several paths that fit, the one with the fewest variables counts."""
    full, paths = f"/api/v1{path}", api["paths"]
    fitting = [known for known in paths if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), full)]
    assert fitting, full
    operation = paths[min(fitting, key=lambda known: known.count("{"))][method.lower()]
    found: set[str] = set()
    for parameter in operation.get("parameters", ()):
        name = parameter.get("$ref", "").rsplit("/", 1)[-1]
        found.add((api["components"]["parameters"][name] if name else parameter)["name"])
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_requests_are_described(operation: Operation, api: dict[str, Any], work: Work) -> None:
    call = operation.ours(work)
    assert {name for name, _ in call.params} <= parameters_of(api, call.method, call.path)


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.plain], ids=lambda operation: operation.name)
def test_the_plain_side_sends_json(operation: Operation, work: Work) -> None:
    assert operation.plain is not None
    call = operation.plain(work)
    assert call.path == "/plain_contents"
    assert (encoded(call) is None) == (call.method == "GET")


def test_names_are_unique() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_updates_name_the_version_that_the_one_before_made(work: Work) -> None:
    update = next(operation for operation in OPERATIONS if operation.name == "update title")
    assert [update.ours(work).headers["If-Match"] for _ in range(3)] == ['"1"', '"2"', '"3"']
