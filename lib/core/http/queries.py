"""Refuses query parameters that an operation does not have: a misspelt filter would give an unfiltered list."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.validation import MAX_DETAILS, MAX_NAME

# The platform adds the match of a named part of a rewrite's source (`:path*` in vercel.json) to the query.
PLATFORM_PARAMETER: Final = "path"
_MARK: Final = "takes_any_query"
# By endpoint. Filled when a route is first called with a query, and not while the function starts.
_known: Final[dict[Callable[..., Any], frozenset[str] | None]] = {}


def takes_any_query[T: Callable[..., Any]](endpoint: T) -> T:
    """Marks a route that other services call with parameters of their own, such as a callback of single sign-on."""
    setattr(endpoint, _MARK, True)
    return endpoint


def _declared(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (each.alias or name for name, each in model.model_fields.items())
        else:
            yield field.alias
    for dependency in dependant.dependencies:
        yield from _declared(dependency)


def parameters_of(route: APIRoute) -> frozenset[str] | None:
    """Returns the query parameters of a route, also of its dependencies and models; None if it takes any."""
    endpoint = route.endpoint
    if endpoint not in _known:
        takes_any = getattr(endpoint, _MARK, False)
        _known[endpoint] = None if takes_any else frozenset(_declared(route.dependant))
    return _known[endpoint]


def _is_end_of(path: str, value: str) -> bool:
    """Tells whether the platform added this value, which is the rest of the path, in one of its spellings, or empty."""
    return not value or path.endswith((f"/{value}", f"/{unquote(value)}"))


async def refuse_unknown_parameters(request: Request) -> None:
    """Raises ValidationFailed, naming each parameter that the operation does not have."""
    if not request.scope["query_string"]:
        return
    known = parameters_of(request.scope["route"])
    if known is None:
        return
    unknown = [
        name
        for name, value in request.query_params.multi_items()
        if name not in known and not (name == PLATFORM_PARAMETER and _is_end_of(request.url.path, value))
    ]
    if unknown:
        details: list[ErrorDetail] = [
            {"field": name[:MAX_NAME], "code": "INVALID_FORMAT", "message": "is not a parameter of this operation"}
            for name in unknown[:MAX_DETAILS]
        ]
        raise ValidationFailed("the request has query parameters that are not known", details=details)
