"""Finds operations, parameters and properties that have no description."""

from collections.abc import Iterator
from typing import Any


def _properties(name: str, schema: dict[str, Any]) -> Iterator[str]:
    for field, each in schema.get("properties", {}).items():
        if not each.get("description"):
            yield f"{name}.{field}"
        yield from _properties(f"{name}.{field}", each)
    for part in ("items", "additionalProperties"):
        if isinstance(schema.get(part), dict):
            yield from _properties(f"{name}[]", schema[part])
    for part in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(part, []):
            yield from _properties(name, option)


def missing_descriptions(document: dict[str, Any]) -> list[str]:
    """Returns the places without a description, such as ``GET /api/v1/brands, parameter page``."""
    missing: list[str] = []
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path}"
            if not operation.get("description"):
                missing.append(place)
            missing += [
                f"{place}, parameter {parameter['name']}"
                for parameter in operation.get("parameters", [])
                if "$ref" not in parameter and not parameter.get("description")
            ]
    for kind in ("parameters", "headers", "responses", "securitySchemes"):
        for name, entry in document["components"].get(kind, {}).items():
            if not entry.get("description"):
                missing.append(f"{kind} {name}")
    for name, schema in document["components"]["schemas"].items():
        missing += _properties(name, schema)
    return missing
