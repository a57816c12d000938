"""Sends documents that schemathesis generates from the schema, valid and invalid, as users of two brands.

No answer is a 5xx, has an error that says so, or a shape that the schema lacks. None holds an id or a name of the other
brand that its request did not name. Most ids belong to what exists in either brand; the rest are made up.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg
import pytest
import schemathesis
from graphql import (
    ArgumentNode,
    GraphQLObjectType,
    ObjectFieldNode,
    StringValueNode,
    Visitor,
    build_ast_schema,
    parse,
    print_ast,
    visit,
)
from graphql.utilities import introspection_from_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.graphql import nodes

from lib.graph.engine.schema import get_schema
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tests.claims.office import open_shelf
from tests.support.servers import functions_with
from tests.support.world import Brand, World

# `make fuzz` sends far more.
EXAMPLES: Final = int(os.environ.get("SCHEMA_EXAMPLES", "4"))
SLOW_EXAMPLES: Final = 20
LIMITS: Final = ("ACCOUNT", "AI", "API", "AUTH", "BRAND_PROFILE", "GENERATE", "GRAPHQL_POINTS", "HOOKS", "NOTIFY")
# Operations of REST whose mutations end the sessions of the callers, so that nothing could be asked afterwards.
LEFT_OUT: Final = frozenset({"auth.logout", "passwords.change", "sessions.end", "users.deactivate", "users.erase"})
# They take away objects that others would find.
LAST: Final = re.compile(r"Mutation\.(archive|deactivate|delete|end|leave|remove|withdraw)")
SERVER_ERRORS: Final = ("INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "TIMEOUT", "BAD_GATEWAY")
# Published for everybody.
PUBLIC: Final = ("Query.deliveredContent", "Query.deliveredContents")

_TEXT: Final = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
_ANY: Final = st.recursive(
    st.one_of(
        st.integers(-(2**31), 2**31 - 1).map(nodes.Int), st.booleans().map(nodes.Boolean), _TEXT.map(nodes.String)
    ),
    lambda inner: st.lists(inner, max_size=3).map(nodes.List),
    max_leaves=5,
)
for name, strategy in {
    "DateTime": st.one_of(
        st.datetimes().map(lambda value: nodes.String(value.isoformat() + "Z")), _TEXT.map(nodes.String)
    ),
    "Date": st.one_of(st.dates().map(lambda value: nodes.String(value.isoformat())), _TEXT.map(nodes.String)),
    "JSON": _ANY,
}.items():
    schemathesis.graphql.scalar(name, strategy)


def covered(label: str) -> tuple[str, ...]:
    """Returns the operations of REST that a field covers."""
    type_name, name = label.split(".")
    kind = get_schema().type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    return kind.fields[name].extensions.get("operations", ())


def _operations() -> dict[str, Any]:
    described = build_ast_schema(parse((ROOT / "public" / "api" / "v1" / "schema.graphql").read_text()))
    loaded = schemathesis.graphql.from_dict(
        {"data": introspection_from_schema(described)}, config=schemathesis.Config()
    )
    found: dict[str, Any] = {}
    for result in loaded.get_all_operations():
        assert isinstance(result, Ok), result.err()
        operation = result.ok()
        if LEFT_OUT.isdisjoint(covered(operation.label)):
            found[operation.label] = operation
    return found


OPERATIONS: Final = _operations()
# Reads first.
LABELS: Final = sorted(OPERATIONS, key=lambda label: (not label.startswith("Query"), bool(LAST.match(label)), label))
# Each calls a model.
SLOW: Final = frozenset(
    label for label in LABELS if label.startswith("Mutation") and any(each.startswith("ai.") for each in covered(label))
)


@dataclass
class Side:
    """A brand with its people."""

    brand: Brand
    tokens: list[str]
    catalogue: dict[str, str]
    """Ids of what belongs to its claim brand, by their kinds."""
    secrets: set[str]
    """Ids and names of what the brand has, which nobody else may read."""


@dataclass
class Scene:
    origin: str
    sides: list[Side]
    ids: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Ids of both brands, by the kind of thing that they name."""

    def ids_for(self, argument: str, label: str) -> list[str]:
        """Returns the ids that an argument of this name may mean: of its kind where there is one, else of all."""
        name = argument.removesuffix("Ids").removesuffix("Id").lower()
        kind = next((kind for kind in self.ids if kind and kind in (name if name != "id" else label.lower())), "")
        return self.ids.get(kind) or [each for ids in self.ids.values() for each in ids]


async def _arrange(world: World) -> list[Side]:
    sides: list[Side] = []
    for _ in range(2):
        shelf = await open_shelf(world)
        brand = shelf.brand
        contents = [await world.draft(brand), await world.draft(brand), await world.approved(brand)]
        await world.published(brand)
        await brand.editor.patch(f"/contents/{contents[0]['id']}", 1, {"title": f"Title of {brand.name}"})
        await brand.editor.post(f"/contents/{contents[1]['id']}/submit")
        await brand.viewer.post(f"/contents/{contents[0]['id']}/comments", {"body": f"Comment of {brand.name}"})
        await brand.admin.post(f"/brands/{brand.id}/agencies", {"name": f"Agency of {brand.name}"})
        tokens = [person.access_token for person in (brand.admin, brand.editor, brand.viewer)]
        product = await shelf.product("Soap")
        claim = await shelf.claim(text=f"Claim of {brand.name}")
        catalogue = {"claimbrand": shelf.claim_brand["id"], "product": product["id"], "claim": claim["id"]}
        sides.append(Side(brand, tokens, catalogue, {brand.name.split()[1], *catalogue.values()}))
    await world.close()
    return sides


def _tables_of_brands(world: World) -> list[str]:
    """Lists the tables whose rows have an id and belong to a brand."""
    found = world.rows(
        """
        select own.table_name as name from information_schema.columns as own
        join information_schema.columns as other using (table_schema, table_name)
        join information_schema.tables as tables using (table_schema, table_name)
        where table_schema = 'public' and table_type = 'BASE TABLE'
          and own.column_name = 'id' and own.data_type = 'uuid' and other.column_name = 'brand_id' order by 1
        """
    )
    return [row["name"] for row in found]


@pytest.fixture(scope="module")
def scene(stack: RunningStack, database: psycopg.Connection) -> Iterator[Scene]:
    world = World(stack, database)
    sides = asyncio.run(_arrange(world))
    ids: dict[str, list[str]] = {"brand": [side.brand.id for side in sides], "user": []}
    for side in sides:
        people = [world.id_of(person) for person in (side.brand.admin, side.brand.editor, side.brand.viewer)]
        ids["user"] += people
        side.secrets |= {side.brand.id, *people}
        for kind, known in side.catalogue.items():
            ids.setdefault(kind, []).append(known)
        for table in _tables_of_brands(world):
            rows = world.rows(f"select id::text from public.{table} where brand_id = %s limit 20", side.brand.id)
            ids.setdefault(table.removesuffix("s").replace("_", ""), []).extend(row["id"] for row in rows)
            side.secrets |= {row["id"] for row in rows}
    with functions_with(stack.environment | {f"RATE_LIMIT_{name}": "100000000" for name in LIMITS}) as origin:
        yield Scene(origin, sides, {kind: known for kind, known in ids.items() if known})


class _Real(Visitor):
    """Replaces made-up ids by those of what exists."""

    def __init__(self, choose: Callable[[str], str | None]) -> None:
        super().__init__()
        self.choose = choose

    def leave(self, node: Any, *_: Any) -> Any:
        if not isinstance(node, ArgumentNode | ObjectFieldNode) or not isinstance(node.value, StringValueNode):
            return None
        name = node.name.value
        chosen = self.choose(name) if name == "id" or name.endswith("Id") else None
        return None if chosen is None else replace(node, value=StringValueNode(value=chosen))


def _made_real(text: str, choose: Callable[[str], str | None]) -> str:
    return print_ast(visit(parse(text), _Real(choose)))


def _check_errors(answer: dict[str, Any]) -> list[str]:
    codes = [error["extensions"]["code"] for error in answer.get("errors", [])]
    assert not set(codes) & set(SERVER_ERRORS), answer["errors"]
    return codes


def _check_secrets(scene: Scene, asking: Side, sent: str, came: str) -> None:
    for side in scene.sides:
        if side is not asking:
            told = {secret for secret in side.secrets if secret in came and secret not in sent}
            assert not told, f"the answer tells {told} of the other brand"


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.timeout(300)
def test_operation(
    scene: Scene, label: str, mode: GenerationMode, record_property: Callable[[str, object], None]
) -> None:
    operation = OPERATIONS[label]

    @settings(
        max_examples=min(EXAMPLES, SLOW_EXAMPLES) if label in SLOW else EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def run(case: Case, data: st.DataObject) -> None:
        def choose(name: str) -> str | None:
            if not data.draw(st.integers(0, 4), label="made-up id if 0"):
                return data.draw(st.sampled_from([None, str(uuid4())]))
            return data.draw(st.sampled_from(scene.ids_for(name, label)))

        asking = scene.sides[data.draw(st.integers(0, 1), label="the brand")]
        text = str(case.body)
        if mode is GenerationMode.POSITIVE:
            text = _made_real(text, choose)
        headers = {
            "Authorization": f"Bearer {asking.tokens[data.draw(st.integers(0, 2), label='the person')]}",
            "Accept": "application/graphql-response+json",
            "Content-Type": "application/json",
        }
        sent = json.dumps({"query": text})
        url = f"{scene.origin}/api/v1/graphql"
        response = httpx.post(url, content=sent, headers=headers, timeout=60)
        if response.status_code == 503:  # the limits were not counted in time on a busy machine
            response = httpx.post(url, content=sent, headers=headers, timeout=60)
        assert response.status_code < 500, f"{response.status_code}: {response.text}\n{text}"
        record_property("codes", ",".join(_check_errors(response.json())))
        if label not in PUBLIC:
            _check_secrets(scene, asking, sent, response.text)

    run()
