# make demo    rehearse the May 2021 newsletter on a virtual clock, nothing leaves this machine
# make test    every test; on Debian, as root, it installs PostgreSQL where that is missing
# make check   formatting, lint, types, and banditore's own check of content/ and schedules/
# make torture thousands of worlds in which everything goes wrong, then the real service killed 500 times: docs/torture.md
# make bench   the benchmarks: ratios against a named baseline, measured in the same run
# make schemas write schemas/ anew, by which editors complete staff's files
# make lock    pin requirements.txt anew from pyproject.toml

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SEEDS ?= 10000
KILLS ?= 500

.PHONY: demo test postgresql check torture bench schemas lock clean

demo: $(READY)
	$(BIN)/banditore rehearse --from 2021-04-20 --to 2021-06-01

test: $(READY) postgresql
	$(BIN)/python -m pytest -n auto --dist worksteal

postgresql:
	@tests/postgresql.sh

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/banditore check

torture: $(READY) postgresql
	$(BIN)/python -m tests.simulation --seeds $(SEEDS)
	$(BIN)/python -m tests.simulation --mutations
	$(BIN)/python -m tests.faults --kills $(KILLS)

bench: $(READY)
	@for file in benchmarks/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

$(READY): requirements.txt pyproject.toml
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else "banditore needs Python 3.11, 3.12 or 3.13; this is %d.%d: make PYTHON=python3.12" % v)'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	touch $(READY)

schemas: $(READY)
	$(BIN)/python -m tests.schemas

lock: pyproject.toml
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/pip install --quiet --disable-pip-version-check uv
	.venv-lock/bin/uv lock --upgrade
	.venv-lock/bin/uv export --frozen --format requirements.txt --all-extras --all-groups --no-emit-project --no-header --no-annotate -o requirements.txt
	rm -rf .venv-lock

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
