import base64
import json
import re

import pytest

from lib.core.config import ConfigurationError, read_settings
from lib.core.settings.registry import registered_models
from lib.core.settings.variables import ALIASES, Variable, find_variable
from local.stack.settings import REPLACEABLE
from tools.doctor.models import MODELS
from tools.package import ENVIRONMENT, ROOT


def test_missing_and_wrong_settings_are_listed_together() -> None:
    environment = {"SUPABASE_URL": "not-a-url", "UPSTASH_REDIS_REST_URL": "https://kv"}
    with pytest.raises(ConfigurationError) as raised:
        read_settings(environment)
    message = str(raised.value)
    for name in ("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "UPSTASH_REDIS_REST_TOKEN"):
        assert name in message
    assert "UPSTASH_REDIS_REST_URL" not in message


def test_a_problem_does_not_repeat_the_secret() -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_settings(ENVIRONMENT | {"SUPABASE_JWT_SECRET": "too-short-secret"})
    assert "too-short-secret" not in str(raised.value)


def test_origins_are_separated_by_commas() -> None:
    settings = read_settings(ENVIRONMENT | {"CORS_ALLOWED_ORIGINS": "https://a.test, https://b.test,"})
    assert settings.cors_allowed_origins == ("https://a.test", "https://b.test")


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.a.test",
        "https://a.test/",
        "https://a.test/app",
        "https://A.test",
        "a.test",
        "null",
        "https://u@a",
    ],
)
def test_an_origin_that_no_browser_sends(origin: str) -> None:
    with pytest.raises(ConfigurationError, match="CORS_ALLOWED_ORIGINS: must be origins"):
        read_settings(ENVIRONMENT | {"CORS_ALLOWED_ORIGINS": f"https://b.test,{origin}"})


def test_origins_with_ports_and_addresses() -> None:
    origins = ("http://localhost:5173", "https://[::1]:8443", "https://xn--bcher-kva.example")
    assert read_settings(ENVIRONMENT | {"CORS_ALLOWED_ORIGINS": ",".join(origins)}).cors_allowed_origins == origins


def test_issuer_follows_the_project() -> None:
    assert read_settings(ENVIRONMENT).jwt_issuer == "https://abcdefghijklmnopqrst.supabase.co/auth/v1"
    named = read_settings(ENVIRONMENT | {"SUPABASE_JWT_ISSUER": "https://auth.test"})
    assert named.jwt_issuer == "https://auth.test"


@pytest.mark.parametrize(
    "host", ["data.example.com", "acme.supabase.co", "acme.supabase.in", "a.abcdefghijklmnopqrst.supabase.co"]
)
def test_a_custom_domain_or_vanity_subdomain_needs_the_issuer_of_the_project(host: str) -> None:
    """Tokens keep naming the project as issuer: without the setting, all of them would be refused."""
    custom = {"SUPABASE_URL": f"https://{host}"}
    with pytest.raises(ConfigurationError, match="SUPABASE_JWT_ISSUER"):
        read_settings(ENVIRONMENT | custom)
    issuer = "https://abcdefghijklmnopqrst.supabase.co/auth/v1"
    assert read_settings(ENVIRONMENT | custom | {"SUPABASE_JWT_ISSUER": issuer}).jwt_issuer == issuer


def test_an_issuer_that_cannot_be() -> None:
    with pytest.raises(ConfigurationError, match="SUPABASE_JWT_ISSUER"):
        read_settings(ENVIRONMENT | {"SUPABASE_JWT_ISSUER": "project"})


def jwt_like(**claims: str) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({}, claims)]
    return ".".join([*parts, "signature"])


def test_the_older_secret_key_is_refused_by_name() -> None:
    """With it Auth would count all people as one: it takes no address of a client from its holder."""
    without = {name: value for name, value in ENVIRONMENT.items() if name != "SUPABASE_SECRET_KEY"}
    with pytest.raises(ConfigurationError) as raised:
        read_settings(without | {"SUPABASE_SERVICE_ROLE_KEY": jwt_like(role="service_role")})
    assert str(raised.value).startswith("SUPABASE_SECRET_KEY (set as SUPABASE_SERVICE_ROLE_KEY): is the older")
    assert "sb_secret_" in str(raised.value)
    with pytest.raises(ConfigurationError, match="must be a key that begins with sb_secret_"):
        read_settings(ENVIRONMENT | {"SUPABASE_SECRET_KEY": "x"})
    # Beside the newer key, which the integration does not set, it does no harm.
    assert read_settings(ENVIRONMENT | {"SUPABASE_SERVICE_ROLE_KEY": jwt_like(role="service_role")})


@pytest.mark.parametrize("key", ["sb_secret_x", jwt_like(role="service_role")])
def test_a_secret_key_is_never_given_to_browsers(key: str) -> None:
    with pytest.raises(ConfigurationError, match="SUPABASE_PUBLISHABLE_KEY: is a secret key"):
        read_settings(ENVIRONMENT | {"SUPABASE_PUBLISHABLE_KEY": key})


def test_the_anon_key_of_the_same_project() -> None:
    anon = jwt_like(role="anon", ref="abcdefghijklmnopqrst")
    assert read_settings(ENVIRONMENT | {"SUPABASE_PUBLISHABLE_KEY": anon}).supabase_publishable_key == anon
    with pytest.raises(ConfigurationError, match="SUPABASE_PUBLISHABLE_KEY: belongs to another project"):
        read_settings(ENVIRONMENT | {"SUPABASE_PUBLISHABLE_KEY": jwt_like(role="anon", ref="t" * 20)})


@pytest.mark.parametrize(("name", "alias"), [(name, alias) for name, aliases in ALIASES.items() for alias in aliases])
def test_names_that_integrations_give(name: str, alias: str) -> None:
    """Ours counts before theirs, and a blank one counts as not set."""
    assert find_variable({alias: " theirs "}, name) == Variable(alias, "theirs")
    assert find_variable({alias: "theirs", name: "ours"}, name) == Variable(name, "ours")
    assert find_variable({alias: "theirs", name: " "}, name) == Variable(alias, "theirs")


def test_a_deployment_by_the_names_of_the_integrations() -> None:
    anon = jwt_like(role="anon", ref="abcdefghijklmnopqrst")
    settings = read_settings(
        {
            "NEXT_PUBLIC_SUPABASE_URL": "https://abcdefghijklmnopqrst.supabase.co/",
            "NEXT_PUBLIC_SUPABASE_ANON_KEY": anon,
            "SUPABASE_JWT_SECRET": "a-shared-secret-of-the-integration-of-vercel",
            "KV_REST_API_URL": "https://kv.upstash.io",
            "KV_REST_API_TOKEN": "token",
            "VERCEL_ENV": "preview",
            "VERCEL_TARGET_ENV": "staging",
            "VERCEL_BRANCH_URL": "app-git-branch-team.vercel.app",
        }
    )
    assert settings.supabase_url == "https://abcdefghijklmnopqrst.supabase.co"
    assert (settings.supabase_publishable_key, settings.upstash_redis_rest_token) == (anon, "token")
    assert settings.environment == "staging"
    assert settings.app_url == "https://app-git-branch-team.vercel.app"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SUPABASE_JWKS", "https://example.com/jwks.json"),
        ("SUPABASE_JWKS", '{"kty": "EC"}'),
        ("SUPABASE_SIGNING_JWK", "[]"),
        ("SUPABASE_SIGNING_JWK", '{"kty": "EC", "kid": "public-part-alone"}'),
    ],
)
def test_a_key_that_is_malformed_is_found_at_the_start(name: str, text: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name}: must be") as raised:
        read_settings(ENVIRONMENT | {name: text})
    assert "public-part" not in str(raised.value)


def test_every_variable_is_explained_for_deployments() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text()
    whole = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", page))
    prefixes = (*re.findall(r"`([A-Z][A-Z0-9_]+_)\*`", page), "RATE_LIMIT_")
    names = [field.upper() for model in MODELS for field in model.model_fields]
    unexplained = {name for name in names if name not in whole and not name.startswith(prefixes)}
    assert unexplained == {"VERCEL_API_URL", "WEB_FETCH_PRIVATE_HOSTS"}


def test_private_hosts_are_for_this_machine_only() -> None:
    with pytest.raises(ConfigurationError, match="WEB_FETCH_PRIVATE_HOSTS"):
        read_settings(ENVIRONMENT | {"WEB_FETCH_PRIVATE_HOSTS": "127.0.0.1:80"})
    local = {"WEB_FETCH_PRIVATE_HOSTS": "127.0.0.1:80", "ENVIRONMENT": "local"}
    assert read_settings(ENVIRONMENT | local).web_fetch_private_hosts


def test_every_context_registers_its_settings() -> None:
    files = {f"lib.{path.parent.name}.settings" for path in (ROOT / "lib").glob("*/settings.py")}
    assert {model.__module__ for model in MODELS} - {"lib.core.config", "lib.core.limits.numbers"} == files
    assert set(MODELS) <= set(registered_models())


def test_every_variable_of_the_models_is_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text()
    described = set(re.findall(r"^# ([A-Z][A-Z0-9_]+)=", example, re.MULTILINE))
    fields = {name.upper() for model in MODELS for name in model.model_fields}
    assert fields - described == {"ENVIRONMENT", "VERCEL_API_URL", "WEB_FETCH_PRIVATE_HOSTS"}


def test_the_local_stack_takes_every_variable_of_the_models() -> None:
    fields = {name.upper() for model in MODELS for name in model.model_fields}
    local = {"ENVIRONMENT", "VERCEL_API_URL", "WEB_FETCH_PRIVATE_HOSTS"}
    assert set(REPLACEABLE) == fields - local | {"SUPABASE_DB_URL"}


def test_settings_for_the_management_api_are_explained() -> None:
    told = json.loads((ROOT / "supabase" / "auth_settings.json").read_text())
    explained = (ROOT / "docs" / "deploy.md").read_text()
    for name, value in told.items():
        assert f"| `{name}` | `{json.dumps(value)}` |" in explained


def test_the_secret_key_is_read_in_one_place() -> None:
    """A named import lets the import contract list the modules that hold the key."""
    named = {
        str(path.relative_to(ROOT))
        for folder in ("api", "lib")
        for path in (ROOT / folder).rglob("*.py")
        if "supabase_secret_key" in path.read_text()
    }
    assert named == {"lib/core/config.py", "lib/core/data/service_role.py"}
