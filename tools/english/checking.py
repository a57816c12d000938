"""Checks the prose of a file against the rules, and excuses escaped lines."""

import ast
from dataclasses import dataclass

from tools.english.rules import RULES
from tools.english.texts import ESCAPE, texts


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    phrase: str
    advice: str

    def __str__(self) -> str:
        return f'{self.path}:{self.line}: "{self.phrase}": {self.advice}'


def _escapes(source: str) -> dict[int, str]:
    found = ((line, ESCAPE.search(words)) for line, words in enumerate(source.split("\n"), 1))
    return {line: match["reason"].strip() for line, match in found if match}


def check(path: str, source: str) -> list[Finding]:
    """Lists the findings in the text of a file; ``path`` is relative to the root and decides how it is read."""
    found: list[Finding] = []
    for text in texts(path, source):
        if text.advice:
            found.append(Finding(path, text.lines[0], " ".join(text.words.split()[:4]), text.advice))
        for rule in RULES:
            found += (
                Finding(path, text.lines[match.start()], match[0].strip(), rule.advice)
                for match in rule.pattern.finditer(text.words)
            )
    escapes, used = _escapes(source), set[int]()
    kept: list[Finding] = []
    ends = _ends_of_docstrings(source) if path.endswith(".py") and escapes else {}
    for finding in found:
        line = ends.get(finding.line, finding.line) if finding.line not in escapes else finding.line
        if escapes.get(line):
            used.add(line)
        else:
            kept.append(finding)
    kept += [
        Finding(path, line, "english:", "give a reason" if not reason else "excuses nothing: remove it")
        for line, reason in escapes.items()
        if line not in used
    ]
    return sorted(set(kept))


def _ends_of_docstrings(source: str) -> dict[int, int]:
    """Returns the last line of the string for each line of it: an escape cannot stand inside of one."""
    return {
        line: node.end_lineno or node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
