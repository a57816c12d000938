"""Holds the types of the schema against the models of REST that they stand for."""

import dataclasses
import types
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAliasType, Union, get_args, get_origin, get_type_hints

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_required_input_field,
)
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from lib.graph.contexts import ALL
from lib.graph.engine.binding import Represented
from lib.graph.engine.schema import IS_DEFAULT, get_schema
from tests.graph.bound import annotations_of, fields, represented

# Types that the engine makes, pages with facts of their own, items of batches and of streams, and results of mutations.
OWN: Final = (
    *("Query", "Mutation", "Subscription", "PageInfo", "ProblemDetail"),
    *("ClaimImpact", "ClaimMatrix", "ContentClaims", "SearchResults"),
    *("BrandColors", "BrandIdentity", "BrandLogo", "BrandSettings"),  # stored documents
    *("AIProgress", "AltTextItem", "ContentStatusUpdate", "PageMetadataItem", "VerdictCounts", "WorkflowUpdate"),
)
# Fields with words of a set that grows with the platform.
OPEN: Final = ("allowedActions",)
OWN_ENDINGS: Final = ("Connection", "Edge", "Payload", "Problem", "StaleVersion")


@dataclass(frozen=True)
class ModelField:
    """A field of a model, as JSON has it."""

    name: str
    annotation: Any
    is_optional: bool | None
    """Whether an answer may have null; None where the model leaves that open."""
    is_required: bool


def unwrapped(annotation: Any) -> Any:
    """Returns what an alias or an annotated type stands for."""
    while True:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif isinstance(get_origin(annotation), TypeAliasType):
            return annotation
        else:
            return annotation


def parts_of(annotation: Any) -> list[Any]:
    """Returns the members of a union, or the one type."""
    found = unwrapped(annotation)
    if get_origin(found) in (Union, types.UnionType):
        return [part for each in get_args(found) for part in parts_of(each)]
    return [found]


def may_be_null(annotation: Any) -> bool | None:
    parts = parts_of(annotation)
    return None if Any in parts else type(None) in parts


@cache
def fields_of(model: type) -> dict[str, ModelField]:
    if issubclass(model, BaseModel):
        return {each.name: each for each in _of_pydantic(model)}
    hints = get_type_hints(model, include_extras=True)
    names = [each.name for each in dataclasses.fields(model)] if dataclasses.is_dataclass(model) else list(hints)
    return {
        to_camel(name): ModelField(to_camel(name), hints[name], may_be_null(hints[name]), is_required=True)
        for name in names
    }


def _of_pydantic(model: type[BaseModel]) -> Iterator[ModelField]:
    model.model_rebuild()
    for name, info in model.model_fields.items():
        if info.exclude:
            continue
        sent_as = info.serialization_alias or info.alias or name
        yield ModelField(sent_as, info.annotation, may_be_null(info.annotation), info.is_required())
    for name, computed in model.model_computed_fields.items():
        kind = computed.return_type
        yield ModelField(computed.alias or name, kind, may_be_null(kind), is_required=True)


def is_list(annotation: Any) -> bool:
    return any(get_origin(part) in (list, tuple, set, frozenset) for part in parts_of(annotation))


def words_of(annotation: Any) -> set[str] | None:
    """Returns the values of an enumeration; None for any other type."""
    found: set[str] = set()
    for part in parts_of(annotation):
        inner = unwrapped(part)
        if get_origin(inner) in (list, tuple, set, frozenset):
            return words_of(get_args(inner)[0])
        if get_origin(inner) is Literal:
            found |= {str(each) for each in get_args(inner)}
        elif isinstance(inner, type) and issubclass(inner, Enum):
            found |= {str(each.value) for each in inner}
        elif inner is not type(None):
            return None
    return found or None


def problems_of_type(kind: GraphQLObjectType, models: tuple[type, ...], omits: dict[str, str]) -> Iterator[str]:
    by_model = [fields_of(model) for model in models]
    known = set().union(*by_model)
    # `_links` leads to addresses of REST.
    addresses = {name for name in known if name.startswith("_")}
    for name in sorted(known - kind.fields.keys() - omits.keys() - addresses):
        yield f"{name} of {' or '.join(model.__name__ for model in models)} is neither in the type nor omitted"
    for name in sorted(omits.keys() & kind.fields.keys()):
        yield f"{name} is omitted, and the type has it"
    for name in sorted(omits.keys() - known):
        yield f"{name} is omitted, and no model has it"
    for name, field in kind.fields.items():
        if not getattr(field.resolve, IS_DEFAULT, False):
            continue
        having = [each[name] for each in by_model if name in each]
        if not having or (len(having) < len(by_model) and kind.name not in wholes()):
            yield f"{name} has no resolver, and is missing from a model"
            continue
        if is_non_null_type(field.type) and any(each.is_optional for each in having):
            yield f"{name} may be null in a model"
        if not is_non_null_type(field.type) and all(each.is_optional is False for each in having):
            yield f"{name} is never null in the models"
        yield from problems_of_kind(name, field.type, having[0])


@cache
def wholes() -> frozenset[str]:
    """Returns the types that are read as a whole where a model has a part of them only."""
    return frozenset(name for context in ALL for name in context.wholes)


def problems_of_kind(name: str, type_: Any, field: ModelField, *, is_input: bool = False) -> Iterator[str]:
    named = get_named_type(type_)
    if named.name == "JSON":
        return
    if is_list_type(get_nullable_type(type_)) is not is_list(field.annotation):
        yield f"{name} is a list on one side only"
    words = words_of(field.annotation)
    if isinstance(named, GraphQLEnumType) and words is not None:
        values = {str(each.value) for each in named.values.values()}
        # An enum of outputs may have values of its own for filters.
        if words - values or (is_input and values != words):
            yield f"{name}: {named.name} has {sorted(values - words)} too much and lacks {sorted(words - values)}"
    elif words is not None and is_leaf_type(named) and len(words) > 1 and name not in OPEN:
        yield f"{name} has the values {sorted(words)} and is {named.name}"


def inner_types(each: Represented) -> Iterator[Represented]:
    """Yields the types of fields that are read from a model within the models of a type."""
    kind = get_schema().type_map[each.type_name]
    if not isinstance(kind, GraphQLObjectType):
        return
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLObjectType) or not getattr(field.resolve, IS_DEFAULT, False):
            continue
        found = {model for each_model in each.models for model in models_in_field(each_model, name)}
        if len(found) == 1:
            yield Represented(inner.name, tuple(found), {})


def models_in_field(model: type, name: str) -> tuple[type, ...]:
    known = fields_of(model)
    return models_in(known[name].annotation) if name in known else ()


def all_types() -> list[Represented]:
    """Returns the types that bindings name, and those within them."""
    found = {each.type_name: each for each in represented()}
    waiting = list(found.values())
    while waiting:
        for inner in inner_types(waiting.pop()):
            if inner.type_name not in found:
                found[inner.type_name] = inner
                waiting.append(inner)
    return sorted(found.values(), key=lambda each: each.type_name)


def models_in(annotation: Any) -> tuple[type, ...]:
    """Returns the models that a value has, or the items of a list."""
    found: list[type] = []
    for part in parts_of(annotation):
        inner = unwrapped(part)
        if get_origin(inner) in (list, tuple, set, frozenset):
            found += models_in(get_args(inner)[0])
        elif isinstance(inner, type) and issubclass(inner, BaseModel):
            found.append(inner)
    return tuple(found)


TYPES: Final = all_types()


@pytest.mark.parametrize("each", TYPES, ids=lambda each: each.type_name)
def test_type(each: object) -> None:
    found = next(one for one in TYPES if one is each)
    kind = get_schema().type_map[found.type_name]
    if isinstance(kind, GraphQLInputObjectType):
        problems = [*problems_of_input(kind, found.models, found.omits)]
        assert not problems, "\n".join(problems)
        return
    assert isinstance(kind, GraphQLObjectType)
    problems = [*problems_of_type(kind, found.models, found.omits)]
    assert not problems, "\n".join(problems)
    assert all(len(reason.split()) > 1 for reason in found.omits.values())


def test_every_type_stands_for_a_model() -> None:
    declared = {
        name
        for name, kind in get_schema().type_map.items()
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind)
    }
    own = {name for name in declared if name in OWN or name.endswith(OWN_ENDINGS)}
    assert sorted(declared - own - {each.type_name for each in TYPES}) == []


def problems_of_input(
    kind: GraphQLInputObjectType, models: tuple[type, ...], omits: dict[str, str] | None = None
) -> Iterator[str]:
    for model in models:
        known = fields_of(model)
        for name in sorted(kind.fields.keys() - known.keys()):
            yield f"{kind.name}.{name} is not in {model.__name__}"
        for name in sorted(known.keys() - kind.fields.keys() - (omits or {}).keys()):
            yield f"{name} of {model.__name__} is not in {kind.name}"
        for name in sorted(known.keys() & kind.fields.keys()):
            field = kind.fields[name]
            if is_required_input_field(field) and not known[name].is_required:
                yield f"{kind.name}.{name} is required, and not in {model.__name__}"
            if known[name].is_required and not is_required_input_field(field):
                yield f"{kind.name}.{name} is not required, and it is in {model.__name__}"
            yield from problems_of_kind(f"{kind.name}.{name}", field.type, known[name], is_input=True)
            yield from problems_of_inner(field, known[name])


def problems_of_inner(field: Any, known: ModelField) -> Iterator[str]:
    inner = get_named_type(field.type)
    models = models_in(known.annotation)
    if isinstance(inner, GraphQLInputObjectType) and len(models) == 1:
        yield from problems_of_input(inner, models, omitted_by_input().get(inner.name))


@cache
def omitted_by_input() -> dict[str, dict[str, str]]:
    return {each.type_name: each.omits for each in TYPES}


@pytest.mark.parametrize("bound", fields(), ids=lambda bound: f"{bound.type_name}.{bound.name}")
def test_inputs(bound: Any) -> None:
    """Each field of an input is one of the model by which the resolver reads it, and required where it is there."""
    kind = get_schema().type_map[bound.type_name]
    assert isinstance(kind, GraphQLObjectType)
    problems: list[str] = []
    annotations = annotations_of(bound)
    for name, argument in kind.fields[bound.name].args.items():
        inner = get_named_type(argument.type)
        models = models_in(annotations[name]) if name in annotations else ()
        if isinstance(inner, GraphQLInputObjectType) and len(models) == 1:
            problems += problems_of_input(inner, models, omitted_by_input().get(inner.name))
    assert not problems, "\n".join(problems)
