PYTHON ?= .venv/bin/python

.PHONY: demo test lint install

install:
	python3 -m venv .venv
	.venv/bin/pip install -e '.[cpu,audio,plot,dev]'

demo:
	$(PYTHON) -m spectro demo -o out

test:
	$(PYTHON) -m pytest

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
