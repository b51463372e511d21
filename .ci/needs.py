"""Print what the named extras of the package need, one a line."""

import sys
from pathlib import Path

try:
    import tomllib
except ImportError:  # Python 3.10
    from pip._vendor import tomli as tomllib

extras = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
print(*(need for extra in sys.argv[1:] for need in extras[extra]), sep="\n")
