# The house's commands. `make test` is all a newcomer needs: it installs what is
# missing and runs the gate. `make help` lists the others.

GO       ?= go
LINTER   := bin/golangci-lint
FUZZTIME ?= 10m
ROUNDS   ?= 200
SIZES    ?= 1000,100000,1000000

# A release is made with exactly this Go: another one gives other bytes.
RELEASE_GO := go1.26.8

# The race detector needs a C compiler; without one the gate says so aloud.
HAS_CC := $(shell command -v $${CC:-cc} >/dev/null 2>&1 || command -v gcc >/dev/null 2>&1; echo $$?)
# It watches everything. A package that is let run unwatched gives its copies of generic code, locks among it, to all the
# others: races are then reported that are none, and others are not.
# With it the compiler also looks after each pointer that is made of a number. The database engine is C made Go and makes them of
# nothing else, in memory that is not Go's: there it finds nothing and takes a third of all time, so there it is off.
# A process that ends waits a second for races that are still being told, by default; here a twentieth, for there are many.
ifeq ($(HAS_CC),0)
RACE := -race -gcflags=modernc.org/...=-d=checkptr=0
export CGO_ENABLED := 1
export GORACE := atexit_sleep_ms=50
endif

.DEFAULT_GOAL := help
.NOTPARALLEL:

.PHONY: help
help: ## what can be asked for
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

## Set-up

.PHONY: test
test: setup check ## install what is missing, then the gate

.PHONY: setup
setup: compiler tools ## what the gate needs: a C compiler, the pinned tools

.PHONY: compiler
compiler:
	@if ! command -v $${CC:-cc} >/dev/null 2>&1 && ! command -v gcc >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "setup: no C compiler; installing gcc for the race detector"; \
	    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends gcc libc6-dev) >/dev/null \
	      || echo "setup: gcc could not be installed"; \
	  fi; \
	fi

.PHONY: tools
tools: $(LINTER) ## build the linter that tools/go.mod pins

$(LINTER): tools/go.mod tools/go.sum
	@echo "setup: building golangci-lint, some minutes the first time"
	cd tools && CGO_ENABLED=0 $(GO) build -buildvcs=false -trimpath -ldflags='-s -w' -o ../$(LINTER) github.com/golangci/golangci-lint/v2/cmd/golangci-lint

## The gate, cheapest first

.PHONY: check
check: format imports vet generated library-check staticcheck lint deadcode tests ## the gate
	@echo "check: all holds"

.PHONY: format
format: ## gofumpt leaves every file as it is
	@stale=$$($(GO) tool gofumpt -l .); \
	if [ -n "$$stale" ]; then printf 'format: run `go tool gofumpt -w .`:\n%s\n' "$$stale"; exit 1; fi

.PHONY: imports
imports: ## who may import whom, and the other rules of the house
	$(GO) test -count=1 ./internal/archtest/

.PHONY: vet
vet:
	$(GO) vet ./...

.PHONY: generated
generated: ## what tools wrote is what they would write now
	@before=$$(mktemp) && after=$$(mktemp) && trap 'rm -f "$$before" "$$after"' EXIT && \
	sums() { find . -name '*_templ.go' -not -path './.git/*' -exec cksum {} + | sort; cksum THIRD_PARTY_NOTICES.txt; } && \
	sums > "$$before" && $(MAKE) -s generate && sums > "$$after" && \
	if ! cmp -s "$$before" "$$after"; then echo 'generated: these were stale and are written anew; commit them:'; diff "$$before" "$$after"; exit 1; fi

.PHONY: generate
generate: ## write what tools write
	@$(GO) tool templ generate -path web -log-level error
	@$(GO) tool templ generate -path internal/bench -log-level error
	@$(GO) run ./internal/notices

.PHONY: library-check
library-check: ## every procedure, book, calendar and table; every example
	$(GO) run ./cmd/chancery library check

.PHONY: staticcheck
staticcheck:
	$(GO) tool staticcheck ./...

.PHONY: lint
lint: $(LINTER)
	$(LINTER) run ./...

.PHONY: deadcode
deadcode: ## no function that nothing reaches, not even a test
	@dead=$$($(GO) tool deadcode -test ./...) && \
	if [ -n "$$dead" ]; then printf 'deadcode: nothing reaches these:\n%s\n' "$$dead"; exit 1; fi

# Long tables are sampled here, by their places and therefore the same way each time; `make proof` leaves nothing out. docs/tour.md says which.
# The package that takes longest begins first.
.PHONY: tests
tests: ## every test, looking for races
ifndef RACE
	@echo "tests: NO C COMPILER: the race detector is off in this run"
endif
	$(GO) test $(RACE) -timeout 30m ./internal/webtest ./...

## What takes longer

# Packages that hold tests of a kind are found by the word that opens them.
with = $(shell grep -rlE --include='*_test.go' '$(1)' . | xargs -r -n1 dirname | sort -u)

.PHONY: bench
bench: ## measure against the limits; writes docs/operating/performance.md
	@mkdir -p bin
	CHANCERY_BENCH=1 $(GO) test -count=1 -p 1 -v -timeout 30m $(call with,CHANCERY_BENCH) > bin/bench.txt 2>&1; failed=$$?; \
	$(GO) run ./internal/bench/report bin/bench.txt; reported=$$?; \
	if [ $$failed -ne 0 ]; then grep -E -A5 '^ *--- FAIL|^FAIL|panic:' bin/bench.txt | head -60; fi; \
	exit $$((failed + reported))

.PHONY: growth
growth: ## measure an office that grows to a million cases; takes hours
	CHANCERY_BENCH=1 CHANCERY_GROWTH=$(SIZES) $(GO) test -count=1 -v -timeout 48h -run AnOfficeThatGrows ./internal/load

.PHONY: proof
proof: proof-faults proof-fuzz ## the slow proofs: kill -9 under load, all of what the gate samples, fuzzing

.PHONY: proof-faults
proof-faults:
	CHANCERY_PROOF=1 CHANCERY_PROOF_ROUNDS=$(ROUNDS) $(GO) test -count=1 -p 1 -timeout 120m $(call with,CHANCERY_PROOF)

.PHONY: proof-fuzz
proof-fuzz:
	@grep -rnoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's|^(.*)/[^/]+:[0-9]+:func (.*)$$|\1 \2|' | \
	while read -r folder target; do \
	  echo "fuzz: $$folder $$target $(FUZZTIME)"; \
	  $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5s "$$folder" < /dev/null || exit 1; \
	done

.PHONY: tour
tour: build ## go through the desk in Chromium: both languages and looks, keyboard, paper; pictures in bin/tour
	CHANCERY_TOUR=$(CURDIR)/bin/tour CHANCERY_BINARY=$(CURDIR)/bin/chancery $(GO) test -count=1 -timeout 40m ./internal/tour

.PHONY: build
build: ## the binary, in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags='-s -w' -o bin/chancery ./cmd/chancery

.PHONY: release
release: ## binaries, Debian packages, bills of materials and sums, in bin/release
	GOTOOLCHAIN=$(RELEASE_GO) $(GO) run ./internal/release

.PHONY: proof-release
proof-release: ## the same commit gives the same bytes: two clones, two caches, one result
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && for n in one two; do \
	  git clone -q . "$$work/$$n" && GOCACHE="$$work/cache-$$n" $(MAKE) -s -C "$$work/$$n" release || exit 1; done && \
	diff "$$work/one/bin/release/SHA256SUMS" "$$work/two/bin/release/SHA256SUMS" && diff -r "$$work/one/bin/release" "$$work/two/bin/release" && \
	cat "$$work/one/bin/release/SHA256SUMS" && echo "proof-release: the same bytes twice"

.PHONY: notices
notices: ## the licences of what the binary holds
	$(GO) run ./internal/notices

.PHONY: clean
clean: ## forget what was built
	rm -rf bin
