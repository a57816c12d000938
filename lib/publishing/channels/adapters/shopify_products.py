"""Texts of products at Shopify, which merchants own.

A product has a metafield that names the content that describes it, and other contents leave it alone. Its former texts
are kept and restored, as far as nobody has changed ours since.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from lib.publishing.channels.adapters.shopify_calls import KEY, NAMESPACE, ShopifyWork, ask, change, flat
from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import text_of, texts_of
from lib.publishing.channels.wire import json_body
from lib.publishing.channels.work import ChannelResult

PRODUCT_FIELDS: Final = ("handle", "title", "descriptionHtml", "seo.title", "seo.description", "tags")
# The owner of a product that was ours: a metafield cannot be emptied.
NOBODY: Final = "none"
KEPT_DIGESTS: Final = 6
FIND_PRODUCT: Final = """
query FindProduct($handle: String!) {
  productByIdentifier(identifier: { handle: $handle }) {
    id title descriptionHtml tags onlineStoreUrl seo { title description }
    metafield(namespace: "mixerai", key: "content_id") { value }
  }
}
"""
READ_PRODUCT: Final = """
query ReadProduct($id: ID!) {
  product(id: $id) {
    id title descriptionHtml tags seo { title description }
    metafield(namespace: "mixerai", key: "content_id") { value }
  }
}
"""
UPDATE_PRODUCT: Final = """
mutation UpdateProduct($product: ProductUpdateInput!) {
  productUpdate(product: $product) {
    product { id onlineStoreUrl title descriptionHtml tags seo { title description } } userErrors { field message }
  }
}
"""


async def write_product(work: ShopifyWork) -> ChannelResult:
    """Gives the product with the handle of the content its texts. Raises ChannelFailed where it has another's."""
    values = flat(work)
    handle = text_of(values.get("handle"))
    data = await ask(work, FIND_PRODUCT, {"handle": handle}, is_reading=True)
    present = data.get("productByIdentifier")
    if not isinstance(present, dict):
        raise ChannelFailed(f"there is no product with the handle {handle}", is_final=True)
    if _owner(present) not in {None, NOBODY, str(work.content_id)}:
        raise ChannelFailed(f"the product {handle} has the text of another content", is_final=True)
    wished = {
        name: texts_of(values[name]) if name == "tags" else text_of(values[name])
        for name in PRODUCT_FIELDS[1:]
        if name in values
    }
    is_ours = _owner(present) == str(work.content_id)
    noted = noted_product(work)
    if noted and noted.get("id") != present["id"]:
        # The content belongs to another product now.
        await release_product(work, noted)
    if noted.get("id") != present["id"] or not is_ours:
        noted = {}
    held = _product_fields(present)
    former = {name: held[name] for name in wished} | noted.get("former", {})
    note = {"id": present["id"], "former": former, "written": _digests(noted.get("written", {}), wished)}
    await work.keep({**work.remote.memory, "product": note})
    product = _product_input(present["id"], wished, str(work.content_id))
    changed = (await change(work, UPDATE_PRODUCT, "productUpdate", {"product": product}) or {}).get("product")
    if isinstance(changed, dict):
        # Shopify cleans HTML and sorts tags.
        note["written"] = _digests(note["written"], {name: _product_fields(changed)[name] for name in wished})
        await work.keep({**work.remote.memory, "product": note})
    link = (changed or {}).get("onlineStoreUrl")
    return ChannelResult(present["id"], link if isinstance(link, str) else None)


async def release_product(work: ShopifyWork, noted: Mapping[str, Any]) -> None:
    """Restores the former texts of a product, except where somebody has changed ours since."""
    if not isinstance(noted.get("id"), str):
        return
    data = await ask(work, READ_PRODUCT, {"id": noted["id"]}, is_reading=True)
    present = data.get("product")
    if not isinstance(present, dict) or _owner(present) not in {None, NOBODY, str(work.content_id)}:
        return
    held = _product_fields(present)
    former = {
        name: value
        for name, value in noted.get("former", {}).items()
        if _digest(held.get(name)) in noted.get("written", {}).get(name, [])
    }
    if former or _owner(present) == str(work.content_id):
        product = _product_input(noted["id"], former, NOBODY)
        await change(work, UPDATE_PRODUCT, "productUpdate", {"product": product}, is_gone_fine=True)


def noted_product(work: ShopifyWork) -> dict[str, Any]:
    """Returns what was noted of the product before it was changed."""
    noted = work.remote.memory.get("product")
    return noted if isinstance(noted, dict) else {}


def _owner(product: Mapping[str, Any]) -> str | None:
    """Returns the content that a product is described by."""
    return (product.get("metafield") or {}).get("value")


def _product_fields(product: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what a product has in the fields that mappings name."""
    seo = product.get("seo") or {}
    return {
        "title": product.get("title"),
        "descriptionHtml": product.get("descriptionHtml"),
        "seo.title": seo.get("title"),
        "seo.description": seo.get("description"),
        "tags": product.get("tags"),
    }


def _product_input(product: str, values: Mapping[str, Any], owner: str) -> dict[str, Any]:
    field = {"namespace": NAMESPACE, "key": KEY, "type": "single_line_text_field", "value": owner}
    seo = {name[4:]: value for name, value in values.items() if name.startswith("seo.")}
    plain = {name: value for name, value in values.items() if not name.startswith("seo.")}
    return {"id": product, **plain, **({"seo": seo} if seo else {}), "metafields": [field]}


def _digest(value: Any) -> str:
    return hashlib.sha256(json_body(sorted(value) if isinstance(value, list) else value)).hexdigest()


def _digests(noted: Mapping[str, list[str]], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Returns the digests of what a product may have of us: after what is noted, these values."""
    added = {name: list(dict.fromkeys([*noted.get(name, []), _digest(value)])) for name, value in values.items()}
    return {**noted, **{name: digests[-KEPT_DIGESTS:] for name, digests in added.items()}}
