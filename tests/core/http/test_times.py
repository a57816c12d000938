"""Tests that only texts of RFC 3339 with an offset are times, and only ISO 8601 dates are dates, in every model."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Annotated, Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

import lib
from lib.core.http.times import ClockTime, Day, Instant, StorableDay, StorableInstant, read_instant
from local.stack.settings import ROOT
from tests.support.times import CASES, EPOCH, TIME_TEXTS, as_micros, day_of, model_instant

INSTANTS = TypeAdapter[datetime](Instant)
DAYS = TypeAdapter[date](Day)
OTHERS = CASES["otherJson"]


def read(adapter: TypeAdapter[Any], value: Any) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        return None


@pytest.mark.parametrize("case", CASES["instants"], ids=lambda case: case["why"])
def test_a_case_of_an_instant(case: dict[str, Any]) -> None:
    expected = datetime.fromisoformat(case["instant"]) if case["instant"] else None
    found = read(INSTANTS, case["text"])
    assert found == expected
    assert found is None or found.utcoffset() == timedelta(0)
    micros = model_instant(case["text"])
    assert micros == (None if expected is None else as_micros(expected)), "the model of the tests"


@pytest.mark.parametrize("case", CASES["days"], ids=lambda case: case["why"])
def test_a_case_of_a_day(case: dict[str, Any]) -> None:
    found = read(DAYS, case["text"])
    assert found == (date.fromisoformat(case["text"]) if case["isDay"] else None)
    assert (day_of(case["text"]) is not None) == case["isDay"], "the model of the tests"


@pytest.mark.parametrize("value", OTHERS, ids=str)
def test_other_json_is_no_time(value: Any) -> None:
    assert read(INSTANTS, value) is None
    assert read(DAYS, value) is None


@given(TIME_TEXTS)
@settings(max_examples=1500, deadline=None)
@example("2026-W01-1T00:00:00.000000+00:00")
@example("2026-11-24T24:00:00.000000+00:00")
def test_any_text_is_read_as_the_model_reads_it(text: str) -> None:
    found = read(INSTANTS, text)
    assert (None if found is None else as_micros(found)) == model_instant(text)
    day = read(DAYS, text)
    assert (None if day is None else (day.year, day.month, day.day)) == day_of(text)


@given(st.integers(2, 3_652_055), st.integers(0, 86_399_999_999), st.integers(-1439, 1439))
@settings(max_examples=300, deadline=None)
def test_what_was_written_is_read_again(day: int, micros: int, minutes: int) -> None:
    midnight = datetime.combine(date.fromordinal(day + 1), datetime.min.time(), timezone(timedelta(minutes=minutes)))
    there = midnight + timedelta(microseconds=micros)
    assert read_instant(there.isoformat()) == there
    assert read(INSTANTS, there) == there
    written = INSTANTS.dump_python(read(INSTANTS, there), mode="json")
    assert written.endswith("Z")
    assert read_instant(written) == there


def test_instants_without_an_offset_are_refused_in_python_too() -> None:
    assert read(INSTANTS, datetime(2026, 11, 24, 9)) is None  # noqa: DTZ001 - the case
    assert read(DAYS, datetime(2026, 11, 24, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("text", "is_storable"),
    [
        ("1899-12-31T23:59:59Z", False), ("1900-01-01T00:00:00Z", True), ("2200-01-01T00:00:00Z", True),
        ("2200-01-01T00:00:00.000001Z", False), ("0001-01-01T00:00:00Z", False), ("9999-12-31T23:59:59Z", False),
        ("2199-12-31T23:59:59-23:59", False),
    ],
)  # fmt: skip
def test_storable_instants(text: str, is_storable: bool) -> None:
    assert (read(TypeAdapter(StorableInstant), text) is not None) == is_storable


def test_storable_days() -> None:
    kept = [read(TypeAdapter(StorableDay), text) for text in ("1899-12-31", "1900-01-01", "2199-12-31", "2200-01-01")]
    assert [day is not None for day in kept] == [False, True, True, False]


@pytest.mark.parametrize("value", ["46022", 46022, 1.5, "22", "2200", "24:00", "22:60", "22:00:60", "now", "", True])
def test_what_is_no_time_of_a_day(value: Any) -> None:
    assert read(TypeAdapter(ClockTime), value) is None


# Every model and every parameter.

LOOSE: Final = frozenset({
    "datetime", "date", "time", "AwareDatetime", "NaiveDatetime", "PastDatetime", "FutureDatetime", "PastDate",
    "FutureDate",
})  # fmt: skip
# Values that pydantic takes for times and dates by itself.
TAKEN: Final = ("46022", 46022, 1.5, "1.5", "2027", "20271231", "2027-1-1", "2027-01-01 00:00", "2027-01-01T00:00:00")


@cache
def models() -> tuple[type[BaseModel], ...]:
    for module in pkgutil.walk_packages(lib.__path__, "lib."):
        importlib.import_module(module.name)
    found: list[type[BaseModel]] = [BaseModel]
    for model in found:
        found += model.__subclasses__()
    return tuple(model for model in dict.fromkeys(found) if model.__module__.startswith("lib."))


def bare_annotations(path: str, tree: ast.Module) -> Iterator[str]:
    """Lists annotations with the types of the standard library and of pydantic where pydantic reads them."""
    for node in ast.walk(tree):
        places: list[tuple[int, ast.expr]] = []
        if isinstance(node, ast.ClassDef) and not any("dataclass" in ast.unparse(each) for each in node.decorator_list):
            places += [(each.lineno, each.annotation) for each in node.body if isinstance(each, ast.AnnAssign)]
        elif isinstance(node, ast.TypeAlias):
            places.append((node.lineno, node.value))
        elif isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and path.startswith("api/"):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            places += [(each.lineno, each.annotation) for each in arguments if each.annotation]
        for line, annotation in places:
            if any(isinstance(each, ast.Name) and each.id in LOOSE for each in ast.walk(annotation)):
                yield f"{path}:{line}"


def test_no_model_has_a_time_of_pydantic() -> None:
    found: list[str] = []
    for path in sorted([*(ROOT / "lib").rglob("*.py"), *(ROOT / "api").rglob("*.py")]):
        name = path.relative_to(ROOT).as_posix()
        # The types themselves, and the cells of workbooks, which have types before any model reads them.
        if name not in ("lib/core/http/times.py", "lib/core/files/rows.py"):
            found += bare_annotations(name, ast.parse(path.read_text()))
    assert found == [], "use Instant, Day and ClockTime of lib/core/http/times.py"


def is_timed(schema: Any) -> bool:
    """Whether a schema is of one time or date, or null."""
    named = schema.get("$defs", {})
    options = [named.get(option.get("$ref", "").rsplit("/", 1)[-1], option) for option in schema.get("anyOf", [schema])]
    return any(option.get("format") in ("date-time", "date", "time") for option in options)


def test_every_field_of_every_model_refuses_what_is_no_time() -> None:
    tried = 0
    taken: list[str] = []
    for model in models():
        model.model_rebuild()
        for name, field in model.model_fields.items():
            annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
            if "Instant" not in str(annotation) and "Day" not in str(annotation) and "ClockTime" not in str(annotation):
                continue
            adapter = TypeAdapter[Any](annotation)
            if not is_timed(adapter.json_schema()):
                continue
            tried += 1
            taken += [f"{model.__name__}.{name}: {value!r}" for value in TAKEN if read(adapter, value) is not None]
    assert taken == []
    assert tried > 150, tried


def test_the_epoch_of_the_tests() -> None:
    assert as_micros(EPOCH) == model_instant("1970-01-01T00:00:00Z") == 0
