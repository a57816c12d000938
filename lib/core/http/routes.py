"""The class of all routes: FastAPI's own, which answers without asking again what never changes.

FastAPI describes a route and would answer it in many steps: it looks for the route twice, solves a tree of
dependencies, and wraps each answer in stacks of things to close. ``Route.answer`` takes the same steps that have an
effect, by a plan that is made at the first request (lib/core/http/plans.py). Other work, such as forms and streams that
FastAPI itself makes, is left to FastAPI.
"""

import json
from collections.abc import Callable, Coroutine
from functools import cached_property
from typing import Any, Final

from fastapi import Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from fastapi.utils import is_body_allowed_for_status_code
from pydantic_core import PydanticUndefined
from starlette.exceptions import HTTPException

from lib.core.http.plans import MARK, NotPlanned, Plan, Solving

_JSON: Final = "application/json"


def in_one_step[T: Callable[..., Any]](read: Callable[[Request], Coroutine[Any, Any, Any]]) -> Callable[[T], T]:
    """Marks a dependency: a request calls ``read`` in place of it, and the description of the API names its parts.

    ``read`` has to return what the dependency would.
    """

    def mark(dependency: T) -> T:
        setattr(dependency, MARK, read)
        return dependency

    return mark


async def _read_json(request: Request) -> Any:
    """Returns the JSON of a body, the body itself where no type is sent, and PydanticUndefined for an empty one.

    Raises what FastAPI raises for a body that cannot be read.
    """
    try:
        body = await request.body()
        if not body:
            return PydanticUndefined
        return json.loads(body) if "content-type" in request.headers else body
    except json.JSONDecodeError as error:
        problem = {
            "type": "json_invalid",
            "loc": ("body", error.pos),
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": error.msg},
        }
        raise RequestValidationError([problem], body=error.doc) from error
    except HTTPException:
        raise
    except Exception as error:  # FastAPI takes everything else for an unreadable body, such as bytes that are no UTF-8
        raise HTTPException(400, "There was an error parsing the body") from error


class Route(APIRoute):
    """A route of ours."""

    @cached_property
    def plan(self) -> Plan | None:
        """How this route reads a request; None for a route that FastAPI answers itself."""
        is_usual = (
            isinstance(self.response_class, DefaultPlaceholder)
            and self.stream_item_field is None
            and self.response_model_by_alias
            and not self._changes_output
        )
        if not is_usual or (self.body_field and isinstance(self.body_field.field_info, Form)):
            return None
        try:
            return Plan(self.dependant, is_embedded=self._embed_body_fields)
        except NotPlanned:
            return None

    @property
    def _changes_output(self) -> bool:
        included = self.response_model_include or self.response_model_exclude
        left_out = self.response_model_exclude_unset or self.response_model_exclude_defaults
        return bool(included or left_out or self.response_model_exclude_none)

    def takes(self, request: Request) -> bool:
        """Tells whether ``answer`` reads such a body."""
        if self.body_field is None:
            return True
        sent = request.headers.get("content-type")
        return sent is None or sent == _JSON or sent.partition(";")[0].strip().lower() == _JSON

    async def answer(self, request: Request) -> Response:
        """Calls the handler and returns its answer. Raises as FastAPI does for a request that is not valid."""
        assert self.plan is not None
        solving = Solving(request)
        if self.body_field is not None:
            solving.body = await _read_json(request)
        arguments = await self.plan.read(solving)
        if arguments is None:
            body = None if solving.body is PydanticUndefined else solving.body
            raise RequestValidationError(solving.problems, body=body)
        result = await self.plan.call(**arguments)
        if isinstance(result, Response):
            if result.background is None:
                result.background = solving.tasks
            return result
        if self.response_field is None:
            raise TypeError("a route without a model has to return a Response")
        value, problems = self.response_field.validate(result, {}, loc=("response",))
        if problems:
            raise ResponseValidationError(errors=problems, body=result)
        set_by_handler = solving.response
        status = (set_by_handler.status_code if set_by_handler else None) or self.status_code or 200
        content = self.response_field.serialize_json(value) if is_body_allowed_for_status_code(status) else b""
        response = Response(content, status, media_type=_JSON, background=solving.tasks)
        if set_by_handler is not None:
            response.headers.raw.extend(set_by_handler.headers.raw)
        return response
