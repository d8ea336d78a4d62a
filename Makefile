# The commands of the Customer Review Kit. `make help` lists them.

PYTHON ?= python3
PARAMS ?= params/demo.yml
SET ?=

BIN := .venv/bin
RUN := $(BIN)/python -m analysis.cli
OVERRIDES = $(foreach override,$(SET),--set '$(override)')

.DEFAULT_GOAL := help
.PHONY: help setup report schema test lint lab notebooks bench bench-value simulate-value lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@printf '\nWhich review: make report PARAMS=params/cdnow.yml\n'
	@printf 'One change:   make report SET="rfm.window_months=6"\n'

setup: .venv/.ready ## install everything, and Quarto where it can be had
	@$(RUN) setup-quarto

report: .venv/.ready ## make a review: the demo company's, or PARAMS=… with SET="key=value …"
	@$(RUN) report --params $(PARAMS) $(OVERRIDES)

schema: .venv/.ready ## print the tables and columns that a review can read
	@$(RUN) schema

test: lint ## check everything: style, types, tests, notebooks, both reviews end to end
	$(RUN) report --params params/demo.yml
	$(RUN) report --params params/cdnow.yml
	$(BIN)/python -m pytest
	$(BIN)/python -m pytest --nbval-lax -o addopts="" -o filterwarnings="" notebooks

lint: .venv/.ready ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tests/tidy_notebooks.py --check

lab: .venv/.ready ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=. --LabApp.news_url=None \
	  --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate notebooks

notebooks: .venv/.ready ## run the notebooks on the demo review and keep the outputs that tests compare
	@$(RUN) report --params params/demo.yml
	$(BIN)/python tests/tidy_notebooks.py --run

bench: .venv/.ready ## measure how long a review takes, into docs/performance.md
	$(BIN)/python tests/benchmarks/report_times.py

bench-value: .venv/.ready ## measure the value models beside lifetimes, into docs/value-speed.md
	$(BIN)/python tests/benchmarks/value_speed.py

simulate-value: .venv/.ready ## failing fits, bias, coverage (an hour), into docs/value-simulations.md
	$(BIN)/python tests/benchmarks/value_simulations.py

lock: .venv/.ready ## pin every dependency of pyproject.toml anew (needs uv)
	uv pip compile pyproject.toml --group dev --group setup --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  --quiet --output-file requirements.lock

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
