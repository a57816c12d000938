"""Composes a mail from the templates of a context.

A context registers a folder, which has `<name>.txt` and `<name>.html` for each subject. The HTML templates extend
`base.html` of this package.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Environment

LAYOUTS: Final = Path(__file__).parent / "templates"
MAX_SUBJECT: Final = 200

_subjects: Final[dict[str, tuple[str, Path]]] = {}


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to compose and send."""

    to: str
    """E-mail address."""
    template: str
    """Name of a registered template."""
    variables: dict[str, str] = field(default_factory=dict[str, str])
    """Values of the variables of the template and its subject."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail with all its texts."""

    to: str
    subject: str
    text: str
    html: str


def register_templates(folder: Path, subjects: Mapping[str, str]) -> None:
    """Registers the templates of a folder by their names, with their subjects.

    A subject names variables in braces. Call it when the package of the context is imported.
    """
    for name, subject in subjects.items():
        _subjects[name] = (subject, folder)


@lru_cache(maxsize=8)
def _templates(folder: Path) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader([folder, LAYOUTS]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
    )


def compose(mail: Mail) -> Composed:
    """Composes a mail; all variables are escaped in HTML.

    Raises KeyError for a template that is not registered or a subject without its variable, jinja2.TemplateError for a
    text without its variable.
    """
    pattern, folder = _subjects[mail.template]
    # A line break in a name would otherwise begin another header.
    subject = " ".join(pattern.format(**mail.variables).split())[:MAX_SUBJECT]
    variables = mail.variables | {"subject": subject}
    text, html = (
        _templates(folder).get_template(f"{mail.template}.{suffix}").render(variables) for suffix in ("txt", "html")
    )
    return Composed(mail.to, subject, text, html)
