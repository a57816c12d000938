"""The documents of our own applications and of delivery: validated here, so that the functions need not.

Their ids are the SHA-256 of their texts. lib/graph/documents/ids.json names the file of each.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_specified_scalar_type,
    type_from_ast,
    validate,
)

from lib.core.http.errors import ValidationFailed
from lib.graph.engine.limits import check_text

FOLDER: Final = Path(__file__).resolve().parents[2] / "lib" / "graph" / "documents"
FILE: Final = FOLDER / "ids.json"
DELIVERY: Final = "delivery/"
# Root fields that are answered without sign-in.
DELIVERED: Final = frozenset({"deliveredContent", "deliveredContents"})


def id_of(text: str) -> str:
    """Returns the id of a document."""
    return hashlib.sha256(text.encode()).hexdigest()


def paths() -> list[str]:
    """Lists the documents by their paths in the folder."""
    return sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.graphql"))


def ids() -> dict[str, str]:
    """Returns the path of each document by its id, in the order of the paths."""
    return {id_of((FOLDER / path).read_text(encoding="utf-8")): path for path in paths()}


def printed(known: dict[str, str]) -> str:
    """Returns the text of ids.json."""
    return json.dumps(known, indent=2) + "\n"


def problems_of(schema: GraphQLSchema) -> list[str]:
    """Lists what is wrong with the documents: the functions execute them without looking."""
    found: list[str] = []
    for path in paths():
        text = (FOLDER / path).read_text(encoding="utf-8")
        try:
            document = check_text(text)
        except ValidationFailed as error:
            found.append(f"{path}: {error.message}")
            continue
        found += [f"{path}: {error.message}" for error in validate(schema, document)]
        if path.startswith(DELIVERY):
            found += [f"{path}: {problem}" for problem in problems_of_delivery(schema, document)]
    return found


def problems_of_delivery(schema: GraphQLSchema, document: DocumentNode) -> Iterator[str]:
    """Documents of delivery read what is public, and each set of variables has one spelling."""
    for operation in document.definitions:
        if not isinstance(operation, OperationDefinitionNode) or operation.operation is not OperationType.QUERY:
            yield "must be one query without fragments"
            continue
        for selected in operation.selection_set.selections:
            name = getattr(selected, "name", None)
            if name is None or name.value not in DELIVERED:
                yield f"may ask for {', '.join(sorted(DELIVERED))} only"
        for variable in operation.variable_definitions or ():
            kind = type_from_ast(schema, variable.type)  # type: ignore[arg-type]
            if kind is None or not is_specified_scalar_type(get_named_type(kind)):
                yield f"${variable.variable.name.value} must be of a scalar of GraphQL"
