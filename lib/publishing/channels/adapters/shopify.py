"""Shopify by its GraphQL Admin API (https://shopify.dev/docs/api/admin-graphql).

An article of ours has a metafield that names our content, and is looked for by its handle before it is made. The
texts of products are in shopify_products.py.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lib.publishing.channels.adapters.shopify_calls import KEY, NAMESPACE, ShopifyWork, ask, change, flat
from lib.publishing.channels.adapters.shopify_products import (
    PRODUCT_FIELDS,
    noted_product,
    release_product,
    write_product,
)
from lib.publishing.channels.failures import ChannelFailed
from lib.publishing.channels.fields import text_of, texts_of
from lib.publishing.channels.settings import ShopifyCredentials, ShopifySettings
from lib.publishing.channels.wire import excerpt_of
from lib.publishing.channels.work import ChannelProblem, ChannelResult

MAX_LINE: Final = 255
MAX_HTML_BYTES: Final = 500_000
MAX_TAGS: Final = 250
ARTICLE_FIELDS: Final = ("title", "body", "summary", "handle", "tags")

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
DELETE_ARTICLE: Final = """
mutation DeleteArticle($id: ID!) {
  articleDelete(id: $id) { deletedArticleId userErrors { code field message } }
}
"""
SCOPES: Final = "query Scopes { shop { name } currentAppInstallation { accessScopes { handle } } }"
BLOG: Final = "query FindBlog($id: ID!) { blog(id: $id) { id } }"


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

    def validate(self, work: ShopifyWork) -> list[ChannelProblem]:
        """Checks Shopify's lengths, and that there is what names the resource."""
        values = flat(work)
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

    async def publish(self, work: ShopifyWork) -> ChannelResult:
        """Finds what there is, and writes it."""
        if work.settings.resource == "article":
            return await self._write_article(work)
        return await write_product(work)

    async def update(self, work: ShopifyWork) -> ChannelResult:
        """Writes the article that we know; a product is looked for again."""
        if work.settings.resource == "article":
            return await self._write_article(work)
        return await write_product(work)

    async def unpublish(self, work: ShopifyWork) -> None:
        """Hides the article, or gives the product its former description."""
        if work.settings.resource != "article":
            await release_product(work, noted_product(work))
            return
        known, *others = [*_noted(work), None]
        if known is not None and known == work.remote.remote_id and await self._hide(work, known):
            return
        # It is gone, or its id was never noted at the end of an attempt, which may have made another one. Nobody knows
        # that one, and hidden it would keep its handle from the next.
        for article in dict.fromkeys((known, *others, await self._find_noted(work))):
            if article is not None:
                await change(work, DELETE_ARTICLE, "articleDelete", {"id": article}, is_gone_fine=True)

    async def check(self, work: ShopifyWork) -> str:
        """Asks for the scopes of the token, and for the blog."""
        data = await ask(work, SCOPES, {}, is_reading=True)
        installation = data.get("currentAppInstallation") or {}
        scopes = {scope.get("handle") for scope in installation.get("accessScopes", [])}
        is_article = work.settings.resource == "article"
        needed = {"write_content", "write_online_store_pages"} if is_article else {"write_products"}
        if not scopes & needed:
            raise ChannelFailed(f"the token has no scope {' or '.join(sorted(needed))}", is_final=True)
        if is_article:
            found = await ask(work, BLOG, {"id": _blog(work)}, is_reading=True)
            if not found.get("blog"):
                raise ChannelFailed(f"there is no blog {work.settings.blog_id}", is_final=True)
        return f"the shop {excerpt_of(str((data.get('shop') or {}).get('name')).encode())} took the token"

    async def _hide(self, work: ShopifyWork, article: str) -> bool:
        """Hides an article. Tells whether there is one."""
        values = {"id": article, "article": {"isPublished": False}}
        return await change(work, UPDATE_ARTICLE, "articleUpdate", values, is_gone_fine=True) is not None

    async def _find_article(self, work: ShopifyWork) -> str | None:
        """Returns our article, also under a handle of an earlier attempt. Raises ChannelFailed where the handle is
        another's."""
        known = await self._find_noted(work)
        if known is not None:
            return known
        handle = text_of(flat(work).get("handle"))
        for article in await self._articles(work, handle):
            if (article.get("metafield") or {}).get("value") == str(work.content_id):
                return article["id"]
            raise ChannelFailed(f"another article has the handle {handle}", is_final=True)
        await work.keep({**work.remote.memory, "handle": handle})
        return None

    async def _find_noted(self, work: ShopifyWork) -> str | None:
        noted = work.remote.memory.get("handle")
        found = await self._articles(work, noted) if isinstance(noted, str) and noted else []
        ours = (each for each in found if (each.get("metafield") or {}).get("value") == str(work.content_id))
        return next((each["id"] for each in ours), None)

    async def _articles(self, work: ShopifyWork, handle: str) -> list[dict[str, Any]]:
        if not re.fullmatch(r"[a-z0-9-]{1,255}", handle):
            return []
        query = f"handle:{handle} blog_id:{work.settings.blog_id}"
        data = await ask(work, FIND_ARTICLE, {"query": query}, is_reading=True)
        nodes = (data.get("articles") or {}).get("nodes", [])
        return [node for node in nodes if node.get("handle") == handle and isinstance(node.get("id"), str)]

    async def _update(self, work: ShopifyWork, known: str, article: dict[str, Any]) -> dict[str, Any] | None:
        """Changes an article. Returns None if there is none."""
        return await change(work, UPDATE_ARTICLE, "articleUpdate", {"id": known, "article": article}, is_gone_fine=True)

    async def _write_article(self, work: ShopifyWork) -> ChannelResult:
        given = flat(work)
        values = {name: text_of(given[name]) for name in ("title", "body", "summary", "handle") if name in given}
        article: dict[str, Any] = {**values, "isPublished": True}
        if "tags" in given:
            article["tags"] = texts_of(given["tags"])
        changed = None
        for known in _noted(work):
            changed = changed or await self._update(work, known, article)
        if changed is None:
            found = await self._find_article(work)
            if found is not None:  # an attempt has made it, and its id was never noted
                # Before its handle changes, by which the next attempt would look for it.
                await work.keep({**work.remote.memory, "article": found})
                changed = await self._update(work, found, article)
        if changed is None:
            brand = work.document.get("brand")
            author = work.settings.author or text_of(brand.get("name") if isinstance(brand, dict) else None)
            field = {"namespace": NAMESPACE, "key": KEY, "type": "single_line_text_field"}
            article |= {
                "blogId": _blog(work),
                "author": {"name": author},
                "metafields": [{**field, "value": str(work.content_id)}],
            }
            changed = await change(work, CREATE_ARTICLE, "articleCreate", {"article": article})
        made = (changed or {}).get("article") or {}
        if not isinstance(made.get("id"), str):
            raise ChannelFailed("Shopify answered without the article", is_final=False)
        blog = (made.get("blog") or {}).get("handle")
        link = f"{work.settings.shop_url}/blogs/{blog}/{made.get('handle')}" if blog else None
        return ChannelResult(made["id"], link)


def _noted(work: ShopifyWork) -> list[str]:
    """Returns the ids of the article that were noted, each once: at the end of an attempt, and within one."""
    noted = (work.remote.remote_id, work.remote.memory.get("article"))
    return list(dict.fromkeys(each for each in noted if isinstance(each, str)))


def _blog(work: ShopifyWork) -> str:
    return f"gid://shopify/Blog/{work.settings.blog_id}"


ADAPTER: Final = ShopifyAdapter()
