"""Counts the calls of the data API: at most one for each level of a document, and two for a view of an application."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from graphql import (
    FieldNode,
    GraphQLObjectType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_required_argument,
    parse,
)

from lib.graph.engine.cost import MAX_COST, cost_of
from lib.graph.engine.documents import FOLDER
from lib.graph.engine.limits import check_document
from lib.graph.engine.schema import IS_DEFAULT, get_schema
from local.demo.callers import Person
from local.stack.client import RunningStack
from tests.graph.bound import fields
from tests.graph.engine.random_documents import RandomDocument
from tests.graph.rest import operations
from tests.support.graph import send
from tests.support.recorder import DATA_API, Recorder, recording
from tests.support.servers import functions_with
from tests.support.world import Brand, World
from tests.tenancy.graphql.values import Filler

pytestmark = pytest.mark.anyio

LEVELS: Final = 4
DOCUMENTS: Final = 60
VIEWS: Final = sorted(path for path in FOLDER.glob("*.graphql"))
VIEW_TEXTS: Final = {path: path.read_text(encoding="utf-8") for path in VIEWS}
CALLS_OF_A_VIEW: Final = 2
# A field of a random document may lead to an object that is not there.
REFUSALS: Final = frozenset({"NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_PERMISSIONS", "VALIDATION_ERROR"})
# Read from tables of the caller's own account, by functions that are not named as reading ones, or as nobody: one call
# each, apart from the others. Denials are recorded after the answer.
APART: Final = (
    "user_sessions", "trusted_devices", "mfa_factors", "profiles", "notification_preferences", "search_people",
    "deliver_content", "deliver_contents", "list_own_invitations", "record_denial",
)  # fmt: skip


@pytest.fixture(scope="module")
def recorded(stack: RunningStack) -> Iterator[tuple[Recorder, str]]:
    limits = {"RATE_LIMIT_GRAPHQL_POINTS": "100000000"}
    with recording(stack.environment) as (recorder, settings), functions_with(settings | limits) as origin:
        recorder.delays["supabase"] = 0.0
        recorder.delays["kv"] = 0.0
        yield recorder, origin


class Views:
    """A brand with work in it, whose admin asks, and the calls that this causes."""

    def __init__(self, recorder: Recorder, admin: Person, ids: dict[str, Any]) -> None:
        self.recorder, self.admin, self.filler = recorder, admin, Filler(ids)

    async def calls_of(self, text: str, variables: dict[str, Any], tolerated: frozenset[str]) -> list[str]:
        """Returns the calls of the data API that a document causes. Errors may have the tolerated codes."""
        self.recorder.hops.clear()
        response = await send(self.admin, {"query": text, "variables": variables})
        assert response.status_code == 200, response.text
        answer = response.json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= tolerated, response.text
        return [hop.path for hop in self.recorder.hops if hop.path.startswith(DATA_API)]

    def arguments(self, type_name: str, name: str) -> dict[str, Any] | None:
        """Returns the arguments that a field needs; None where they are not known."""
        kind = get_schema().type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)
        described = kind.fields[name]
        bound = next((each for each in fields() if (each.type_name, each.name) == (type_name, name)), None)
        known = [operations()[each] for each in (bound.operations if bound else ()) if each in operations()]
        before = set(self.filler.unknown)
        sent = self.filler.arguments(known, described, name)
        if self.filler.unknown - before:
            self.filler.unknown = before
            return None
        return {each: sent[each] for each, argument in described.args.items() if is_required_argument(argument)}


@pytest.fixture
async def views(world: World, recorded: tuple[Recorder, str]) -> Views:
    recorder, origin = recorded
    brand = await world.brand()
    admin = await world.signed_in(origin)
    world.join(admin, brand.id, "admin")
    return Views(recorder, admin, await arranged(world, brand))


async def arranged(world: World, brand: Brand) -> dict[str, Any]:
    """Fills a brand with contents in several states, and returns ids for the names of REST."""
    drafts = [await world.draft(brand) for _ in range(3)]
    approved, published = await world.approved(brand), await world.published(brand)
    path = f"/contents/{drafts[0]['id']}"
    comments = [(await brand.viewer.post(f"{path}/comments", {"body": "x"})).json()["data"] for _ in range(3)]
    await brand.editor.post(f"/contents/{drafts[1]['id']}/submit")
    task = (await brand.viewer.get("/tasks")).json()["data"][0]
    assert approved
    assert published
    return product_of(world, brand) | {
        "brandId": brand.id,
        "contentId": drafts[0]["id"],
        "templateId": brand.template_id,
        "workflowId": brand.workflow_id,
        "commentId": comments[0]["id"],
        "taskId": task["id"],
        "userId": world.id_of(brand.editor),
        "contentIds": [each["id"] for each in drafts],
        "version": 1,
        "from": 1,
        "to": 1,
    }


def product_of(world: World, brand: Brand) -> dict[str, Any]:
    """Creates a product in a catalogue of the brand's own."""
    (master,) = world.rows("insert into public.master_claim_brands (name) values (%s) returning id::text", brand.name)
    world.rows("insert into public.brand_master_claim_brands values (%s, %s)", brand.id, master["id"])
    (product,) = world.rows(
        "insert into public.products (master_claim_brand_id, name) values (%s, 'Cream') returning id::text",
        master["id"],
    )
    return {"productId": product["id"], "claimBrandId": master["id"]}


def levels_of(selections: SelectionSetNode, kind: Any) -> int:
    """Returns how many fields with resolvers of their own are within each other."""
    found = 0
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            found = max(found, levels_of(node.selection_set, kind))
        elif isinstance(node, FieldNode) and isinstance(kind, GraphQLObjectType) and node.name.value in kind.fields:
            name = node.name.value
            field = kind.fields[name]
            below = levels_of(node.selection_set, get_named_type(field.type)) if node.selection_set else 0
            own = 2 if name == "node" else 1  # the type of the object has to be found first
            found = max(found, below + (0 if getattr(field.resolve, IS_DEFAULT, False) else own))
    return found


@pytest.mark.parametrize("number", range(DOCUMENTS // 10))
async def test_a_document_makes_no_more_calls_than_it_has_levels(views: Views, number: int) -> None:
    """However many objects are on a level: never one call for each of them."""
    dice = random.Random(number)
    schema = get_schema()
    wrong: list[str] = []
    for _ in range(10):
        text, variables = RandomDocument(dice, views.arguments).text(LEVELS)
        document = parse(text)
        operation = check_document(document)
        if cost_of(schema, document, operation, variables) > MAX_COST:
            continue
        calls = await views.calls_of(text, variables, REFUSALS)
        together = [call for call in calls if calls.count(call) > 1 or call.split("/")[-1] not in APART]
        if len(together) > max(1, levels_of(operation.selection_set, schema.query_type)):
            wrong.append(f"{len(calls)} calls {calls}: {text}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
async def test_a_view_makes_two_calls(views: Views, path: Path) -> None:
    text = VIEW_TEXTS[path]
    operation = next(each for each in parse(text).definitions if isinstance(each, OperationDefinitionNode))
    calls = await views.calls_of(text, variables_of(operation, views), frozenset())
    assert 1 <= len(calls) <= CALLS_OF_A_VIEW, calls


def variables_of(operation: OperationDefinitionNode, views: Views) -> dict[str, Any]:
    """Returns the variables of a view, by their names or by the fields that take them."""
    query_type = get_schema().query_type
    assert query_type is not None
    found: dict[str, Any] = {}
    for node in operation.selection_set.selections:
        if isinstance(node, FieldNode):
            known = views.arguments("Query", node.name.value) or {}
            for argument in node.arguments or ():
                if argument.value.kind == "variable" and argument.name.value in known:
                    found[argument.value.name.value] = known[argument.name.value]  # type: ignore[attr-defined]
    declared = [each.variable.name.value for each in operation.variable_definitions or ()]
    return {name: views.filler.ids[name] for name in declared if name.endswith("Id")} | found
