"""Names of the description in the API's own style: camelCase parameters, and schemas without generic brackets."""

import re
from collections.abc import Callable
from typing import Any, Final

from pydantic.alias_generators import to_camel

type Schema = dict[str, Any]

_PATH_NAME: Final = re.compile(r"\{(\w+)\}")
# `Success[list[Suggestion]]` is `Success_list_Suggestion__` to FastAPI.
_GENERIC: Final = re.compile(r"^([A-Za-z0-9]+)_(\w+)_$")
_NUMBERED: Final = re.compile(r"^(?:\w+?__)+([A-Za-z0-9]+)__(\d+)$")
_SUFFIXES: Final = {
    "Success": "Response",
    "Page": "Page",
    "CursorPage": "CursorPage",
    "list": "List",
    "Sequence": "List",
}
_REFERENCE: Final = "#/components/schemas/"
# Their values are data of the API, and no parts of the description.
_DATA: Final = ("example", "examples", "default", "const", "enum")
_NAMED: Final = ("properties", "patternProperties", "$defs", "schemas", "parameters", "headers", "paths", "content")


def in_camel_case(paths: dict[str, Any]) -> dict[str, Any]:
    """Returns the paths with parameters such as ``{contentId}``, which Python calls ``content_id``."""
    renamed: dict[str, Any] = {}
    for path, operations in paths.items():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["name"] = to_camel(parameter["name"])
        renamed[_PATH_NAME.sub(lambda found: f"{{{to_camel(found[1])}}}", path)] = operations
    return renamed


def schema_name(name: str) -> str:
    """Returns the name of a schema in the description: ``ContentResponse`` for ``Success_Content_``."""
    if numbered := _NUMBERED.match(name):
        return numbered[1] + numbered[2]
    generic = _GENERIC.match(name)
    if generic is None:
        return name
    outer, inner = generic[1], schema_name(generic[2])
    return inner + _SUFFIXES[outer] if outer in _SUFFIXES else outer + inner


def _visit(value: Any, change: Callable[[Schema], None], *, is_named: bool = False) -> None:
    """Calls ``change`` for each object of the description that is no data; ``is_named``: its keys are names."""
    if isinstance(value, list):
        for each in value:
            _visit(each, change)
    if not isinstance(value, dict):
        return
    if not is_named:
        change(value)
    for key, each in value.items():
        if is_named or key not in _DATA:
            _visit(each, change, is_named=not is_named and key in _NAMED and isinstance(each, dict))


def rename_schemas(document: dict[str, Any]) -> None:
    """Gives the schemas the names of ``schema_name``, and removes titles, which only repeat names.

    Raises ValueError when two schemas would have one name.
    """
    schemas = document["components"]["schemas"]
    names = {name: schema_name(name) for name in schemas}
    twice = sorted(new for new in set(names.values()) if list(names.values()).count(new) > 1)
    if twice:
        raise ValueError(f"two schemas would be called {', '.join(twice)}")
    document["components"]["schemas"] = {names[name]: schema for name, schema in schemas.items()}

    def renamed(reference: str) -> str:
        return _REFERENCE + names[reference.removeprefix(_REFERENCE)]

    def change(value: Schema) -> None:
        if isinstance(value.get("$ref"), str) and value["$ref"].startswith(_REFERENCE):
            value["$ref"] = renamed(value["$ref"])
        if "propertyName" in value and "mapping" in value:
            value["mapping"] = {key: renamed(each) for key, each in value["mapping"].items()}
        value.pop("title", None)

    _visit([document["paths"], document["components"]], change)


def name_inline_objects(schemas: dict[str, Schema]) -> None:
    """Gives inline objects a title where generators would make a name that a schema has: ``Brand.settings``."""
    for name, schema in schemas.items():
        for field, each in schema.get("properties", {}).items():
            made = name + field[0].upper() + field[1:]
            if made in schemas and "$ref" not in each:
                each["title"] = f"{made}Value"
