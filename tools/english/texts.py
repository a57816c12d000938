"""Reads the prose of a file: docstrings, comments, messages of raised errors, Markdown, descriptions of the API."""

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tools.english.rules import NO_VERBS, VERB

DESCRIPTION: Final = "public/api/v1/openapi.json"
ESCAPE: Final = re.compile(r"(?:#|//|<!--) english:(?P<reason>[^>]*?)(?:-->)?\s*$")


@dataclass(frozen=True)
class Text:
    """A piece of prose, in one line, with the line of the file for each of its characters."""

    words: str
    lines: Sequence[int]
    advice: str = ""
    """A finding that was made while the file was read; empty if there is none."""


@dataclass
class _Joined:
    words: list[str] = field(default_factory=list[str])
    lines: list[int] = field(default_factory=list[int])

    def add(self, words: str, line: int) -> None:
        if self.words:
            self.words.append(" ")
            self.lines.append(line)
        self.words.append(words)
        self.lines += [line] * len(words)

    def text(self, advice: str = "") -> Text:
        return Text("".join(self.words), self.lines, advice)


def _paragraphs(numbered: Iterable[tuple[int, str]], advice: str = "") -> Iterator[Text]:
    joined = _Joined()
    for number, line in numbered:
        words = " ".join(re.sub(r"``?[^`]*``?", lambda code: "`" + "x" * (len(code[0]) - 2) + "`", line).split())
        if words:
            joined.add(words, number)
        elif joined.words:
            yield joined.text(advice)
            joined, advice = _Joined(), ""
    if joined.words:
        yield joined.text(advice)


def _begins_with_a_verb(words: str) -> bool:
    match = re.match(r"([A-Z][a-z]+(?:-[a-z]+)?s|Whether)\b(?! of\b)", words)
    return match is not None and match[1] not in NO_VERBS and not match[1].endswith("ss")


def _needs_a_verb(node: ast.AST, path: str) -> bool:
    """Tells whether this is a public function of the product. Properties are named and described by nouns."""
    if not path.startswith(("api/", "lib/")) or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    is_property = any("property" in ast.unparse(decorator) for decorator in node.decorator_list)
    return not node.name.startswith("_") and not is_property


def _is_docstring(statement: Any) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _docstrings(tree: ast.Module, path: str) -> Iterator[Text]:
    for node in ast.walk(tree):
        body: Any = getattr(node, "body", None)
        for position, statement in enumerate(body if isinstance(body, list) else ()):
            words = statement.value.value if _is_docstring(statement) else ""
            needs_a_verb = position == 0 and bool(words) and _needs_a_verb(node, path)
            advice = VERB if needs_a_verb and not _begins_with_a_verb(words.lstrip()) else ""
            yield from _paragraphs(enumerate(words.split("\n"), statement.lineno), advice)


def _messages(tree: ast.Module) -> Iterator[Text]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            for part in ast.walk(node.exc):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from _paragraphs([(part.lineno, part.value)])


def _comments(source: str) -> Iterator[Text]:
    block: list[tuple[int, str]] = []
    column = -1
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        (line, begins), words = token.start, ESCAPE.sub("", token.string).lstrip("#! ")
        if block and (line != block[-1][0] + 1 or begins != column):
            yield from _paragraphs(block)
            block = []
        column = begins
        block.append((line, words))
    yield from _paragraphs(block)


def _script_comments(source: str) -> Iterator[Text]:
    block: list[tuple[int, str]] = []
    for line, raw in enumerate(source.split("\n"), 1):
        words = ESCAPE.sub("", raw).rstrip()
        comment = re.match(r"\s*(?://|/\*\*?|\*(?!/))\s?(.*?)(?:\*/)?$", words) or re.search(r"[;{,] // (.*)$", words)
        if comment:
            block.append((line, comment[1]))
        else:
            yield from _paragraphs(block)
            block = []
    yield from _paragraphs(block)


def _prose(source: str) -> Iterator[Text]:
    block: list[tuple[int, str]] = []
    is_fenced = False
    for line, raw in enumerate(source.split("\n"), 1):
        words = re.sub(r"<!--.*?-->", "", raw)
        is_fence = words.lstrip().startswith("```")
        is_fenced = is_fenced != is_fence
        is_code = is_fenced or is_fence or words.startswith("    ")
        is_new = re.match(r"\s*(?:[-*] |\d+\. |#|\|)", words) is not None
        if is_code or is_new or not words.strip():
            yield from _paragraphs(block)
            block = []
        if is_code or words.startswith("#"):  # a heading may be a question without its mark
            continue
        if words.startswith("|"):
            yield from (text for cell in words.split("|") for text in _paragraphs([(line, cell)]))
        else:
            block.append((line, re.sub(r"^\s*(?:[-*] |\d+\. )", "", words).replace("**", "")))
    yield from _paragraphs(block)


def _descriptions(source: str) -> Iterator[Text]:
    example = ""  # the indentation of the example that is open, whose descriptions are data
    for line, words in enumerate(source.split("\n"), 1):
        if example:
            if re.match(rf"{example}[\]}}]", words):
                example = ""
            continue
        if opened := re.match(r'(\s+)"(?:example": [\[{]|examples": \[)$', words):
            example = opened[1]
            continue
        described = re.match(r'\s*"(?:description|summary)": (".*?"),?$', words)
        if described:
            for paragraph in re.split(r"\n\s*\n", json.loads(described[1])):
                yield from _paragraphs([(line, " ".join(paragraph.split()))])


def texts(path: str, source: str) -> Iterator[Text]:
    if path == DESCRIPTION:
        yield from _descriptions(source)
    elif path.endswith(".py"):
        tree = ast.parse(source)
        yield from _docstrings(tree, path)
        yield from _messages(tree)
        yield from _comments(source)
    elif path.endswith(".md"):
        yield from _prose(source)
    else:
        yield from _script_comments(source)
