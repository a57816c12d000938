"""All targets in one process. Each site, space and shop has a path of its own, so that tests share nothing."""

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.channels.contentful import Contentful
from local.channels.exchange import Exchange, Recorded
from local.channels.shopify import Shopify
from local.channels.wordpress import WordPress
from local.serve import healthz


async def take_message(request: Request) -> Response:
    """A receiver of webhooks: what it got is in `GET /received`."""
    await request.body()
    return JSONResponse({"received": True})


def create_app() -> Starlette:
    exchange = Exchange()
    wordpress, contentful, shopify = WordPress(), Contentful(), Shopify()

    async def state(request: Request) -> Response:
        """Returns what a target holds, `?kind=wordpress&name=<site>`, or deletes it for good."""
        name, kind = request.query_params["name"], request.query_params["kind"]
        if request.method == "DELETE":
            held: dict[str, Any] = {"wordpress": wordpress.sites, "contentful": contentful.spaces}
            (shopify.articles(name) if kind == "shopify" else held[kind][name]).clear()
            return Response(status_code=204)
        kinds: dict[str, Any] = {"wordpress": wordpress.state, "contentful": contentful.state, "shopify": shopify.state}
        return JSONResponse(kinds[kind](name))

    site = "/sites/{site}/wp-json/wp/v2"
    space = "/contentful/spaces/{space}/environments/{environment}"
    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/faults", exchange.add_fault, methods=["POST"]),
            Route("/received", exchange.list_received),
            Route("/state", state, methods=["GET", "DELETE"]),
            Route("/hooks/{name:path}", take_message, methods=["POST"]),
            Route(f"{site}/users/me", wordpress.me),
            Route(f"{site}/{{type:str}}", wordpress.listing, methods=["GET", "POST"]),
            Route(f"{site}/{{type:str}}/{{post:int}}", wordpress.single, methods=["GET", "POST", "PUT", "DELETE"]),
            Route(f"{space}/content_types/{{type}}", contentful.content_type),
            Route(f"{space}/entries/{{entry}}", contentful.entry, methods=["GET", "PUT", "DELETE"]),
            Route(f"{space}/entries/{{entry}}/published", contentful.published, methods=["PUT", "DELETE"]),
            Route(f"{space}/entries/{{entry}}/archived", contentful.archived, methods=["PUT", "DELETE"]),
            Route("/shops/{shop}/products", shopify.add_product, methods=["POST"]),
            Route("/shops/{shop}/admin/api/{version}/graphql.json", shopify.graphql, methods=["POST"]),
        ],
        middleware=[Middleware(Recorded, exchange=exchange)],
    )
