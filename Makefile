# Two commands are all that is needed: `make grade` and `make test`. Both make the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUBRICS := cnn-rnn sequence-modeling noise-removal
export OMP_NUM_THREADS := 1

.PHONY: grade test quick hostile lint types clean

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

grade: $(VENV)/ready
	@$(BIN)/python submissions/build.py build/hand-ins
	@for rubric in $(RUBRICS); do \
		$(BIN)/grader grade build/hand-ins/$$rubric --rubric rubrics/$$rubric.yaml --intake build/hand-ins/$$rubric/intake.csv \
			--cell-seconds 20 --out graded/$$rubric; code=$$?; \
		if [ $$code -gt 1 ]; then exit $$code; fi; \
	done

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/ready
	$(BIN)/mypy

test: lint types
	$(BIN)/pytest -n 2

quick: $(VENV)/ready
	$(BIN)/pytest -n 2 -m 'not slow'

hostile: $(VENV)/ready
	$(BIN)/pytest -n 2 -m hostile tests/hostile

clean:
	rm -rf $(VENV) build graded
