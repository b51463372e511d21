"""`python -m spectro`."""

import signal
import sys

from ._cli.cli import main

if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that temporary files go
    sys.exit(main())
