# Every command of the project. The two of the README: `make demo` and `make test`.
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup demo dev reset test fuzz mutations check unit package bench-ai bench-api bench-auth bench-coldstart bench-db smoke rotate-keys openapi migration format

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: ## Install what is missing into .venv and local/node_modules
	@tools/setup.sh

demo: setup ## Perform the main job on real parts and show each step
	@$(PYTHON) -m local.stack run -- $(PYTHON) -m local.demo

dev: setup ## Keep the platform running to work with; Ctrl-C stops it
	@exec $(PYTHON) -m local.stack up

reset: setup ## Empty the data of the local stack
	@$(PYTHON) -m local.stack reset

test: setup ## All checks and tests
	@$(PYTHON) -m tools.test

EXAMPLES ?= 300
fuzz: setup ## The tests that generate their input, with new input each time; EXAMPLES=n requests to each route
	@SCHEMA_EXAMPLES=$(EXAMPLES) CLAIM_CASES=10000 ROTATION_KILLS=20 CONTENT_WRITERS=50 $(PYTHON) -m local.stack run -- \
		$(PYTHON) -m pytest -q --numprocesses 4 --hypothesis-profile=default \
		$(shell grep -rlE "^from hypothesis|CLAIM_CASES|ROTATION_KILLS|CONTENT_WRITERS" tests --include=test_*.py)

mutations: setup ## Take away or weaken each policy in turn: does the proof of isolation notice?
	@$(PYTHON) -m tests.tenancy.mutations

check: setup ## Formats, lints, types and import contracts only
	@$(PYTHON) -m tools.check

package: setup ## Build the deployment with the Vercel CLI and look at what came out
	@$(PYTHON) -m tools.package

bench-coldstart: setup ## Import time of each function beside bare `import fastapi`
	@$(PYTHON) -m bench.coldstart

ROWS ?= 10000
bench-db: setup ## Queries as a tenant beside the same as the owner of the tables; ROWS=1000000 for the real thing
	@$(PYTHON) -m bench.database --rows $(ROWS)

bench-ai: setup ## What the AI service adds to a provider's own time, and streams a second
	@$(PYTHON) -m bench.ai

bench-api: setup ## Our functions beside the data API asked directly: throughput and latency, as ratios
	@$(PYTHON) -m bench.api

bench-auth: setup ## Authentication overhead per request: microseconds and round trips
	@$(PYTHON) -m bench.auth

smoke: setup ## Runs ten checks against a deployment and deletes the data it created; URL=https://app.example.com, SMOKE_EMAIL, SMOKE_PASSWORD, CRON_SECRET
	@$(PYTHON) -m tools.smoke $(URL)

rotate-keys: setup ## Re-encrypt what is under older ENCRYPTION_KEYS, with the environment of a deployment
	@$(PYTHON) -m tools.rotate_keys

openapi: setup ## Write public/api/v1/openapi.json from the functions
	@$(PYTHON) -m tools.openapi

migration: setup ## Plan the next migration from supabase/schemas and policies; NAME=what_it_changes
	@$(PYTHON) -m tools.database.migration $(NAME)

format: setup ## Format Python and SQL in place
	@$(PYTHON) -m tools.check --fix
