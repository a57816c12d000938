"""Licences: each shipped package has a known one, and its text is on the page."""

import json
import re

from local.stack.settings import ROOT
from tools.licenses import PAGE, REFUSED, shipped_files, shipped_packages


def test_every_package_of_the_functions_has_a_licence_and_its_text() -> None:
    parts = {part.name: part for part in shipped_packages()}
    pinned = re.findall(r"^([A-Za-z0-9-]+)(?:\[\w+\])?==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert {name: parts[name].version for name, _ in pinned} == dict(pinned)
    assert len(parts) > len(pinned)
    assert not any(REFUSED.search(part.license) for part in parts.values())
    page = PAGE.read_text()
    assert [name for name in parts if f"| {name} |" not in page] == []


def test_files_that_are_published_bring_their_licence() -> None:
    names = {part.name for part in shipped_files()}
    assert names == {"graphiql", "supabase-js", "swagger-ui"}
    # Pages load nothing from elsewhere, and no font of texts: one holds the icons of GraphiQL's editor.
    published = [path for path in (ROOT / "public").rglob("*") if path.suffix in (".woff", ".woff2", ".ttf", ".otf")]
    assert [path.name for path in published] == ["codicon.ttf"]
    policy = json.dumps(json.loads((ROOT / "vercel.json").read_text())["headers"])
    assert "font-src" not in policy


def test_copyleft_is_refused() -> None:
    for text in ("GPL-3.0-only", "GNU General Public License v3 (GPLv3)", "AGPL-3.0"):
        assert REFUSED.search(text)
    for text in ("MIT", "LGPL-2.1", "Apache-2.0 OR BSD-3-Clause", "Mozilla Public License 2.0 (MPL 2.0)"):
        assert not REFUSED.search(text)
