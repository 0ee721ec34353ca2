# The few commands that people type. `make` alone lists them.
.DEFAULT_GOAL := help
PY := .venv/bin/python

help: ## List these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

setup: ## Virtual environment with everything for development
	test -x $(PY) || python3 -m venv .venv
	$(PY) -m pip install -e '.[dev]'

demo: ## A recorded scene through the real pipeline
	.venv/bin/duplex demo

test: ## All tests
	$(PY) -m pytest

lint: ## Style, types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright --pythonpath $(PY)

format: ## Bring the code into shape
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: ## One minute of the demo's material at real pace: tick times
	.venv/bin/duplex bench tick --seconds 60

terminal-picture: ## The README's picture of the terminal
	$(PY) -m duplex_cli.display.picture docs/terminal.svg

.PHONY: help setup demo test lint format bench terminal-picture
