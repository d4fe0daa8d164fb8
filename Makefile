.DEFAULT_GOAL := help
# Recipes read these from the environment, so that no shell expands their values.
export OLD NEW SPEC DEST NAME UPSTREAM SHARD
# Without bytecode, every process of the tests compiles all modules anew.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tests wait for servers as well: one worker more than there are cores.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal
READY := $(VENV)/.ready

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, $(PYTHON) is older: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(READY) ## Create .venv; every other target does so too

.PHONY: contract
contract: $(READY) ## Run the contract suite on the embedded mock
	@$(BIN)/python -m contract_tests $(ARGS)

.PHONY: test
test: $(READY) ## Run the fast tests of every area
	@$(PYTEST) -m "not slow and not weekly" $(ARGS)

.PHONY: test-slow
test-slow: $(READY) ## Run the longer tests, which continuous integration runs as well
	@$(PYTEST) -m "slow and not weekly" $(ARGS)

.PHONY: test-weekly
test-weekly: $(READY) ## Run the tests that are too long for continuous integration
	@$(PYTEST) -m weekly $(ARGS)

.PHONY: test-all
test-all: $(READY) ## Run every test
	@$(PYTEST) $(ARGS)

.PHONY: coverage
coverage: $(READY) ## Measure the branch coverage of the fast tests
	@$(PYTEST) -m "not slow and not weekly" --cov --cov-report=term-missing:skip-covered $(ARGS)

.PHONY: test-pythons
test-pythons: $(READY) ## Run the client's tests on Python 3.10 to 3.13, those that are installed
	$(BIN)/nox $(ARGS)

.PHONY: test-lowest
test-lowest: $(READY) ## Test mock, client and suite with the lowest versions that the extras allow
	$(BIN)/nox --session lowest $(ARGS)

.PHONY: mutants
mutants: $(READY) ## Score the contract suite on faulty servers, or SHARD=2/8 of them into a file
	$(BIN)/python -m mutants \
		$(if $(SHARD),--shard "$$SHARD" --save "mutants-$(subst /,-of-,$(SHARD)).json") $(ARGS)

.PHONY: mutants-merge
mutants-merge: $(READY) ## Write the score and the curve from the files of all shards
	$(BIN)/python -m mutants --merge mutants-*-of-*.json

.PHONY: mutate-judges
mutate-judges: $(READY) ## Mutate the oracle and the judges, and show which mutations nothing detects
	$(BIN)/python -m mutants.judges $(ARGS)

.PHONY: check
check: $(READY) check-generated check-rules ## Lint, type-check and prove that what is generated is up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

.PHONY: dist
dist: $(READY) ## Build wheel and source distribution and check their metadata
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist
	$(BIN)/twine check --strict dist/*
	$(BIN)/pyroma --min 10 dist/*.tar.gz
	$(BIN)/check-wheel-contents dist/*.whl

.PHONY: format
format: $(READY) ## Format the code and fix what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: generate
generate: $(READY) ## Generate the client from openapi.yaml, or NAME in DEST from SPEC
	$(BIN)/python -m tools.client.generate $(if $(SPEC),--spec="$$SPEC" --dest="$$DEST" --name="$$NAME")

.PHONY: check-generated
check-generated: $(READY) ## Fail if the committed client differs from a freshly generated one
	$(BIN)/python -m tools.client.generate --check

.PHONY: diff
diff: $(READY) ## Show what changed in openapi.yaml since the last commit, or between OLD and NEW
	@$(BIN)/python -m tools.diff $(ARGS) -- "$${OLD:-HEAD:openapi.yaml}" "$${NEW:-openapi.yaml}"

.PHONY: upstream
upstream: $(READY) ## Compare openapi.yaml with the published specification, UPSTREAM=file-or-url
	@test -n "$$UPSTREAM" || { echo "upstream: set the specification: make upstream UPSTREAM=file-or-url" >&2; exit 2; }
	@$(BIN)/python -m tools.upstream -- "$$UPSTREAM"

.PHONY: vendor
vendor: $(READY) ## Copy the client into a service, DEST=path/to/service/package
	@test -n "$$DEST" || { echo "vendor: set the destination: make vendor DEST=path/to/service/package" >&2; exit 2; }
	@$(BIN)/python -m tools.vendor $(ARGS) -- "$$DEST"

.PHONY: verify-vendor
verify-vendor: $(READY) ## Verify that a vendored client is intact and up to date, DEST=...
	@test -n "$$DEST" || { echo "verify: set the copy: make verify-vendor DEST=path/to/service/package" >&2; exit 2; }
	@$(BIN)/python -m dodo_license_keys.verify --package "$$DEST" --source generated/dodo_license_keys

.PHONY: rules
rules: $(READY) ## Write docs/rules.md and docs/changes.md from the two rule catalogues
	$(BIN)/python -m contract_tests.report.catalogue
	$(BIN)/python -m tools.diff.catalogue

.PHONY: check-rules
check-rules: $(READY) ## Fail if docs/rules.md or docs/changes.md is stale
	$(BIN)/python -m contract_tests.report.catalogue --check
	$(BIN)/python -m tools.diff.catalogue --check

.PHONY: mock
mock: $(READY) ## Serve the mock on http://127.0.0.1:4010
	$(BIN)/python -m dodo_license_mock --port 4010 $(ARGS)

.PHONY: bench-mock
bench-mock: $(READY) ## Measure the mock beside Prism, Steady and nginx (needs wrk)
	$(BIN)/python -m benchmarks.mock $(ARGS)

.PHONY: bench-client
bench-client: $(READY) ## Measure the client beside httpx, the official SDK and the stock generator's
	$(BIN)/python -m benchmarks.client $(ARGS)

.PHONY: bench-traffic
bench-traffic: $(READY) ## Measure judge on long recordings, and watch beside nginx (needs wrk, nginx)
	$(BIN)/python -m benchmarks.traffic $(ARGS)

PINNED := --quiet --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command "make lock"

.PHONY: lock
lock: $(READY) ## Pin the requirements of development, of the client's tests and of the image anew
	$(BIN)/uv pip compile $(PINNED) --python-version 3.11 \
		requirements/dev.in --output-file requirements/dev.txt
	$(BIN)/uv pip compile $(PINNED) --python-version 3.10 \
		requirements/client.in --output-file requirements/client.txt
	$(BIN)/uv pip compile $(PINNED) --python-version 3.11 \
		pyproject.toml --extra contract --extra postgresql --output-file requirements/contract.txt

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
