"""Addresses for an index page, and its text: README.md, whose links lead into the repository.

`SPECTRO_REPOSITORY` is the repository's address; the workflow that builds releases knows it. Without it there are no
addresses, and links stay as they are.
"""

import os
import re
from pathlib import Path

LINK = re.compile(r"(!?)(\[[^\]]*\])\((?!https?:|#|mailto:)([^)]+)\)")
PLACES = {"": "blob", "!": "raw"}  # a page to read, a picture itself


def absolute(text, repository, version):
    """Give Markdown whose relative links lead to a version's files in a repository."""
    return LINK.sub(lambda m: f"{m[1]}{m[2]}({repository}/{PLACES[m[1]]}/v{version}/{m[3]})", text)


class Pages:
    """The provider that pyproject.toml names."""

    def dynamic_metadata(self, settings, project):
        """Give the addresses and the text."""
        text = Path("README.md").read_text(encoding="utf-8")
        repository = os.environ.get("SPECTRO_REPOSITORY", "").rstrip("/")
        if not repository:
            return {"readme": {"text": text, "content-type": "text/markdown"}, "urls": {}}
        version = project["version"]
        urls = {
            "Source": repository,
            "Issues": f"{repository}/issues",
            "Documentation": f"{repository}/tree/v{version}/docs",
            "Changelog": f"{repository}/blob/v{version}/CHANGELOG.md",
        }
        text = absolute(text, repository, version)
        return {"readme": {"text": text, "content-type": "text/markdown"}, "urls": urls}
