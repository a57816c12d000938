"""Renders the prompt files: one for each tool and version, with a block for the system and one for the user.

A template is ours and a value never is one: what a value holds is written as it is, and expanded by nobody again.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

FOLDER: Final = Path(__file__).parent / "prompts"
# Whatever looks like the marks around data, also in the full-width forms that a model reads alike.
# With few blanks, and with none that two parts could share: a text of nothing but blanks takes no time either.
_FENCE: Final = re.compile(r"[<＜﹤‹]\s{0,8}(?:/\s{0,8})?(?:data|wishes)\b[^<>＜＞\n]{0,200}[>＞﹥›]?", re.IGNORECASE)
# Rules of ours are longer than what an answer says by chance.
_RULE_CHARACTERS: Final = 45


def as_data(value: Any) -> str:
    """Text from outside, without the marks that would end the fence around it."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    # A character in its place, so that what stood around a mark is not put together to another one.
    return _FENCE.sub("¦", text)


@dataclass(frozen=True, slots=True)
class Prompt:
    system: str
    user: str


@lru_cache(maxsize=1)
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # Not HTML, so nothing is to be escaped.
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["data"] = as_data
    return environment


def warm_up_prompts() -> None:
    _environment()


def render(version: str, **values: Any) -> Prompt:
    """``version`` is the name of the file, as ``suggest_titles.v1``."""
    template = _environment().get_template(f"{version}.j2")
    context = template.new_context(values)
    blocks = {name: "".join(template.blocks[name](context)).strip() for name in ("system", "user")}
    return Prompt(blocks["system"], re.sub(r"\n{3,}", "\n\n", blocks["user"]))


@lru_cache(maxsize=1)
def _rules() -> frozenset[str]:
    """The lines of our own prompts that nobody else would write."""
    lines = (line.strip() for path in FOLDER.glob("*.j2") for line in path.read_text().splitlines())
    return frozenset(line for line in lines if len(line) >= _RULE_CHARACTERS and "{" not in line)


def leaks(texts: Iterable[str]) -> bool:
    """Whether an answer gives away the instructions that it was written under."""
    return any(rule in text for text in texts for rule in _rules())
