"""Puts an example beside every body and every answer of the description, made from the schemas' own examples."""

from typing import Any, Final

from tools.openapi.errors import has_own_body

type Schema = dict[str, Any]

BY_FORMAT: Final = {
    "uuid": "01a20dcb-7194-7b81-a325-e45b26eae744",
    "date-time": "2026-11-24T09:00:00Z",
    "date": "2026-11-24",
}


class ExampleError(Exception):
    """A schema from which no example can be made: its field has to bring one."""


class Examples:
    def __init__(self, components: dict[str, Any]) -> None:
        self.schemas: dict[str, Schema] = components["schemas"]

    def of(self, schema: Schema, path: str) -> Any:
        """Returns an example of a schema. ``path``: the place, for the message of ExampleError."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            return self.of(self.schemas[name], f"{path} ({name})")
        for key in ("examples", "enum"):
            if schema.get(key):
                return schema[key][0]
        for key in ("example", "const"):
            if key in schema:
                return schema[key]
        for key in ("anyOf", "oneOf"):
            if key in schema:
                options = [option for option in schema[key] if option.get("type") != "null"]
                return self.of((options or schema[key])[0], path)
        if "allOf" in schema:
            return self.of(schema["allOf"][0], path)
        return self._of_type(schema, path)

    def _of_type(self, schema: Schema, path: str) -> Any:
        match schema.get("type"):
            case "object":
                properties: dict[str, Schema] = schema.get("properties", {})
                return {name: self.of(each, f"{path}.{name}") for name, each in properties.items()}
            case "array":
                return [self.of(schema["items"], f"{path}[]")] if "items" in schema else []
            case "string":
                return self._text(schema, path)
            case "integer" | "number" as kind:
                number = schema.get("default") or schema.get("minimum") or 1
                return int(number) if kind == "integer" else number
            case "boolean":
                return schema.get("default", False)
            case "null":
                return None
            case _:
                raise ExampleError(f"{path}: anything goes here, so that an example has to be given")

    def _text(self, schema: Schema, path: str) -> str:
        if schema.get("format") in BY_FORMAT:
            return BY_FORMAT[schema["format"]]
        if schema.get("default"):
            return schema["default"]
        raise ExampleError(f"{path}: a text of any kind, so that an example has to be given")


def add_examples(document: dict[str, Any]) -> None:
    """Raises ExampleError, naming the field, where there is nothing to make one of."""
    examples = Examples(document["components"])
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            place = f"{method.upper()} {path}"
            for media in operation.get("requestBody", {}).get("content", {}).values():
                if "example" not in media:
                    media["example"] = examples.of(media["schema"], place)
            for status, answer in operation["responses"].items():
                has_example = int(status) < 400 or has_own_body(status, answer)
                content = answer.get("content", {}) if has_example else {}
                for media_type, media in content.items():
                    if media_type == "application/json" and media["schema"] != {"type": "string"}:
                        media["example"] = examples.of(media["schema"], f"{place} {status}")
