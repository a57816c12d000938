"""Puts an example beside every body and every answer of the description, made from the schemas' own examples."""

from typing import Any, Final

from lib.core.http.errors import ApiError

type Schema = dict[str, Any]

BY_FORMAT: Final = {
    "time": "22:00:00",
    "uuid": "01a20dcb-7194-7b81-a325-e45b26eae744",
    "date-time": "2026-11-24T09:00:00Z",
    "date": "2026-11-24",
}
MESSAGES: Final = {
    400: "the request is not valid",
    401: "the access token has expired",
    403: "this needs the permission content.publish in the brand",
    404: "content not found",
    405: "this path does not take this method",
    406: "the answer can be application/json or text/event-stream",
    409: "a content that is draft cannot become published",
    410: "the link works no longer: ask for a new one",
    412: "the content was changed by someone else",
    413: "the body may have at most 4500000 bytes",
    415: "the body must be application/json",
    422: "this Idempotency-Key was used for another request",
    428: 'name the version that you saw: If-Match: "3"',
    429: "Rate limit exceeded",
    500: "something went wrong on our side",
    503: "the database is not available right now",
    504: "the database took too long",
}
DETAILS: Final = {
    400: [{"field": "title", "code": "REQUIRED_FIELD_MISSING", "message": "Field required"}],
    412: [{"field": "version", "code": "CONFLICT", "message": "4"}],
}


class ExampleError(Exception):
    """A schema from which no example can be made: its field has to bring one."""


class Examples:
    def __init__(self, components: dict[str, Any]) -> None:
        self.schemas: dict[str, Schema] = components["schemas"]

    def of(self, schema: Schema, path: str) -> Any:
        """``path`` names the place, for who has to add an example there."""
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
            case "integer" | "number":
                return schema.get("default") or schema.get("minimum") or 1
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


def _codes() -> dict[int, str]:
    found: dict[int, str] = {}
    waiting = list(ApiError.__subclasses__())
    for error in waiting:
        waiting += error.__subclasses__()
        found[error.status] = error.code
    return found | {401: "TOKEN_EXPIRED"}


def failure_example(status: int) -> Any:
    return {
        "success": False,
        "error": {
            "code": _codes()[status],
            "message": MESSAGES[status],
            "details": DETAILS.get(status, []),
            "requestId": "0b9c4a1f3e5d4c7a8b6f2e1d0c9b8a7f",
        },
    }


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
                for media_type, media in answer.get("content", {}).items():
                    if int(status) >= 400:
                        media["example"] = failure_example(int(status))
                    elif media_type == "application/json" and media["schema"] != {"type": "string"}:
                        media["example"] = examples.of(media["schema"], f"{place} {status}")
