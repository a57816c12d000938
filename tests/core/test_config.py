import json

import pytest

from lib.core.config import ConfigurationError, read_settings
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


def test_the_older_secret_key_is_not_taken() -> None:
    """With an older key Auth ignores the address that its holder sends, and would count all users as one client."""
    with pytest.raises(ConfigurationError, match="SUPABASE_SECRET_KEY"):
        read_settings(ENVIRONMENT | {"SUPABASE_SECRET_KEY": "eyJhbGciOiJIUzI1NiJ9.e30.x"})


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
