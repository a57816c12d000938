"""Texts are the same whatever their case and their way of writing accents, and are cut between whole characters."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from lib.content.commands import NewContent
from lib.content.markup import write_texts
from lib.core.http.models import AS_SENT, RequestModel, storable
from lib.core.texts import cut, folded, normalized

CASES = Path(__file__).parents[1] / "cases"
LETTERS = ["a", "É", "e\u0301", "ß", "İ", "ı", "Σ", "ς", "ﬁ", "Ａ", "ｶ", "ﾞ", "日", "हि", "न्", "द", "ก", "\u0e33", "1"]
SIGNS = [
    "<",
    ">",
    "=",
    "\u0338",
    "\u0323",
    "\u0327",
    "\u200d",
    "\ufe0f",
    "👩\u200d🚀",
    "👍🏽",
    "🇩🇪",
    "🇫",
    "✈",
    "\r\n",
    " ",
]
KOREAN = ["\u1100", "\u1161", "\u11a8", "각"]
PIECES = st.sampled_from([*LETTERS, *SIGNS, *KOREAN])
TEXTS = st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=25).map("".join))


def cases(name: str) -> list[dict[str, Any]]:
    return json.loads((CASES / f"{name}.json").read_text())


@pytest.mark.parametrize("case", cases("case_folding"), ids=lambda case: case["why"])
def test_what_is_one_text_in_another_case(case: dict[str, Any]) -> None:
    assert (folded(case["first"]) == folded(case["second"])) is case["same"]


@given(TEXTS)
def test_folding_is_of_any_composition_and_done_once(text: str) -> None:
    key = folded(text)
    assert folded(key) == key
    assert folded(unicodedata.normalize("NFD", text)) == folded(unicodedata.normalize("NFC", text)) == key


def test_whatever_unicode_folds_is_folded() -> None:
    """The model is the case folding of Python, for all letters that it does not make several of."""
    differ = {
        chr(code)
        for code in range(0x110000)
        if len(chr(code).casefold()) == 1 and folded(chr(code)) != folded(chr(code).casefold())
    }
    assert differ == set()
    assert folded("ß") == folded("ẞ") == "ss"


@given(TEXTS)
def test_normalized_is_nfc_but_for_the_end_of_a_tag(text: str) -> None:
    given_back = normalized(text)
    assert normalized(given_back) == given_back
    assert unicodedata.normalize("NFC", given_back) == unicodedata.normalize("NFC", text)
    assert given_back.count("<") == text.count("<")
    assert given_back.count(">") == text.count(">")
    if not re.search("[<>]\u0338", unicodedata.normalize("NFD", text)):
        assert unicodedata.is_normalized("NFC", given_back)


@pytest.mark.parametrize("case", cases("text_cuts"), ids=lambda case: case["why"])
def test_where_a_text_is_cut(case: dict[str, Any]) -> None:
    assert cut(case["text"], case["most"]) == case["cut"]


@given(TEXTS, st.integers(min_value=0, max_value=60))
def test_a_cut_text_is_made_of_whole_clusters(text: str, limit: int) -> None:
    head = cut(text, limit)
    assert len(head) <= limit
    clusters: list[str] = regex.findall(r"\X", text)
    kept: list[str] = []
    for cluster in clusters:
        if len("".join(kept)) + len(cluster) > limit:
            break
        kept.append(cluster)
    assert head == "".join(kept)


NFD = "Cafe\u0301"


class Nested(RequestModel):
    """A part of a request."""

    name: str = ""
    password: str = ""


class Anything(RequestModel):
    """A request."""

    title: str = ""
    fields: dict[str, Any] = Field(default_factory=dict)
    nested: Nested | None = None
    new_password: str = ""
    credentials: dict[str, str] = Field(default_factory=dict)


def test_a_request_is_in_nfc_but_for_secrets() -> None:
    asked = Anything.model_validate(
        {
            "title": NFD,
            "fields": {NFD: [NFD, {NFD: NFD}, 1, None]},
            "nested": {"name": NFD, "password": NFD},
            "newPassword": NFD,
            "credentials": {"secret": NFD},
        }
    )
    assert asked.title == "Café"
    assert asked.fields == {"Café": ["Café", {"Café": "Café"}, 1, None]}
    assert asked.nested is not None
    assert (asked.nested.name, asked.nested.password) == ("Café", NFD)
    assert (asked.new_password, asked.credentials) == (NFD, {"secret": NFD})


def test_a_text_in_nfc_is_handed_on_as_it_is() -> None:
    value = {"title": "Café", "fields": ["日本", {"a": "é"}]}
    assert storable(value) is value


def test_every_password_of_a_request_is_kept_as_sent() -> None:
    def models(base: type[RequestModel]) -> set[type[RequestModel]]:
        return {base, *(found for each in base.__subclasses__() for found in models(each))}

    names = {
        field.alias or name
        for model in models(RequestModel)
        if model.__module__.startswith("lib.")
        for name, field in model.model_fields.items()
    }
    assert {name for name in names if re.search("password|credentials$", name, re.IGNORECASE)} <= AS_SENT


def test_a_draft_has_one_tag_of_each_case_and_its_html_in_nfc() -> None:
    draft = NewContent.model_validate(
        {
            "brandId": "00000000-0000-7000-8000-00000000000a",
            "title": NFD,
            "body": "<p>Cafe&#x301; <strong>e\u0301</strong></p>",
            "tags": ["Winter", "WINTER", NFD, "Café", "Straße", "STRASSE"],
        }
    )
    assert draft.title == "Café"
    assert write_texts(draft.body, None).body == "<p>Café <strong>é</strong></p>"
    assert draft.tags == ["Winter", "Café", "Straße"]
