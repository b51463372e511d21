"""A folder for numba's compiled functions of each process that runs tests: two that write one folder crash librosa."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_environment = hashlib.sha256(sys.prefix.encode()).hexdigest()[:12]
_base = os.environ.get("NUMBA_CACHE_DIR") or Path(tempfile.gettempdir(), f"spectro-numba-{os.getuid()}-{_environment}")
os.environ["NUMBA_CACHE_DIR"] = str(Path(_base, _worker))
