"""Shopify by its GraphQL Admin API (https://shopify.dev/docs/api/admin-graphql).

An article of ours has a metafield that names our content, and is looked for by its handle before it is made. Of a
product only the description is ours: the former one is kept, and comes back when the content is taken back.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import mapped, text_of, texts_of
from lib.publishing.channels.settings import ShopifyCredentials, ShopifySettings
from lib.publishing.channels.wire import Request, excerpt_of, json_body
from lib.publishing.channels.work import ChannelProblem, ChannelResult, Work

# Shopify supports a version for a year.
API_VERSION: Final = "2026-07"
NAMESPACE, KEY = "mixerai", "content_id"
MAX_LINE: Final = 255
MAX_HTML_BYTES: Final = 500_000
MAX_TAGS: Final = 250
ARTICLE_FIELDS: Final = ("title", "body", "summary", "handle", "tags")
PRODUCT_FIELDS: Final = ("handle", "title", "descriptionHtml", "seo.title", "seo.description", "tags")

FIND_ARTICLE: Final = """
query FindArticle($query: String!) {
  articles(first: 10, query: $query) {
    nodes { id handle blog { id handle } metafield(namespace: "mixerai", key: "content_id") { value } }
  }
}
"""
CREATE_ARTICLE: Final = """
mutation CreateArticle($article: ArticleCreateInput!) {
  articleCreate(article: $article) { article { id handle blog { handle } } userErrors { code field message } }
}
"""
UPDATE_ARTICLE: Final = """
mutation UpdateArticle($id: ID!, $article: ArticleUpdateInput!) {
  articleUpdate(id: $id, article: $article) {
    article { id handle blog { handle } } userErrors { code field message }
  }
}
"""
FIND_PRODUCT: Final = """
query FindProduct($handle: String!) {
  productByIdentifier(identifier: { handle: $handle }) {
    id title descriptionHtml tags onlineStoreUrl seo { title description }
  }
}
"""
UPDATE_PRODUCT: Final = """
mutation UpdateProduct($product: ProductUpdateInput!) {
  productUpdate(product: $product) { product { id onlineStoreUrl } userErrors { field message } }
}
"""
SCOPES: Final = "query Scopes { shop { name } currentAppInstallation { accessScopes { handle } } }"
BLOG: Final = "query FindBlog($id: ID!) { blog(id: $id) { id } }"
# Codes of errors with which the same request may succeed later.
TEMPORARY: Final = frozenset({"THROTTLED", "INTERNAL_SERVER_ERROR", "TIMEOUT"})

type _Work = Work[ShopifySettings, ShopifyCredentials]


class ShopifyAdapter:
    """Publishes contents as articles of a blog, or as descriptions of products."""

    def fields_of(self, settings: ShopifySettings) -> Mapping[str, str]:
        """Returns the texts of an article, or the description of a product with the same handle."""
        if settings.resource == "article":
            return {"title": "title", "body": "body", "summary": "excerpt", "handle": "slug", "tags": "tags"}
        return {"handle": "slug", "descriptionHtml": "body"}

    def takes(self, settings: ShopifySettings, target: str) -> bool:
        """Tells whether the resource has such a field."""
        return target in (ARTICLE_FIELDS if settings.resource == "article" else PRODUCT_FIELDS)

    def secrets(self, settings: ShopifySettings, credentials: ShopifyCredentials) -> Sequence[str]:
        """Returns the token."""
        return [credentials.access_token]

    def validate(self, work: _Work) -> list[ChannelProblem]:
        """Checks Shopify's lengths, and that there is what names the resource."""
        values = _flat(work)
        problems = [
            ChannelProblem(name, f"must have at most {MAX_LINE} characters")
            for name in ("title", "handle", "seo.title")
            if len(text_of(values.get(name))) > MAX_LINE
        ]
        problems += [
            ChannelProblem(name, f"must have at most {MAX_HTML_BYTES:,} bytes")
            for name in ("body", "summary", "descriptionHtml")
            if len(text_of(values.get(name)).encode()) > MAX_HTML_BYTES
        ]
        tags = texts_of(values.get("tags"))
        if len(tags) > MAX_TAGS or any(len(tag) > MAX_LINE for tag in tags):
            problems.append(ChannelProblem("tags", f"must be at most {MAX_TAGS} tags of at most {MAX_LINE} characters"))
        problems += [
            ChannelProblem(name, "must not be empty")
            for name in (("title", "handle") if work.settings.resource == "article" else ("handle",))
            if not text_of(values.get(name))
        ]
        if not re.fullmatch(r"[a-z0-9-]*", text_of(values.get("handle"))):
            problems.append(ChannelProblem("handle", "must be of a-z, 0-9 and hyphens"))
        return problems

    async def publish(self, work: _Work) -> ChannelResult:
        """Finds what there is, and writes it."""
        if work.settings.resource == "article":
            return await self._write_article(work, await self._find_article(work))
        return await self._write_product(work)

    async def update(self, work: _Work) -> ChannelResult:
        """Writes the article that we know; a product is looked for again."""
        if work.settings.resource == "article":
            return await self._write_article(work, work.remote.remote_id)
        return await self._write_product(work)

    async def unpublish(self, work: _Work) -> None:
        """Hides the article, or gives the product its former description."""
        if work.settings.resource != "article":
            former = work.remote.memory.get("former")
            if isinstance(former, dict):
                await self._change(work, UPDATE_PRODUCT, "productUpdate", {"product": former}, is_gone_fine=True)
            return
        known = work.remote.remote_id or await self._find_noted(work)
        if known is not None:
            values = {"id": known, "article": {"isPublished": False}}
            await self._change(work, UPDATE_ARTICLE, "articleUpdate", values, is_gone_fine=True)

    async def check(self, work: _Work) -> str:
        """Asks for the scopes of the token, and for the blog."""
        data = await self._ask(work, SCOPES, {}, is_reading=True)
        installation = data.get("currentAppInstallation") or {}
        scopes = {scope.get("handle") for scope in installation.get("accessScopes", [])}
        is_article = work.settings.resource == "article"
        needed = {"write_content", "write_online_store_pages"} if is_article else {"write_products"}
        if not scopes & needed:
            raise ChannelFailed(f"the token has no scope {' or '.join(sorted(needed))}", is_final=True)
        if is_article:
            found = await self._ask(work, BLOG, {"id": _blog(work)}, is_reading=True)
            if not found.get("blog"):
                raise ChannelFailed(f"there is no blog {work.settings.blog_id}", is_final=True)
        return f"the shop {excerpt_of(str((data.get('shop') or {}).get('name')).encode())} took the token"

    async def _find_article(self, work: _Work) -> str | None:
        """Returns our article, also under a handle of an earlier attempt. Raises ChannelFailed where the handle is
        another's."""
        known = await self._find_noted(work)
        if known is not None:
            return known
        handle = text_of(_flat(work).get("handle"))
        for article in await self._articles(work, handle):
            if (article.get("metafield") or {}).get("value") == str(work.content_id):
                return article["id"]
            raise ChannelFailed(f"another article has the handle {handle}", is_final=True)
        await work.keep({**work.remote.memory, "handle": handle})
        return None

    async def _find_noted(self, work: _Work) -> str | None:
        noted = work.remote.memory.get("handle")
        found = await self._articles(work, noted) if isinstance(noted, str) and noted else []
        ours = (each for each in found if (each.get("metafield") or {}).get("value") == str(work.content_id))
        return next((each["id"] for each in ours), None)

    async def _articles(self, work: _Work, handle: str) -> list[dict[str, Any]]:
        if not re.fullmatch(r"[a-z0-9-]{1,255}", handle):
            return []
        query = f"handle:{handle} blog_id:{work.settings.blog_id}"
        data = await self._ask(work, FIND_ARTICLE, {"query": query}, is_reading=True)
        nodes = (data.get("articles") or {}).get("nodes", [])
        return [node for node in nodes if node.get("handle") == handle and isinstance(node.get("id"), str)]

    async def _write_article(self, work: _Work, known: str | None) -> ChannelResult:
        flat = _flat(work)
        values = {name: text_of(flat[name]) for name in ("title", "body", "summary", "handle") if name in flat}
        article: dict[str, Any] = {**values, "isPublished": True}
        if "tags" in flat:
            article["tags"] = texts_of(flat["tags"])
        changed = None
        if known is not None:
            changed = await self._change(
                work, UPDATE_ARTICLE, "articleUpdate", {"id": known, "article": article}, is_gone_fine=True
            )
        if changed is None:
            brand = work.document.get("brand")
            author = work.settings.author or text_of(brand.get("name") if isinstance(brand, dict) else None)
            field = {"namespace": NAMESPACE, "key": KEY, "type": "single_line_text_field"}
            article |= {
                "blogId": _blog(work),
                "author": {"name": author},
                "metafields": [{**field, "value": str(work.content_id)}],
            }
            changed = await self._change(work, CREATE_ARTICLE, "articleCreate", {"article": article})
        made = (changed or {}).get("article") or {}
        if not isinstance(made.get("id"), str):
            raise ChannelFailed("Shopify answered without the article", is_final=False)
        blog = (made.get("blog") or {}).get("handle")
        link = f"{work.settings.shop_url}/blogs/{blog}/{made.get('handle')}" if blog else None
        return ChannelResult(made["id"], link)

    async def _write_product(self, work: _Work) -> ChannelResult:
        flat = _flat(work)
        handle = text_of(flat.get("handle"))
        data = await self._ask(work, FIND_PRODUCT, {"handle": handle}, is_reading=True)
        present = data.get("productByIdentifier")
        if not isinstance(present, dict):
            raise ChannelFailed(f"there is no product with the handle {handle}", is_final=True)
        values = {name: text_of(flat[name]) for name in ("title", "descriptionHtml") if name in flat}
        product: dict[str, Any] = {"id": present["id"], **values}
        seo = {name[4:]: text_of(flat[name]) for name in ("seo.title", "seo.description") if name in flat}
        if seo:
            product["seo"] = seo
        if "tags" in flat:
            product["tags"] = texts_of(flat["tags"])
        await self._release_former(work, present["id"])
        if (work.remote.memory.get("former") or {}).get("id") != present["id"]:
            former = {name: present.get(name) for name in product}
            await work.keep({**work.remote.memory, "former": former})
        changed = await self._change(work, UPDATE_PRODUCT, "productUpdate", {"product": product})
        link = ((changed or {}).get("product") or {}).get("onlineStoreUrl")
        return ChannelResult(present["id"], link if isinstance(link, str) else None)

    async def _release_former(self, work: _Work, product_id: str) -> None:
        """Gives a product its description back where the content is another's now."""
        former = work.remote.memory.get("former")
        if isinstance(former, dict) and former.get("id") not in {None, product_id}:
            await self._change(work, UPDATE_PRODUCT, "productUpdate", {"product": former}, is_gone_fine=True)

    async def _change(
        self, work: _Work, mutation: str, name: str, variables: dict[str, Any], *, is_gone_fine: bool = False
    ) -> dict[str, Any] | None:
        """Returns what a mutation answered; None where its object is gone and may be."""
        supposed = _supposed(work, name, variables)
        data = await self._ask(work, mutation, variables, supposed={"data": {name: supposed}})
        payload = data.get(name)
        if not isinstance(payload, dict):
            raise ChannelFailed("Shopify answered without a result", is_final=False)
        errors = [error for error in payload.get("userErrors") or [] if isinstance(error, dict)]
        if errors and is_gone_fine and any(_is_gone(error) for error in errors):
            return None
        if errors:
            raise ChannelFailed(f"Shopify refused: {_listed(errors)}", is_final=True)
        return payload

    async def _ask(
        self, work: _Work, query: str, variables: dict[str, Any], *, is_reading: bool = False, supposed: Any = None
    ) -> dict[str, Any]:
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
                f"Shopify refused: {_listed(listed)}",
                is_final=not is_temporary,
                retry_after=2.0 if is_temporary else None,
            )
        data = answer.get("data")
        return data if isinstance(data, dict) else {}


def _flat(work: _Work) -> dict[str, Any]:
    return mapped(work.document, work.mapping)


def _blog(work: _Work) -> str:
    return f"gid://shopify/Blog/{work.settings.blog_id}"


def _listed(errors: Sequence[Mapping[str, Any]]) -> str:
    return excerpt_of("; ".join(str(error.get("message")) for error in errors[:5]).encode())


def _is_gone(error: Mapping[str, Any]) -> bool:
    # Products have no codes.
    return error.get("code") == "NOT_FOUND" or "does not exist" in str(error.get("message"))


def _supposed(work: _Work, name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """Returns what Shopify would answer, as far as anything is made of it."""
    if name == "productUpdate":
        return {"product": {"id": variables["product"]["id"], "onlineStoreUrl": work.remote.url}, "userErrors": []}
    handle = variables["article"].get("handle")
    made = {"id": variables.get("id", "gid://shopify/Article/0"), "handle": handle, "blog": {"handle": "blog"}}
    return {"article": made, "userErrors": []}


ADAPTER: Final = ShopifyAdapter()
