# ruff: noqa: N802
# The resolvers have the names of the schema.
"""Shopify's GraphQL Admin API: https://shopify.dev/docs/api/admin-graphql. The part of its schema that channels use.

Tokens: `shpat_local`, and `shpat_readonly` without the scopes to write. Each shop has the blogs 1 and 2.
"""

from collections import defaultdict
from typing import Any

from graphql import GraphQLError, build_schema, graphql
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

# The newest first. Shopify answers requests for a version that has ended with the oldest one that it supports.
VERSIONS = ("2026-10", "2026-07", "2026-04", "2026-01")
SCOPES = ("read_content", "write_content", "read_products", "write_products")
SDL = """
scalar HTML
scalar DateTime
type Shop { name: String! }
type AccessScope { handle: String! }
type AppInstallation { accessScopes: [AccessScope!]! }
type Metafield { value: String! }
type Blog { id: ID! handle: String! title: String! }
type Article {
  id: ID! title: String! handle: String! body: HTML! summary: HTML isPublished: Boolean! tags: [String!]!
  blog: Blog! metafield(namespace: String, key: String!): Metafield
}
type SEO { title: String description: String }
type Product {
  id: ID! title: String! handle: String! descriptionHtml: HTML! seo: SEO! onlineStoreUrl: String tags: [String!]!
  metafield(namespace: String, key: String!): Metafield
}
type ArticleConnection { nodes: [Article!]! }
type ArticleUserError { code: String field: [String!] message: String! }
type UserError { field: [String!] message: String! }
type ArticlePayload { article: Article userErrors: [ArticleUserError!]! }
type ArticleDeletePayload { deletedArticleId: ID userErrors: [ArticleUserError!]! }
type ProductUpdatePayload { product: Product userErrors: [UserError!]! }
input AuthorInput { name: String }
input MetafieldInput { namespace: String key: String value: String type: String }
input ArticleCreateInput {
  author: AuthorInput! blogId: ID body: HTML handle: String isPublished: Boolean metafields: [MetafieldInput!]
  publishDate: DateTime summary: HTML tags: [String!] templateSuffix: String title: String!
}
input ArticleUpdateInput {
  author: AuthorInput blogId: ID body: HTML handle: String isPublished: Boolean metafields: [MetafieldInput!]
  publishDate: DateTime redirectNewHandle: Boolean = false summary: HTML tags: [String!] templateSuffix: String
  title: String
}
input SEOInput { title: String description: String }
input ProductUpdateInput {
  id: ID title: String handle: String descriptionHtml: String seo: SEOInput tags: [String!]
  metafields: [MetafieldInput!]
}
input ProductIdentifierInput { id: ID handle: String }
type Query {
  shop: Shop!
  blog(id: ID!): Blog
  currentAppInstallation: AppInstallation!
  articles(first: Int, query: String): ArticleConnection!
  product(id: ID!): Product
  productByIdentifier(identifier: ProductIdentifierInput!): Product
}
type Mutation {
  articleCreate(article: ArticleCreateInput!): ArticlePayload
  articleDelete(id: ID!): ArticleDeletePayload
  articleUpdate(id: ID!, article: ArticleUpdateInput!): ArticlePayload
  productUpdate(product: ProductUpdateInput): ProductUpdatePayload
}
"""
SCHEMA = build_schema(SDL)
NO_ARTICLE = {"code": "NOT_FOUND", "field": ["id"], "message": "Article does not exist"}


def denied(field: str) -> GraphQLError:
    return GraphQLError(f"Access denied for {field} field.", extensions={"code": "ACCESS_DENIED"})


class Store:
    """One shop."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.articles: dict[str, dict[str, Any]] = {}
        self.products: dict[str, dict[str, Any]] = {}
        self.made = 0


class Root:
    """The resolvers, for one request."""

    def __init__(self, store: Store, scopes: tuple[str, ...]) -> None:
        self._store = store
        self._scopes = scopes

    def shop(self, _info: Any) -> Any:
        return {"name": self._store.name}

    def blog(self, _info: Any, id: str) -> Any:
        return blog_of(id)

    def currentAppInstallation(self, _info: Any) -> Any:
        return {"accessScopes": [{"handle": scope} for scope in self._scopes]}

    def articles(self, _info: Any, first: int = 0, query: str = "") -> Any:
        terms = dict(term.split(":", 1) for term in query.split())
        found = [
            article
            for article in self._store.articles.values()
            if ("handle" not in terms or article["handle"] == terms["handle"])
            and ("blog_id" not in terms or article["blog"]["id"].endswith(f"/{terms['blog_id']}"))
        ]
        return {"nodes": [self._shown(article) for article in found[:first]]}

    @staticmethod
    def _shown(article: dict[str, Any]) -> dict[str, Any]:
        def metafield(_info: Any, key: str, namespace: str | None = None) -> Any:
            return next(
                (
                    field
                    for field in article.get("metafields", [])
                    if (field["namespace"], field["key"]) == (namespace, key)
                ),
                None,
            )

        return {**article, "metafield": metafield}

    def productByIdentifier(self, _info: Any, identifier: dict[str, str]) -> Any:
        found = next(
            (
                product
                for product in self._store.products.values()
                if all(product[name] == value for name, value in identifier.items())
            ),
            None,
        )
        return found and self._shown(found)

    def product(self, _info: Any, id: str) -> Any:
        found = self._store.products.get(id)
        return found and self._shown(found)

    def _problems(self, values: dict[str, Any], article_id: str | None) -> list[dict[str, Any]]:
        if not values.get("title", "x"):
            return [{"code": "BLANK", "field": ["article", "title"], "message": "Title can't be blank"}]
        if len(values.get("title", "")) > 255:
            return [{"code": "TOO_LONG", "field": ["article", "title"], "message": "Title is too long"}]
        taken = any(
            other["handle"] == values.get("handle") and other["id"] != article_id
            for other in self._store.articles.values()
        )
        if taken:
            return [{"code": "TAKEN", "field": ["article", "handle"], "message": "Handle has already been taken"}]
        return []

    def articleCreate(self, _info: Any, article: dict[str, Any]) -> Any:
        if "write_content" not in self._scopes:
            raise denied("articleCreate")
        problems = self._problems(article, None)
        blog = blog_of(article.get("blogId", ""))
        if blog is None:
            problems = [{"code": "NOT_FOUND", "field": ["article", "blogId"], "message": "Must reference a blog"}]
        if problems:
            return {"article": None, "userErrors": problems}
        self._store.made += 1
        made: dict[str, Any] = {
            "id": f"gid://shopify/Article/{self._store.made}",
            "handle": article["title"].lower().replace(" ", "-"),
            "body": "",
            "isPublished": False,
            "tags": [],
            "metafields": [],
            "blog": blog,
            **article,
        }
        self._store.articles[made["id"]] = made
        return {"article": self._shown(made), "userErrors": []}

    def articleUpdate(self, _info: Any, id: str, article: dict[str, Any]) -> Any:
        if "write_content" not in self._scopes:
            raise denied("articleUpdate")
        present = self._store.articles.get(id)
        if present is None:
            return {"article": None, "userErrors": [NO_ARTICLE]}
        problems = self._problems(article, id)
        if problems:
            return {"article": None, "userErrors": problems}
        present |= article
        return {"article": self._shown(present), "userErrors": []}

    def articleDelete(self, _info: Any, id: str) -> Any:
        if "write_content" not in self._scopes:
            raise denied("articleDelete")
        if self._store.articles.pop(id, None) is None:
            return {"deletedArticleId": None, "userErrors": [NO_ARTICLE]}
        return {"deletedArticleId": id, "userErrors": []}

    def productUpdate(self, _info: Any, product: dict[str, Any]) -> Any:
        if "write_products" not in self._scopes:
            raise denied("productUpdate")
        present = self._store.products.get(product.get("id", ""))
        if present is None:
            return {"product": None, "userErrors": [{"field": ["id"], "message": "Product does not exist"}]}
        present["seo"] |= product.get("seo", {})
        present |= {name: value for name, value in product.items() if name != "seo"}
        present["tags"].sort()
        return {"product": self._shown(present), "userErrors": []}


def blog_of(number: str) -> dict[str, Any] | None:
    known = {"gid://shopify/Blog/1": "news", "gid://shopify/Blog/2": "guides"}
    return {"id": number, "handle": known[number], "title": known[number].title()} if number in known else None


class Shopify:
    def __init__(self) -> None:
        self.stores: dict[str, Store] = {}
        self.versions: defaultdict[str, set[str]] = defaultdict(set)

    def _store(self, name: str) -> Store:
        return self.stores.setdefault(name, Store(name))

    def articles(self, shop: str) -> dict[str, dict[str, Any]]:
        return self._store(shop).articles

    def state(self, shop: str) -> Any:
        store = self._store(shop)
        return {"articles": list(store.articles.values()), "products": list(store.products.values())}

    async def add_product(self, request: Request) -> Response:
        """Makes a product, as the merchant would in the shop's admin."""
        values = await request.json()
        store = self._store(request.path_params["shop"])
        number = f"gid://shopify/Product/{len(store.products) + 1}"
        made = {"seo": {"title": None, "description": None}, "tags": [], "onlineStoreUrl": None, **values, "id": number}
        store.products[number] = made
        return JSONResponse(made, status_code=201)

    async def graphql(self, request: Request) -> Response:
        token = request.headers.get("x-shopify-access-token")
        if token not in {"shpat_local", "shpat_readonly"}:
            message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return JSONResponse({"errors": message}, status_code=401)
        version = request.path_params["version"]
        if version not in VERSIONS:
            return JSONResponse({"errors": "Not Found"}, status_code=404)
        asked = await request.json()
        scopes = SCOPES if token == "shpat_local" else tuple(scope for scope in SCOPES if scope.startswith("read"))
        result = await graphql(
            SCHEMA,
            asked["query"],
            root_value=Root(self._store(request.path_params["shop"]), scopes),
            variable_values=asked.get("variables"),
        )
        body: dict[str, Any] = {"data": result.data}
        if result.errors:
            body["errors"] = [error.formatted for error in result.errors]
        cost = {"throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0}}
        return JSONResponse(body | {"extensions": {"cost": cost}}, headers={"X-Shopify-API-Version": version})
