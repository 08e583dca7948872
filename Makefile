# Every target makes what it needs; `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime-lock
DEV := $(VENV)/.dev-lock
PYTEST_WORKERS ?= auto
# More words for pytest: `-m servers` leaves out what touches neither database nor broker.
PYTEST_WORDS ?=
# A browser takes a core of its own; two at a time are quicker than one and steady.
BROWSERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run test check e2e bench lock format messages

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9_-]+:.*## /{printf "  %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parley needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.lock
	@touch $@

$(DEV): requirements/dev.lock | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

setup: $(RUNTIME) ## make .venv from the lock file, and nothing else

run: setup ## start Parley at http://127.0.0.1:8000 (Ctrl-C stops all of it)
	@exec $(BIN)/python manage.py up

test: $(DEV) ## run the test suite (TEST_DATABASE_URL and TEST_REDIS_URL name other servers)
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) $(PYTEST_WORDS)

check: $(DEV) ## formatter, linter, types, import layers, migrations, templates, deploy check
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/djlint --quiet --check --lint templates
	SECRET_KEY=only-for-this-check-$$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n') BASE_URL=https://parley.example ALLOWED_HOSTS=parley.example \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

e2e: $(DEV) ## browser tests (needs Chromium)
	$(BIN)/python -m pytest tests/e2e -m e2e -p no:randomly -o addopts= --nomigrations -n $(BROWSERS) --dist worksteal

bench: $(DEV) ## benchmarks: a table, and one JSON object a line in bench.jsonl
	$(BIN)/python -m benchmarks

format: $(DEV) ## format code and templates
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/djlint --quiet --reformat templates

messages: setup ## renew the catalogs of all languages from the texts of the code
	@$(BIN)/python -m languages.catalogs

lock: ## renew the lock files from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements/runtime.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml --group dev -o requirements/dev.lock
