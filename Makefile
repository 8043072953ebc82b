# Each target makes .venv itself and is fast when nothing changed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test check bench screenshots lock clean
demo: $(READY)
	$(BIN)/vpctop demo $(ARGS)
test: $(READY)
	$(BIN)/python -m pytest $(ARGS)
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py
bench: $(READY)
	$(BIN)/python -m tests.bench $(ARGS)
screenshots: $(READY)
	$(BIN)/python -m tests.screenshots $(ARGS)

# requirements.lock pins the exact set that passed; pyproject.toml says what is allowed.
$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock --group dev --editable '.[demo]'
	$(BIN)/python -m compileall -q tui
	touch $@

# The newest set that pyproject.toml allows; run the tests before committing it.
lock:
	rm -rf .venv && $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --group dev --editable '.[demo]'
	$(BIN)/python -m pip freeze --all --exclude-editable | grep -v "^setuptools==" > requirements.lock
	touch $(READY)
clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
