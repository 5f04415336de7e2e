# make alone prints this help. Every target runs from the repository's own .venv.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHUKAN := $(BIN)/chukan
RESIDENTS ?= 100000
DEMO_MATCH ?= 5000
JOBS ?= 2
CARGO := cargo --locked

.PHONY: help setup setup-bench setup-spark kernel demo test test-spark fuzz soak scale lint format bench bench-quick wheel wheelhouse wheelhouse-check docs clean

help: ## このヘルプ (this help)
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## .venv を作り、本体・カーネル・テスト道具を入れる (create .venv with everything the tests need)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 以上が必要です (Python 3.11 or newer is needed)")'
	@command -v cargo > /dev/null || { echo 'Rust (cargo) が必要です (Rust is needed)' >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[gaiji,conform,seal,test,dev]'
	@$(CHUKAN) --version

setup-bench: setup ## 比較対象の道具も入れる (peers of the benchmark, all optional)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'

setup-spark: setup ## Spark エンジンも入れる (the Spark engine, large; needs Java)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[spark]'

kernel: ## カーネルだけ作り直す (rebuild the Rust kernel alone)
	VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/maturin develop --release --skip-install --quiet

demo: ## 全業務のそろった合成都市を変換し、報告書を作る (a synthetic city, all areas: convert and report)
	rm -rf demo
	mkdir -p demo
	$(CHUKAN) sample --city --residents $(RESIDENTS) --seed 1 --as vendorA --quiet \
	    --defects docs/examples/faults.toml --out demo/source
	$(CHUKAN) convert demo/source --from vendorA --to standard --out demo/run \
	    --data-format csv --data-format parquet --jobs $(JOBS) --fail-on never
	$(CHUKAN) report demo/run --format html --output-file demo/report.html
	@$(MAKE) --no-print-directory demo-gaiji
	@$(MAKE) --no-print-directory demo-match
	$(CHUKAN) report demo/run --deliverables demo/papers --project docs/examples/project.toml
	@echo
	@echo '  移行元 (source)       demo/source/'
	@echo '  移行結果 (result)     demo/run/data/'
	@echo '  指摘事項 (findings)   demo/run/findings.csv'
	@echo '  報告書 (report)       demo/report.html   ブラウザで開いてください (open it in a browser)'
	@echo '  書類一式 (papers)     demo/papers/       計画書、テスト仕様書、結果報告書など (Excel, HTML, Markdown)'
	@echo '  名寄せ (duplicates)   demo/match/review.html 確認票 (review sheet)  demo/match/merged/crosswalk.csv 対応表'
	@echo '  外字一覧 (gaiji)      demo/gaiji.html    置換の台帳 (what was replaced) demo/run/gaiji/ledger.parquet'

# Some files of the demo are broken on purpose: scan tells of them and ends with 1.
GAIJI_SCAN = $(CHUKAN) gaiji scan demo/source --encoding cp932 --quiet --format html --output-file demo/gaiji.html
# The gaiji font of vendorA is made of a free one (Debian: fonts-hanazono) where that is installed.
HANAZONO ?= $(firstword $(wildcard /usr/share/fonts/truetype/hanazono/HanaMinA.ttf /usr/share/fonts/*/HanaMinA.ttf))
.PHONY: demo-gaiji
demo-gaiji:
ifneq ($(HANAZONO),)
	rm -f demo/vendorA.tte
	$(BIN)/python -m chukan_layout.gaiji.shape.demo_font $(HANAZONO) demo/vendorA.tte
	$(CHUKAN) gaiji identify demo/vendorA.tte --no-installed --out demo/同定.html --out demo/同定.xlsx
	$(CHUKAN) gaiji register apply demo/同定.xlsx --decided-by demo --out demo/外字表.csv
	$(GAIJI_SCAN) --rules demo/外字表.csv --font demo/vendorA.tte || test $$? -eq 1
else
	@echo '外字フォントを作る Hanazono がありません。一覧は字形なしです (no Hanazono font: the list has no pictures of them)'
	$(GAIJI_SCAN) || test $$? -eq 1
endif

# 名寄せ end to end: a city whose residents stand twice, found, approved, linked, loaded, checked, and undone.
.PHONY: demo-match
demo-match:
	rm -rf demo/match
	mkdir -p demo/match
	$(CHUKAN) sample --city --residents $(DEMO_MATCH) --seed 2 --duplicates 0.03 --out demo/match/data --quiet
	mv demo/match/data/truth.csv demo/match/truth.csv
	$(CHUKAN) match find demo/match/data --out demo/match/found --reveal || test $$? -eq 1
	$(CHUKAN) match evaluate demo/match/found --truth demo/match/truth.csv
	cp demo/match/found/review.html demo/match/review.html
	$(CHUKAN) match decide demo/match/found --sheet demo/match/found/review.xlsx --operator demo --approver demo --out demo/match/判定.csv
	$(CHUKAN) match apply demo/match/data --found demo/match/found --decisions demo/match/判定.csv --out demo/match/merged
	$(CHUKAN) validate demo/match/merged/data --jobs $(JOBS) --fail-on warning --quiet
	$(CHUKAN) convert demo/match/merged/data --from standard --to vendorA --out demo/match/run --jobs $(JOBS) --fail-on warning --quiet
	$(CHUKAN) match undo demo/match/merged --out demo/match/undone
	diff -r demo/match/data demo/match/undone && echo '1バイトも違わず元に戻りました (restored, byte for byte)'

test: ## すべてのテスト (all tests)
	$(BIN)/python -m tests.fuzz.prepare
	$(CARGO) test --quiet --lib --manifest-path native/Cargo.toml
	$(BIN)/python -m pytest -n 2 --offline

# SPARK_TESTS: some of them, e.g. "-k local_2".
SPARK_TESTS ?=
test-spark: ## Spark エンジンのテスト (tests of the Spark engine; after make setup-spark)
	$(BIN)/python -m pytest --offline --loopback tests/engines $(SPARK_TESTS)

SECONDS_OF_FUZZ = $(if $(filter command line environment,$(origin SECONDS)),$(SECONDS),60)
SEED ?= 0
fuzz: ## 変異させた入力をカーネルに与える make fuzz SECONDS=600 (mutated bytes into the kernel)
	$(BIN)/python -m tests.fuzz.native run --seconds $(SECONDS_OF_FUZZ) --seed $(SEED)
	$(BIN)/python -m tests.fuzz.driver --seconds $(SECONDS_OF_FUZZ) --seed $(SEED)

soak: ## 長い試験: 50回の強制終了、誤りを入れた100万件、二通りの10分の変異入力 (50 kills, a million faulty records, fuzzing)
	CHUKAN_HOST_ROWS=1000000 $(BIN)/python -m pytest -q --offline tests/unit/test_host_defects.py
	CHUKAN_KILLS=50 $(BIN)/python -m pytest -q --offline tests/unit/test_crash.py tests/unit/test_resume.py
	$(MAKE) fuzz SECONDS=600

scale: ## 1,000万人の住民記録と30万人の全業務の市 bench/SCALE.md に書く (ten million persons, a whole city; writes bench/SCALE.md)
	$(BIN)/python bench/scale.py --rows 1m --rows 10m --city 100k --city 300k

lint: ## 書式・型・壁・生成物の検査 (format, types, walls, generated files)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m chukan_layout.spec.schema --check
	$(BIN)/python -m chukan_layout.spec.pages --check
	$(BIN)/python -m chukan_layout.rules.docs --check
	$(BIN)/python -m chukan_layout.cli.docs --check
	cargo fmt --check --manifest-path native/Cargo.toml
	cargo fmt --check --manifest-path native/fuzz/Cargo.toml
	$(CARGO) clippy --quiet --manifest-path native/Cargo.toml --all-targets -- -D warnings

format: ## 直せるところを直す (fix what can be fixed)
	$(BIN)/ruff check --fix .
	cargo fmt --manifest-path native/Cargo.toml

.PHONY: compiled
compiled:  # as an installed wheel has it; an editable checkout may have no byte code yet
	$(BIN)/python -m compileall -q chukan_layout

bench: compiled ## 速さとメモリを測り bench/RESULTS.md に書く (measure; writes bench/RESULTS.md)
	$(BIN)/python bench/city.py
	$(BIN)/python bench/run.py --rows 1m --rows 5m --repeat 5 --results bench/RESULTS.md

bench-quick: compiled ## 20万件で手早く測る (a quick look, writes nothing)
	$(BIN)/python bench/run.py --rows 200k --repeat 3

wheel: ## dist/ に wheel と SBOM を作る (build the wheel and its CycloneDX SBOM)
	$(BIN)/maturin build --release --out dist
	$(BIN)/python tools/supply.py check
	$(BIN)/python tools/supply.py sbom dist/sbom.cdx.json

wheelhouse: wheel ## 閉域網へ持ち込む wheel 一式を dist/wheelhouse/ に (everything for a closed network)
	rm -rf dist/wheelhouse
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --dest dist/wheelhouse \
	    --find-links dist --only-binary :all: "$$(ls dist/chukan_layout-*.whl)[gaiji,conform,db,seal]"
	cd dist/wheelhouse && sha256sum *.whl > SHA256SUMS
	@echo "  pip install --no-index --find-links wheelhouse 'chukan-layout[gaiji,conform,db,seal]'"

wheelhouse-check: ## ネットワークのない名前空間に wheelhouse を入れて動かす (install the wheelhouse where there is no network)
	tools/wheelhouse_check.sh dist/wheelhouse

docs: ## 生成する文書を作り直す (regenerate schemas and command pages)
	$(BIN)/python -m chukan_layout.spec.schema
	$(BIN)/python -m chukan_layout.spec.pages
	$(BIN)/python -m chukan_layout.rules.docs
	$(BIN)/python -m chukan_layout.cli.docs

clean: ## 作ったものを消す (.venv は残す) (remove what was built, .venv stays)
	rm -rf demo dist bench/data native/target chukan_layout/_kernel*.so .pytest_cache .mypy_cache .ruff_cache \
	    .import_linter_cache .hypothesis .benchmarks
	find chukan_layout tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
