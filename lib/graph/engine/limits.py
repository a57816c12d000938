"""Bounds a GraphQL document by its text and its shape, before it is validated and executed.

The cost of validation and execution depends on the shape: fragments that spread others multiply fields, aliases
multiply calls, and rules of validation compare fields with each other. Each number here is checked in time that is
linear in the text, however often a fragment is spread.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)
from graphql.validation.rules import overlapping_fields_can_be_merged

from lib.core.http.errors import ValidationFailed

INVALID: Final = "GRAPHQL_VALIDATION_FAILED"
TOO_COMPLEX: Final = "DOCUMENT_TOO_COMPLEX"

MAX_CHARACTERS: Final = 20_000
MAX_TOKENS: Final = 2_000
MAX_DEPTH: Final = 10
MAX_ALIASES: Final = 15
MAX_FRAGMENTS: Final = 50
MAX_DIRECTIVES: Final = 100
# Levels of braces in one definition, inline fragments among them. It bounds the recursion here and in validation.
MAX_NESTING: Final = 30
# Fields of an operation in which each fragment stands at each place that spreads it.
MAX_FIELDS: Final = 2_000
# The introspection query of the reference implementation has 15 levels, because it follows ``ofType``.
MAX_INTROSPECTION_DEPTH: Final = 16
INTROSPECTION: Final = ("__schema", "__type")
# Lists of a type in introspection. Within each other they multiply, as aliases do: 14 of one list made 1 MB of answer.
# The query of the reference implementation has neither.
_LISTS_OF_TYPES: Final = ("fields", "inputFields", "interfaces", "possibleTypes")

# Validation compares fields of one response key with each other, in pairs. It gives up after this much work,
# some twenty milliseconds; twenty fragments that select the same ten fields in four levels take 8,000.
MAX_COMPARISONS: Final = 20_000
overlapping_fields_can_be_merged.MAX_COMPLEXITY_BUDGET = MAX_COMPARISONS


@dataclass(slots=True)
class Shape:
    """The numbers of a selection, with each fragment in the place of its spreads."""

    fields: int = 0
    aliases: int = 0
    directives: int = 0
    depth: int = 0
    """Levels of fields. Introspection counts as one."""
    introspection_depth: int = 0
    """Levels of fields below and with ``__schema`` or ``__type``."""
    lists: int = 0
    """How many fields named as lists of introspection are within each other."""
    introspection_lists: int = 0
    """The same, below ``__schema`` or ``__type``."""
    introspection_aliases: int = 0
    """Aliases below ``__schema`` or ``__type``."""

    def add(self, other: "Shape") -> None:
        """Adds a selection that stands beside this one."""
        self.fields += other.fields
        self.aliases += other.aliases
        self.directives += other.directives
        self.depth = max(self.depth, other.depth)
        self.introspection_depth = max(self.introspection_depth, other.introspection_depth)
        self.lists = max(self.lists, other.lists)
        self.introspection_lists = max(self.introspection_lists, other.introspection_lists)
        self.introspection_aliases += other.introspection_aliases


def check_text(text: str) -> DocumentNode:
    """Parses a document. Raises ValidationFailed if it cannot be parsed or exceeds a limit.

    The code is GRAPHQL_VALIDATION_FAILED or DOCUMENT_TOO_COMPLEX. The cause of the error is the GraphQLError with the
    location of a mistake in the syntax.
    """
    if len(text) > MAX_CHARACTERS:
        raise _too_complex("characters", len(text), MAX_CHARACTERS)
    try:
        document = parse(text, max_tokens=MAX_TOKENS)
    except GraphQLError as error:
        if f"more than {MAX_TOKENS} tokens" in error.message:
            raise ValidationFailed(f"the document has more than {MAX_TOKENS:,} tokens", code=TOO_COMPLEX) from error
        code = TOO_COMPLEX if "nested too deeply" in error.message else INVALID
        raise ValidationFailed(error.message, code=code) from error
    check_document(document)
    return document


def check_document(document: DocumentNode) -> OperationDefinitionNode:
    """Returns the one operation of a parsed document. Raises ValidationFailed as ``check_text`` does."""
    operations: list[OperationDefinitionNode] = []
    fragments: dict[str, FragmentDefinitionNode] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            operations.append(definition)
        elif not isinstance(definition, FragmentDefinitionNode):
            raise ValidationFailed("the document may define operations and fragments only", code=INVALID)
        elif fragments.setdefault(definition.name.value, definition) is not definition:
            raise ValidationFailed(f'there are two fragments named "{definition.name.value}"', code=INVALID)
    if len(operations) != 1:
        message = f"the document must have exactly one operation, not {len(operations)}"
        raise ValidationFailed(message, code=INVALID if not operations else TOO_COMPLEX)
    if len(fragments) > MAX_FRAGMENTS:
        raise _too_complex("fragments", len(fragments), MAX_FRAGMENTS)
    shapes: dict[str, Shape] = {}
    for fragment in _in_order(fragments):
        shapes[fragment.name.value] = _shape_of(fragment.selection_set, shapes)
    operation = operations[0]
    shape = _shape_of(operation.selection_set, shapes)
    shape.directives += len(operation.directives or ())
    _require_bounds(shape)
    return operation


def _require_bounds(shape: Shape) -> None:
    numbers = (
        ("levels of fields", shape.depth, MAX_DEPTH),
        ("levels of introspection", shape.introspection_depth, MAX_INTROSPECTION_DEPTH),
        ("lists of introspection within each other", shape.introspection_lists, 1),
        ("aliases in introspection", shape.introspection_aliases, 0),
        ("aliases", shape.aliases, MAX_ALIASES),
        ("directives", shape.directives, MAX_DIRECTIVES),
        ("fields, with fragments in place of their spreads", shape.fields, MAX_FIELDS),
    )
    for name, found, most in numbers:
        if found > most:
            raise _too_complex(name, found, most)


def _too_complex(name: str, found: int, most: int) -> ValidationFailed:
    # Fragments that double each other make numbers of hundreds of digits.
    shown = f"{found:,}" if found < 1_000_000 else "millions of"
    return ValidationFailed(f"the document has {shown} {name}, at most {most:,} are allowed", code=TOO_COMPLEX)


def _in_order(fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FragmentDefinitionNode]:
    """Yields each fragment after those that it spreads. Raises ValidationFailed for a cycle."""
    done: set[str] = set()
    for start in fragments:
        path: dict[str, Iterator[str]] = {} if start in done else {start: _spreads_of(fragments[start])}
        while path:
            name, spreads = next(reversed(path.items()))
            below = next((each for each in spreads if each in fragments and each not in done), None)
            if below is None:
                del path[name]
                done.add(name)
                yield fragments[name]
            elif below in path:
                raise ValidationFailed(f'the fragment "{below}" spreads itself', code=INVALID)
            else:
                path[below] = _spreads_of(fragments[below])


def _spreads_of(fragment: FragmentDefinitionNode) -> Iterator[str]:
    waiting = [fragment.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                yield selection.name.value
            elif isinstance(selection, FieldNode | InlineFragmentNode) and selection.selection_set:
                waiting.append(selection.selection_set)


def _shape_of(selections: SelectionSetNode, shapes: Mapping[str, Shape], level: int = 1) -> Shape:
    if level > MAX_NESTING:
        raise _too_complex("levels of braces", level, MAX_NESTING)
    shape = Shape()
    for selection in selections.selections:
        shape.directives += len(selection.directives or ())
        if isinstance(selection, FieldNode):
            shape.add(_shape_of_field(selection, shapes, level))
        elif isinstance(selection, InlineFragmentNode):
            shape.add(_shape_of(selection.selection_set, shapes, level + 1))
        elif isinstance(selection, FragmentSpreadNode):
            # A spread is work too, even of a fragment without fields. Validation names those that do not exist.
            shape.fields += 1
            shape.add(shapes.get(selection.name.value, Shape()))
    return shape


def _shape_of_field(node: FieldNode, shapes: Mapping[str, Shape], level: int) -> Shape:
    shape = _shape_of(node.selection_set, shapes, level + 1) if node.selection_set else Shape()
    name = node.name.value
    shape.fields += 1
    if name in INTROSPECTION:
        shape.introspection_depth, shape.introspection_lists = shape.depth + 1, shape.lists
        shape.introspection_aliases = shape.aliases
        shape.depth = 0
    shape.aliases += node.alias is not None
    shape.lists += name in _LISTS_OF_TYPES
    shape.depth += 1
    return shape
