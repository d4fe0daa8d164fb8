.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, $(PYTHON) is older: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: contract
contract: $(READY) ## Run the contract suite on the embedded mock
	$(BIN)/python -m contract_tests $(ARGS)

.PHONY: test
test: $(READY) ## Run the tests of the project
	$(BIN)/python -m pytest --numprocesses auto $(ARGS)

.PHONY: check
check: $(READY) check-generated check-rules ## Lint, type-check and prove that what is generated is up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: format
format: $(READY) ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: generate
generate: $(READY) ## Generate the client from openapi.yaml
	$(BIN)/python -m tools.generate

.PHONY: check-generated
check-generated: $(READY) ## Show how the committed client differs from a fresh one, and fail if it does
	$(BIN)/python -m tools.generate --check

.PHONY: rules
rules: $(READY) ## Write docs/rules.md from the rule catalogue
	$(BIN)/python -m contract_tests.report.catalogue

.PHONY: check-rules
check-rules: $(READY) ## Fail if docs/rules.md is stale
	$(BIN)/python -m contract_tests.report.catalogue --check

.PHONY: mock
mock: $(READY) ## Serve the mock on http://127.0.0.1:4010
	$(BIN)/python -m dodo_license_mock --port 4010 $(ARGS)

.PHONY: lock
lock: $(READY) ## Pin the development requirements anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --custom-compile-command "make lock" \
		requirements/dev.in --output-file requirements/dev.txt

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
