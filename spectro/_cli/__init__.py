"""The command line, `python -m spectro`: what it analyses, draws and prints."""
