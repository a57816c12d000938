"""The mails of identity: each has a subject and both texts, and variables are escaped."""

from string import Formatter

import pytest
from jinja2 import Environment, meta

from lib.identity.mail.messages import SUBJECTS
from lib.notify.composition import Mail, compose
from local.stack.settings import ROOT

TEMPLATES = ROOT / "lib" / "identity" / "mail" / "templates"


def variables_of(name: str) -> set[str]:
    named = {field for _, field, _, _ in Formatter().parse(SUBJECTS[name]) if field}
    for suffix in ("txt", "html"):
        source = (TEMPLATES / f"{name}.{suffix}").read_text()
        named |= meta.find_undeclared_variables(Environment(autoescape=True).parse(source))
    return named - {"subject"}


def test_every_mail_has_both_texts() -> None:
    assert {path.name for path in TEMPLATES.iterdir()} == {
        f"{name}.{suffix}" for name in SUBJECTS for suffix in ("txt", "html")
    }


@pytest.mark.parametrize("name", SUBJECTS)
def test_variables_are_escaped(name: str) -> None:
    variables = {variable: f"<b>{variable}</b>\r\nBcc: x@y.test" for variable in variables_of(name)}
    mail = compose(Mail("editor@aurora.test", name, variables))
    assert "\n" not in mail.subject
    assert "{" not in mail.subject
    assert "<b>" not in mail.html
    assert "<!doctype html>" in mail.html
    for variable in variables:
        assert variable in mail.text + mail.subject + mail.html


def test_a_mail_that_nobody_has_registered() -> None:
    with pytest.raises(KeyError):
        compose(Mail("editor@aurora.test", "no_such_mail"))
