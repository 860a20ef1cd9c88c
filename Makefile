# Two commands are all that is needed: `make grade` and `make test`. Both make the environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUBRICS := cnn-rnn sequence-modeling noise-removal
export OMP_NUM_THREADS := 1

.PHONY: grade test quick hostile hostile-levels lint types browser bench catalogues kinds docs clean

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

grade: $(VENV)/ready
	@$(BIN)/python submissions/build.py build/submissions
	@for rubric in $(RUBRICS); do \
		$(BIN)/grader grade build/submissions/$$rubric --rubric rubrics/$$rubric.yaml --submission-times build/submissions/$$rubric/intake.csv \
			--cell-seconds 20 --out graded/$$rubric; code=$$?; \
		if [ $$code -gt 1 ]; then exit $$code; fi; \
	done

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/ready
	$(BIN)/mypy

# Reports are opened in a real browser; where there is none and we may, Debian's is installed.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		{ apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium >/dev/null; }

bench: $(VENV)/ready
	$(BIN)/python bench/run.py

# After a change of grader/locale/*/LC_MESSAGES/*.po, as programs read the compiled form.
catalogues: $(VENV)/ready
	$(BIN)/python -m tests.catalogues

# After a change of a check kind's words or keys.
kinds: $(VENV)/ready
	$(BIN)/python -c 'from grader.checks.documentation import page; print(page(), end="")' > docs/kinds.md

docs: $(VENV)/ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

# Every test once, attacks included; the site and the wheel are built by tests.
test: export GRADER_TEST_SECRET := canary-$(shell $(PYTHON) -c 'import secrets; print(secrets.token_hex(12))')
test: lint types browser
	$(BIN)/pytest -n 2 --dist worksteal -m ''

# Tests that take milliseconds. A `-m` replaces the one of pyproject.toml, so `hostile` stands here, too.
quick: $(VENV)/ready
	$(BIN)/pytest -n 2 --dist worksteal --durations=10 -m 'not (slow or hostile or browser or dask or docs or wheel or kernel)'

# The corpus of attacks at level A; and once more at level B and as a user without rights.
CORPUS := -n 2 -m hostile -p no:cacheprovider tests/hostile
hostile: export GRADER_TEST_SECRET := canary-$(shell $(PYTHON) -c 'import secrets; print(secrets.token_hex(12))')
hostile: $(VENV)/ready
	$(BIN)/pytest $(CORPUS)

hostile-levels: export GRADER_TEST_SECRET := canary-$(shell $(PYTHON) -c 'import secrets; print(secrets.token_hex(12))')
hostile-levels: $(VENV)/ready
	GRADER_TEST_LEVEL=B $(BIN)/python -m tests.hostile.unprivileged --root $(abspath $(BIN))/pytest $(CORPUS)
	$(BIN)/python -m tests.hostile.unprivileged $(abspath $(BIN))/pytest $(CORPUS)
	GRADER_TEST_LEVEL=B $(BIN)/python -m tests.hostile.unprivileged $(abspath $(BIN))/pytest $(CORPUS)

clean:
	rm -rf $(VENV) build graded
