"""Compiles the layout of mails from MJML to HTML: ``python -m tools.mail`` writes it, ``--check`` compares it only."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from local.stack.settings import NODE_MODULES, ROOT

LAYOUTS: Final = ROOT / "lib" / "notify" / "mail" / "layouts"


def compile_layout(source: Path) -> str:
    """Returns the HTML of an MJML file. Raises RuntimeError with what the compiler says."""
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("Node.js is missing")
    # Variables of Jinja stay as they are: the compiler does not read into texts and attributes.
    command = [node, NODE_MODULES / "mjml" / "bin" / "mjml", source, "--stdout", "--config.validationLevel=strict"]
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=120)
    if result.returncode != 0:
        raise RuntimeError(result.stderr)
    # The compiler names the file in a comment, by its place on this machine.
    lines = [line.rstrip() for line in result.stdout.splitlines() if not line.lstrip().startswith("<!-- FILE:")]
    return "\n".join(line for line in lines if line) + "\n"


def main() -> int:
    """Writes or compares each layout. Returns the number of those that differ."""
    is_check = "--check" in sys.argv[1:]
    differing = 0
    for source in sorted(LAYOUTS.glob("*.mjml")):
        target = source.with_suffix(".html")
        html = compile_layout(source)
        if not target.exists() or target.read_text(encoding="utf-8") != html:
            differing += 1
            if not is_check:
                target.write_text(html, encoding="utf-8")
        print(f"{target.relative_to(ROOT)}: {len(html):,} characters")
    return differing if is_check else 0


if __name__ == "__main__":
    sys.exit(main())
