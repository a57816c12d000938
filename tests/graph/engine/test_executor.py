"""The short way of execution answers what the general way of graphql-core answers, and reads what is linked once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from inspect import iscoroutine
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute, parse, validate
from graphql.execution.executor import Executor
from pydantic_core import from_json, to_json

from lib.core.http.errors import InternalError, NotFound
from lib.graph.engine import schema as schemas
from lib.graph.engine.binding import Bindings, Info
from lib.graph.engine.context import GraphContext
from lib.graph.engine.executor import QuickExecutor
from lib.graph.engine.lookahead import selected
from lib.graph.engine.plans import Plans

pytestmark = pytest.mark.anyio

SDL = """
scalar JSON
enum Colour { RED BLUE }
type Owner { id: ID! name: String friends: [Owner!]! }
type Thing {
  id: ID! title: String! size: Int ratio: Float isOpen: Boolean colour: Colour colours: [Colour!] notes: [String]
  values: JSON maker: Owner! makers: [Owner] owner: Owner guardian: Owner! slow: String twice(by: Int = 2): Int
}
type Query { things: [Thing!]! some: [Thing] one: Thing }
"""
MAKER = {"id": UUID(int=7), "name": "Ann", "friends": []}
GOOD: dict[str, Any] = {
    "id": UUID(int=1),
    "title": "A",
    "size": 3,
    "ratio": 1.5,
    "is_open": True,
    "colour": "red",
    "colours": ["red", "blue"],
    "notes": ["x", None],
    "values": {"a": [1]},
    "maker": MAKER,
    "makers": [MAKER, None],
    "owner_id": "o1",
    "guardian_id": "g1",
}
# Each breaks the type of one field.
BAD: list[dict[str, Any]] = [
    {"title": None},
    {"title": 5},
    {"size": 2**40},
    {"size": "x"},
    {"is_open": "yes"},
    {"colour": "green"},
    {"colours": ["red", "green"]},
    {"colours": [None]},
    {"maker": None},
    {"maker": {"id": None, "name": "Ann", "friends": []}},
    {"maker": {"id": "m", "name": "Ann", "friends": [None]}},
    {"makers": [{"id": "m", "name": 5, "friends": [{"id": "f", "name": None, "friends": None}]}]},
    {"owner_id": "gone"},
    {"owner_id": None},
    {"owner_id": "broken"},
    {"guardian_id": "gone"},
    {"guardian_id": "broken"},
]
WHOLE = """{
  __typename id name: title size ratio isOpen colour colours notes values twice(by: 3)
  maker { ...Owner } makers { ...Owner } owner { ...Owner } guardian { ...Owner }
}
"""
FRAGMENT = "fragment Owner on Owner { __typename id name friends { id name } }"


class Kind:
    """A small schema with the engine's bindings, and its calls."""

    def __init__(self, things: list[Any]) -> None:
        self.calls = Counter[str]()
        bindings = Bindings()

        async def load(_: Any, *, owner_id: str) -> dict[str, Any]:
            self.calls[owner_id] += 1
            await asyncio.sleep(0)
            if owner_id == "gone":
                raise NotFound("not found")
            if owner_id == "broken":
                raise InternalError("broken")
            return {"id": owner_id, "name": owner_id.upper(), "friends": [MAKER]}

        bindings.link(
            "Thing", "owner", load, lambda thing: {"owner_id": thing["owner_id"]} if thing["owner_id"] else None
        )
        bindings.link("Thing", "guardian", load, lambda thing: {"owner_id": thing["guardian_id"]})

        @bindings.field("Thing", "slow")
        async def slow(parent: Any, info: Info) -> str:
            await asyncio.sleep(0)
            return f"{parent['title']} by {info.field_name}"

        @bindings.field("Thing", "twice")
        async def twice(parent: Any, info: Info, *, by: int) -> int:
            return parent["size"] * by

        @bindings.query("things")
        async def many(info: Info) -> list[Any]:
            return things

        @bindings.query("some")
        async def some(info: Info) -> list[Any]:
            return [*things, None]

        @bindings.query("one")
        async def one(info: Info) -> Any:
            return things[0]

        self.bindings = bindings


def schema_of(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> GraphQLSchema:
    monkeypatch.setattr(schemas, "read_sdl", lambda: SDL)
    return schemas.build_schema((kind.bindings,))


async def answer_of(
    schema: GraphQLSchema,
    document: str | DocumentNode,
    executor: type[Executor[Any]],
    variables: dict[str, Any] | None = None,
    **own: Any,
) -> tuple[Any, list[str]]:
    """Returns the data as the answer has it, and the errors by place. ``own``: the executor's own arguments."""
    context = GraphContext(None, None)  # type: ignore[arg-type]
    context._principal = object()  # type: ignore[assignment] # pyright: ignore[reportPrivateUsage]
    node = parse(document) if isinstance(document, str) else document
    assert validate(schema, node) == []
    outcome = execute(
        schema,
        node,
        context_value=context,
        variable_values=variables or {},
        executor_class=executor,
        is_awaitable=iscoroutine,  # type: ignore[arg-type]
        **own,
    )
    result = outcome if isinstance(outcome, ExecutionResult) else await outcome
    errors = sorted(f"{error.path}: {error.message}" for error in result.errors or ())
    return from_json(to_json(result.data)), errors


DOCUMENTS = [
    f"query {{ things {WHOLE} }} {FRAGMENT}",
    f"query {{ some {WHOLE} one {WHOLE} }} {FRAGMENT}",
    "query ($no: Boolean = false) { things { title size @include(if: $no) owner @skip(if: $no) { id } slow } }",
    "{ things { title slow } }",
    "{ a: things { owner { name } } b: things { owner { id } maker { id } } one { maker { id } } }",
]


class Model(SimpleNamespace):
    """An object with attributes, as models are."""

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    @classmethod
    def of(cls, values: dict[str, Any]) -> "Model":
        return cls(**values)


@pytest.mark.parametrize("document", DOCUMENTS)
@pytest.mark.parametrize("change", [{}, *BAD], ids=str)
@pytest.mark.parametrize("make", [dict, Model.of], ids=["row", "model"])
async def test_both_ways_answer_the_same(
    monkeypatch: pytest.MonkeyPatch, document: str, change: dict[str, Any], make: Callable[[dict[str, Any]], Any]
) -> None:
    """Also where executions share their plans."""
    kind = Kind([make(GOOD), make(GOOD | change)])
    schema = schema_of(kind, monkeypatch)
    node = parse(document)
    plans = Plans(node)
    for variables in ({}, {"no": True}, {"no": False}, {}) if "$no" in document else ({}, {}):
        # The general way reads an id as text, as the serializer of the answer does afterwards.
        expected = await answer_of(schema, document, Executor, variables)
        assert await answer_of(schema, node, QuickExecutor, variables, plans=plans) == expected


async def test_plans_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = schema_of(Kind([GOOD]), monkeypatch)
    names = [f"v{number}" for number in range(8)]
    fields = " ".join(f"f{name}: title @include(if: ${name})" for name in names)
    node = parse(f"query ({' '.join(f'${name}: Boolean!' for name in names)}) {{ one {{ id {fields} }} }}")
    plans = Plans(node)
    for number in range(2 ** len(names)):
        sent = {name: bool(number & 1 << place) for place, name in enumerate(names)}
        data, errors = await answer_of(schema, node, QuickExecutor, sent, plans=plans)
        assert errors == []
        assert data["one"].keys() == {"id", *(f"f{name}" for name in names if sent[name])}
    assert 10 < len(plans) < 50


async def test_a_plan_with_too_many_fields_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field counts as often as it is written, also where its object is not there."""
    schema = schema_of(Kind([]), monkeypatch)
    document = "{ things { " + "id slow " * 100 + "} }"
    for most, kept in ((220, 0), (221, 1)):  # 200, with `things` and the plan itself
        node = parse(document)
        plans = Plans(node, most)
        for _ in range(2):
            assert await answer_of(schema, node, QuickExecutor, plans=plans) == ({"things": []}, [])
            assert len(plans) == kept
    assert await answer_of(schema, document, QuickExecutor) == ({"things": []}, [])


@pytest.mark.parametrize("rows", [[], [GOOD], [GOOD | {"makers": [None]}]], ids=["none", "one", "without"])
async def test_a_condition_that_is_null_is_an_error_of_the_objects_that_it_is_for(
    monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]]
) -> None:
    schema = schema_of(Kind(rows), monkeypatch)
    document = (
        "query($no: Boolean = false) { things { id owner { id name @skip(if: $no) } makers { id @skip(if: $no) } } }"
    )
    node = parse(document)
    plans = Plans(node)
    for variables in ({"no": None}, {}, {"no": None}, {"no": True}):
        expected = await answer_of(schema, document, Executor, variables)
        assert await answer_of(schema, node, QuickExecutor, variables, plans=plans) == expected


async def test_executions_at_once_share_a_plan_that_is_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = schema_of(Kind([GOOD, GOOD]), monkeypatch)
    document = "query($no: Boolean! = false) { things { id slow owner { id name @skip(if: $no) } } }"
    for most in (1, 30, 1_000):
        node = parse(document)
        plans = Plans(node, most)
        asked = [{"no": True}, {"no": False}, {}, {"no": True}] * 3
        answers = await asyncio.gather(*(answer_of(schema, node, QuickExecutor, each, plans=plans) for each in asked))
        assert answers == [await answer_of(schema, document, Executor, each) for each in asked]


async def test_a_field_that_the_object_has_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind([Model(id="1", slow="given"), Model(id="2", title="B")])

    @kind.bindings.field("Thing", "slow", is_given=True)
    async def slow(parent: Any, info: Info) -> str:
        return f"resolved for {parent.id}"

    schema = schema_of(kind, monkeypatch)
    data, errors = await answer_of(schema, "{ things { slow } }", QuickExecutor)
    assert errors == []
    assert data == {"things": [{"slow": "given"}, {"slow": "resolved for 2"}]}


async def test_an_object_of_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    class Thing:
        id = UUID(int=3)
        title = "B"

    schema = schema_of(Kind([Thing()]), monkeypatch)
    assert await answer_of(schema, "{ things { id title } }", QuickExecutor) == (
        {"things": [{"id": str(UUID(int=3)), "title": "B"}]},
        [],
    )
    _, errors = await answer_of(schema, "{ one { id size } }", QuickExecutor)
    assert [error.split(":")[0] for error in errors] == ["['one', 'size']"]


async def test_what_is_linked_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = Kind([GOOD | {"owner_id": owner} for owner in ("a", "b", "a", None, "a")])
    schema = schema_of(kind, monkeypatch)
    data, errors = await answer_of(schema, "{ things { owner { id } guardian { id } } }", QuickExecutor)
    assert errors == []
    assert [thing["owner"] for thing in data["things"]] == [{"id": "a"}, {"id": "b"}, {"id": "a"}, None, {"id": "a"}]
    assert kind.calls == {"a": 1, "b": 1, "g1": 1}


async def test_what_a_list_has_already_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that looked ahead gives the object with its items, where nothing more of it is asked for."""
    kind = Kind([GOOD])
    found: list[bool] = []

    @kind.bindings.query("some")
    async def some(info: Info) -> list[Any]:
        only = selected(info)["owner"] <= {"__typename", "id", "name"}
        found.append(only)
        return [Given({"name": "Given"} if only else None)]

    class Given:
        def __init__(self, owner: Any) -> None:
            self.owner, self.guardian_id = owner, "g1"

        def __getitem__(self, name: str) -> Any:
            return {"owner_id": "a", "guardian_id": self.guardian_id}[name]

    place, bound = next((place, each) for place, each in enumerate(kind.bindings.fields) if each.name == "owner")
    assert bound.link is not None
    link = replace(bound.link, embedded="owner")
    kind.bindings.fields[place] = replace(bound, link=link, resolve=link.resolve)
    schema = schema_of(kind, monkeypatch)
    for selection, name, calls in (
        ("name", "Given", 0),
        ("... on Owner { __typename name }", "Given", 0),
        ("name friends { id }", "A", 1),
    ):
        data, errors = await answer_of(schema, f"{{ some {{ owner {{ {selection} }} }} }}", QuickExecutor)
        assert errors == []
        assert data["some"][0]["owner"]["name"] == name
        assert kind.calls["a"] == calls
    assert found == [True, True, False]
