# Every command of the project. Start with `make demo` and `make test` (README.md).
PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup doctor demo dev reset test fuzz mutations check package deployment profile bench-ai bench-api bench-auth bench-coldstart bench-db bench-events bench-graphql bench-jobs bench-memory bench-purge bench-search smoke register rotate-keys openapi openapi-accept graphql graphql-accept graphiql contract licenses mail-layout migration format bench-subscriptions

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

setup: ## Install missing packages into .venv and local/node_modules
	@tools/setup.sh

# Before anything is installed too, so it does not ask for the setup.
doctor: ## Check this machine, or a deployment: ENV=.env.production, or the environment with DEPLOYMENT=1
	@$(if $(wildcard $(PYTHON)),$(PYTHON),python3) -m tools.doctor $(ENV)

demo: setup ## Perform the main job with real clients and servers, and print each step
	@$(PYTHON) -m local.stack run -- $(PYTHON) -m local.demo

dev: setup ## Run the platform to work with: functions follow the code, the schedule runs; Ctrl-C stops it
	@exec $(PYTHON) -m local.stack dev

reset: setup ## Delete the data of the local stack
	@$(PYTHON) -m local.stack reset

test: setup ## Run all checks and tests
	@$(PYTHON) -m tools.test

EXAMPLES ?= 300
fuzz: setup ## Run the tests that generate input, with new input each time; EXAMPLES=n requests to each route
	@SCHEMA_EXAMPLES=$(EXAMPLES) CLAIM_CASES=10000 ROTATION_KILLS=20 MAIL_KILLS=100 CONTENT_WRITERS=50 $(PYTHON) -m local.stack run -- \
		$(PYTHON) -m pytest -q --numprocesses 4 --hypothesis-profile=default \
		$(shell grep -rlE "^from hypothesis|CLAIM_CASES|ROTATION_KILLS|MAIL_KILLS|CONTENT_WRITERS" tests --include=test_*.py)

mutations: setup ## Remove or weaken each policy in turn and require that the proof of isolation fails
	@$(PYTHON) -m tests.tenancy.mutations

check: setup ## Check formats, lints, types and import contracts only
	@$(PYTHON) -m tools.check

package: setup ## Build the deployment with the Vercel CLI and inspect the result
	@$(PYTHON) -m tools.package

deployment: setup ## Build what `vercel deploy --prebuilt` takes: small bundles with bytecode, in .local/package
	@$(PYTHON) -m tools.package --bytecode

bench-coldstart: setup ## Measure the import and the first answer of each function relative to `import fastapi`
	@$(PYTHON) -m bench.coldstart

ROWS ?= 10000
bench-db: setup ## Measure queries as a tenant relative to the owner of the tables; ROWS=1000000 for realistic numbers
	@$(PYTHON) -m bench.database --rows $(ROWS)

bench-search: setup ## Measure searches and suggestions in every shape; ROWS=1000000 for realistic numbers
	@$(PYTHON) -m bench.search --rows $(ROWS)

bench-subscriptions: setup ## Measure memory, processor time and delays of 1,000 open subscriptions of GraphQL
	@$(PYTHON) -m bench.subscriptions

bench-ai: setup ## Measure the overhead of the AI service over a provider, and streams per second
	@$(PYTHON) -m bench.ai

COUNT ?= 20000
bench-jobs: setup ## Measure how many jobs and events two workers finish in a second; COUNT=n of each
	@$(PYTHON) -m bench.jobs --count $(COUNT)

bench-events: setup ## Measure how many deliveries of webhooks two workers make in a second, beside a bare loop
	@$(PYTHON) -m bench.events

bench-purge: setup ## Measure how long after its commit a publication reaches the edge cache
	@$(PYTHON) -m bench.purge

BENCH ?=
bench-api: setup ## Measure processor time, latency and throughput of requests; BENCH="--rows 200000 --against REF --save NAME"
	@$(PYTHON) -m bench.api $(BENCH)

bench-graphql: setup ## Measure GraphQL against REST for the same values, its import, and the first event of a subscription
	@$(PYTHON) -m bench.graphql

ROUTE ?= get
PROFILE ?=
profile: setup ## Show where the processor time of a request goes, in Python and in SQL; ROUTE=update, ROUTE='GET /contents/{id}'
	@$(PYTHON) -m bench.profile '$(ROUTE)' $(PROFILE)

bench-memory: setup ## Measure the memory of each function after its import, and of contents after 20,000 requests
	@$(PYTHON) -m bench.memory

bench-auth: setup ## Measure the authentication overhead per request: microseconds and round trips
	@$(PYTHON) -m bench.auth

smoke: setup ## Run ten checks against a deployment and delete the data they created; URL=https://app.example.com, SMOKE_EMAIL, SMOKE_PASSWORD, CRON_SECRET
	@$(PYTHON) -m tools.smoke $(URL)

register: setup ## Make the database know SIGNING_SECRET before a deployment; ENV=.env.production
	@$(PYTHON) -m tools.register $(ENV)

rotate-keys: setup ## Re-encrypt data under the newest of ENCRYPTION_KEYS; needs the environment of a deployment
	@$(PYTHON) -m tools.rotate_keys

openapi: setup ## Write public/api/v1/openapi.json and asyncapi.json from the code
	@$(PYTHON) -m tools.openapi

openapi-accept: openapi ## Accept changes of the API that break clients: commit what it writes with the change
	@$(PYTHON) -m tools.contract --accept

graphql: setup ## Write public/api/v1/schema.graphql and the ids of documents from lib/graph
	@$(PYTHON) -m tools.graphql

graphql-accept: setup ## Accept changes of the GraphQL schema that break clients: commit what it writes with the change
	@$(PYTHON) -m tools.graphql --accept

graphiql: setup ## Bundle GraphiQL into public/vendor from the npm packages of tools/graphql/graphiql
	@cd tools/graphql/graphiql && npm ci --no-fund --no-audit --loglevel=error && node build.mjs

contract: setup ## Hold the descriptions of the API against linters, generators of clients and the accepted one
	@$(PYTHON) -m tools.contract

mail-layout: setup ## Compile the layout of mails from MJML
	@$(PYTHON) -m tools.mail

licenses: setup ## Write THIRD_PARTY_LICENSES.md: the licences of what a deployment ships
	@$(PYTHON) -m tools.licenses

migration: setup ## Plan the next migration from supabase/schemas and policies; NAME=what_it_changes
	@$(PYTHON) -m tools.database.migration $(NAME)

format: setup ## Format Python and SQL in place
	@$(PYTHON) -m tools.check --fix
