PYTHON ?= python3
BIN = .venv/bin
CHECKED = main.py schema resolvers domain db subscriptions tests

.DEFAULT_GOAL := help
.PHONY: help run test check web check-web fmt faults fuzz audit sbom bench bench-http bench-on-sale bench-live bench-memory bench-web lock install

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 21

run: .venv/.installed ## install what is missing, then serve on http://127.0.0.1:8000 (PORT=8001 make run: elsewhere)
	@$(BIN)/python main.py serve

install: .venv/.installed ## only install what `make run` needs, into .venv

test: .venv/.installed-dev ## run all tests, against a real Postgres
	@$(BIN)/python -m pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(if $(CI),--reruns 1 --rerun-show-tracebacks -rR)

check: .venv/.installed-dev ## lint, format, types and import contracts, without changing a file
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict $(CHECKED)
	@$(BIN)/lint-imports

web: web/node_modules/.installed ## build the pages into web/dist (needs Node)
	@cd web && npm run --silent build

check-web: web/node_modules/.installed ## types and tests of the pages, and that web/dist is what their sources make
	@cd web && npm run --silent check && npm run --silent test
	@test -d web/dist || { echo "web/dist is missing: run make web, and commit it."; exit 1; }
	@cd web && kept=$$(mktemp -d) && cp -Rp dist "$$kept" \
		&& trap 'rm -rf dist && mv "$$kept/dist" dist && rmdir "$$kept"' EXIT && trap 'exit 130' INT TERM \
		&& npm run --silent build > /dev/null && { diff -rq "$$kept/dist" dist \
		|| { echo "web/dist is not what the sources in web/ make: run make web, and commit it."; exit 1; }; }

web/node_modules/.installed: web/package-lock.json
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		|| { echo "Building the pages needs Node 20.19 or newer. Running Usher does not: web/dist is built already."; exit 1; }
	@cd web && npm ci --silent --no-fund --no-audit
	@touch $@

fmt: .venv/.installed-dev ## format, and fix what can be fixed
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

SECONDS ?= 600
SEED ?= $(shell date +%s)

faults: .venv/.installed-dev ## a sale while everything dies; SECONDS=60 SEED=7 make faults: as long, as before
	@$(BIN)/python -m tests.faults.onslaught $(SECONDS) $(SEED)

fuzz: .venv/.installed-dev ## 10,000 requests and 10,000 messages that nobody means; SEED=7 make fuzz: as before
	@FUZZ=10000 SEED=$(SEED) $(BIN)/python -m pytest tests/fuzz

audit: .venv/.installed-dev ## ask an advisory service about every pinned version (needs a way there)
	@for list in requirements.txt requirements-dev.txt; do $(BIN)/uvx --quiet pip-audit --strict --disable-pip --require-hashes -r $$list; \
		code=$$?; test $$code -eq 0 || { echo "$$list: either it lists what is vulnerable, above, or no advisory service was reached."; exit $$code; }; done

sbom: .venv/.installed-dev ## what a server runs on, as CycloneDX, into sbom.json
	@$(BIN)/uvx --quiet --from cyclonedx-bom cyclonedx-py requirements requirements.txt -o sbom.json

bench: .venv/.installed-dev ## measure locking and HTTP on this machine
	@$(BIN)/python -m tests.benchmarks.locking
	@$(BIN)/python -m tests.benchmarks.http

bench-http: .venv/.installed-dev ## measure a small query over HTTP beside a bare Starlette endpoint of JSON
	@$(BIN)/python -m tests.benchmarks.small_query

bench-on-sale: .venv/.installed-dev ## measure the on-sale in process and over HTTP, beside pgbench and the Node servers
	@$(BIN)/python -m tests.benchmarks.on_sale

bench-live: .venv/.installed-dev ## measure live seats for 1,000, 5,000 and 10,000 watchers, beside bare sockets and other servers
	@$(BIN)/python -m tests.benchmarks.live --watchers 1000 5000 10000

bench-memory: .venv/.installed-dev ## whether the server grows over 100,000 subscriptions, vanishing clients and changes
	@$(BIN)/python -m tests.benchmarks.memory

bench-web: .venv/.installed-dev ## measure the seat map's frames in Chromium, beside SVG and WebGL
	@$(BIN)/python -m tests.benchmarks.drawing

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock: .venv/.installed-dev ## pin the newest allowed versions of everything
	@$(LOCK) --upgrade pyproject.toml -o requirements.txt
	@$(LOCK) --upgrade -c requirements.txt --group dev pyproject.toml -o requirements-dev.txt

.venv/bin/pip:
	@command -v $(PYTHON) >/dev/null || { echo "Usher needs Python 3.11 or newer, and there is no $(PYTHON). Name one: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Usher needs Python 3.11 or newer; $(PYTHON) is older. Name another: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; \
		echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.installed: requirements.txt | .venv/bin/pip
	@echo "Installing into .venv, once ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt | .venv/bin/pip
	@echo "Installing for development into .venv, once ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements-dev.txt
	@touch $@ .venv/.installed
