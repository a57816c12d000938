"""Tests what the origin serves beside the functions, and to which other origins."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest

from local.stack.client import RunningStack
from local.stack.settings import ROOT
from local.web.server import LOCAL_SOURCES, with_local_sources
from tests.support.errors import assert_problem
from tests.support.servers import functions_with

WEB_APP = "https://app.example.com"


@pytest.fixture(scope="module")
def origin(stack: RunningStack) -> Iterator[str]:
    with functions_with(stack.environment | {"CORS_ALLOWED_ORIGINS": WEB_APP}) as running:
        yield running


def test_the_description_of_the_api(stack: RunningStack) -> None:
    document = httpx.get(f"{stack.urls['web']}/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert {"/api/v1/auth/login", "/api/v1/contents/{contentId}", "/api/v1/ai/generate"} <= document["paths"].keys()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            # Not the framework's 422, which has another shape.
            assert "HTTPValidationError" not in json.dumps(operation["responses"]), path
            assert method == "get" or "400" in operation["responses"] or path.endswith("config"), path


@pytest.mark.parametrize("path", ["/", "/api/docs", "/api/graphiql"])
def test_pages(stack: RunningStack, path: str) -> None:
    response = httpx.get(f"{stack.urls['web']}{path}", follow_redirects=True)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "https:;" not in response.headers["Content-Security-Policy"]


def test_the_policy_of_a_deployment_names_no_machine() -> None:
    """The local server adds itself: a deployed page could otherwise send what it knows to any program on the reader's
    machine."""
    text = (ROOT / "vercel.json").read_text()
    pages = [path for path in (ROOT / "public").rglob("*") if path.is_file() and "vendor" not in path.parts]
    published = [path.read_text() for path in pages if path.suffix in (".html", ".js", ".css")]
    assert len(published) >= 4
    for part in (text, *published):
        assert not re.search(r"localhost|127\.0\.0\.1|\[::1\]", part)
    (policy,) = [
        header["value"]
        for rule in json.loads(text)["headers"]
        for header in rule["headers"]
        if header["key"] == "Content-Security-Policy"
    ]
    sources = {name: values for name, *values in (part.split() for part in policy.split(";"))}
    assert set(sources["connect-src"]) == {"'self'", "https://*.supabase.co", "wss://*.supabase.co"}
    everywhere = [
        source for values in sources.values() for source in values if source.startswith(("http:", "ws:", "*"))
    ]
    assert everywhere == []
    assert "'unsafe-eval'" not in policy
    assert f"connect-src {LOCAL_SOURCES} 'self'" in with_local_sources(policy)


def test_functions_fit_every_plan() -> None:
    """Fluid compute ignores `memory`, and 300 seconds is what the Hobby plan gives."""
    functions = json.loads((ROOT / "vercel.json").read_text())["functions"]
    for limits in functions.values():
        assert "memory" not in limits
        assert limits["maxDuration"] <= 300


@pytest.mark.parametrize("path", ["/local/stack/settings.py", "/lib/core/config.py", "/.env", "/../requirements.txt"])
def test_nothing_else_is_served(stack: RunningStack, path: str) -> None:
    assert httpx.get(f"{stack.urls['web']}{path}").status_code == 404


def test_a_known_web_app_may_ask(origin: str) -> None:
    asked = {"Origin": WEB_APP, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "If-Match"}
    preflight = httpx.options(f"{origin}/api/v1/contents", headers=asked, timeout=30)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == WEB_APP
    assert "PATCH" in preflight.headers["Access-Control-Allow-Methods"]
    # Refusals of the middleware are readable too.
    refused = httpx.post(f"{origin}/api/v1/contents", content=b"x", headers={"Origin": WEB_APP})
    assert_problem(refused, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert refused.headers["Access-Control-Allow-Origin"] == WEB_APP
    assert "X-Request-Id" in refused.headers["Access-Control-Expose-Headers"]


def test_another_web_app_may_not(origin: str, stack: RunningStack) -> None:
    for url in (origin, stack.urls["web"]):
        response = httpx.get(f"{url}/api/v1/health", headers={"Origin": "https://evil.example.com"})
        assert "Access-Control-Allow-Origin" not in response.headers
