"""`python -m spectro`."""

import signal
import sys

from ._cli.outcome import ended


def main() -> int:
    """Run the command line; Ctrl-C ends it at once until a command has begun, and again when it is done."""
    interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not of `nohup` and the like
    if interruptible:
        signal.signal(signal.SIGINT, ended)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # unwinds, so that temporary files go
    from ._cli.cli import main as run  # not by a worker, which imports this file, too

    status = run()
    if interruptible:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    return status


if __name__ == "__main__":
    sys.exit(main())
