"""The types of the AI tools in the schema have what the models of REST have."""

import types
from collections.abc import Iterable
from typing import Any, get_args, get_origin

import pytest
from graphql import GraphQLInputObjectType, GraphQLNamedType, GraphQLObjectType, get_named_type
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from lib.graph.engine.arguments import Reader
from lib.graph.engine.schema import get_schema
from lib.graph.resolvers import ai


def models_in(hint: Any) -> list[type[BaseModel]]:
    """Returns the models that an annotation names."""
    hint = getattr(hint, "__value__", hint)
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias) and issubclass(hint, BaseModel):
        return [hint]
    return [model for argument in get_args(hint) for model in models_in(argument)] if get_origin(hint) else []


def differences(model: type[BaseModel], kind: GraphQLNamedType, omits: Iterable[str] = ()) -> list[str]:
    """Lists the fields of a model that a type does not have, also of the models within it."""
    assert isinstance(kind, GraphQLObjectType | GraphQLInputObjectType)
    found: list[str] = []
    for name, field in model.model_fields.items():
        called = field.alias or to_camel(name)
        if called not in kind.fields:
            found += [] if called in omits else [f"{kind.name}.{called}"]
            continue
        inner = get_named_type(kind.fields[called].type)
        for each in models_in(field.annotation):
            if isinstance(inner, GraphQLObjectType | GraphQLInputObjectType):
                found += differences(each, inner)
    return found


@pytest.mark.parametrize("represented", ai.bindings.represented, ids=lambda each: each.type_name)
def test_types_have_the_fields_of_their_models(represented: Any) -> None:
    kind = get_schema().type_map[represented.type_name]
    for model in represented.models:
        assert differences(model, kind, represented.omits) == []


def inputs() -> list[tuple[str, str, type[BaseModel]]]:
    found: list[tuple[str, str, type[BaseModel]]] = []
    for bound in ai.bindings.fields:
        reader: Reader = bound.reader
        for name in reader.names & {"input", "filter"}:
            taken = reader._adapters[name][1]._type  # pyright: ignore[reportPrivateUsage]
            found += [(f"{bound.type_name}.{bound.name}", name, model) for model in models_in(taken)]
    return found


@pytest.mark.parametrize(("field", "argument", "model"), inputs(), ids=str)
def test_inputs_have_the_fields_of_their_models(field: str, argument: str, model: type[BaseModel]) -> None:
    type_name, name = field.split(".")
    kind = get_schema().type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    taken = get_named_type(kind.fields[name].args[argument].type)
    assert isinstance(taken, GraphQLInputObjectType)
    assert differences(model, taken) == []
    names = {each.alias or to_camel(key) for key, each in model.model_fields.items()}
    assert set(taken.fields) == names
