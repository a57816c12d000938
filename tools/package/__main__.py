"""Builds, slims and inspects: ``python -m tools.package``. With ``--bytecode``, as a deployment needs it."""

import argparse
import json
import sys

from tools.package import BUILD, OUTPUT, ROOT, PackageError, function_names, require
from tools.package.building import build, copy_tracked_files
from tools.package.checks import check_function, check_static_files
from tools.package.imports import imports_of
from tools.package.slimming import slim

VENDOR = BUILD / ".vercel" / "python" / ".venv" / "lib" / "python3.12" / "site-packages"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytecode", action="store_true", help="compile the bundles, which takes a minute more")
    given = parser.parse_args()
    config = json.loads((ROOT / "vercel.json").read_text())
    names = function_names()
    try:
        copy_tracked_files()
        build(has_bytecode=given.bytecode)
        built = {path.stem for path in (OUTPUT / "functions").rglob("*.func")}
        require(built == set(names), f"functions differ from the files of api/: {sorted(built ^ set(names))}")
        require(len(names) <= 12, f"{len(names)} functions, but the Hobby plan takes 12")
        check_static_files()
        for name in names:
            imports = imports_of(ROOT, f"api.{name}")
            slim(OUTPUT / "functions" / "api" / f"{name}.func", VENDOR, imports)
            check_function(name, config, imports)
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(names)} functions, packaged and tried")
    return 0


if __name__ == "__main__":
    sys.exit(main())
