"""Renders the prompt files: one file for each tool and version, with a system block and a user block.

Values are inserted as text and never evaluated as templates.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

FOLDER: Final = Path(__file__).parent
# Everything that looks like the tags around data, also in full-width forms, which models read as the same.
# The number of blanks is bounded, and no two parts of the pattern can match the same ones: no input is slow.
_FENCE: Final = re.compile(r"[<＜﹤‹]\s{0,8}(?:/\s{0,8})?(?:data|wishes)\b[^<>＜＞\n]{0,200}[>＞﹥›]?", re.IGNORECASE)
# Lines of the prompts that are at least this long do not occur in an answer by chance.
_RULE_CHARACTERS: Final = 45


def as_data(value: Any) -> str:
    """Makes text from users or web pages safe to insert: removes tags that would end the `<data>` element around it."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    # Replaced by a character, so that the text around a removed tag cannot form another one.
    return _FENCE.sub("¦", text)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt."""

    system: str
    user: str


@lru_cache(maxsize=1)
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    # The prompts are not HTML: nothing is escaped.
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


async def warm_up_prompts() -> None:
    """Imports Jinja2 and creates its environment, in a thread, unless this instance has them."""
    if not _environment.cache_info().currsize:
        await asyncio.to_thread(_environment)


def render(prompt_version: str, **values: Any) -> Prompt:
    """Renders a prompt file by its name and version, such as ``suggest_titles.v1``."""
    template = _environment().get_template(f"{prompt_version}.j2")
    context = template.new_context(values)
    blocks = {name: "".join(template.blocks[name](context)).strip() for name in ("system", "user")}
    return Prompt(blocks["system"], re.sub(r"\n{3,}", "\n\n", blocks["user"]))


@lru_cache(maxsize=1)
def _rules() -> frozenset[str]:
    """Returns the long lines of the prompt files."""
    lines = (line.strip() for path in FOLDER.glob("*.j2") for line in path.read_text().splitlines())
    return frozenset(line for line in lines if len(line) >= _RULE_CHARACTERS and "{" not in line)


def leaks(texts: Iterable[str]) -> bool:
    """Tells whether an answer repeats the instructions of a prompt."""
    return any(rule in text for text in texts for rule in _rules())
