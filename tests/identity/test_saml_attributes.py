"""Attributes of a person in an assertion, by the names that providers give them: a table of cases, each signed."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from lib.core.config import get_settings
from lib.identity.single_sign_on import saml
from lib.identity.single_sign_on.models import SsoConnection
from local.stack.settings import ROOT
from tests.identity.saml_builder import EMAIL_FORMAT, Draft, attribute, signed
from tests.identity.test_saml import key_pair
from tools.package import ENVIRONMENT

CASES: Final = json.loads((ROOT / "tests" / "cases" / "saml" / "attributes.json").read_text())


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    return key_pair(tmp_path_factory.mktemp("idp"), "idp")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_attributes(provider: tuple[Path, Path, str], case: dict[str, Any]) -> None:
    key, certificate, text = provider
    elements = [
        attribute(each["values"], **{name: value for name, value in each.items() if name != "values"})
        for each in case["attributes"]
    ]
    draft = Draft(
        ENVIRONMENT["APP_URL"],
        name_id=case.get("nameId", "jane@a.test"),
        name_format=case.get("nameFormat", EMAIL_FORMAT),
        attributes="".join(elements),
    )
    connection = SsoConnection(
        UUID(int=1), "c", "urn:idp", "https://idp.test/sso", [text], ["a.test"], case.get("groupAttribute", "groups")
    )
    document = draft.envelope(signed(draft.assertion(), key, certificate))
    assertion = saml.check_response(connection, base64.b64encode(document.encode()).decode(), "_request")
    found: dict[str, Any] = {
        "email": assertion.email,
        "first_name": assertion.first_name,
        "last_name": assertion.last_name,
    }
    found["groups"] = list(assertion.groups) if assertion.groups is not None else None
    expected = case["expected"]
    assert {name: found[name] for name in expected} == expected
