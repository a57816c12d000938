"""/api/v1/graphql: queries, mutations and subscriptions of GraphQL"""

from starlette.routing import WebSocketRoute

from api._routes.graph import delivery, operations, streams
from lib.core.http.app import create_app
from lib.graph.limits import LIMITS
from lib.graph.subscriptions.transport_ws import serve_websocket

# Queries end after 60 seconds, subscriptions may last 300.
app = create_app(
    "MixerAI GraphQL",
    operations.router,
    delivery.router,
    streams.router,
    max_seconds=300,
    limits=LIMITS,
    public_path=delivery.PATH,
    web_sockets=[WebSocketRoute("/api/v1/graphql", serve_websocket)],
)
