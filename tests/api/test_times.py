"""Tests that no parameter of a route takes a number, a year or a local time for a time or a date."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any

from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

import api
from tests.core.http.test_times import TAKEN, is_timed, read


def test_every_parameter_refuses_what_is_no_time() -> None:
    tried: list[str] = []
    taken: list[str] = []
    for module in iter_modules(api.__path__):
        app = getattr(import_module(f"api.{module.name}"), "app", None)
        for route in app.state.routes if app else ():
            if not isinstance(route, APIRoute):
                continue
            for field in get_flat_params(route.dependant):
                annotation: Any = field.field_info.annotation
                if field.field_info.metadata:
                    annotation = Annotated[annotation, *field.field_info.metadata]
                adapter = TypeAdapter[Any](annotation)
                if not is_timed(adapter.json_schema()):
                    continue
                place = f"{route.path} {field.alias}"
                tried.append(place)
                taken += [f"{place}: {value!r}" for value in TAKEN if read(adapter, value) is not None]
    assert taken == []
    assert {"/api/v1/ai/usage from", "/api/v1/ai/usage to"} <= set(tried), tried
