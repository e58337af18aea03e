# `make run` starts the portal with demonstration data; `make test` runs everything. The steps themselves are in .ci/.
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup build site run check test test-kubernetes test-pods test-faults image bench fuzz fmt clean

# What `portal serve` gets besides --demo, for example: make run ARGS="--port 8080"
ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

setup: ## Rust with the WASM target, npm packages (2 min once)
	@.ci/toolchain.sh
	.ci/node.sh style

site: setup ## what the browser gets, in target/site
	@.ci/site.sh

build: site ## the server, target/release/portal
	@. .ci/env.sh
	echo "server (release; from nothing about 8 min on two cores, else seconds)" >&2
	"$$CARGO" build --release -p portal

run: build ## the portal with demonstration data and a simulated data centre
	@exec target/release/portal serve --demo $(ARGS)

check: ## formatting, lints, unit tests: before each commit
	@.ci/test.sh check

test: ## everything; the last line counts
	@.ci/test.sh

test-kubernetes: ## the Kubernetes driver against a real API server
	@.ci/test.sh kubernetes

test-pods: ## an installation with real pods (needs root; 10 min once, then 1 min)
	@.ci/test.sh pods

image: setup ## the container image of the demonstration Verfahren, in target/oci
	@.ci/image.sh build

# Numbers: PORTAL_SIMULATION_SEEDS, PORTAL_WALKS, and on each database PORTAL_CHAOS_SEEDS and PORTAL_KILLS
test-faults: setup ## 10,000 simulated faults and walks, 1,000 kills of the real process (hours)
	@. .ci/env.sh
	export PORTAL_SIMULATION_SEEDS="$${PORTAL_SIMULATION_SEEDS:-10000}" PORTAL_WALKS="$${PORTAL_WALKS:-10000}"
	export PORTAL_KILLS="$${PORTAL_KILLS:-500}"
	trap ".ci/postgres.sh stop" EXIT
	PORTAL_TEST_POSTGRES="$$(.ci/postgres.sh start)"
	export PORTAL_TEST_POSTGRES
	"$$CARGO" test --release -p portal-testing --test engine simulation:: -- --nocapture
	"$$CARGO" test --release -p portal-testing --test gate_walks -- --nocapture
	PORTAL_CHAOS_SEEDS="$${PORTAL_CHAOS_SEEDS:-25}" "$$CARGO" test --release -p portal-testing --test chaos -- --nocapture
	"$$CARGO" test --release -p portal-testing --test kill -- --nocapture

# A part of them, for example: make bench ARGS="catalogue lists"
bench: site ## benchmarks against the budgets, in one report
	@. .ci/env.sh
	"$$CARGO" bench -p portal --bench budgets -- $(ARGS)

fuzz: setup ## 100,000 random packages through everything that reads them (20 min)
	@. .ci/env.sh
	PORTAL_FUZZ_COUNT="$${PORTAL_FUZZ_COUNT:-100000}" "$$CARGO" test -p portal-core --test packages random:: -- --nocapture

fmt: ## formats the Rust code
	@. .ci/env.sh
	"$$CARGO" fmt --all

clean: ## deletes everything that was built (not the cache outside the checkout)
	@rm -rf target style/node_modules end2end/node_modules
