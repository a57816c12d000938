"""Tests the comparison of the description of the API with the accepted one."""

import json
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tools.contract.__main__ import ACCEPTED, HERE, OPENAPI, without_words

BODY = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "note": {"type": "string"}}}
THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "kind": {"enum": ["a", "b"]}}}
STATE = {"type": "object", "required": ["since"], "properties": {"since": {"type": "string"}}}
SHARED = {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/State"}}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0"},
    "paths": {
        "/things": {
            "get": {
                "operationId": "things.getState",
                "responses": {"200": {"$ref": "#/components/responses/State"}},
            },
            "post": {
                "operationId": "things.create",
                "parameters": [{"name": "page", "in": "query", "schema": {"type": "integer"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewThing"}}}},
                "responses": {
                    "201": {
                        "description": "Created",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}},
                    }
                },
            },
        }
    },
    "components": {"responses": {"State": SHARED}, "schemas": {"NewThing": BODY, "State": STATE, "Thing": THING}},
}

type Change = Callable[[dict[str, Any]], Any]


def compare_files(accepted: Path, current: Path) -> subprocess.CompletedProcess[str]:
    command = ["node", str(HERE / "breaking.mjs"), str(accepted), str(current)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def compare(folder: Path, change: Change) -> subprocess.CompletedProcess[str]:
    changed = deepcopy(DOCUMENT)
    change(changed)
    files = [folder / "accepted.json", folder / "current.json"]
    for file, document in zip(files, (DOCUMENT, changed), strict=True):
        file.write_text(json.dumps(without_words(document)))
    return compare_files(*files)


def post(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/things"]["post"]


def shared_answer(document: dict[str, Any]) -> dict[str, Any]:
    return document["components"]["responses"]["State"]


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    return document["components"]["schemas"][name]


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document["paths"].pop("/things"),
        lambda document: document["paths"]["/things"].pop("post"),
        lambda document: post(document).update(operationId="things.make"),
        lambda document: post(document)["parameters"].clear(),
        lambda document: post(document)["parameters"][0].update(required=True),
        lambda document: post(document)["responses"].pop("201"),
        lambda document: schema(document, "NewThing")["required"].append("note"),
        lambda document: schema(document, "NewThing")["properties"].pop("note"),
        lambda document: schema(document, "NewThing")["properties"]["name"].update(type="integer"),
        lambda document: schema(document, "Thing")["properties"].pop("id"),
        lambda document: schema(document, "Thing")["required"].remove("id"),
        lambda document: schema(document, "Thing")["properties"]["kind"]["enum"].append("c"),
        lambda document: schema(document, "State")["properties"].pop("since"),
        lambda document: shared_answer(document).pop("content"),
    ],
    ids=[
        "path", "operation", "operation id", "parameter", "parameter required", "response", "property required",
        "property of body", "type", "property of response", "property of response optional", "value of response",
        "property of shared response", "body of shared response",
    ],
)  # fmt: skip
def test_changes_that_break_clients(tmp_path: Path, change: Change) -> None:
    compared = compare(tmp_path, change)
    assert compared.returncode == 1, compared.stdout
    assert "/things" in compared.stderr


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document,
        lambda document: document["paths"].update(
            {"/others": {"get": {"operationId": "others.list", "responses": {}}}}
        ),
        lambda document: post(document).update(summary="x", description="y", tags=["z"]),
        lambda document: post(document)["parameters"].append({"name": "x", "in": "query", "schema": {}}),
        lambda document: schema(document, "NewThing")["properties"].update({"more": {"type": "string"}}),
        lambda document: schema(document, "NewThing")["required"].clear(),
        lambda document: schema(document, "Thing")["properties"].update({"more": {"type": "string"}}),
        lambda document: document["paths"]["/things"]["get"]["responses"].update(
            {"200": document["components"]["responses"].pop("State")}
        ),
    ],
    ids=[
        "nothing", "path", "words", "parameter", "property of body", "optional", "property of response",
        "response no longer shared",
    ],
)  # fmt: skip
def test_changes_that_break_no_client(tmp_path: Path, change: Change) -> None:
    compared = compare(tmp_path, change)
    assert compared.returncode == 0, compared.stderr


def test_the_accepted_description_has_the_shared_responses(tmp_path: Path) -> None:
    document = without_words(json.loads(OPENAPI.read_text()))
    del document["components"]["schemas"]["Profile"]["properties"]["email"]
    current = tmp_path / "current.json"
    current.write_text(json.dumps(document))
    compared = compare_files(ACCEPTED, current)
    assert compared.returncode == 1, compared.stdout
    assert "GET /api/v1/users/me/profile responses/200" in compared.stderr


def test_words_are_left_out_and_names_stay() -> None:
    properties = {"description": {"type": "string", "description": "x"}, "examples": {"type": "array"}}
    left = without_words({"schemas": {"A": {"description": "x", "properties": properties}}})
    assert left == {
        "schemas": {"A": {"properties": {"description": {"type": "string"}, "examples": {"type": "array"}}}}
    }
