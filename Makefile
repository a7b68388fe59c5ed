# Docent: `make help` lists the targets. Every target sets up what it needs by itself.
LISTEN ?= 127.0.0.1:8080
DOCS ?= docs
JOBS ?= $(shell nproc)
.DEFAULT_GOAL := help
.PHONY: help run build test ci format lint bench clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  DOCS=path make run      answers from your documentation (a folder or a git address)"
	@echo "  LISTEN=ADDR:PORT        listens elsewhere than on 127.0.0.1:8080"
	@echo "  DATA=dir                keeps its data there instead of below ./data"

run: build ## Build, index the documentation in DOCS (default: Docent's own) and serve it
	@exec build/release/docent serve --docs "$(DOCS)" --data "$$(tools/data_dir.sh '$(DATA)' '$(DOCS)')" --listen "$(LISTEN)"

build: ## The optimised program: build/release/docent
	@tools/setup.sh build web
	@tools/build.sh release docent

test: ## Everything that is checked before a change is merged
	@tools/setup.sh build web test
	@python3 tools/stages.py test

ci: ## make test, then ThreadSanitizer and clang-tidy
	@.ci/run

format: ## Format the C++ sources
	@tools/setup.sh test
	@git ls-files 'src/*.cpp' 'src/*.hpp' 'tests/*.cpp' 'tests/*.hpp' 'fuzz/*.cpp' 'bench/*.cpp' 'bench/*.hpp' | xargs -r clang-format -i

lint: ## Formatting, layers and the other lints
	@tools/setup.sh build test
	@python3 tools/stages.py lint

bench: ## Benchmarks of the figures that Docent promises (bench/README.md)
	@tools/setup.sh build web bench
	@tools/build.sh bench
	@if [ -x bench/run.sh ]; then bench/run.sh; fi

clean: ## Remove what was built (not your data)
	rm -rf build web/node_modules tests/*/node_modules
