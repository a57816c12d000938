"""Tests which modules and packages stay in the bundle of a function."""

import sysconfig
from pathlib import Path

from tools.package.imports import imports_of
from tools.package.slimming import packages_for

VENDOR = Path(sysconfig.get_path("purelib"))


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_imports_inside_of_functions_are_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "api/one.py": "from lib import used\nimport os\n",
            "lib/__init__.py": "",
            "lib/used/__init__.py": "import jinja2.nodes\n",
            "lib/used/late.py": "import openai\n",
            "lib/used/later.py": "import regex\n",
            "lib/other.py": "import lxml\n",
        },
    )
    assert imports_of(tmp_path, "api.one").modules == {"api.one", "lib", "lib.used"}
    write(tmp_path, {"lib/used/__init__.py": "def f():\n    from lib.used import late, anything\n"})
    found = imports_of(tmp_path, "api.one")
    assert found.modules == {"api.one", "lib", "lib.used", "lib.used.late"}
    assert found.packages == {"openai"}


def test_a_package_brings_what_it_requires() -> None:
    files = packages_for(VENDOR, {"jwt"})
    folders = {file.partition("/")[0] for file in files}
    assert {"jwt", "httptools", "python_multipart"} <= folders
    assert "cryptography" in folders, "an extra that requirements.txt asks for"
    assert not {"openai", "fastapi", "pytest", "supabase"} & folders


def test_a_module_may_come_from_a_package_of_another_name() -> None:
    folders = {file.partition("/")[0] for file in packages_for(VENDOR, {"onelogin", "PIL"})}
    assert {"onelogin", "lxml", "xmlsec", "PIL", "pillow.libs"} <= folders
