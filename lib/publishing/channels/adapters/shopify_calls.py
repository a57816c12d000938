"""Calls of Shopify's GraphQL Admin API (https://shopify.dev/docs/api/admin-graphql)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import mapped
from lib.publishing.channels.settings import ShopifyCredentials, ShopifySettings
from lib.publishing.channels.wire import Request, excerpt_of, json_body
from lib.publishing.channels.work import Work

# Shopify supports a version for a year.
API_VERSION: Final = "2026-07"
NAMESPACE, KEY = "mixerai", "content_id"
# The fields of articles and products that Shopify takes for HTML.
HTML: Final = frozenset({"body", "summary", "descriptionHtml"})
# Codes of errors with which the same request may succeed later.
TEMPORARY: Final = frozenset({"THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"})

type ShopifyWork = Work[ShopifySettings, ShopifyCredentials]


async def change(
    work: ShopifyWork, mutation: str, name: str, variables: dict[str, Any], *, is_gone_fine: bool = False
) -> dict[str, Any] | None:
    """Returns what a mutation answered; None where its object is gone and may be."""
    supposed = _supposed(work, name, variables)
    data = await ask(work, mutation, variables, supposed={"data": {name: supposed}})
    payload = data.get(name)
    if not isinstance(payload, dict):
        raise ChannelFailed("Shopify answered without a result", is_final=False)
    errors = [error for error in payload.get("userErrors") or [] if isinstance(error, dict)]
    if errors and is_gone_fine and any(_is_gone(error) for error in errors):
        return None
    if errors:
        raise ChannelFailed("Shopify refused", is_final=True, answer=_listed(errors))
    return payload


async def ask(
    work: ShopifyWork, query: str, variables: dict[str, Any], *, is_reading: bool = False, supposed: Any = None
) -> dict[str, Any]:
    """Returns the data that a query or a mutation is answered with. Raises ChannelFailed."""
    request = Request(
        method="POST",
        url=f"{work.settings.shop_url}/admin/api/{API_VERSION}/graphql.json",
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        secret_headers={"X-Shopify-Access-Token": work.credentials.access_token},
        body=json_body({"query": query.strip(), "variables": variables}),
        is_reading=is_reading,
        supposed=supposed,
    )
    answer = (await work.wire.send(request)).object()
    errors = answer.get("errors")
    if errors:
        listed = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
        codes = {(error.get("extensions") or {}).get("code") for error in listed}
        is_temporary = bool(codes & TEMPORARY)
        raise ChannelFailed(
            "Shopify refused",
            is_final=not is_temporary,
            answer=_listed(listed),
            retry_after=2.0 if is_temporary else None,
        )
    data = answer.get("data")
    return data if isinstance(data, dict) else {}


def flat(work: ShopifyWork) -> dict[str, Any]:
    """Returns the values of the target's fields."""
    return mapped(work.document, work.mapping, html=HTML)


def _listed(errors: Sequence[Mapping[str, Any]]) -> str:
    return excerpt_of("; ".join(str(error.get("message")) for error in errors[:5]).encode())


def _is_gone(error: Mapping[str, Any]) -> bool:
    # Products have no codes.
    return error.get("code") == "NOT_FOUND" or "does not exist" in str(error.get("message"))


def _supposed(work: ShopifyWork, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what Shopify would answer, as far as anything is made of it."""
    if name == "productUpdate":
        return {"product": {"id": variables["product"]["id"], "onlineStoreUrl": work.remote.url}, "userErrors": []}
    if name == "articleDelete":
        return {"deletedArticleId": variables["id"], "userErrors": []}
    handle = variables["article"].get("handle")
    made = {"id": variables.get("id", "gid://shopify/Article/0"), "handle": handle, "blog": {"handle": "blog"}}
    return {"article": made, "userErrors": []}
