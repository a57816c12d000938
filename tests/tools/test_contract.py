"""Tests the comparison of the description of the API with the accepted one."""

import json
import subprocess
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from tools.contract.__main__ import HERE, without_words

BODY = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}, "note": {"type": "string"}}}
THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "kind": {"enum": ["a", "b"]}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0"},
    "paths": {
        "/things": {
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
            }
        }
    },
    "components": {"schemas": {"NewThing": BODY, "Thing": THING}},
}

type Change = Callable[[dict[str, Any]], Any]


def compare(folder: Path, change: Change) -> subprocess.CompletedProcess[str]:
    changed = deepcopy(DOCUMENT)
    change(changed)
    files = [folder / "accepted.json", folder / "current.json"]
    for file, document in zip(files, (DOCUMENT, changed), strict=True):
        file.write_text(json.dumps(without_words(document)))
    command = ["node", str(HERE / "breaking.mjs"), *map(str, files)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def post(document: dict[str, Any]) -> dict[str, Any]:
    return document["paths"]["/things"]["post"]


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
    ],
    ids=[
        "path", "operation", "operation id", "parameter", "parameter required", "response", "property required",
        "property of body", "type", "property of response", "property of response optional", "value of response",
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
    ],
    ids=["nothing", "path", "words", "parameter", "property of body", "optional", "property of response"],
)
def test_changes_that_break_no_client(tmp_path: Path, change: Change) -> None:
    compared = compare(tmp_path, change)
    assert compared.returncode == 0, compared.stderr


def test_words_are_left_out_and_names_stay() -> None:
    properties = {"description": {"type": "string", "description": "x"}, "examples": {"type": "array"}}
    left = without_words({"schemas": {"A": {"description": "x", "properties": properties}}})
    assert left == {
        "schemas": {"A": {"properties": {"description": {"type": "string"}, "examples": {"type": "array"}}}}
    }
