"""Refuses query parameters that an operation does not have: a misspelt filter would give an unfiltered list.

A parameter that is no list is refused with two values."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from fastapi import Request
from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel

from lib.core.http.errors import ErrorDetail, ValidationFailed
from lib.core.http.validation import MAX_DETAILS, MAX_NAME

# The platform adds the match of a named part of a rewrite's source (`:path*` in vercel.json) to the query.
PLATFORM_PARAMETER: Final = "path"
_MARK: Final = "takes_any_query"
# By endpoint. Filled when a route is first called with a query, and not while the function starts.
_known: Final[dict[Callable[..., Any], dict[str, bool] | None]] = {}


def takes_any_query[T: Callable[..., Any]](endpoint: T) -> T:
    """Marks a route that other services call with parameters of their own, such as a callback of single sign-on."""
    setattr(endpoint, _MARK, True)
    return endpoint


def _declared(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            for name, each in model.model_fields.items():
                yield each.alias or name, field_annotation_is_sequence(each.annotation)
        else:
            yield field.alias, field_annotation_is_sequence(model)
    for dependency in dependant.dependencies:
        yield from _declared(dependency)


def parameters_of(route: APIRoute) -> dict[str, bool] | None:
    """Returns the query parameters of a route, also of its dependencies and models; None if it takes any.

    Each with whether it is a list, which may be sent several times.
    """
    endpoint = route.endpoint
    if endpoint not in _known:
        takes_any = getattr(endpoint, _MARK, False)
        _known[endpoint] = None if takes_any else dict(_declared(route.dependant))
    return _known[endpoint]


def _is_end_of(path: str, value: str) -> bool:
    """Tells whether the platform added this value, which is the rest of the path, in one of its spellings, or empty."""
    return not value or path.endswith((f"/{value}", f"/{unquote(value)}"))


def own_query(path: str, query: str) -> str:
    """Returns a query as it was sent, without the parameter that the platform adds."""
    added = f"{PLATFORM_PARAMETER}="
    parts = [
        part
        for part in query.split("&")
        if not (part.startswith(added) and _is_end_of(path, unquote(part.removeprefix(added))))
    ]
    return "&".join(parts)


async def refuse_unknown_parameters(request: Request) -> None:
    """Raises ValidationFailed, naming each parameter that the operation does not have, or that has two values."""
    if not request.scope["query_string"]:
        return
    known = parameters_of(request.scope["route"])
    if known is None:
        return
    sent = dict[str, str]()
    details: list[ErrorDetail] = []
    for name, value in request.query_params.multi_items():
        if name not in known:
            if not (name == PLATFORM_PARAMETER and _is_end_of(request.url.path, value)):
                details.append(_problem(name, "is not a parameter of this operation"))
        elif not known[name] and sent.setdefault(name, value) != value:
            # One program takes the first of two values, and another the last.
            details.append(_problem(name, "is sent twice, with different values"))
        if len(details) == MAX_DETAILS:
            break
    if details:
        raise ValidationFailed("the request has invalid query parameters", details=details)


def _problem(name: str, message: str) -> ErrorDetail:
    return {"field": name[:MAX_NAME], "code": "INVALID_FORMAT", "message": message}
