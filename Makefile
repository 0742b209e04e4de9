# Two commands do all set-up on a new machine: `make demo` and `make test`. They need Python 3.11 or later, git and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint types contract examples docs bench check clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable ".[cli,notebook,keyring,speed]" --group test --group lint --group docs --group oracle
	touch $(STAMP)

demo: $(STAMP)
	$(BIN)/python examples/demo.py

test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report= --cov-fail-under=$(FLOOR) -m "not network" $(ARGS)

# Measured at 96; some tests skip where a shell or an interpreter is missing.
FLOOR := 93

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy -p uvkit
	$(BIN)/mypy tests/typing $(wildcard examples/*.py)

contract: $(STAMP)
	$(BIN)/lint-imports

examples: $(STAMP)
	$(BIN)/python -m pytest -q tests/examples

docs: $(STAMP)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py

check: lint types contract docs test

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis site dist build .coverage*
