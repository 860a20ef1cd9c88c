# The two main commands are `make grade` and `make test`. Both create the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUBRICS := cnn-rnn sequence-modeling noise-removal
export OMP_NUM_THREADS := 1

.PHONY: grade test quick prove hostile hostile-levels lint types browser bench catalogues kinds commands docs clean

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

grade: $(VENV)/ready
	@$(BIN)/python submissions/build.py build/submissions
	@for rubric in $(RUBRICS); do \
		$(BIN)/grader grade build/submissions/$$rubric --rubric rubrics/$$rubric.yaml --submission-times build/submissions/$$rubric/intake.csv \
			--cell-cpu-seconds 5 --out graded/$$rubric; code=$$?; \
		if [ $$code -gt 1 ]; then exit $$code; fi; \
	done

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

# Every course has a module `solution`, so each is checked in a run of its own.
types: $(VENV)/ready
	$(BIN)/mypy
	@for course in $(dir $(wildcard rubrics/*/rubric.yaml)); do $(BIN)/mypy $$course*.py || exit 1; done

# Tests open reports in a real browser; if there is none, Debian's is installed, given the rights.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; }

bench: $(VENV)/ready
	$(BIN)/python bench/run.py

# Compile the catalogues after a change of grader/locale/*/LC_MESSAGES/*.po.
catalogues: $(VENV)/ready
	$(BIN)/python -m tests.catalogues

# Write docs/kinds.md after a change of a check kind's docstring or keys.
kinds: $(VENV)/ready
	$(BIN)/python -c 'from grader.checks.documentation import page; print(page(), end="")' > docs/kinds.md

# Write docs/commands.md after a change of a command's help or options.
commands: $(VENV)/ready
	$(BIN)/python -c 'from grader.cli.command_page import page; print(page(), end="")' > docs/commands.md

docs: $(VENV)/ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Run every test once, attacks included; tests also build the site and the wheel.
test: export GRADER_TEST_SECRET := canary-$(shell $(PYTHON) -c 'import secrets; print(secrets.token_hex(12))')
test: lint types browser
	$(BIN)/pytest -n 3 --dist worksteal -m ''

# Run the fast tests. A `-m` replaces that of pyproject.toml, so `hostile` is repeated here.
quick: $(VENV)/ready
	$(BIN)/pytest -n 2 --dist worksteal --durations=10 -m 'not (slow or hostile or browser or dask or docs or wheel or kernel)'

# Run the corpus of attacks at level A, then at level B and as a user without rights.
CORPUS := -n 2 -m hostile -p no:cacheprovider tests/hostile
hostile: export GRADER_TEST_SECRET := canary-$(shell $(PYTHON) -c 'import secrets; print(secrets.token_hex(12))')
hostile: $(VENV)/ready
	$(BIN)/pytest $(CORPUS)

hostile-levels: export GRADER_TEST_SECRET := canary-$(shell $(PYTHON) -c 'import secrets; print(secrets.token_hex(12))')
hostile-levels: $(VENV)/ready
	GRADER_TEST_LEVEL=B $(BIN)/python -m tests.hostile.unprivileged --root $(abspath $(BIN))/pytest $(CORPUS)
	$(BIN)/python -m tests.hostile.unprivileged $(abspath $(BIN))/pytest $(CORPUS)
	GRADER_TEST_LEVEL=B $(BIN)/python -m tests.hostile.unprivileged $(abspath $(BIN))/pytest $(CORPUS)

# Prove the rubrics of the example courses: their solutions pass, and their checks notice mutants.
PROVED := $(addsuffix .yaml,cnn-rnn sequence-modeling noise-removal) \
	$(addsuffix /rubric.yaml,numpy-rnn attention language-model image-classifier)
prove: $(VENV)/ready
	@for rubric in $(PROVED); do \
		$(BIN)/grader rubric try rubrics/$$rubric --minimum 95 || exit 1; \
	done

clean:
	rm -rf $(VENV) build graded
