"""The class of all routes: FastAPI's own, which answers without asking again what never changes.

FastAPI describes a route and would answer it in many steps: it looks for the route twice, solves a tree of
dependencies, and wraps each answer in stacks of things to close. ``Route.answer`` takes the same steps that have an
effect, by a plan that is made at the first request (lib/core/http/plans.py). Other work, such as forms and streams that
FastAPI itself makes, is left to FastAPI.

A route is described at its first request too. FastAPI would read signatures and build models of all routes while the
function starts, which took as long as importing FastAPI, and an instance is asked for a few routes only.
"""

import json
from collections.abc import Callable, Coroutine, Sequence
from functools import cached_property
from typing import Any, Final

from fastapi import Depends, Request, Response
from fastapi.datastructures import DefaultPlaceholder
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from fastapi.utils import is_body_allowed_for_status_code
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticUndefined
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from lib.core.http.plans import MARK, NotPlanned, Plan, Solving
from lib.core.http.preferences import APPLIED, MINIMAL, may_be_minimal, preferred_return
from lib.core.http.queries import refuse_unknown_parameters
from lib.core.telemetry.context import current_context

_JSON: Final = "application/json"
_OF_PATH: Final = ("path_regex", "path_format", "param_convertors")


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


def operation_id(route: APIRoute) -> str:
    """Returns the name of an operation in clients, such as ``contents.requestChanges``: its tag, then the route's name.

    A route is named by ``name=`` in its decorator, else by its function. An id that was published never changes.
    """
    return f"{route.tags[0]}.{to_camel(route.name)}"


class Route(APIRoute):
    """A route of ours."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        methods: set[str] | list[str] | None = None,
        name: str | None = None,
        dependencies: Sequence[Any] | None = None,
        **options: Any,
    ) -> None:
        """Takes the arguments of FastAPI's own class, and keeps them until the route is described."""
        self.path = path
        self.endpoint = endpoint
        self.methods = {method.upper() for method in methods or ["GET"]}
        self.name = name or endpoint.__name__
        self._dependencies = dependencies or ()
        self._options = options

    def __getattr__(self, name: str) -> Any:
        """Returns an attribute that is made when it is first asked for: by its pattern, or with all others.

        Python calls this for an attribute only that is not there.
        """
        if name.startswith("__") or "_options" not in self.__dict__:
            raise AttributeError(name)
        if name in _OF_PATH:
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
        else:
            self._describe()
        return self.__dict__[name]

    def _describe(self) -> None:
        options = self.__dict__.pop("_options")
        super().__init__(
            self.path,
            self.endpoint,
            methods=self.methods,
            name=self.name,
            dependencies=[Depends(refuse_unknown_parameters), *self._dependencies],
            **options | {"generate_unique_id_function": operation_id},
        )

    @cached_property
    def plan(self) -> Plan | None:
        """How this route reads a request; None for a route that FastAPI answers itself."""
        makes_response = self.response_class is Response and self.endpoint.__annotations__.get("return") is Response
        is_usual = (
            (isinstance(self.response_class, DefaultPlaceholder) or makes_response)
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
        return sent is None or sent == _JSON or sent.partition(";")[0].strip().lower().endswith(("/json", "+json"))

    def _prefers_minimal(self, request: Request, status: int, set_by_handler: Response) -> bool:
        """Tells whether the body is left out, and says in the headers which preference was followed.

        An answer that tells what sanitising removed is given in full: no later read tells it.
        """
        if not may_be_minimal(request.method, status, self.endpoint, set_by_handler.headers):
            return False
        preference = preferred_return(request.headers.get("prefer"))
        if preference == MINIMAL and current_context().removed:
            return False
        if preference is not None:
            set_by_handler.headers[APPLIED] = f"return={preference}"
        return preference == MINIMAL

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
        if set_by_handler is not None and self._prefers_minimal(request, status, set_by_handler):
            content, status, media_type = b"", 201 if status == 201 else 204, None
        else:
            content = self.response_field.serialize_json(value) if is_body_allowed_for_status_code(status) else b""
            media_type = _JSON
        response = Response(content, status, media_type=media_type, background=solving.tasks)
        if set_by_handler is not None:
            response.headers.raw.extend(set_by_handler.headers.raw)
        return response
