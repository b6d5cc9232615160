UV ?= uv
PYTHON := .venv/bin/python
LOCK := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(LOCK_ARGS)
OSV_ARGS = --lockfile requirements.txt:requirements.lock --lockfile requirements.txt:requirements-dev.lock

deps: ## Install exactly what the lockfile says into .venv
	@command -v $(UV) >/dev/null || { \
		echo "uv is missing. Get it: pipx install uv, or brew install uv, or https://docs.astral.sh/uv/getting-started/installation" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(UV) venv --quiet --clear .venv
	@VIRTUAL_ENV=.venv $(UV) pip sync --quiet --require-hashes requirements-dev.lock
	@touch .venv/.installed

# Whoever runs a gate first, or after the lockfile changed, gets the dependencies first.
.venv/.installed: requirements-dev.lock
	@$(MAKE) --no-print-directory deps

lock: ## Resolve the lockfiles again (indirect libraries too: make lock LOCK_ARGS=--upgrade)
	@$(LOCK) pyproject.toml --output-file requirements.lock
	@$(LOCK) pyproject.toml --group dev --constraints requirements.lock --output-file requirements-dev.lock

format: .venv/.installed ## Put the formatting right
	@$(PYTHON) -m ruff check --quiet --select I --fix .
	@$(PYTHON) -m ruff format .

format-check: .venv/.installed ## Check the formatting
	@$(PYTHON) -m ruff format --check .

lint: .venv/.installed ## Look for known mistakes
	@$(PYTHON) -m ruff check .

types: .venv/.installed ## Check the types
	@$(PYTHON) -m mypy

test: .venv/.installed ## Run the tests
	@$(PYTHON) -m pytest

coverage: .venv/.installed ## Run the tests; at least 85 % of the code must be covered
	@$(PYTHON) -m coverage erase
	@$(PYTHON) -m coverage run -m pytest
	@$(PYTHON) -m coverage combine --quiet
	@$(PYTHON) -m coverage report

run: .venv/.installed ## Start the service for development, with the settings in .env if there is one
	@given=$$(export -p); if [ -f .env ]; then set -a; . ./.env; set +a; eval "$$given"; fi; \
	PYTHONPATH=src exec $(PYTHON) -m {= package =}

build: .venv/.installed ## Put what runs in production into dist: PYTHONPATH=dist python -m {= package =}
	@rm -rf dist
	@VIRTUAL_ENV=.venv $(UV) pip install --quiet --require-hashes --no-deps --target dist --requirements requirements.lock
	@cp -R src/{= package =} dist/
	@cd dist && ../$(PYTHON) -S -c 'import {= package =}.main'
	@echo "Built dist"

.PHONY: lock
clean-stack:
	rm -rf .venv .coverage .coverage.* .mypy_cache .pytest_cache .ruff_cache dist
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
