"""Reads what a route asks of a request by a plan that is made once, as FastAPI does from its tree of dependencies.

FastAPI asks again at each request what never changes: the kinds of parameters, their names and defaults, whether a
dependency is a coroutine. That took a fifth of the processor time of a request. Values, problems, their order and the
order of the calls are those of FastAPI (tests/core/http/test_plans.py compares them), except that unknown parameters
of the query are refused before the body is read (lib/core/http/direct.py).
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request, Response
from fastapi._compat import (
    ModelField,
    Undefined,
    field_annotation_is_sequence,
    get_cached_model_fields,
    get_missing_field_error,
)
from fastapi.background import BackgroundTasks
from fastapi.dependencies.models import Dependant, _is_coroutine_callable  # pyright: ignore[reportPrivateUsage]
from fastapi.dependencies.utils import (
    _get_param_aliases,  # pyright: ignore[reportPrivateUsage]
    _get_param_model,  # pyright: ignore[reportPrivateUsage]
    request_body_to_args,
)
from pydantic import BaseModel

from lib.core.http.queries import refuse_unknown_parameters

MARK: Final = "reads_request"
_UNCHANGING: Final = (str, int, float, type(None))

type Values = dict[str, Any]
type Received = Mapping[str, Any]


class NotPlanned(Exception):
    """Raised for a route that only FastAPI itself can answer."""


@dataclass(slots=True)
class Solving:
    """The state that the parts of one request share while its parameters are read."""

    request: Request
    body: Any = Undefined
    problems: list[Any] = field(default_factory=list[Any])
    known: dict[Callable[..., Any], Any] = field(default_factory=dict[Callable[..., Any], Any])
    """The result of each dependency."""
    tasks: BackgroundTasks | None = None
    response: Response | None = None

    def needed_response(self) -> Response:
        """Returns the response whose headers and status the handler may set."""
        if self.response is None:
            self.response = Response()
            del self.response.headers["content-length"]
            # As FastAPI does: none unless the handler sets one.
            self.response.status_code = None  # type: ignore[assignment]
        return self.response

    def needed_tasks(self) -> BackgroundTasks:
        """Returns the tasks that run after the answer."""
        if self.tasks is None:
            self.tasks = BackgroundTasks()
        return self.tasks


class _Parameter:
    """One parameter: a value of the path, the query, a header or a cookie."""

    def __init__(self, described: ModelField) -> None:
        info: Any = described.field_info
        aliases = _get_param_aliases(described)
        if len(aliases) > 1 or (not info.is_required() and info.default_factory is not None):
            raise NotPlanned(described.name)
        self.name = described.name
        if field_annotation_is_sequence(info.annotation) and info.in_.value not in ("query", "header"):
            raise NotPlanned(described.name)
        self.sent_as = aliases[0][1]
        self._field = described
        self._loc = (info.in_.value, self.sent_as)
        self._is_list = field_annotation_is_sequence(info.annotation)
        self._is_required = info.is_required()
        self._default = described.default
        self._is_copied = not isinstance(self._default, _UNCHANGING)
        self._is_checked = bool(info.validate_default)

    def read(self, received: Received, values: Values, problems: list[Any]) -> None:
        """Adds the value, or its problems."""
        sent: Any = received
        value = sent.getlist(self.sent_as) or None if self._is_list else sent.get(self.sent_as)
        if value is None:
            if self._is_required:
                problems.append(get_missing_field_error(loc=self._loc))
                return
            value = deepcopy(self._default) if self._is_copied else self._default
            if not self._is_checked:
                values[self.name] = value
                return
        found, errors = self._field.validate(value, values, loc=self._loc)
        if errors:
            problems += errors
        else:
            values[self.name] = found


class _Model:
    """A model of query parameters, filled from those that were sent."""

    def __init__(self, described: ModelField, model: type[BaseModel]) -> None:
        if model.model_config.get("extra", "ignore") != "ignore" or described.field_info.annotation is not model:
            raise NotPlanned(described.name)
        self.name = described.name
        self._field = described
        self._lists: dict[str, bool] = {}
        for each in get_cached_model_fields(model):
            # By its name in the description alone: ``refuse_unknown_parameters`` takes no other.
            self._lists[each.alias] = field_annotation_is_sequence(each.field_info.annotation)

    def read(self, received: Any, values: Values, problems: list[Any]) -> None:
        """Adds the model, or its problems."""
        lists = self._lists
        sent = {name: received.getlist(name) if lists[name] else received[name] for name in received if name in lists}
        found, errors = self._field.validate(sent, {}, loc=("query",))
        if errors:
            problems += errors
        else:
            values[self.name] = found


def _read_of(described: ModelField) -> "_Parameter | _Model":
    model = _get_param_model(described)
    if model is None:
        return _Parameter(described)
    # Parameters have a place, which the type of their field does not say.
    if described.field_info.in_.value != "query":  # type: ignore[attr-defined]
        raise NotPlanned(described.name)
    return _Model(described, model)


class Plan:
    """How the arguments of a handler, or of a dependency, are read from a request."""

    def __init__(self, dependant: Dependant, *, is_embedded: bool = False) -> None:
        """Raises NotPlanned."""
        call = dependant.call
        if call is None or dependant.security_scopes_param_name or dependant.concurrency is not None:
            raise NotPlanned(str(call))
        read = getattr(call, MARK, None)
        self.name = dependant.name
        self.call: Callable[..., Coroutine[Any, Any, Any]] = read or call
        if not _is_coroutine_callable(self.call):
            raise NotPlanned(str(call))
        self._use_cache = dependant.use_cache
        self._body: Sequence[ModelField] = ()
        self._is_embedded = is_embedded
        self._request_as: tuple[str, ...] = ("request",) if read else ()
        self._response_as = self._tasks_as = None
        self._parts: list[Plan] = []
        self._read: list[tuple[str, list[_Parameter | _Model]]] = []
        if read is None:
            self._describe(dependant)

    def _describe(self, dependant: Dependant) -> None:
        # DirectRoutes has refused unknown parameters before the body was read.
        needed = [each for each in dependant.dependencies if each.call is not refuse_unknown_parameters]
        self._parts = [Plan(each, is_embedded=self._is_embedded) for each in needed]
        self._body = tuple(dependant.body_params)
        names = (dependant.request_param_name, dependant.http_connection_param_name)
        self._request_as = tuple(name for name in names if name)
        self._response_as = dependant.response_param_name
        self._tasks_as = dependant.background_tasks_param_name
        for source, fields in (
            ("path_params", dependant.path_params),
            ("query_params", dependant.query_params),
            ("headers", dependant.header_params),
            ("cookies", dependant.cookie_params),
        ):
            if fields:
                if len(fields) > 1 and any(_get_param_model(each) is not None for each in fields):
                    raise NotPlanned(source)
                self._read.append((source, [_read_of(each) for each in fields]))

    async def read(self, solving: Solving) -> Values | None:
        """Returns the arguments; None where they have problems, which are added to those of the request.

        Calls the dependencies, and raises what they raise.
        """
        values: Values = {}
        before = len(solving.problems)
        for part in self._parts:
            await part.add_to(values, solving)
        request = solving.request
        for source, parameters in self._read:
            received = getattr(request, source)
            for parameter in parameters:
                parameter.read(received, values, solving.problems)
        if self._body:
            await self._read_body(values, solving)
        for name in self._request_as:
            values[name] = request
        if self._tasks_as:
            values[self._tasks_as] = solving.needed_tasks()
        if self._response_as:
            values[self._response_as] = solving.needed_response()
        return values if len(solving.problems) == before else None

    async def add_to(self, values: Values, solving: Solving) -> None:
        """Calls this dependency, and adds what it returns to the arguments of what depends on it."""
        arguments = await self.read(solving)
        if arguments is None:
            return
        known = solving.known
        if self._use_cache and self.call in known:
            found = known[self.call]
        else:
            found = await self.call(**arguments)
            known.setdefault(self.call, found)
        if self.name is not None:
            values[self.name] = found

    async def _read_body(self, values: Values, solving: Solving) -> None:
        if len(self._body) == 1 and not self._is_embedded and solving.body is not Undefined:
            found, errors = self._body[0].validate(solving.body, {}, loc=("body",))
            read = {self._body[0].name: found}
        else:
            read, errors = await request_body_to_args(
                body_fields=list(self._body), received_body=solving.body, embed_body_fields=self._is_embedded
            )
        values.update(read)
        solving.problems += errors
