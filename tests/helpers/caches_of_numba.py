"""A folder for numba's compiled functions of each process that runs tests: two that write one folder crash librosa.

It begins as a copy of `NUMBA_CACHE_SEED`, where that names a folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

_worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
_environment = hashlib.sha256(sys.prefix.encode()).hexdigest()[:12]
_base = os.environ.get("NUMBA_CACHE_DIR") or Path(tempfile.gettempdir(), f"spectro-numba-{os.getuid()}-{_environment}")
_folder, _seed = Path(_base, _worker), os.environ.get("NUMBA_CACHE_SEED")
if _seed and not _folder.exists():
    shutil.copytree(_seed, _folder)
os.environ["NUMBA_CACHE_DIR"] = str(_folder)
