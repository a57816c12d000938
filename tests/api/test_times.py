"""Tests that no parameter of a route takes a number, a year or a local time for a time or a date."""

import json
import subprocess
import sys

from local.stack.settings import ROOT
from tools.package import ENVIRONMENT, function_names

# In a process of its own, with the settings that the build has.
PROGRAM = """
import importlib, json, sys
from typing import Annotated
from fastapi.dependencies.utils import get_flat_params
from pydantic import TypeAdapter
from tests.core.http.test_times import TAKEN, is_timed, read

tried, taken = [], []
for name in sys.argv[1:]:
    routes = importlib.import_module(f"api.{name}").app.state.routes
    assert routes, name
    for route in routes:
        for field in get_flat_params(route.dependant):
            info = field.field_info
            annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
            try:
                schema = TypeAdapter(annotation).json_schema()
            except Exception:  # a dependency that is no value
                continue
            if not is_timed(schema):
                continue
            place = f"{route.path} {field.alias}"
            tried.append(place)
            taken += [f"{place}: {value!r}" for value in TAKEN if read(TypeAdapter(annotation), value) is not None]
print(json.dumps({"tried": tried, "taken": taken}))
"""


def test_every_parameter_refuses_what_is_no_time() -> None:
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, *function_names()], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["taken"] == []
    assert {"/api/v1/ai/usage from", "/api/v1/ai/usage to"} <= set(found["tried"]), found["tried"]
