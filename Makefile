# Two commands matter: `make demo` and `make test`. Everything lives in .venv and .skillpath.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := $(BIN)/uv
DATA ?=
PYTHONS ?= 3.11 3.12 3.13
# The groups come longest first (tests/conftest.py); xdist would order them by how many tests they have.
# The tests start hundreds of processes: without kept bytecode each compiles again whatever it imports.
BYTECODE := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/.venv/bytecode
TESTS := $(BYTECODE) OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1 $(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder --durations=20
UV_VERSION := 0.13.9
.DEFAULT_GOAL := help
.PHONY: help serve-install train-install ogm-install install demo console test test-long test-pythons coverage check bench bench-sync bench-chains bench-served bench-town bench-learning clean pins test-database

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(UV):
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Skillpath needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

.venv/serve.stamp: $(UV) requirements/serve.txt setup.cfg pyproject.toml
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/serve.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps -e .
	@touch $@

.venv/dev.stamp: .venv/serve.stamp requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/dev.txt
	@touch $@

serve-install: .venv/serve.stamp  ## the light install: everything the service needs, no torch
.venv/train.stamp: .venv/serve.stamp requirements/train.txt
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/train.txt
	@touch $@

train-install: .venv/train.stamp  ## adds torch and the text encoders
ogm-install: .venv/serve.stamp  ## adds py2neo for notebooks
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/ogm.txt
install: .venv/dev.stamp  ## serve + the tools of `make check` and `make test`

demo: .venv/train.stamp console  ## everything, from an empty machine to a served graph (DATA=folder: the real data)
	$(BIN)/skillpath demo $(if $(DATA),--data $(DATA))

console: api/static/graphiql/index.html  ## builds the console and the query explorer

api/static/graphiql/index.html: .venv/serve.stamp requirements/console.txt $(shell find console -type f -not -path '*/node_modules/*' -not -path '*/dist/*')
	$(UV) pip install --quiet --python $(BIN)/python -r requirements/console.txt
	$(BIN)/python console/build.py
	@touch $@

bench-sync: .venv/dev.stamp  ## times bringing seed-scale data in; writes bench/results/sync.json
	$(BIN)/python -m bench.sync

bench-chains: .venv/dev.stamp .venv/train.stamp  ## measures chains (DATA=folder of the real data); writes bench/results/chains.json
	$(BIN)/python -m bench.chains $(DATA)

bench: .venv/dev.stamp .venv/train.stamp  ## measures; writes bench/results/*.json
	$(BIN)/python -m bench.skeleton
	$(BIN)/python -m bench.ontology

bench-served: .venv/dev.stamp .venv/train.stamp  ## judges the served chains by real learners; writes bench/results/learning_served.json and docs/evaluation.md
	$(BIN)/python -m bench.served $(DATA)
	$(BIN)/python -m bench.learning.report

bench-town: .venv/dev.stamp .venv/train.stamp  ## judges the served chains by the truth of the town; writes bench/results/learning_town_gap.json and docs/evaluation.md
	$(BIN)/python -m bench.town_gap
	$(BIN)/python -m bench.learning.report

bench-learning: .venv/dev.stamp .venv/train.stamp  ## measures what is learned; writes bench/results/learning_*.json and docs/evaluation.md
	for name in town bounds speeds series sequences courses hn_postings report; do $(BIN)/python -m bench.learning.$$name || exit 1; done

check: .venv/dev.stamp  ## ruff, mypy strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/dev.stamp .venv/train.stamp console test-database  ## all tests but the long ones, against the real managed Neo4j
	$(TESTS) -m "not long"

test-long: .venv/dev.stamp .venv/train.stamp console test-database  ## the tests that take minutes by their nature
	$(TESTS) -m long

coverage: .venv/dev.stamp .venv/train.stamp  ## branch coverage by the tests that need no database
	$(TESTS) -m "not long and not database" --cov --cov-report=term:skip-covered

test-pythons: .venv/serve.stamp  ## the tests that need neither a database nor torch, on each Python 3.11 to 3.13 that is here
	@UV=$(UV) PYTHONS="$(PYTHONS)" sh deploy/test_pythons.sh

test-database:  # the MariaDB that the tests of databases start for themselves
	@sh deploy/test_database.sh

pins: .venv/serve.stamp  ## recompute the pinned requirements, without registry addresses
	for name in serve train ogm dev; do extra=$$([ $$name = serve ] || echo --extra $$name); \
	  $(UV) pip compile --quiet --python-version 3.11 --no-header --no-annotate --no-emit-index-url $$extra setup.cfg -o requirements/$$name.txt; done

clean:  ## removes the environment and the caches; the graph in .skillpath stays
	rm -rf .venv .venv-3.* build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
