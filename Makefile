# Two commands for everybody: `make run` opens the app on the practice floor, `make test` proves it.
# Each installs what it lacks and says what it skips.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test deny advisories soak fuzz bench conformance conformance-here bench-bayeux pictures package types tools front-end check-rust test-rust properties check-ui test-ui journeys-browser journeys-window

export CARGO_TERM_COLOR ?= auto
TARGET := $(or $(CARGO_TARGET_DIR),$(CURDIR)/target)
UI_SOURCES := $(shell find ui/src ui/public -type f 2>/dev/null) ui/index.html ui/vite.config.ts ui/package-lock.json
NODE_MODULES := tests/conformance/node/node_modules/.package-lock.json
# The last of the modules; each leaves its jars in a folder of its own.
JAVA_BUILT := tests/conformance/java/bench/target/bench-1.jar
JAVA_SOURCES := $(shell find tests/conformance/java -name pom.xml -o -path '*/src/*' -name '*.java')
ON_A_DISPLAY := xvfb-run --auto-servernum --server-args='-screen 0 1600x1000x24'

help: ## What can be done here
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: tools front-end ## Open the app on the practice floor
	cargo run -p sotto -- --practice $(ARGUMENTS)

# `.ci/run` says CONFORMANCE=conformance: there nothing may be left out for want of Java or Maven.
CONFORMANCE ?= conformance-here

test: tools front-end check-rust deny check-ui test-rust $(CONFORMANCE) test-ui journeys-browser journeys-window ## Formatting, lints, all tests, journeys in a browser and in the real window
	@echo "All tests passed."

conformance: conformance-tools $(NODE_MODULES) $(JAVA_BUILT) ## The Bayeux client on servers nobody here wrote, and beside the official client
	cargo run -p conformance --bin conformance -- $(ARGUMENTS)

bench: tools front-end ## Measure start, memory and latencies; figures go to target/bench
	cargo build --release -p sotto -p journeys
	SOTTO_BINARY=$(TARGET)/release/sotto $(ON_A_DISPLAY) $(TARGET)/release/app-bench

bench-bayeux: conformance-tools $(NODE_MODULES) $(JAVA_BUILT) ## Measure the Bayeux client beside its peers; figures go to target/bench
	cargo build --release -p conformance --bins
	CARGO_TARGET_DIR=$(TARGET)/bench-peer cargo build --release --locked --manifest-path tests/conformance/bench/peer/Cargo.toml
	test -x $(TARGET)/bench-venv/bin/pip || python3 -m venv $(TARGET)/bench-venv
	$(TARGET)/bench-venv/bin/pip install --quiet --requirement tests/conformance/bench/requirements.txt
	$(TARGET)/release/bench-bayeux $(ARGUMENTS)

pictures: tools front-end ## Take pictures of every view in the real window; those the pages show go to docs/pictures
	cargo build -p sotto -p journeys
	cargo build -p journal --example sample
	SOTTO_JOURNAL_SAMPLE=$(TARGET)/debug/examples/sample $(ON_A_DISPLAY) $(TARGET)/debug/pictures $(ARGUMENTS)

deny: ## Licences, bans and sources of everything that is built in, by deny.toml
	@packaging/install-tools deny
	cargo deny --log-level error check licenses bans sources

advisories: ## Hold what is built in against the database of known faults, where the network allows; says where it does not
	@packaging/install-tools deny
	@packaging/advisories

FUZZ_SECONDS ?= 60
fuzz: ## Feed hostile input to every reader, FUZZ_SECONDS (60) each; prints executions and findings
	@packaging/install-tools fuzz
	@fuzz/run $(FUZZ_SECONDS) $(ARGUMENTS)

package: tools front-end ## Build the deb and the rpm
	ui/node_modules/.bin/tauri build --bundles deb,rpm

types: ## Write the TypeScript types that follow from Rust
	UPDATE_TYPES=1 cargo test -q -p console --test contract

# --- what the above is made of ---------------------------------------------------------------------------------------

tools:
	@packaging/install-tools

ui/node_modules/.package-lock.json: ui/package-lock.json ui/package.json
	cd ui && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
	@touch $@

ui/dist/index.html: ui/node_modules/.package-lock.json $(UI_SOURCES)
	cd ui && npm run build
	@touch $@

conformance-tools:
	@packaging/install-tools conformance

$(NODE_MODULES): tests/conformance/node/package-lock.json tests/conformance/node/package.json
	cd tests/conformance/node && npm ci --no-audit --no-fund
	@touch $@

$(JAVA_BUILT): $(JAVA_SOURCES)
	mvn --batch-mode --quiet --no-transfer-progress --file tests/conformance/java/pom.xml package
	@touch $@

# What this machine has the tools for; the run says what it leaves out.
conformance-here: $(NODE_MODULES) $(if $(and $(shell command -v java),$(shell command -v mvn)),$(JAVA_BUILT))
	cargo run -p conformance --bin conformance -- --missing left-out $(ARGUMENTS)

front-end: ui/dist/index.html
	@echo "Interface: built, nothing in ui has changed since."

check-rust: ui/dist/index.html
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --features journeys/window -- -D warnings
	cargo check --quiet --manifest-path fuzz/Cargo.toml --bins --target-dir $(TARGET)

# The same commit is judged by the same cases wherever it is built; `make properties` draws new ones.
test-rust: ui/dist/index.html
	PROPTEST_RNG_SEED=$(or $(SEED),20261122) cargo test --workspace

soak: ## Play SEEDS (100000) whole mornings under faults, or show the one of SEED
	cargo build --profile soak -p soak
	nice -n 10 $(TARGET)/soak/soak $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),100000))

properties: ## Draw new random cases for the property tests, CASES of each (2000)
	PROPTEST_CASES=$(or $(CASES),2000) cargo test -p gws -p desk -p bayeux -p journal -p simulator

check-ui: ui/node_modules/.package-lock.json
	cd ui && npm run format:check && npm run lint && npm run check

test-ui: ui/node_modules/.package-lock.json
	cd ui && npm test

journeys-browser: ui/dist/index.html
	cargo build -p journeys --bin browser-host
	cargo build -p journal --example sample
	cd ui && SOTTO_BROWSER_HOST=$(TARGET)/debug/browser-host SOTTO_JOURNAL_SAMPLE=$(TARGET)/debug/examples/sample npm run e2e

journeys-window: ui/dist/index.html
	cargo build -p sotto
	cargo build -p journal --example sample
	SOTTO_JOURNAL_SAMPLE=$(TARGET)/debug/examples/sample $(ON_A_DISPLAY) cargo test -p journeys --features window --test window -- --test-threads=1
