# Needs make, Python 3.11 or newer and a network. Everything else is installed into .venv and node_modules.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3.14 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
SCALE ?= small
SIDE_BY_SIDE ?= -n auto --maxprocesses 8 --dist worksteal
DEMO ?=
# Where the network re-signs what passes, the machine's own certificates say whom to trust.
export UV_SYSTEM_CERTS ?= 1
# Modules are compiled once, not by each process anew.
unexport PYTHONDONTWRITEBYTECODE

# What is installed is named after the lock files: a changed lock installs, an unchanged one costs nothing.
READY := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml | cksum | cut -d' ' -f1)
READY_DEV := $(VENV)/.dev-$(shell cat requirements-dev.lock pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: help demo run test test-fast lint types bench app assets messages docs chromium poppler clean

help:
	@echo "make demo                 a living city on this machine, address and sign-ins printed"
	@echo "make test                 everything that must hold: style, types, contracts, all tests"
	@echo "make test-fast            the tests without browsers and slow ones"
	@echo "make lint types           style; types"
	@echo "make bench SCALE=small    measures (small, medium, large)"
	@echo "make app name=parks       (title=Parks chinese=公园) a new application that passes every test"
	@echo "make messages docs        bring translations and docs/reference up to date"

demo: $(READY)
	@$(BIN)/yicheng demo $(DEMO)

run: $(READY) assets
	@$(BIN)/yicheng run

# Each worker tests in a database of its own; browsers share one Chromium, and so one process.
test: $(READY_DEV) assets chromium poppler lint types
	$(BIN)/lint-imports --no-logo
	$(BIN)/yicheng makemigrations --check --dry-run
	YICHENG_HTTPS=1 $(BIN)/yicheng check --deploy --fail-level WARNING
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not browser"
	$(BIN)/pytest -m browser

test-fast: $(READY_DEV) assets
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow and not browser"

lint: $(READY_DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY_DEV)
	$(BIN)/mypy

bench: $(READY_DEV) assets
	$(BIN)/python -m bench --scale $(SCALE)

app: $(READY_DEV)
	@$(BIN)/yicheng app "$(name)" $(if $(title),--title "$(title)") $(if $(chinese),--chinese "$(chinese)")
	@$(BIN)/yicheng docs

assets: $(READY)
	@$(BIN)/python -m yicheng.runtime.assets

messages: $(READY)
	$(BIN)/yicheng messages extract
	$(BIN)/yicheng messages check

docs: $(READY)
	$(BIN)/yicheng docs

chromium: $(READY_DEV)
	@$(BIN)/python -m yicheng.runtime.chromium

poppler: $(READY_DEV)
	@$(BIN)/python -m yicheng.runtime.poppler

clean:
	rm -rf $(VENV) node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/uv:
	@test -n "$(PYTHON)" || { echo "Yicheng needs Python 3.11 or newer: install it, or say PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python lacks its venv module. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv

$(READY): | $(BIN)/uv
	@if [ ! -e $(READY_DEV) ]; then $(MAKE) --no-print-directory install LOCK=requirements.lock; fi
	@rm -f $(VENV)/.ready-*; touch $@

$(READY_DEV): | $(BIN)/uv
	@$(MAKE) --no-print-directory install LOCK=requirements-dev.lock
	@rm -f $(VENV)/.ready-* $(VENV)/.dev-*; touch $@ $(READY)

.PHONY: install
install:
	@echo "Installing $(LOCK) …"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python $(LOCK)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
