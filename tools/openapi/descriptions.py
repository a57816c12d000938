"""Finds operations, parameters and properties that have no description."""

from collections.abc import Iterator
from typing import Any


def _properties(name: str, schema: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    for field, each in schema.get("properties", {}).items():
        # A property with the same description as its type refers to that only.
        referred = schemas.get(each.get("$ref", "").rsplit("/", 1)[-1], {})
        if not each.get("description") and not referred.get("description"):
            yield f"{name}.{field}"
        yield from _properties(f"{name}.{field}", each, schemas)
    for part in ("items", "additionalProperties"):
        if isinstance(schema.get(part), dict):
            yield from _properties(f"{name}[]", schema[part], schemas)
    for part in ("anyOf", "oneOf", "allOf"):
        for option in schema.get(part, []):
            yield from _properties(name, option, schemas)


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
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        missing += _properties(name, schema, schemas)
    return missing
