# Each of these works as the first command on a bare Debian 12; a second time they need no network.
SHELL := /bin/bash
PYTHON := .venv/bin/python
READY := .venv/ready

.PHONY: help demo simulate test check bench faults gallery lock clean
help:
	@echo "make demo     set up, start server and kiosk, and drive a shopper's tour through the window"
	@echo "make simulate  the whole kiosk on a laptop, with a panel to scan and to pull cables"
	@echo "make test     set up, check the code, run every test"
	@echo "make check    types, style, import contracts"
	@echo "make bench    measure beside the libraries that one would take instead"
	@echo "make faults   a million events and 100,000 payments, killed at random: nothing lost, nothing doubled"
	@echo "make gallery  every screen in every state as PNG, and a page of them in build/gallery/"

$(READY): requirements-dev.lock pyproject.toml tools/set_up.sh
	@bash tools/set_up.sh
	@touch $@

demo: $(READY)
	@$(PYTHON) -m tools.demo

simulate: $(READY)
	@$(PYTHON) -m tools.simulate

test: check
	@$(PYTHON) -m pytest

check: $(READY)
	@$(PYTHON) -m ruff format --check --quiet .
	@$(PYTHON) -m ruff check --quiet .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-logo 2>&1 | tail -n 12; exit $${PIPESTATUS[0]}

bench: $(READY)
	@$(PYTHON) -m tools.bench

faults: $(READY)
	@$(PYTHON) -m tools.faults
	@$(PYTHON) -m tools.faults.payments

gallery: $(READY)
	@$(PYTHON) -m tools.gallery --out build/gallery

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

# What a kiosk or server gets, and what a developer gets besides. Run it after changing the
# dependencies in pyproject.toml; it needs "uv" from PyPI.
LOCKING := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q
lock:
	uv pip compile pyproject.toml --extra dev $(LOCKING) -o requirements-dev.lock
	uv pip compile pyproject.toml $(LOCKING) -c requirements-dev.lock -o requirements.lock
