// Command review lets 20 simulated reviewers work through 5,000 items while their process is
// killed (kill -9) in the middle of it, and counts what came of it: no item decided twice
// unless planned, none lost, every decision in the log.
//
//	go run ./.ci/review --db sqlite
//	go run ./.ci/review --db "$DEFEKT_TEST_POSTGRES"
//
// It starts itself as the process that is killed; that one says each decision that it was told
// of, so that a decision which was acknowledged and is gone shows.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

type options struct {
	db               string
	items, reviewers int
	kills            int
	seed             uint64
	worker           bool
	patience         time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.db, "db", "sqlite", "sqlite, or a postgres:// URL of a server where a database may be made")
	flag.IntVar(&o.items, "items", 5000, "items to decide")
	flag.IntVar(&o.reviewers, "reviewers", 20, "reviewers at once")
	flag.IntVar(&o.kills, "kills", 2, "times to kill the process")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "moves the moments; printed")
	flag.DurationVar(&o.patience, "patience", 10*time.Minute, "time for all of it")
	flag.BoolVar(&o.worker, "worker", false, "be the process that is killed")
	flag.Parse()
	run := parent
	if o.worker {
		run = worker
	}
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "review:", err)
		os.Exit(1)
	}
}

func parent(ctx context.Context, o options) error {
	ctx, cancel := context.WithTimeout(ctx, o.patience)
	defer cancel()
	dir, err := os.MkdirTemp("", "defekt-review-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	kind := "postgres"
	if o.db == "sqlite" {
		kind, o.db = o.db, filepath.Join(dir, "review.db")
	}
	drop, err := prepare(ctx, &o)
	if err != nil {
		return err
	}
	defer drop()
	fmt.Printf("%s, %d items, %d reviewers, %d kills, seed %d\n", kind, o.items, o.reviewers, o.kills, o.seed)
	began := time.Now()
	told := &ledger{}
	rng := rand.New(rand.NewPCG(o.seed, 1))
	for kill := 1; kill <= o.kills+1; kill++ {
		// Each kill comes somewhere in its share of the work.
		until := 0
		if kill <= o.kills {
			share := float64(o.items) / float64(o.kills+1)
			until = int((float64(kill-1) + 0.2 + 0.8*rng.Float64()) * share)
		}
		if err := shift(ctx, o, told, until); err != nil {
			return err
		}
	}
	return verdict(ctx, o, told, time.Since(began))
}

// ledger is what the reviewers were told.
type ledger struct {
	mu        sync.Mutex
	decisions []string
}

func (l *ledger) add(id string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.decisions = append(l.decisions, id)
	return len(l.decisions)
}

// shift runs a worker until it has told of that many decisions in all, and kills it then; 0
// lets it come to its end.
func shift(ctx context.Context, o options, told *ledger, until int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "--worker", "--db", o.db, "--reviewers", fmt.Sprint(o.reviewers), "--seed", fmt.Sprint(o.seed+uint64(until)))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	killed := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n := told.add(strings.TrimSpace(lines.Text()))
		if until > 0 && n >= until && !killed {
			killed = true
			if err := cmd.Process.Kill(); err != nil {
				return err
			}
		}
	}
	err = cmd.Wait()
	if killed {
		return nil
	}
	if err == nil && until > 0 {
		return fmt.Errorf("the work was over before the kill at %d", until)
	}
	return err
}
