"""What the package depends on, for its metadata: in a wheel with compiled modules MLX is pinned, elsewhere a range is.

What is compiled has the C++ ABI of one MLX version. A build in isolation takes the newest MLX in the range, while an
environment keeps its own; so the wheel names the one that it was compiled for.
"""

import importlib.metadata

RANGE = "mlx>=0.32.4,<0.33"
OTHERS = ["numpy"]
_attempts = []  # of this process to build


class Dependencies:
    """The provider that pyproject.toml names; scikit-build-core makes one for each attempt and asks it once."""

    def build_state(self, build_state):
        """Hear what is built. A second attempt is the one without a compiler, after the first has failed."""
        self.pinned = build_state != "sdist" and not _attempts
        if build_state in ("wheel", "editable"):
            _attempts.append(build_state)

    def dynamic_metadata(self, settings, project):
        """Give the dependencies."""
        mlx = f"mlx=={importlib.metadata.version('mlx')}" if self.pinned else RANGE
        return {"dependencies": [mlx, *OTHERS]}

    def dynamic_wheel(self, settings):
        """Say that a wheel's dependencies are not those of the sdist."""
        return {"dependencies": True}
