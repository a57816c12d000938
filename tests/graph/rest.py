"""The operations of REST as their description tells them, to hold GraphQL against."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from local.stack.settings import ROOT

DESCRIPTION: Final = ROOT / "public" / "api" / "v1" / "openapi.json"
METHODS: Final = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One operation of REST."""

    id: str
    method: str
    path: str
    """With its parameters in braces."""
    headers: dict[str, bool]
    """The headers that it takes, and whether each is required."""
    query: dict[str, Any]
    """The parameters of its query, with their examples or None."""
    body: Any
    """An example of its body; None where it takes none."""

    @property
    def parameters(self) -> list[str]:
        """The names of the parameters of the path, in their order."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@cache
def operations() -> dict[str, Operation]:
    """Returns all operations by their ids."""
    document: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    found: dict[str, Operation] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = _read(document, method, path, methods[method])
                found[operation.id] = operation
    return found


def _read(document: dict[str, Any], method: str, path: str, described: dict[str, Any]) -> Operation:
    parameters = [_resolved(document, each) for each in described.get("parameters", [])]
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        headers={each["name"]: each.get("required", False) for each in parameters if each["in"] == "header"},
        query={each["name"]: each.get("example") for each in parameters if each["in"] == "query"},
        body=content.get("example"),
    )


def _resolved(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    *way, name = part["$ref"].removeprefix("#/").split("/")
    found: Any = document
    for step in [*way, name]:
        found = found[step]
    return found
