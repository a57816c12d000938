"""Rows that cannot be read: left out of lists, refused alone, and never a failure of the whole."""

import ast
import json
import logging
import time
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import AwareDatetime, Field

from lib.core.data.json_answers import MAX_LEVELS, read_json, repair_json
from lib.core.data.reading import Parts, read_row, read_rows
from lib.core.http.envelope import Success
from lib.core.http.errors import Unprocessable
from lib.core.http.models import ResponseModel
from lib.core.telemetry.context import RequestContext, begin_context
from lib.core.telemetry.logs import LOGGER_NAME
from local.stack.settings import ROOT


class Part(ResponseModel):
    name: str


class Thing(ResponseModel):
    id: str
    at: AwareDatetime | None = None
    size: float | None = None
    tags: list[str] = Field(default_factory=list[str])
    data: dict[str, Any] = Field(default_factory=dict[str, Any])
    parts: Annotated[list[Part], Parts] = Field(default_factory=list[Part])


class Collector(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self.records = records

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def context() -> RequestContext:
    return begin_context("a request")


@pytest.fixture
def records() -> Iterator[list[logging.LogRecord]]:
    found: list[logging.LogRecord] = []
    handler = Collector(found)
    logging.getLogger(LOGGER_NAME).addHandler(handler)
    yield found
    logging.getLogger(LOGGER_NAME).removeHandler(handler)


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


BAD: list[dict[str, Any]] = [
    {"id": "1", "at": "infinity"},
    {"id": "2", "at": "99999-01-01T00:00:00+00:00"},
    {"id": "3", "at": "0044-03-15T00:00:00+00:00 BC"},
    {"id": "4", "tags": ["ok", None]},
    {"id": "5", "size": "NaN"},
    {"id": "6", "size": 10**400},
    {"id": "7", "data": None},
    {"at": None},
]


@pytest.mark.parametrize("bad", BAD, ids=str)
def test_a_row_that_cannot_be_read_is_left_out_and_counted(
    bad: dict[str, Any], context: RequestContext, records: list[logging.LogRecord]
) -> None:
    assert [thing.id for thing in read_rows(Thing, [{"id": "a"}, bad, {"id": "b"}])] == ["a", "b"]
    assert context.omitted == 1
    assert Success(data=[]).meta.omitted == 1
    fields = vars(records[0])["fields"]
    assert fields["model"] == "Thing"
    assert fields["rows"][0]["id"] == bad.get("id")
    assert not any(str(value) in str(fields["rows"][0]["at"]) for key, value in bad.items() if key != "id" and value)


def test_a_shape_that_fails_leaves_its_row_out(context: RequestContext) -> None:
    rows = [{"id": "a", "people": []}, {"id": "b"}, {"id": "c", "people": None}, {"id": "d", "people": 5}]
    shaped = read_rows(Thing, rows, shape=lambda row: row | {"tags": [*row["people"]]})
    assert [thing.id for thing in shaped] == ["a"]
    assert context.omitted == 3


def test_one_row_alone_is_refused(context: RequestContext, records: list[logging.LogRecord]) -> None:
    with pytest.raises(Unprocessable, match="cannot be read"):
        read_row(Thing, {"id": "1", "at": "infinity"})
    assert (context.omitted, len(records)) == (0, 1)


def test_parts_that_cannot_be_read_are_left_out_of_their_row(context: RequestContext) -> None:
    [thing] = read_rows(Thing, [{"id": "1", "parts": [{"name": "a"}, 1, {"name": None}, {"name": "b"}]}])
    assert [part.name for part in thing.parts] == ["a", "b"]
    assert context.omitted == 2
    assert read_rows(Thing, [{"id": "1", "parts": 5}]) == []


@pytest.mark.parametrize(
    "value",
    ['{"a": ' + nested(2000) + "}", '{"a": ' + nested(100_000) + "}", '{"a": 1' + "0" * 5000 + "}", '{"a": 1e5000}'],
    ids=["deep", "deeper", "long", "exponent"],
)
def test_an_answer_with_a_value_that_no_parser_takes(value: str, context: RequestContext) -> None:
    text = f'[{{"id": "a", "tags": ["[", "\\"]"]}}, {{"id": "b", "data": {value}}}, {{"id": "c"}}]'.encode()
    try:
        rows = read_json(text)
    except ValueError:
        rows = repair_json(text)
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    things = read_rows(Thing, rows)
    assert [thing.id for thing in things if thing.id != "b"] == ["a", "c"]
    assert things[0].tags == ["[", '"]']
    assert context.omitted == (0 if value == '{"a": 1e5000}' else 1)
    json.loads(Success(data=things).model_dump_json(), parse_constant=pytest.fail)


def test_values_are_not_cut_while_a_parser_takes_them(context: RequestContext) -> None:
    value = read_json(f'{{"a": {nested(MAX_LEVELS - 2)}}}'.encode())
    assert read_rows(Thing, [{"id": "a", "data": value}])[0].data == value
    digits = "9" * 309
    assert read_json(f"[{digits}]".encode()) == [int(digits)]
    assert context.has_repaired_answer is False


def test_repairing_takes_linear_time() -> None:
    began = time.perf_counter()
    for text in (nested(200_000), '["' + '\\"[' * 200_000 + '",' + nested(300) + "]", "[" + "1" * 300_000 + "]"):
        repair_json(text.encode())
    assert time.perf_counter() - began < 5


# Models that are made of something else than rows, by file.
NOT_OF_ROWS = {
    "lib/ai/providers/response_schema.py": "the answer of a model",
    "lib/ai/tools/claims.py": "the answer of a model",
    "lib/claims/catalogue/imports.py": "lines of a file that the caller sends",
    "lib/claims/checks/matching.py": "what a comparison found in a text",
    "lib/claims/statements/imports.py": "lines of a file that the caller sends",
    "lib/content/transfer/service.py": "files that the caller sends",
    "lib/content/transfer/streams.py": "lines that the caller sends",
    "lib/core/data/reading.py": "here rows are read",
    "lib/core/settings/registry.py": "the environment",
    "lib/graph/engine/arguments.py": "the arguments of a field",
    "lib/graph/resolvers/ai/tools.py": "the arguments of a field",
    "lib/graph/resolvers/content/status.py": "the arguments of a field",
    "lib/graph/resolvers/delivery.py": "the arguments of a field",
    "lib/publishing/channels/publications.py": "the settings of one channel",
    "lib/webhooks/incoming.py": "a body that another system sends",
    "lib/publishing/channels/service.py": "settings and credentials that the caller sends",
}
# Lists of models that are made field by field, and where their values come from.
FIELD_BY_FIELD = {
    "lib/identity/second_factor/repository.py: KnownFactor": "the factors of one person, who has written them",
    "lib/ai/guardrails/rules.py: Violation": "rules that the text of a generation breaks",
    "lib/ai/tools/text_review.py: ReviewOfClaim": "the answer of a model",
    "lib/claims/catalogue/imports.py: ImportedItem": "lines of a file that the caller sends",
    "lib/claims/statements/imports.py: ImportedRow": "lines of a file that the caller sends",
    "lib/content/transfer/service.py: BulkItem": "the outcomes of a command",
    "lib/content/transfer/service.py: ImportProblem": "the outcomes of a command",
}
VALIDATORS = ("model_validate", "model_validate_json", "validate_python", "validate_json")
REPEATED = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp, ast.For, ast.AsyncFor)


def _models_of_rows(tree: ast.AST) -> set[str]:
    """Returns the classes that are made of rows one after another: with ``**row`` or ``row["name"]``."""
    return {
        call.func.id
        for loop in ast.walk(tree)
        if isinstance(loop, REPEATED)
        for call in ast.walk(loop)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id[0].isupper()
        for argument in call.keywords
        if argument.arg is None
        or (isinstance(argument.value, ast.Subscript) and isinstance(argument.value.slice, ast.Constant))
    }


def test_every_list_of_rows_is_read_by_the_one_piece() -> None:
    validating: set[str] = set()
    by_field: set[str] = set()
    for path in sorted([*(ROOT / "lib").rglob("*.py"), *(ROOT / "api").rglob("*.py")]):
        name = str(path.relative_to(ROOT))
        tree = ast.parse(path.read_text())
        if any(isinstance(node, ast.Attribute) and node.attr in VALIDATORS for node in ast.walk(tree)):
            validating.add(name)
        by_field |= {f"{name}: {model}" for model in _models_of_rows(tree)}
    assert validating == NOT_OF_ROWS.keys()
    assert by_field == FIELD_BY_FIELD.keys()
