"""The texts of mails: complete in every language, escaped, within the bounds of mail clients."""

import re
import tomllib
from string import Formatter
from uuid import uuid4

import pytest

import lib.identity.mail
from lib.core import config
from lib.notify import Mail
from lib.notify.mail.catalogues import find_language, find_texts, languages, templates
from lib.notify.mail.composition import Addressing, MailNotComposed, compose
from lib.notify.mail.models import Sender
from local.stack.client import RunningStack
from local.stack.settings import ROOT
from tools.mail import LAYOUTS, compile_layout

FOLDERS = (ROOT / "lib/notify/mail/languages", ROOT / "lib/identity/mail/languages")
assert lib.identity.mail.__all__  # its mails are registered
# Domain §9.
NEEDED = {
    "email_verification", "welcome", "invitation", "password_reset", "lockout", "task_assigned", "changes_requested",
    "content_approved", "content_rejected", "sla_warning", "escalation", "digest", "quota_alert",
}  # fmt: skip


@pytest.fixture(autouse=True)
def environment(shared_stack: RunningStack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in shared_stack.environment.items():
        monkeypatch.setenv(name, value)
    config.get_settings.cache_clear()


def variables_of(name: str, language: str = "en") -> set[str]:
    texts, _, _ = find_texts(name, language)
    patterns = [texts.subject, *texts.paragraphs, *(value for _, value in texts.facts), *(texts.button or ())]
    named = {field for pattern in patterns for _, field, _, _ in Formatter().parse(pattern) if field}
    return named | ({texts.quotation} if texts.quotation else set()) | ({texts.items} if texts.items else set())


def values(name: str, value: str = "{}") -> dict[str, str]:
    return {
        variable: "https://aurora.test/a?b=1&c=2" if "link" in variable else value.format(variable)
        for variable in variables_of(name)
    }


def addressing(language: str = "en", **more: str) -> Addressing:
    return Addressing(id=uuid4(), language=language, **more)  # pyright: ignore[reportArgumentType]


def test_the_mails_of_the_domain_are_there() -> None:
    assert set(templates()) >= NEEDED


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parts[-3])
def test_every_language_has_every_mail_with_the_same_variables(folder: object) -> None:
    names = {language: set(tomllib.loads((folder / f"{language}.toml").read_text())) for language in languages()}  # pyright: ignore[reportOperatorIssue, reportUnknownVariableType]
    assert len(names) == 3
    assert names["de"] == names["fr"] == names["en"]
    for name in names["en"] - {"frame"}:
        assert variables_of(name, "de") == variables_of(name, "fr") == variables_of(name), name


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("name", sorted({*NEEDED, "notification", "password_changed", "email_changed"}))
def test_both_texts_say_it_in_the_language(name: str, language: str) -> None:
    mail = compose(Mail("editor@aurora.test", name, values(name)), addressing(language))
    assert f'<html lang="{language}"' in mail.html
    assert "prefers-color-scheme: dark" in mail.html
    assert len(mail.html.encode()) < 102_000
    assert "{" not in mail.subject
    for variable in variables_of(name) - {"link", "review_link"}:
        assert variable in mail.text + mail.subject
        assert variable in mail.html
    if find_texts(name, language)[0].button:
        assert "https://aurora.test/a?b=1&c=2" in mail.text
        assert 'href="https://aurora.test/a?b=1&amp;c=2"' in mail.html


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_variables_are_escaped_and_begin_no_header(name: str) -> None:
    poison = '{}<b>"\u202ex</b>\r\nBcc: x@y.test\x00'
    mail = compose(Mail("editor@aurora.test", name, values(name, poison)), addressing())
    assert not re.search(r"[\x00-\x1f\x7f]", mail.subject)
    assert "<b>" not in mail.html
    assert "\u202e" not in mail.html + mail.text + mail.subject
    assert all(not re.search(r"[\r\n]", value) for value in mail.headers.values())


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//evil.test/x", "/\\evil.test", "data:text/html,x", "https://a b", "", "x"]
)
def test_links_lead_to_addresses_only(link: str) -> None:
    with pytest.raises(MailNotComposed):
        compose(Mail("editor@aurora.test", "welcome", {"link": link}), addressing())


def test_what_is_missing() -> None:
    with pytest.raises(MailNotComposed):
        compose(Mail("editor@aurora.test", "no_such_mail"), addressing())
    with pytest.raises(MailNotComposed):
        compose(Mail("editor@aurora.test", "password_reset"), addressing())
    given = values("task_assigned") | {"due_date": "", "submitter_name": " "}
    mail = compose(Mail("editor@aurora.test", "task_assigned", given), addressing())
    assert "Due" not in mail.text
    assert "Submitted by" not in mail.html


def test_a_mail_beyond_what_clients_show_whole() -> None:
    long = values("digest") | {"items": "\n".join("€" * 1_000 for _ in range(5_000))}
    assert len(compose(Mail("a@b.test", "digest", long), addressing()).html.encode()) < 102_000


def test_languages() -> None:
    assert find_language("de-AT", "en") == "de"
    assert find_language(None, "ja", "fr") == "fr"
    assert find_language(None, "ja") == "en"


def test_unsubscribing_is_offered_for_what_can_be_turned_off() -> None:
    offered = {"one_click_url": "https://api.test/u?token=x", "unsubscribe_url": "https://app.test/u#token=x"}
    task = compose(Mail("a@b.test", "sla_warning", values("sla_warning"), category="tasks"), addressing(**offered))
    assert task.headers["List-Unsubscribe"] == "<https://api.test/u?token=x>"
    assert task.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://app.test/u#token=x" in task.text
    lockout = compose(Mail("a@b.test", "lockout"), addressing(**offered))
    assert "List-Unsubscribe" not in lockout.headers


def test_the_sender() -> None:
    named = Addressing(uuid4(), "en", Sender("Aurora <script> via MixerAI"))
    assert "Aurora &lt;script&gt; via MixerAI" in compose(Mail("a@b.test", "lockout"), named).html


@pytest.mark.parametrize("source", sorted(LAYOUTS.glob("*.mjml")), ids=lambda source: source.name)
def test_layouts_are_compiled(source: object) -> None:
    html = source.with_suffix(".html").read_text()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    assert html == compile_layout(source), "run `python -m tools.mail`"  # pyright: ignore[reportArgumentType]
