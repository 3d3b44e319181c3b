# Two commands set everything up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# Most tests wait for brokers, browsers and timers: that many files of them wait at once.
WORKERS ?= 3

.PHONY: demo test check clean

demo: .venv/.demo  ## a recorded night in room 12, on an embedded broker; ONCE=1 plays it fast and ends
	$(BIN)/veilleur demo $(if $(ONCE),--once)

test: .venv/.test  ## every test; what the system lacks is installed where we may
	tests/set-up
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -m alone

check: .venv/.test,train,voices  ## lint, types, import rules; and what the tests of training need
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.%: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@
