"""Holds GraphQL and REST against each other: each capability is in both, or left out for a reason that is written."""

from typing import Final

import pytest
from graphql import (
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)

from lib.graph.engine.schema import get_schema
from tests.graph.bound import ROOTS, covering, field_of, fields, only_rest
from tests.graph.rest import operations

# Fields of Query, Mutation and Subscription without an operation of REST, and why there is none.
ONLY_GRAPHQL: Final = {
    "Query.node": "REST has an address for each kind of object",
}
# Types to which many objects lead, so that their fields are links.
SHARED: Final = ("Brand", "Claim", "ClaimBrand", "Content", "Product", "Template", "Workflow")
# Operations that change nothing although their method is not GET: their input is too large for an address.
READING: Final = {
    "channels.check": "asks the target of a channel",
    "channels.dryRun": "compares a channel with a content",
    "claimChecks.checkText": "compares a text with the claims",
    "claimImpact.getImpact": "lists what a change of a claim would reach",
    "workflows.dryRun": "walks a content through a workflow",
    "workflows.dryRunDefinition": "walks a content through a definition",
    "workflows.validate": "checks a definition",
}
ROOT_FIELDS = [field for field in fields() if field.type_name in ROOTS]
MUTATIONS = [field for field in fields() if field.type_name == "Mutation"]


def test_every_operation_is_covered_or_left_to_rest_for_a_reason() -> None:
    known, covered, left = operations().keys(), covering().keys(), only_rest().keys()
    assert sorted(known - covered - left) == [], "neither covered nor in ONLY_REST"
    assert sorted(covered & left) == [], "covered and in ONLY_REST"
    assert sorted((covered | left) - known) == [], "REST has no such operation"


def test_reasons_are_written() -> None:
    assert [name for name, reason in only_rest().items() if len(reason.split()) < 2] == []


def test_every_field_has_an_operation_or_is_new_for_a_reason() -> None:
    without = {f"{field.type_name}.{field.name}" for field in ROOT_FIELDS if not field.operations}
    assert sorted(without) == sorted(ONLY_GRAPHQL)


def test_what_subscriptions_follow_is_an_operation_that_another_field_covers_or_rest_streams() -> None:
    """A subscription tells of changes: it takes the place of no query and no mutation."""
    followed = {each for field in fields() if field.type_name == "Subscription" for each in field.operations}
    others = {each for field in fields() if field.type_name != "Subscription" for each in field.operations}
    assert sorted(followed - others) == ["events.stream"]


def test_every_root_field_is_bound() -> None:
    bound = {(field.type_name, field.name) for field in ROOT_FIELDS}
    schema = get_schema()
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    declared = {(root.name, name) for root in roots if root for name in root.fields}
    assert sorted(declared - bound) == []


def test_no_query_changes_anything() -> None:
    """A query is charged as a read, may be asked beside the check of its session, and is repeated after failures."""
    changing = [
        f"{field.type_name}.{field.name} covers {operation}"
        for field in fields()
        if field.type_name not in ("Mutation", "Subscription")
        for operation in field.operations
        if operation in operations() and operations()[operation].changes and operation not in READING
    ]
    assert changing == []


def test_every_mutation_covers_an_operation_that_changes_something() -> None:
    reading = [
        field.name
        for field in MUTATIONS
        if not any(operations()[each].changes for each in field.operations if each in operations())
    ]
    assert reading == []


@pytest.mark.parametrize("field", MUTATIONS, ids=lambda field: field.name)
def test_mutation(field: object) -> None:
    bound = next(each for each in MUTATIONS if each is field)
    described = field_of(bound)
    assert "clientMutationId" in described.args
    # A mutation that fails is null: with a type that cannot be null, the answer would lose the others as well.
    assert not is_non_null_type(described.type)
    payload = get_named_type(described.type)
    assert isinstance(payload, GraphQLObjectType)
    assert {"clientMutationId", "problem"} <= payload.fields.keys(), payload.name
    assert all(not isinstance(each.type, GraphQLNonNull) for each in payload.fields.values()), payload.name
    takes_version = [operations()[each].headers.get("If-Match") for each in bound.operations]
    if any(required is not None for required in takes_version):
        assert "expectedVersion" in described.args
        assert is_non_null_type(described.args["expectedVersion"].type) is all(takes_version)


@pytest.mark.parametrize("field", fields(), ids=lambda field: f"{field.type_name}.{field.name}")
def test_resolvers_take_the_arguments_of_their_fields(field: object) -> None:
    bound = next(each for each in fields() if each is field)
    names = {name for name in bound.reader.names if not name.startswith("_")}
    assert names == field_of(bound).args.keys() - {"clientMutationId"}


@pytest.mark.parametrize("field", fields(), ids=lambda field: f"{field.type_name}.{field.name}")
def test_objects_that_lists_share_are_read_and_made_once(field: object) -> None:
    bound = next(each for each in fields() if each is field)
    described = field_of(bound)
    is_list = is_list_type(get_nullable_type(described.type))
    is_shared = get_named_type(described.type).name in SHARED and not is_list and not described.args
    assert bound.link is not None or not is_shared or bound.type_name in ROOTS
