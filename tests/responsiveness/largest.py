"""Makes the largest requests that the description of the API allows, and large ones that it does not."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from lib.core.http.headers import MAX_BODY_BYTES
from lib.core.http.json_values import MAX_JSON_VALUES
from local.stack.settings import ROOT

type Schema = dict[str, Any]

DOCUMENT: Final[dict[str, Any]] = json.loads((ROOT / "public" / "api" / "v1" / "openapi.json").read_text())
JSON: Final = "application/json"
# Left for names, brackets and quotes around a text.
ROOM: Final = 50_000
MANY: Final = MAX_JSON_VALUES - 1_000
# Texts without a limit of their own, and the most items and keys if there is no limit.
LONGEST: Final = 200_000
MOST_ITEMS: Final = 1_000
FILL: Final = "<p><a href=x>"


@dataclass
class Request:
    """A request to measure. ``name`` says what is large."""

    name: str
    method: str
    path: str
    template: str
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


class _Largest:
    """Fills a schema. ``known``: existing values by the names of properties and parameters."""

    def __init__(self, fill: str, known: dict[str, str]) -> None:
        self._fill, self._known, self._left = fill, known, MAX_BODY_BYTES - ROOM
        self._values = MANY

    def of(self, schema: Schema, name: str = "", depth: int = 0) -> Any:
        """Returns the largest value of a schema that there is room for."""
        schema = _resolved(schema)
        self._values -= 1
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self.of(max(map(_resolved, choices), key=_weight), name, depth)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        kind = schema.get("type", "object" if "properties" in schema else "any")
        if isinstance(kind, list):
            kind = next(each for each in kind if each != "null")
        made: dict[str, Callable[[], Any]] = {
            "string": lambda: self._text(schema, name),
            "integer": lambda: schema.get("maximum", schema.get("minimum", 1)),
            "number": lambda: schema.get("maximum", schema.get("minimum", 1)),
            "boolean": lambda: True,
            "array": lambda: self._items(schema, name, depth),
            "object": lambda: self._object(schema, depth),
            "null": lambda: None,
            "any": lambda: [1] * max(min(self._values, MOST_ITEMS), 0),
        }
        return made[kind]()

    def _text(self, schema: Schema, name: str) -> str:
        if name in self._known:
            return self._known[name]
        example = str((schema.get("examples") or [schema.get("example", "a")])[0])
        if schema.get("format") == "uuid":
            return "01a20dcb-7194-7b81-a325-e45b26eae744"
        if schema.get("format") or schema.get("pattern"):
            return example
        length = max(min(schema.get("maxLength", LONGEST), self._left), schema.get("minLength", 0))
        self._left -= length
        return (self._fill * (length // len(self._fill) + 1))[:length]

    def _items(self, schema: Schema, name: str, depth: int) -> list[Any]:
        items: list[Any] = []
        for _ in range(schema.get("maxItems", MOST_ITEMS)):
            if items and (self._left <= 0 or self._values <= 0 or depth > 4):
                break
            items.append(self.of(schema.get("items", {}), name, depth + 1))
        return items

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        made = {name: self.of(each, name, depth + 1) for name, each in schema.get("properties", {}).items()}
        more = schema.get("additionalProperties")
        if more and not made:
            for number in range(min(schema.get("maxProperties", 50), 50)):
                if self._left > 0:
                    made[f"key{number}"] = self.of(
                        more if isinstance(more, dict) else {"type": "string"}, "", depth + 1
                    )
        return made


def _resolved(schema: Any) -> Schema:
    while isinstance(schema, dict) and "$ref" in schema:
        found: Any = DOCUMENT
        for part in str(schema["$ref"]).removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema if isinstance(schema, dict) else {}


def _weight(schema: Schema) -> int:
    kinds = {"array": 4, "object": 3, "string": 2, "null": 0}
    return kinds.get(str(schema.get("type", "object")), 1)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yields method, path and description of each operation."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method in ("get", "post", "put", "patch", "delete"):
                yield method.upper(), path, operation


def requests_of(method: str, path: str, operation: dict[str, Any], known: dict[str, str]) -> Iterator[Request]:
    """Yields the requests of an operation that may cost most."""
    parameters = [_resolved(each) for each in operation.get("parameters", [])]
    template = path
    for each in parameters:
        if each["in"] == "path":
            value = known.get(each["name"]) or str(_Largest("a", known).of(each["schema"], each["name"]))[:100]
            path = path.replace(f"{{{each['name']}}}", value)
    headers = {"If-Match": '"1"'} if any(each["name"] == "If-Match" for each in parameters) else {}
    content = _resolved(operation.get("requestBody", {})).get("content", {})
    if JSON in content:
        headers |= {"Content-Type": JSON}
        for name, body in _bodies(content[JSON]["schema"], known):
            yield Request(f"{method} {path}: {name}", method, path, template, body, headers)
    elif method == "GET":
        texts = [each for each in parameters if each["in"] == "query"]
        pages = [each["name"] for each in texts if each["name"] in ("pageSize", "limit")]
        page = "&".join(f"{name}=100" for name in pages)
        yield Request(f"{method} {path}: whole page", method, f"{path}?{page}", template, None, headers)


def _bodies(schema: Schema, known: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    yield "largest", json.dumps(_Largest(FILL, known).of(schema)).encode()[:MAX_BODY_BYTES]
    properties = list(_resolved(schema).get("properties", {})) or ["a"]
    valid = _Largest("a", known).of(schema) if len(properties) > 1 else {}
    valid = valid if isinstance(valid, dict) and len(json.dumps(valid)) < ROOM else {}
    used = sum(json.dumps(valid).count(mark) for mark in ",[{")
    yield "unknown names", json.dumps(valid | {f"n{number}": 1 for number in range(MANY - used)}).encode()
    yield "too many values", b"[" + b"{}," * ((MAX_BODY_BYTES - ROOM) // 3) + b"{}]"
    objects: list[Any] = [{"a": [{}]}] * (MANY // len(properties) // 5)
    yield "objects for everything", json.dumps(dict.fromkeys(properties, objects)).encode()
    text = "<a," * ((MAX_BODY_BYTES - ROOM) // len(properties) // 3)
    yield "texts for everything", json.dumps(dict.fromkeys(properties, text)).encode()
