"""The command line, `python -m spectro`: what it analyzes, draws and prints."""
