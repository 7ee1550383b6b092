# Vigía. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PEERS := benchmarks/peers/.venv
MUTANTS := benchmarks/mutants/.venv
SOURCE ?= demo
CASES ?= 100
KILLS ?= 200
DAYS ?= 90
SEED ?= 1
ZONES ?= America/Santiago
# The folder with the experiment of SOURCE, in which what reads the last run is started.
FLEET = cd "$$(vigia fleet --folder "$(SOURCE)")"
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PYTHONPATH := $(CURDIR)
# Nothing is reported to anybody.
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true
export BENTOML_DO_NOT_TRACK := True
export DVC_NO_ANALYTICS := 1
export MLFLOW_SERVER_ENABLE_JOB_EXECUTION := false
export TF_CPP_MIN_LOG_LEVEL := 2

.PHONY: help install run pipeline serve check format test test-long test-zones bench bench-detection bench-scan bench-kills bench-days peers newcomers tuning networks mutants lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1|/' | column -t -s '|'

install: $(VENV)/.installed ## environment from the lock file

$(VENV)/.installed: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps -e .
	-$(BIN)/vigia plots
	touch $@

run: pipeline ## the whole product: SOURCE=demo (default), a folder of meter files, or electrodunas
	@VIGIA_FLEET=$$(vigia fleet "$(SOURCE)") vigia serve

pipeline: install ## fetch, every stage, publish; no servers
	vigia fetch "$(SOURCE)"
	$(FLEET) && dvc repro && vigia publish

serve: install ## MLflow page, service and dashboard on what was published last
	@$(BIN)/vigia serve

check: install ## format, lint, types, imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: install ## write the format and the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: check ## check and all tests, a browser's included
	$(BIN)/python -m tests.browser
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not long"

test-long: install ## the tests that take a minute or many examples: kills, signals, 2,000 questions to the service
	VIGIA_TEST_EXAMPLES=2000 VIGIA_TEST_FORMS=100 $(BIN)/python -m pytest -n auto --dist loadfile -m "long or sampled"

test-zones: install ## tests of pipeline, service and dashboard on fleets where clocks change: ZONES="America/Santiago"
	$(BIN)/python -m tests.browser
	for zone in $(ZONES); do VIGIA_TEST_ZONE=$$zone $(BIN)/python -m pytest -n auto --dist loadfile -m "not long and not sampled" \
	    tests/serving tests/dashboard/test_browser.py tests/modelling/test_past_only.py; done

bench: install ## speed by stage, trials a second, service latency, dashboard redraw
	$(BIN)/python -m benchmarks

bench-detection: install ## faults put into the readings of the last run, and what is found of them: CASES=100 of each
	$(FLEET) && python -m benchmarks.detection --cases $(CASES)

bench-scan: install ## time and memory of `vigia scan` on 30, 300 and 1,000 made-up clients of two years
	$(BIN)/python -m benchmarks.scan

bench-kills: install ## kills fetch, ingest, train, publish and rollback at any time and calls them again: KILLS=200 SEED=1
	$(BIN)/python -m benchmarks.kills --kills $(KILLS) --seed $(SEED)

peers: install $(PEERS)/.installed ## day-ahead forecasts by other libraries on the last run, compared with ours
	$(FLEET) && python -m benchmarks.peers

$(PEERS)/.installed: benchmarks/peers/requirements.txt | $(VENV)/.installed
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(BIN)/uv pip install --quiet --python $(PEERS)/bin/python -r benchmarks/peers/requirements.txt
	touch $@

bench-days: install ## films of 90 days of the demo fleet held to one call over all hours, and what a day costs: DAYS=90
	$(BIN)/python -m benchmarks.days --days $(DAYS)

newcomers: install ## forecasts of clients of the last run taken for new ones, by length of their history
	$(FLEET) && python -m benchmarks.newcomers

tuning: install ## tuned parameters against the defaults on the test slice of the last run
	$(FLEET) && python -m benchmarks.tuning

networks: install ## networks over all clients, fitted further at each refit, beside the families of the last run
	$(FLEET) && python -m benchmarks.networks

mutants: install $(MUTANTS)/.installed ## changes lines and says which no test notices: PACKAGE=publish SAMPLE=40 SEED=1
	$(BIN)/python -m benchmarks.mutants --package $(PACKAGE) $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(SEED)

$(MUTANTS)/.installed: benchmarks/mutants/requirements.txt | $(VENV)/.installed
	test -x $(MUTANTS)/bin/python || $(PYTHON) -m venv $(MUTANTS)
	$(BIN)/uv pip install --quiet --python $(MUTANTS)/bin/python -r benchmarks/mutants/requirements.txt
	touch $@

lock: ## resolve the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --all-extras --generate-hashes --no-emit-index-url --universal \
	    --custom-compile-command 'make lock' --fork-strategy fewest --python-version 3.11 -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --extra serving --generate-hashes --no-emit-index-url --universal \
	    --custom-compile-command 'make lock' --fork-strategy fewest --python-version 3.11 \
	    -c requirements.lock -o requirements-serving.lock

clean: ## remove data, models, reports and releases of this checkout (not the environment)
	rm -rf data release var $(filter-out reports/metrics.json,$(wildcard reports/*))
