"""E-mail addresses and URLs: one spelling of each, wherever one is typed."""

from typing import Any

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.provisional import urls
from pydantic import TypeAdapter, ValidationError

from lib.core.http.emails import EmailAddress, NewEmailAddress
from lib.core.http.trimming import trimmed
from lib.core.http.urls import normal_url
from tests.support.cases import cases

NEW: TypeAdapter[str] = TypeAdapter(NewEmailAddress)
ACCOUNT: TypeAdapter[str] = TypeAdapter(EmailAddress)


def read(kind: TypeAdapter[str], text: str) -> str | None:
    try:
        return kind.validate_python(text)
    except ValidationError:
        return None


@pytest.mark.parametrize("case", cases("emails"), ids=lambda case: repr(case["text"][:40]))
def test_addresses(case: dict[str, Any]) -> None:
    assert read(NEW, case["text"]) == case["new"]
    assert read(ACCOUNT, case["text"]) == case["account"]


LOCAL = st.text(st.sampled_from("abcXYZ019.+-_'!\"(), @é"), min_size=1, max_size=12)
DOMAIN = st.lists(st.text(st.sampled_from("abcXYZ019-_ü例"), max_size=8), min_size=1, max_size=4).map(".".join)


@given(local=LOCAL, domain=DOMAIN)
@example(local="a", domain="xn--zz.com")
@example(local="a", domain="ab--cd.com")
@example(local="a", domain="1.2.3.4")
def test_new_addresses_are_those_of_another_reader(local: str, domain: str) -> None:
    """Compares with `email-validator`: the same addresses with the same domain."""
    text = f"{local}@{domain}"
    found = read(NEW, text)
    try:
        other = validate_email(
            trimmed(text), check_deliverability=False, allow_smtputf8=False, test_environment=True,
            globally_deliverable=False,
        )  # fmt: skip
    except EmailNotValidError:
        other = None
    if found is not None:
        if other is None:  # it refuses labels that are reserved for other scripts of the future
            assert any(label[2:4] == "--" for label in found.rpartition("@")[2].split(".")), found
        else:
            assert found == f"{other.local_part}@{other.ascii_domain}"
    elif other is not None:
        # It takes a domain of one label, an address of the internet, and labels that are numbers.
        last = (other.ascii_domain or "").rpartition(".")[2]
        assert "." not in (other.ascii_domain or "") or last.isdigit()


@given(LOCAL, DOMAIN)
def test_the_spelling_of_an_address_is_final(local: str, domain: str) -> None:
    found = read(ACCOUNT, f" {local}@{domain}\n")
    if found is not None:
        assert read(ACCOUNT, found) == found
        assert found.rpartition("@")[2].isascii()


@pytest.mark.parametrize("case", cases("urls"), ids=lambda case: repr(case["text"][:40]))
def test_urls(case: dict[str, Any]) -> None:
    assert normal_url(case["text"]) == case["normal"]


@given(urls())
def test_the_spelling_of_a_url_is_final(url: str) -> None:
    once = normal_url(url)
    assert normal_url(once) == once
    assert once.partition("/")[0].islower()
    assert once.split("/", 3)[3:] == url.split("/", 3)[3:] or "?" in url.split("/")[2] or "#" in url.split("/")[2]


@given(st.text(max_size=60) | st.integers() | st.none())
def test_nothing_but_schemes_and_hosts_changes(value: Any) -> None:
    found = normal_url(value)
    if not isinstance(value, str):
        assert found is value
    else:
        assert found.lower() == trimmed(value).lower() or not value.isascii()


def test_long_runs_of_white_space_take_linear_time() -> None:
    assert trimmed(" " * 2_000_000 + "x" + " " * 2_000_000 + "y") == "x" + " " * 2_000_000 + "y"
