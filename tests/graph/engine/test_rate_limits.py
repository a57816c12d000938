"""Tests that a mutation is charged to every limit of its operation in REST, and to no other."""

from typing import Final

import pytest

from lib.ai.limits import LIMITS as AI_LIMITS
from lib.content.limits import LIMITS as CONTENT_LIMITS
from lib.core.limits.numbers import API, GRAPHQL, get_limit_settings
from lib.core.limits.rules import LimitRules
from lib.graph.limits import LIMITS, PATH, limits_of_mutation
from lib.identity.limits import LIMITS as IDENTITY_LIMITS
from lib.notify.limits import LIMITS as NOTIFY_LIMITS
from lib.webhooks.limits import LIMITS as WEBHOOK_LIMITS
from tests.graph.bound import covering
from tests.graph.rest import Operation, operations

RULES: Final = LimitRules.merged([AI_LIMITS, CONTENT_LIMITS, IDENTITY_LIMITS, NOTIFY_LIMITS, WEBHOOK_LIMITS])
CHANGING: Final = [each for each in operations().values() if each.changes]


def limits_in_rest(operation: Operation) -> set[str]:
    path = operation.path
    limits = {RULES.user_limit_of(path).name}
    own = RULES.operation_limit_of(operation.method, path)
    return (limits | {own.name} if own else limits) - {API.name}


@pytest.mark.parametrize("operation", CHANGING, ids=lambda operation: operation.id)
def test_a_mutation_has_the_limits_of_rest(operation: Operation) -> None:
    if operation.id not in covering() and limits_of_mutation([operation.id]) == ():
        pytest.skip("GraphQL does not have it")
    assert {limit.name for limit in limits_of_mutation([operation.id])} == limits_in_rest(operation)


def test_a_mutation_of_several_operations_has_the_limits_of_all() -> None:
    names = [limit.name for limit in limits_of_mutation(["ai.generate", "ai.suggestTitles", "notifications.create"])]
    assert names == ["ai", "generate", "notify"]
    assert limits_of_mutation(["contents.update"]) == ()


def test_points_a_minute() -> None:
    assert LIMITS.limit_of(PATH) is LIMITS.user_limit_of(PATH) is GRAPHQL
    assert (get_limit_settings().rate_limit_graphql_points, GRAPHQL.seconds) == (200, 60)
