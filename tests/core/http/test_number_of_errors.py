"""No request makes pydantic write an error for each of its values: 49,000 hold an instance for half a second."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, Final

import pytest
from pydantic import ValidationError

import lib
from lib.core.http.models import RequestModel

MANY: Final = 3_000
# A mapping of 100 columns, each of which fits no member of a union.
MOST_ERRORS: Final = 500
VALUES: Final[dict[str, Any]] = {
    "numbers": [1] * MANY,
    "objects": [{}] * MANY,
    "texts": ["\x01"] * MANY,
    "names of numbers": {f"n{number}": 1 for number in range(MANY)},
    "names of texts": {f"n{number}": "x" for number in range(MANY)},
}

for module in pkgutil.walk_packages(lib.__path__, "lib."):
    importlib.import_module(module.name)


def descendants(model: type[RequestModel]) -> Iterator[type[RequestModel]]:
    for each in model.__subclasses__():
        yield each
        yield from descendants(each)


@pytest.mark.parametrize("kind", VALUES)
def test_no_field_has_an_error_for_each_value(kind: str) -> None:
    models = {each for each in descendants(RequestModel) if each.__module__.startswith("lib.")}
    assert len(models) > 50
    many: list[str] = []
    for model in models:
        for name, field in model.model_fields.items():
            try:
                model.model_validate({field.alias or name: VALUES[kind]})
            except ValidationError as error:
                if error.error_count() > MOST_ERRORS:
                    many.append(f"{model.__name__}.{name}: {error.error_count()}")
    assert many == []
