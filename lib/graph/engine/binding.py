"""Binds resolvers to the fields of the schema. A context declares its resolvers in one ``Bindings``.

A resolver is an async function of ``info`` (fields of objects: of ``parent`` and ``info``) and of the field's arguments
by keyword, which are read by their annotations: see lib/graph/engine/arguments.py. It calls a service and raises what
the service raises.
"""

import dataclasses
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLField, GraphQLObjectType, GraphQLSchema
from pydantic.alias_generators import to_camel
from pydantic_core import to_json

from lib.core.data.db import REPLAYED
from lib.core.http.errors import Forbidden, NotFound, ValidationFailed
from lib.core.http.sanitised import noted_removals
from lib.core.limits.numbers import Limit
from lib.core.limits.requests import charge_further
from lib.core.telemetry.context import Idempotency, current_context
from lib.graph.engine.arguments import Reader
from lib.graph.engine.context import Info
from lib.graph.engine.cost import MUTATION_COST
from lib.graph.engine.links import LINK, Link, Load
from lib.graph.engine.plain import NAMES, OTHER, names_of
from lib.graph.engine.problems import ACTED_ON, place, problem_of
from lib.graph.limits import limits_of_mutation

__all__ = ["Bindings", "Info", "loaded"]

_QUERY: Final = "Query"
_MUTATION: Final = "Mutation"
_SUBSCRIPTION: Final = "Subscription"
type Resolver = Callable[..., Awaitable[Any]]
type Names = str | tuple[str, ...]
type Many = int | str | None
type Whole = Callable[[Info, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Bound:
    """A field with its resolver."""

    type_name: str
    name: str
    operations: tuple[str, ...]
    """The operations of REST that it covers."""
    cost: int | None
    many: Many
    """How many items it may have, or the name of the argument with one item for each; None: as the cost assumes."""
    reader: Reader
    resolve: Resolver | None = None
    subscribe: Callable[..., AsyncGenerator[Any]] | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Represented:
    """The models of a type."""

    type_name: str
    models: tuple[type, ...]
    omits: dict[str, str]
    """Fields of the models that the type does not have, with the reasons."""


def _names(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


async def loaded[T](answer: Awaitable[T]) -> T | None:
    """Returns what a field leads to; None where it is not there, or not for the caller."""
    try:
        return await answer
    except (NotFound, Forbidden):
        return None


@dataclass(slots=True)
class Bindings:
    """The resolvers, models and enums of one context."""

    fields: list[Bound] = dataclasses.field(default_factory=list[Bound])
    represented: list[Represented] = dataclasses.field(default_factory=list[Represented])
    enums: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict[str, dict[str, str]])
    nodes: dict[str, Resolver] = dataclasses.field(default_factory=dict[str, Resolver])
    wholes: dict[str, Whole] = dataclasses.field(default_factory=dict[str, Whole])
    sizes: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict[tuple[str, str], int])

    def query[F: Resolver](
        self, name: str | None = None, *, operation: Names = (), cost: int | None = None, many: Many = None
    ) -> Callable[[F], F]:
        """Binds a field of Query."""
        return self._binding(_QUERY, name, operation, cost, _reading, many=many)

    def mutation[F: Resolver](
        self, name: str | None = None, *, operation: Names = (), cost: int = MUTATION_COST
    ) -> Callable[[F], F]:
        """Binds a field of Mutation. Its resolver returns the fields of the payload by name."""
        cost = max(cost, MUTATION_COST)
        return self._binding(
            _MUTATION, name, operation, cost, partial(_changing, limits_of_mutation(_names(operation)))
        )

    def field[F: Resolver](
        self,
        type_name: str,
        name: str | None = None,
        *,
        operation: Names = (),
        cost: int | None = None,
        many: Many = None,
        is_given: bool = False,
    ) -> Callable[[F], F]:
        """Binds a field of a type of objects.

        ``is_given``: where the object has the field as an attribute, it is read from there, and the resolver not asked.
        """
        return self._binding(type_name, name, operation, cost, _of_parent, many=many, is_given=is_given)

    def link(
        self,
        type_name: str,
        name: str,
        load: Load,
        arguments: Callable[[Any], dict[str, Any] | None],
        *,
        operation: Names = (),
        embedded: str | None = None,
    ) -> None:
        """Binds a field of a type of objects that leads to one other object, or nowhere: see Link."""
        link = Link(load, arguments, embedded)
        self.fields.append(
            Bound(type_name, name, _names(operation), None, None, Reader(link.resolve), link.resolve, link=link)
        )

    def subscription[F: Callable[..., AsyncGenerator[Any]]](
        self, name: str | None = None, *, operation: Names = (), cost: int = MUTATION_COST
    ) -> Callable[[F], F]:
        """Binds a field of Subscription to an async generator, each of whose values is the field's."""

        def bind(function: F) -> F:
            reader = Reader(function)

            async def subscribe(_: Any, info: Info, **given: Any) -> AsyncGenerator[Any]:
                async with aclosing(function(info, **reader.read(given))) as values:  # ends with its subscriber
                    async for value in values:
                        yield value

            async def resolve(value: Any, _: Info, **__: Any) -> Any:
                return value

            bound = Bound(
                _SUBSCRIPTION,
                name or to_camel(function.__name__),
                _names(operation),
                cost,
                None,
                reader,
                resolve,
                subscribe,
            )
            self.fields.append(bound)
            return function

        return bind

    def node[F: Resolver](self, type_name: str) -> Callable[[F], F]:
        """Binds the loader of a type for `node(id)`: a function of ``info`` and the id."""

        def bind(function: F) -> F:
            self.nodes[type_name] = function
            return function

        return bind

    def whole(self, type_name: str) -> Callable[[Whole], Whole]:
        """Binds what reads the whole object where its parent has a part of it only, such as a reference.

        It is asked for the fields that the part lacks.
        """

        def bind(function: Whole) -> Whole:
            self.wholes[type_name] = function
            return function

        return bind

    def represents(self, type_name: str, *models: type, omits: dict[str, str] | None = None) -> None:
        """Says which models a type stands for. ``omits``: fields that it leaves out, with the reasons."""
        self.represented.append(Represented(type_name, models, omits or {}))

    def sized(self, type_name: str, **many: int) -> None:
        """Says how many items lists without a resolver may have, where the cost would assume too few."""
        self.sizes |= {(type_name, name): count for name, count in many.items()}

    def enum(self, type_name: str, **values: str) -> None:
        """Says what REST calls the values of an enum where it is not their name in lower case."""
        self.enums[type_name] = values

    def _binding[F: Resolver](
        self,
        type_name: str,
        name: str | None,
        operation: Names,
        cost: int | None,
        wrap: Callable[[Resolver, Reader], Resolver],
        *,
        many: Many = None,
        is_given: bool = False,
    ) -> Callable[[F], F]:
        def bind(function: F) -> F:
            reader = Reader(function)
            name_of_field = name or to_camel(function.__name__)
            resolve = wrap(function, reader)
            if is_given:
                resolve = _unless_given(resolve, name_of_field)
            bound = Bound(type_name, name_of_field, _names(operation), cost, many, reader, resolve)
            self.fields.append(bound)
            return function

        return bind

    def bind_to_schema(self, schema: GraphQLSchema) -> None:
        """Gives the fields of a schema their resolvers. Raises ValueError for a field that it does not have."""
        for bound in self.fields:
            found = _field_of(schema, bound.type_name, bound.name)
            found.resolve, found.subscribe = bound.resolve, bound.subscribe
            found.extensions = {"cost": bound.cost, "operations": bound.operations, LINK: bound.link}
            if bound.many is not None:
                found.extensions["many"] = bound.many
        for (type_name, name), many in self.sizes.items():
            _field_of(schema, type_name, name).extensions["many"] = many
        for name, values in self.enums.items():
            kind = schema.type_map.get(name)
            if not isinstance(kind, GraphQLEnumType) or not values.keys() <= kind.values.keys():
                raise ValueError(f"the schema has no enum {name} with {', '.join(values)}")


def field_of(info: Info) -> GraphQLField:
    """Returns the field that is being resolved."""
    return info.parent_type.fields[info.field_name]


def _field_of(schema: GraphQLSchema, type_name: str, name: str) -> GraphQLField:
    kind = schema.type_map.get(type_name)
    if not isinstance(kind, GraphQLObjectType) or name not in kind.fields:
        raise ValueError(f"the schema has no field {type_name}.{name}")
    return kind.fields[name]


def _reading(function: Resolver, reader: Reader) -> Resolver:
    @wraps(function)
    async def resolve(_: Any, info: Info, **given: Any) -> Any:
        try:
            return await function(info, **reader.read(given))
        except ValidationFailed as error:
            place(error, field_of(info))
            raise

    return resolve


def _of_parent(function: Resolver, reader: Reader) -> Resolver:
    @wraps(function)
    async def resolve(parent: Any, info: Info, **given: Any) -> Any:
        try:
            return await function(parent, info, **reader.read(given))
        except ValidationFailed as error:
            place(error, field_of(info))
            raise

    return resolve


def _unless_given(resolve: Resolver, name: str) -> Callable[..., Any]:
    """Asks a resolver only where the parent lacks the field."""
    names = names_of(name)

    @wraps(resolve)
    def read(parent: Any, info: Info, **given: Any) -> Any:
        value = getattr(parent, names[1], OTHER)
        return resolve(parent, info, **given) if value is OTHER else value

    setattr(read, NAMES, names)
    return read


def _changing(limits: tuple[Limit, ...], function: Resolver, reader: Reader) -> Resolver:
    @wraps(function)
    async def resolve(_: Any, info: Info, **given: Any) -> Any:
        payload = {"clientMutationId": given.pop("clientMutationId", None), "problem": None}
        context, request = info.context, current_context()
        sent = request.idempotency
        if sent is not None:  # each mutation of a request is a command of its own
            body = [to_json(given)]
            request.idempotency = Idempotency(sent.key_of(str(info.path.key)), info.field_name, body)
        request.response_headers.pop(REPLAYED, None)
        request.removed.clear()
        context.begin_changing()
        try:
            await charge_further(context.identifier, limits, context.request)
            changed = await function(info, **reader.read(given))
            return payload | changed | {"sanitised": noted_removals()}
        except ACTED_ON as error:
            place(error, field_of(info))
            return payload | {"problem": problem_of(error)}
        finally:
            request.idempotency = sent
            context.begin_reading()

    return resolve
