"""Answers with selected fields."""

from collections.abc import Mapping

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from lib.core.http.selection import select


def selected(answer: BaseModel, selection: frozenset[str], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Answers with the selected fields of each resource in ``data``."""
    body = answer.model_dump(mode="json", by_alias=True)
    data = body["data"]
    body["data"] = [select(item, selection) for item in data] if isinstance(data, list) else select(data, selection)
    return JSONResponse(body, headers=dict(headers or {}))
