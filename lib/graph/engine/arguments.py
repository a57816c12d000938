"""Reads the arguments of a field by the annotations of its resolver: the same models as the bodies of REST."""

import inspect
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic.alias_generators import to_camel

from lib.core.http.errors import ValidationFailed
from lib.core.http.validation import details_of
from lib.graph.engine.paging import Paging

_PAGING: Final = "paging"
# The first parameters of a resolver, which graphql-core gives.
_GIVEN: Final = frozenset({"parent", "info"})


def validated[T](model: type[T], values: Any, *, at: str = "input") -> T:
    """Returns a model of values that come from several arguments. Raises ValidationFailed as for an argument."""
    try:
        return TypeAdapter(model).validate_python(values)
    except ValidationError as error:
        problems = [item | {"loc": ("body", at, *item["loc"])} for item in error.errors(include_url=False)]
        raise ValidationFailed("the request is not valid", details=details_of(problems, {at: values})) from None


@contextmanager
def renamed(**names: str) -> Generator[None]:
    """Names fields in the problems of services, which speak of the parameters of REST, as GraphQL does."""
    try:
        yield
    except ValidationFailed as error:
        for detail in error.details:
            if "field" in detail:
                detail["field"] = names.get(detail["field"], detail["field"])
        raise


class Reader:
    """Reads the arguments for one resolver, whose annotations it looks at when it is first called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    @cached_property
    def _adapters(self) -> dict[str, tuple[str, TypeAdapter[Any]]]:
        """The parameter and the type of each argument, by the name of the argument."""
        hints = get_type_hints(self._function, include_extras=True)
        names = [name for name in inspect.signature(self._function).parameters if name not in _GIVEN]
        return {to_camel(name): (name, TypeAdapter(hints[name])) for name in names if name != _PAGING}

    @cached_property
    def _is_paged(self) -> bool:
        return _PAGING in inspect.signature(self._function).parameters

    def read(self, given: dict[str, Any]) -> dict[str, Any]:
        """Returns the arguments as the resolver takes them. Raises ValidationFailed with the place of each problem."""
        arguments: dict[str, Any] = {}
        if self._is_paged:
            given = dict(given)
            arguments[_PAGING] = Paging.of(given)
        problems: list[Any] = []
        for name, value in given.items():
            parameter, adapter = self._adapters[name]
            try:
                arguments[parameter] = adapter.validate_python(value)
            except ValidationError as error:
                found = error.errors(include_url=False)
                problems += [item | {"loc": ("body", name, *item["loc"])} for item in found]
        if problems:
            raise ValidationFailed("the request is not valid", details=details_of(problems, given))
        return arguments

    @property
    def names(self) -> set[str]:
        """The names of the arguments that the resolver takes."""
        paged = {"first", "after", "pagination"} if self._is_paged else set[str]()
        return {*self._adapters, *paged}
