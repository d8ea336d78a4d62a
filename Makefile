# The commands of the Customer Review Kit. `make help` lists them.

PYTHON ?= python3
PARAMS ?= params/demo.yml
SET ?=
OUT ?= reports/out
RUN ?= $(OUT)/demo
WORKERS ?= 2
AT_ONCE ?= 2
DRY ?=
QUIET ?=

BIN := .venv/bin
KIT := $(BIN)/python -m analysis.cli
OVERRIDES = $(foreach override,$(SET),--set '$(override)')
HOW = --out $(OUT) --workers $(WORKERS) $(if $(DRY),--dry) $(if $(QUIET),--quiet)

LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

.DEFAULT_GOAL := help
.PHONY: help setup report batch gallery restate schema test test-spark lint lab notebooks badinput verify doctor chaos bench \
	bench-data bench-segmentation bench-value bench-satisfaction simulate-value lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nWhich review: make report PARAMS=params/cdnow.yml\n'
	@printf 'One change:   make report SET="rfm.window_months=6"\n'
	@printf 'What would run, and why: make report DRY=1\n'
	@printf 'Also: QUIET=1, OUT=folder of all runs, WORKERS=notebooks side by side\n'

setup: .venv/.ready ## install everything, and Quarto where it can be had
	@$(KIT) setup-quarto

report: .venv/.ready ## make a review: the demo company's, or PARAMS=… with SET="key=value …"
	@$(KIT) report --params $(PARAMS) $(OVERRIDES) $(HOW)

batch: .venv/.ready ## make many reviews: PARAMS="params/regions/*.yml", AT_ONCE=reviews side by side
	@$(KIT) batch --params $(PARAMS) $(OVERRIDES) --out $(OUT) --workers $(WORKERS) \
	  --at-once $(AT_ONCE) $(if $(QUIET),--quiet)

restate: .venv/.ready ## review the quarter of an archived run, RUN=…, again: what moved, and why
	@$(KIT) restate --run $(RUN) $(if $(filter command line,$(origin PARAMS)),--params $(PARAMS)) \
	  $(OVERRIDES) --out $(OUT) --workers $(WORKERS) $(if $(QUIET),--quiet)

gallery: .venv/.ready ## draw the pictures of the README from the demo review
	@$(KIT) report --params params/demo.yml --quiet
	$(BIN)/python tests/gallery.py

verify: .venv/.ready ## prove a finished run, RUN=…: every byte is hashed, every number made again
	@$(KIT) verify --run $(RUN) $(OVERRIDES) --workers $(WORKERS)

doctor: .venv/.ready ## say what works on this machine and what does not, with the remedy
	@$(KIT) doctor --out $(OUT)

schema: .venv/.ready ## print the tables and columns that a review can read
	@$(KIT) schema

test: lint ## check everything: style, types, tests, notebooks, both reviews end to end
	$(KIT) report --params params/demo.yml
	$(KIT) report --params params/cdnow.yml
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --nbval-lax -o addopts="" -o filterwarnings="" notebooks

test-spark: .venv/.spark ## check that Spark gives the same tables as DuckDB (needs Java 17)
	$(BIN)/python -m pytest -o filterwarnings="" tests/spark

lint: .venv/.ready ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/tidy_notebooks.py --check

lab: .venv/.ready ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=. --LabApp.news_url=None \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate notebooks

notebooks: .venv/.ready ## run the notebooks on the demo review and keep the outputs that tests compare
	@$(KIT) report --params params/demo.yml
	$(BIN)/python tests/tidy_notebooks.py --run

badinput: .venv/.ready ## print the ninety cases of bad input and what each gets
	@$(BIN)/python -m tests.bad_input

chaos: .venv/.ready ## kill reviews at 200 random moments, and more, into docs/reliability.md
	$(BIN)/python tests/pipeline/chaos.py
	REVIEW_PARALLEL=20 $(BIN)/python -m pytest tests/pipeline/test_batch.py

bench: .venv/.ready bench-data ## measure whole reviews and large logs, into docs/performance.md and data-speed.md
	$(BIN)/python tests/benchmarks/report_times.py

bench-data: .venv/.ready ## measure reading and cleaning of large logs, into docs/data-speed.md
	$(BIN)/python tests/benchmarks/data_speed.py

bench-segmentation: .venv/.ready ## measure five million customers, into docs/segmentation-speed.md
	$(BIN)/python tests/benchmarks/segmentation_speed.py

bench-value: .venv/.ready ## measure the value models beside lifetimes, into docs/value-speed.md
	$(BIN)/python tests/benchmarks/value_speed.py

simulate-value: .venv/.ready ## failing fits, bias, coverage (an hour), into docs/value-simulations.md
	$(BIN)/python tests/benchmarks/value_simulations.py

bench-satisfaction: .venv/.ready ## measure a million questionnaires, into docs/performance.md
	$(BIN)/python tests/benchmarks/satisfaction_scale.py

lock: .venv/.ready ## pin every dependency of pyproject.toml anew (needs uv)
	$(LOCK) --group dev --group setup --output-file requirements.lock
	$(LOCK) --extra spark --constraint requirements.lock --output-file requirements-spark.lock

clean: ## remove what was made here: runs, demo data, environment, caches
	rm -rf .venv reports/out reports/demo .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is older or missing."; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Installing into .venv (a minute or two) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --no-build-isolation --editable .
	@touch $@

# Spark is large and few need it: its lock adds to the other one, and only here.
.venv/.spark: .venv/.ready requirements-spark.lock
	@echo "Installing Spark into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements-spark.lock
	@touch $@
