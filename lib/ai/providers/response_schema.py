"""Describes the JSON that a model must return, and parses it."""

from copy import deepcopy
from functools import lru_cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from lib.ai.providers.answer_json import read_object
from lib.ai.providers.models import Fault, ProviderError


def malformed(message: str) -> ProviderError:
    """Makes the error for a completion that does not match the request."""
    return ProviderError(message, fault=Fault.MALFORMED)


class ResponseSchema(BaseModel):
    """The JSON that a model must return, without additional properties.

    Lengths and numbers of items are only described: providers do not enforce them, so the tools check them. Not every
    provider enforces the schema either: numbers written as texts and the reverse are read, properties that nobody asked
    for are left out, and texts of a list that are null are none. Other lists must be there: null findings are not the
    same as no findings.
    """

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, coerce_numbers_to_str=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _as_asked(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        asked: dict[str, Any] = {}
        for field in cls.model_fields.values():
            if field.alias is not None and field.alias in value:
                is_list = get_origin(field.annotation) is list and get_args(field.annotation) == (str,)
                asked[field.alias] = _texts(value[field.alias]) if is_list else value[field.alias]
        return asked


def _texts(items: Any) -> Any:
    if items is None:
        return []
    return [item for item in items if item is not None] if isinstance(items, list) else items


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """Resolves references and removes titles, which not every provider accepts."""
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


@lru_cache(maxsize=32)
def _json_schema_of(schema: type[ResponseSchema]) -> dict[str, Any]:
    document = schema.model_json_schema(by_alias=True)
    return _inlined(document, document.get("$defs", {}))


def json_schema_of(schema: type[ResponseSchema]) -> dict[str, Any]:
    """Returns the JSON schema for a provider, without references. The caller may change it."""
    return deepcopy(_json_schema_of(schema))


def parse_response[S: ResponseSchema](schema: type[S], text: str) -> S:
    """Parses a completion. Raises ProviderError (malformed) if it does not match the schema."""
    try:
        answer = read_object(text)
    except ValueError as error:
        raise malformed("the answer does not match its schema (the answer: json_invalid)") from error
    try:
        return schema.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "the answer"
        raise malformed(f"the answer does not match its schema ({place}: {first['type']})") from error
