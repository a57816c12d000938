"""Finds the methods of a path for the header Allow: HEAD is allowed wherever GET is."""

import re
from collections.abc import Sequence
from typing import Final

from fastapi.routing import APIRoute

_PARAMETER: Final = re.compile(r"\{\w+\}")


def allowed_methods(routes: Sequence[APIRoute], path: str) -> list[str]:
    """Returns the methods of a path, of all routes that serve it; empty when none does.

    ``routes``: in the order in which they are tried. ``/contents/search`` is the path of its own route, and not one of
    ``/contents/{content_id}``.
    """
    serving = [route for route in routes if route.path_regex.match(path)]
    methods = {"OPTIONS"} if serving else set[str]()
    for route in serving:
        if _PARAMETER.sub("{}", route.path_format) == _PARAMETER.sub("{}", serving[0].path_format):
            methods |= route.methods or set()
    if "GET" in methods:
        methods.add("HEAD")
    return sorted(methods)
