# Everything a person needs to run; `make help` lists it.
SHELL := /bin/bash
GO ?= go
TOOLS := $(GO) tool -modfile=.ci/tools/go.mod
DEFEKT := bin/defekt
SHARED ?= ../shared
SOURCES := $(shell find . -name '*.go' -not -name '*_test.go') go.mod $(shell find models/builtin/model taxonomy datasets/catalog -type f)

.PHONY: race learning review genealogy patterns codes leaderboard label-errors eval-figures chaos bench-service bench-similar clusters text-sets help build runtime demo test unit lint accuracy bench-photos bench-pipeline soak builtin clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

build: $(DEFEKT) ## compile bin/defekt

$(DEFEKT): $(SOURCES)
	@mkdir -p bin
	$(GO) build -o $@ ./cmd/defekt

runtime: $(DEFEKT) ## fetch what photos need: ONNX Runtime (pinned, sha256-checked), libturbojpeg if it is easy
	@.ci/runtime $(DEFEKT)

demo: runtime ## classify a dozen sample claims; writes demo/report.html
	@.ci/demo $(DEFEKT)

test: runtime lint unit ## what continuous integration runs

lint: ## formatting, vet, linters
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt these:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(TOOLS) golangci-lint run ./...

# The race detector watches everything but SQLite's C code in translation, which the driver guards with a lock of its own:
# watched, it takes three times as long (store/sqlite 37 s to 11 s) and finds nothing that is ours. make race watches all.
RACE := -race -gcflags='modernc.org/sqlite/lib=-race=false -d=checkptr=0' -gcflags='modernc.org/libc/...=-race=false -d=checkptr=0'

# Minutes of arithmetic in few goroutines, which other packages run under the detector anyway; make race has them too.
PLAIN := datasets/fingerprint|eval/compare|eval/report|pipeline/photo

unit: runtime ## all tests, with the race detector but for four packages of mere arithmetic
	@.ci/packages
	@eval "$$(.ci/runtime --env)"; eval "$$(.ci/axe)"; eval "$$(.ci/postgres)"; trap '.ci/postgres --stop' EXIT; \
		$(GO) test $(RACE) -timeout 20m $$($(GO) list ./... | grep -vE '/($(PLAIN))$$') && \
		$(GO) test -timeout 10m $$($(GO) list ./... | grep -E '/($(PLAIN))$$') && \
		$(GO) test -run '^TestSpeed$$' -timeout 5m ./pipeline/pattern # times mean nothing under the race detector

race: runtime ## all tests with the race detector; long
	@.ci/packages
	@eval "$$(.ci/runtime --env)"; eval "$$(.ci/axe)"; eval "$$(.ci/postgres)"; trap '.ci/postgres --stop' EXIT; $(GO) test -race -timeout 40m ./...

accuracy: runtime ## the acceptance figures on the real sets of $(SHARED); long
	@eval "$$(.ci/runtime --env)"; $(GO) run ./.ci/accuracy --program $(DEFEKT) --shared $(SHARED)

bench-photos: runtime ## photos per second beside sharp + onnxruntime-node, in one run
	@.ci/bench-photos $(DEFEKT) $(SHARED)

text-sets: build ## the built-in text encoder against and beside n-grams, on the text sets of $(SHARED)
	@$(GO) run ./.ci/textsets --program $(DEFEKT) --shared $(SHARED)

bench-pipeline: runtime ## what the pipeline costs beyond its decoding and inference
	@.ci/bench-pipeline $(DEFEKT) $(SHARED)

chaos: build ## kill -9 server and worker 20 times under 2,000 posts, on SQLite and on Postgres, which is restarted twice; 6 minutes
	@.ci/with-database $(GO) run ./.ci/chaos --program $(DEFEKT)

bench-service: runtime ## claims a second through HTTP and Postgres beside the pipeline alone; a minute of overload
	@.ci/with-database --only-postgres $(GO) run ./.ci/load --program $(DEFEKT) ingest
	@.ci/with-database --only-postgres $(GO) run ./.ci/load --program $(DEFEKT) overload

bench-similar: ## nearest claims among 200,000 on Postgres: recall and time by filter
	@.ci/bench-similar

clusters: ## clusters against k-means on the text sets of $(SHARED)
	@$(GO) run ./.ci/clusters --shared $(SHARED)

leaderboard: build runtime ## several models on every data set of $(SHARED), each run kept, on one page: leaderboard/leaderboard.html
	@.ci/leaderboard $(DEFEKT) $(SHARED)

label-errors: runtime ## how well wrong labels are found, with 5 and 10 % of labels flipped
	@.ci/label-errors --shared $(SHARED)

eval-figures: ## coverage of the intervals, false alarms of comparisons, a million predictions; long
	$(GO) test ./eval/metric -run Coverage -coverage.sims 2000 -v -timeout 30m
	$(GO) test ./eval/compare -run FalseAlarms -sims 1000 -v -timeout 60m
	$(GO) test ./eval -run '^$$' -bench Million -benchtime 1x

learning: runtime ## labels needed when the queue chooses them, beside random order, on sets of $(SHARED); long
	@eval "$$(.ci/runtime --env)"; $(GO) run ./.ci/learning --shared $(SHARED)

review: ## 20 simulated reviewers, 5,000 items, killed twice, on SQLite and on Postgres
	@.ci/with-database $(GO) run ./.ci/review --items=5000

genealogy: ## 2 million units through the importers: a lot's units, on SQLite and on Postgres; long
	@.ci/with-database $(GO) run ./.ci/genealogy --units=2000000

patterns: ## the simulated world: false alarms, planted defects found and when, beside simpler rules; long
	@$(GO) run ./.ci/patterns

codes: ## read rate of codes on 300 drawn photos by grade, beside plain gozxing
	@$(GO) run ./.ci/codes

builtin: runtime ## make the built-in model again from datasets/starter and the shipped encoder
	@.ci/builtin $(DEFEKT)

clean: ## remove what make made in this folder
	rm -rf bin demo
