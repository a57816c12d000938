"""The resolvers of all contexts. It is imported with the schema, at the first request."""

from typing import Final

from lib.graph.engine.binding import Bindings
from lib.graph.resolvers import (
    administration,
    ai,
    brand,
    claims,
    content,
    delivery,
    identity,
    notifications,
    publishing,
    shared,
    subscriptions,
    template,
    webhooks,
    workflow,
)

ALL: Final[tuple[Bindings, ...]] = (
    administration.bindings,
    ai.bindings,
    brand.bindings,
    claims.bindings,
    content.bindings,
    delivery.bindings,
    identity.bindings,
    notifications.bindings,
    publishing.bindings,
    shared.bindings,
    subscriptions.bindings,
    template.bindings,
    webhooks.bindings,
    workflow.bindings,
)
