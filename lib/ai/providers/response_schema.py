"""What a model has to answer, to the key, and how an answer of any other shape is told from it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from lib.ai.lengths import plain_text
from lib.ai.providers import Fault, ProviderError
from lib.core.security.html import is_markup


def malformed(message: str) -> ProviderError:
    return ProviderError(message, fault=Fault.MALFORMED)


class Shape(BaseModel):
    """What a model has to answer, to the key: bounds are counted elsewhere, for models do not keep them."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, strict=True)


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """Without references and titles, which not every provider takes."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _inlined(definitions[node["$ref"].rsplit("/", 1)[1]] | rest, definitions)
    return {
        key: {name: _inlined(value, definitions) for name, value in item.items()}
        if key == "properties"
        else _inlined(item, definitions)
        for key, item in node.items()
        if key not in ("title", "$defs")
    }


def schema_of(shape: type[Shape]) -> dict[str, Any]:
    schema = shape.model_json_schema(by_alias=True)
    return _inlined(schema, schema.get("$defs", {}))


def read_shape[S: Shape](shape: type[S], raw: str) -> S:
    """Raises ProviderError where the answer is of any other shape."""
    try:
        return shape.model_validate_json(raw.strip())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise ProviderError(f"the model answered in another shape ({where}: {first['type']})") from error


def clean_line(text: str) -> str:
    """One line of plain text, without markup; PostgreSQL stores no NUL characters."""
    return " ".join((plain_text(text) if is_markup(text) else text).replace("\x00", "").split())
