# Two commands matter: `make run` (the map) and `make test` (everything that can be tested).
# Both set up what they need first; nothing is installed before them but Python 3.11+, git and make.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 5000
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app
PEERS_VENV := .cache/peers-venv
CLIENTS_VENV := .cache/clients-venv

.PHONY: setup run serve build test test-clients browser looks words lint bench clean help

help:            ## what can be made
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 16

setup: $(VENV)/.ready  ## virtual environment with all dependencies (quick when nothing changed)

$(VENV)/.ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

build: setup     ## the atlas, if any input changed
	$(FLASK) atlas build --if-changed

run: build       ## the map at http://127.0.0.1:$(PORT)
	$(FLASK) run --port $(PORT)

serve: build     ## the same for production: gunicorn, settings in docs/deployment.md
	$(BIN)/gunicorn --bind $(HOST):$(PORT) 'app:create_app()'

# A worker per core, four at most (each holds the atlas and a browser); one worker's tests follow each other
# as they stand in the files, and who is done takes over what another has left.
test: lint browser build  ## all tests, the browser tests included
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal --cov --cov-report=term:skip-covered

# GDAL's programs, QGIS, PostGIS, OWSLib and schemathesis: heavy, so apart from `make test`.
test-clients: build $(CLIENTS_VENV)/.ready  ## real clients and PostGIS against the real server
	sh tests/clients/packages.sh
	$(BIN)/python -m pytest tests/clients

$(CLIENTS_VENV)/.ready: tests/clients/requirements.txt
	test -x $(CLIENTS_VENV)/bin/python || $(PYTHON) -m venv $(CLIENTS_VENV)
	$(CLIENTS_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/clients/requirements.txt
	@touch $@

looks: build browser  ## keep today's look of the main page as what `make test` compares with
	$(BIN)/python -m pytest tests/browser/test_look.py --renew-looks

words: setup     ## bring the list of what the application says up to date, and name what has no English
	$(FLASK) translations refresh

lint: setup      ## ruff and mypy alone
	$(BIN)/ruff check app tests
	$(BIN)/ruff format --check app tests
	$(BIN)/mypy

# Chromium and a Chinese font come from the system: installed when this account may, else named.
browser:
	@missing=""; \
	command -v chromium >/dev/null || missing="chromium"; \
	fc-list :lang=zh 2>/dev/null | grep -q . || missing="$$missing fonts-noto-cjk"; \
	test -z "$$missing" && exit 0; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing fontconfig >/dev/null; \
	elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then \
	  sudo apt-get update -qq && sudo DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing fontconfig >/dev/null; \
	else \
	  echo "The browser tests need: $$missing. Install them, e.g. sudo apt-get install $$missing"; exit 1; \
	fi

# The peers we measure against live in their own environment, installed by this target alone. pygeoapi's
# GeoPackage provider loads SpatiaLite, which Debian's Python allows and many others do not.
PEER_PYTHON ?= /usr/bin/python3
$(PEERS_VENV)/.ready: tests/bench/peers.txt
	test -x $(PEERS_VENV)/bin/python || $(PEER_PYTHON) -m venv --without-pip $(PEERS_VENV)
	$(BIN)/python -m pip --python $(PEERS_VENV)/bin/python install --quiet --disable-pip-version-check -r tests/bench/peers.txt
	@touch $@

bench: build $(PEERS_VENV)/.ready  ## speed and size against peers, as ratios measured in one run
	sh tests/clients/packages.sh
	$(BIN)/python -m tests.bench --peer-python $(PEERS_VENV)/bin/python
	$(BIN)/python -m tests.bench.exports

clean:           ## everything that was built or installed here
	rm -rf $(VENV) .cache geodata/build .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/artefacts
