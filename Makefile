# Two commands set everything up on a machine with python3, make and a network: make demo, make test.
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: demo test check lint benchmark-check benchmark-queries benchmark-serving clean

demo: $(VENV)/ready
	$(BIN)/alataw build
	$(BIN)/alataw check
	$(BIN)/alataw query operators-of-station alashankou
	$(BIN)/alataw query openings-of-crossing border-crossing/cn-kz-alashankou-dostyk
	$(BIN)/alataw query disputed-claims
	$(BIN)/alataw export --output build/alataw.ttl

test: $(VENV)/ready-to-test lint
	$(BIN)/python -m pytest

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/alataw format --check

$(VENV)/ready: pyproject.toml
	python3 -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

# Packages of the tests, from the group `dev`; raptor and serd read our RDF back.
$(VENV)/ready-to-test: $(VENV)/ready
	$(BIN)/pip install --quiet $$($(BIN)/python tests/requirements.py)
	sh tests/tools.sh
	touch $@

# Minutes to hours; the peers get an environment of their own under tests/benchmarks/.cache.
benchmark-check: $(VENV)/ready-to-test
	$(BIN)/python -m tests.benchmarks.check --publish

benchmark-queries: $(VENV)/ready-to-test
	$(BIN)/pip install --quiet --no-deps --target tests/benchmarks/.cache/oxrdflib "oxrdflib>=0.5,<0.6"
	PYTHONPATH=tests/benchmarks/.cache/oxrdflib $(BIN)/python tests/benchmarks/queries/run.py --publish

# Needs wrk and nginx (Debian packages).
benchmark-serving: $(VENV)/ready-to-test
	$(BIN)/python -m tests.benchmarks.serving --publish

clean:
	rm -rf $(VENV) build dist tests/benchmarks/.cache
