"""The rate limits of the GraphQL API (domain §11): points of documents, and the limits that REST sets on an operation.

A request is charged the points of its document, beside the session record, by one command of KV. A mutation whose
operation has a limit of its own in REST is charged to that as well, each time that it stands in the document, so that
nothing can be tried more often here: AI, second factors, passwords.
"""

from collections.abc import Iterable
from typing import Final

from lib.core.limits.numbers import ACCOUNT, AI, BRAND_PROFILE, GENERATE, GRAPHQL, NOTIFY, REFRESH, Limit
from lib.core.limits.rules import LimitRules, PathRule

PATH: Final = "/api/v1/graphql"
LIMITS: Final = LimitRules(paths=(PathRule(PATH, GRAPHQL),))

# By the id of the operation in the description of REST, or by the part before its point.
_LIMITS_OF_GROUPS: Final[dict[str, tuple[Limit, ...]]] = {
    "ai": (AI,),
    **dict.fromkeys(("auth", "devices", "emailAddresses", "passwords", "secondFactors", "sessions"), (ACCOUNT,)),
}
_LIMITS_OF_OPERATIONS: Final[dict[str, tuple[Limit, ...]]] = {
    "ai.generate": (AI, GENERATE),
    "ai.regenerate": (AI, GENERATE),
    "ai.analyzeBrand": (AI, BRAND_PROFILE),
    "auth.refresh": (REFRESH,),
    "invitations.accept": (ACCOUNT,),
    "invitations.getOffer": (ACCOUNT,),
    "notifications.create": (NOTIFY,),
}


def limits_of_mutation(operations: Iterable[str]) -> tuple[Limit, ...]:
    """Returns the limits that REST sets on the operations of a mutation, besides that of all requests.

    ``operations``: ids of the description of REST, such as ``ai.generate``. The windows count by user or API key.
    """
    found: dict[str, Limit] = {}
    for operation in operations:
        group = operation.split(".")[0]
        limits = _LIMITS_OF_OPERATIONS.get(operation) or _LIMITS_OF_GROUPS.get(group, ())
        found.update({limit.name: limit for limit in limits})
    return tuple(found.values())
