"""Field selection and expansion of resources: ``?fields=id,title&expand=brand``."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, BeforeValidator, StringConstraints

from lib.core.http.errors import ErrorDetail, ValidationFailed

MAX_NAMES: Final = 100


def split_names(value: Any) -> Any:
    """Splits comma-separated names, also of a parameter that was given several times; other values pass unchanged."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in values):
        return value
    return [name.strip() for each in values for name in each.split(",") if name.strip()]


type SelectedField = Annotated[str, StringConstraints(pattern=r"^_?[A-Za-z]{1,50}$")]
# No `type`: FastAPI would not see the list in it, and take the last of several parameters.
FieldNames = Annotated[list[SelectedField], BeforeValidator(split_names)]
"""Names of fields, separated by commas."""


def names_of(model: type[BaseModel]) -> frozenset[str]:
    """Returns the names that the fields of a model have in JSON."""
    named: dict[str, Any] = {**model.model_fields, **model.model_computed_fields}
    return frozenset(field.alias or name for name, field in named.items() if not getattr(field, "exclude", None))


def selection_of(model: type[BaseModel], fields: Iterable[str]) -> frozenset[str] | None:
    """Returns the fields to answer with; None for all. ``id`` is always among them.

    Raises ValidationFailed with the unknown names where the model has no such field.
    """
    wanted = frozenset(fields)
    if not wanted:
        return None
    unknown = sorted(wanted - names_of(model))
    if unknown:
        details: list[ErrorDetail] = [
            {"field": "fields", "code": "INVALID_FORMAT", "message": f"names the unknown field {name}"}
            for name in unknown
        ]
        raise ValidationFailed("the resource has no such field", details=details)
    return wanted | {"id"}


def select(item: dict[str, Any], selection: frozenset[str]) -> dict[str, Any]:
    """Returns a resource, as it is in JSON, with the selected fields only."""
    return {name: value for name, value in item.items() if name in selection}


def selected(answer: BaseModel, selection: frozenset[str], headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Answers with the selected fields of each resource in ``data``."""
    body = answer.model_dump(mode="json", by_alias=True)
    data = body["data"]
    body["data"] = [select(item, selection) for item in data] if isinstance(data, list) else select(data, selection)
    return JSONResponse(body, headers=dict(headers or {}))
