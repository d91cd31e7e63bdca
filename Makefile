# Two commands: `make run` starts Wenju; `make test` runs every check. Both make what they need first. `make bench`
# measures indexes, beside hnswlib, LanceDB and Chroma where they have been installed (hours on few cores).
.PHONY: run test lint unit browser models test-models system bench

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
# Torch from its CPU index saves gigabytes where that index answers; PyPI's build works everywhere.
TORCH := $(shell sed -n 's/^\(torch==.*\)/\1/p' requirements.txt)
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu
TEST_MODELS := multilingual-e5-small PP-OCRv6-small PicoDet-CDLA
ROOT := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

run: system .venv/.app models
	$(BIN)/streamlit run app.py --server.port $(PORT)

test: system .venv/.tests test-models lint unit browser

# A Debian package is installed only where what it brings is missing.
system:
	@if command -v apt-get >/dev/null; then \
	  need=""; \
	  $(PYTHON) -c "import ensurepip, venv" 2>/dev/null || need="$$need python3-venv"; \
	  ldconfig -p | grep -q libGL.so.1 || need="$$need libgl1"; \
	  ldconfig -p | grep -q libglib-2.0.so.0 || need="$$need libglib2.0-0"; \
	  if [ -n "$$need" ]; then $(ROOT) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(ROOT) apt-get install -y -q --no-install-recommends $$need; fi; \
	fi

.venv/.made:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'Wenju needs Python 3.11 or newer; make run PYTHON=python3.x names one')"
	$(PYTHON) -m venv .venv
	touch $@

.venv/.torch: .venv/.made
	$(BIN)/python -c "import torch" 2>/dev/null \
	  || $(BIN)/pip install --no-deps --retries 0 --timeout 10 --index-url $(TORCH_CPU_INDEX) $(TORCH) \
	  || $(BIN)/pip install $(TORCH)
	touch $@

.venv/.app: .venv/.torch requirements.txt
	$(BIN)/pip install -r requirements.txt
	touch $@

.venv/.tests: .venv/.app tests/requirements.txt
	$(BIN)/pip install -r tests/requirements.txt
	touch $@

models: .venv/.app
	$(BIN)/python -m rag_core.models fetch

test-models: .venv/.app
	$(BIN)/python -m rag_core.models fetch $(TEST_MODELS)

lint: .venv/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: .venv/.tests
	$(BIN)/pytest -m "not browser"

browser: .venv/.tests
	@command -v chromium >/dev/null || { $(ROOT) apt-get update -q && DEBIAN_FRONTEND=noninteractive $(ROOT) apt-get install -y -q --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji; }
	$(BIN)/pytest -m browser

BENCHED := 10000,100000,1000000
bench: .venv/.tests
	$(BIN)/python -m tests.bench.index --count $(BENCHED) --contestants ours,bare,hnswlib,lancedb,chromadb --out data/bench.json --table --chart data/bench.svg
