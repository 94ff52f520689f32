# A newcomer needs `make demo` and `make test`; `make` alone lists the rest.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON_RUN := .venv/bin/python

# A copied or moved clone must not run the code of the clone it came from: its environment is made anew.
ifneq ($(shell [ -x .venv/bin/python ] && [ "$$(cat .venv/made-in 2>/dev/null)" = "$$(pwd -P)" ] && echo sound),sound)
.PHONY: .venv/ready
endif

.PHONY: help setup demo test clients check bench bench-graphql format lock sdl clean

help: ## This list. ARGS=… is handed on: make demo ARGS=--once
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | awk -F'\t' '{ printf "  make %-13s %s\n", $$1, $$2 }'

setup: .venv/ready ## Make .venv: locked dependencies and this project (uv where installed, else venv and pip)
	@:

.venv/ready: requirements.lock pyproject.toml
	@.ci/setup

demo: setup ## Two invented banks: leaderboards, then GraphQL with GraphiQL (ARGS=--once: leaderboards only)
	@.venv/bin/meritgraph demo $(ARGS)

test: setup ## Every test, against the embedded PostgreSQL or MERITGRAPH_DATABASE_URL
	@$(PYTHON_RUN) -m pytest -n 2 --dist loadfile $(ARGS)

clients: setup ## The outside judges, with Node 20 or later: Apollo, urql, Relay, graphql-codegen, linters, …
	@MERITGRAPH_CLIENTS=required $(PYTHON_RUN) -m pytest tests/clients $(ARGS)

check: setup ## Format, lint, types, import contracts, tests: what must pass before a change lands
	@echo "check: ruff format" && $(PYTHON_RUN) -m ruff format --check --quiet .
	@echo "check: ruff check" && $(PYTHON_RUN) -m ruff check --quiet .
	@echo "check: mypy --strict" && $(PYTHON_RUN) -m mypy --no-error-summary
	@echo "check: import contracts" && .venv/bin/lint-imports --no-logo
	@echo "check: tests" && $(MAKE) test

bench: setup ## The speed and memory table (ARGS=--json: one JSON object a line)
	@$(PYTHON_RUN) -m bench $(ARGS)

bench-graphql: setup ## GraphQL beside Mercurius, PostGraphile and others; npm brings them (ARGS=--json)
	@$(PYTHON_RUN) -m bench.graphql $(ARGS)

format: setup ## Rewrite the code in the house's format
	@$(PYTHON_RUN) -m ruff format . && $(PYTHON_RUN) -m ruff check --fix .

lock: ## Resolve pyproject.toml into requirements.lock (needs uv; ARGS=--upgrade for newer versions)
	@uv pip compile pyproject.toml --universal --python-version 3.11 --extra embedded --group dev \
	  --generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
	  --quiet --output-file requirements.lock $(ARGS)

sdl: setup ## Write schema/schema.graphql anew
	@$(PYTHON_RUN) -m schema.sdl

clean: ## Stop the embedded database; remove it, .state, .venv and the caches
	@.ci/clean
