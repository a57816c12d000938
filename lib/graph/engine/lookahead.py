"""Looks ahead: which fields a document asks for below the one that is being resolved."""

from typing import Any

from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode


def wants(info: GraphQLResolveInfo[Any], path: str) -> bool:
    """Tells whether a field below this one was asked for, such as `totalCount` or `nodes.brand`.

    `nodes` stands for `edges.node` too. Directives are not looked at: what is skipped may be read in vain.
    """
    return any(_below(info, way) is not None for way in _ways(path))


def selected(info: GraphQLResolveInfo[Any], path: str = "") -> dict[str, set[str]]:
    """Returns the fields that were asked for, each with the names of those below it; ``path``: as in ``wants``.

    A list need not read an object where it has all its fields that are selected.
    """
    sets = [part for way in _ways(path) for part in _below(info, way) or ()]
    found: dict[str, set[str]] = {}
    for part in sets:
        for node in _fields(info, part, set()):
            names = found.setdefault(node.name.value, set())
            if node.selection_set:
                names.update(each.name.value for each in _fields(info, node.selection_set, set()))
    return found


def _ways(path: str) -> list[list[str]]:
    names = path.split(".") if path else []
    return [names] if names[:1] != ["nodes"] else [names, ["edges", "node", *names[1:]]]


def _below(info: GraphQLResolveInfo[Any], names: list[str]) -> list[SelectionSetNode] | None:
    """Returns what is selected below a field; None if it was not asked for."""
    sets = [node.selection_set for node in info.field_nodes if node.selection_set]
    for name in names:
        found = [node for part in sets for node in _fields(info, part, set()) if node.name.value == name]
        if not found:
            return None
        sets = [node.selection_set for node in found if node.selection_set]
    return sets


def _fields(info: GraphQLResolveInfo[Any], part: SelectionSetNode, seen: set[str]) -> list[FieldNode]:
    fields: list[FieldNode] = []
    for node in part.selections:
        if isinstance(node, FieldNode):
            fields.append(node)
        elif isinstance(node, InlineFragmentNode):
            fields += _fields(info, node.selection_set, seen)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            fields += _fields(info, info.fragments[node.name.value].selection_set, seen)
    return fields
