# Everything a newcomer needs: `make demo` and `make test`. Both set up what is missing first.
SHELL := /bin/bash
PREFIX ?= /usr/local

# Builds stay out of the clone, so that a fresh clone reuses the dependencies that are built already; one folder per toolchain.
TOOLCHAIN := $(shell swift --version 2>/dev/null | sha256sum | cut -c1-12)
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/millrace
SCRATCH := $(CACHE)/build-$(TOOLCHAIN)
SWIFT_BUILD := swift build --scratch-path $(SCRATCH)
RELEASE := $(SWIFT_BUILD) -c release --static-swift-stdlib -Xlinker -s --product millrace
EXAMPLE := Examples/image-classification

.PHONY: demo setup build operators sample-operators python-operators test conformance fuzz sanitize bench install clean help

demo: build operators ## Set up, build, and label the sample images
	@echo
	@echo '$$ millrace run $(EXAMPLE)/graph.yaml --input $(EXAMPLE)/images'
	@$(SCRATCH)/release/millrace run $(EXAMPLE)/graph.yaml --modules $(EXAMPLE)/modules --input $(EXAMPLE)/images

setup: ## Install what is missing; quick when nothing is
	@Scripts/setup

build: setup ## Build the millrace binary; prints where it is
	@echo 'build: millrace (the first time takes some minutes)'
	@$(RELEASE)
	@ln -sfn $(SCRATCH)/release/millrace millrace

operators: build ## Build the operators of the example into components
	@$(SCRATCH)/release/millrace build Operators/Format --output $(EXAMPLE)/modules
	@$(SCRATCH)/release/millrace build Operators/Snapshot --output $(EXAMPLE)/modules

sample-operators: build ## Build all operators into the application Examples/sensors
	@$(SCRATCH)/release/millrace build Operators --application Examples/sensors

python-operators: setup ## Build the Python operators that tests run
	@Tests/PythonOperators/build

test: operators sample-operators python-operators ## Set up, build, and run all tests
	@$(SWIFT_BUILD) --build-tests
	@swift test --scratch-path $(SCRATCH) --skip-build
	@swift test --package-path Operators --scratch-path $(CACHE)/operators-tests-$(TOOLCHAIN)

conformance: setup ## Run the conformance scripts of the component model; see Tests/Conformance
	@$(SWIFT_BUILD) --product millrace-wast
	@$(SCRATCH)/debug/millrace-wast Tests/WastScripts/Scripts Tests/Conformance

fuzz: setup ## Fuzz the component layer for TIME seconds per target; see Fuzz
	@Fuzz/run $(or $(TIME),60)

sanitize: operators python-operators ## Run the tests under AddressSanitizer, then ThreadSanitizer
	@Scripts/sanitize address
	@Scripts/sanitize thread

bench: operators ## Measure; each figure is a ratio within one run
	@Benchmarks/run

install: build ## Install under PREFIX (default /usr/local)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/millrace
	install -m 755 $(SCRATCH)/release/millrace $(DESTDIR)$(PREFIX)/bin/millrace
	install -m 755 .vendor/lib/libwasmtime.so .vendor/lib/libonnxruntime.so.1 $(DESTDIR)$(PREFIX)/lib/millrace/
	install -m 755 "$$(ldd $(SCRATCH)/release/millrace | awk '/libsqlite3/ { print $$3 }')" $(DESTDIR)$(PREFIX)/lib/millrace/libsqlite3.so.0
	install -m 644 .vendor/licenses/* $(DESTDIR)$(PREFIX)/lib/millrace/

clean: ## Remove what was built
	rm -rf $(SCRATCH) millrace $(EXAMPLE)/modules Examples/*/operators/*/bin

help: ## Show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12
