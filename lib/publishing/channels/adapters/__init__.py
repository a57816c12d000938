"""The kinds of targets that channels publish to, each imported when it is used."""

from importlib import import_module
from typing import Any, cast

from lib.publishing.channels.settings import ExternalKind
from lib.publishing.channels.work import Adapter


def adapter_of(kind: ExternalKind) -> Adapter[Any, Any]:
    """Returns the adapter of a kind."""
    return cast("Adapter[Any, Any]", import_module(f"{__name__}.{kind}").ADAPTER)
