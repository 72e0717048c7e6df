// Command chaos posts claims to a server that is killed again and again, and counts what
// came of them: every accepted claim must be classified exactly once, none lost, none twice.
//
//	go run ./.ci/chaos --program bin/defekt --db sqlite --claims 2000 --kills 20
//	go run ./.ci/chaos --program bin/defekt --db "$DEFEKT_TEST_POSTGRES" --restart 'SHELL COMMAND THAT RESTARTS POSTGRES'
//
// `make chaos` runs both. With Postgres, a worker process stands beside the server, and
// kills strike one of the two.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"text/tabwriter"
	"time"
)

type options struct {
	program, db, restart string
	claims, kills        int
	seed                 uint64
	span                 time.Duration // time over which kills are spread
	patience             time.Duration // time to classify the rest in
}

func main() {
	var o options
	flag.StringVar(&o.program, "program", "bin/defekt", "the program under test")
	flag.StringVar(&o.db, "db", "sqlite", "sqlite, or a postgres:// URL of an empty database")
	flag.StringVar(&o.restart, "restart", "", "command that restarts the database at once; run twice")
	flag.IntVar(&o.claims, "claims", 2000, "claims to post")
	flag.IntVar(&o.kills, "kills", 20, "times to kill a process")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "moves the moments; printed")
	flag.DurationVar(&o.span, "span", 2*time.Minute, "time over which kills are spread")
	flag.DurationVar(&o.patience, "patience", 4*time.Minute, "time for the rest to be classified, once the killing is over")
	flag.Parse()
	if err := run(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "defekt-chaos-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	if o.program, err = filepath.Abs(o.program); err != nil {
		return err
	}
	hooks, err := newEar()
	if err != nil {
		return err
	}
	defer hooks.close()
	s, err := newSystem(ctx, o, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	if err := s.start(ctx); err != nil {
		s.showLogs(os.Stderr)
		return err
	}
	if err := s.subscribe(ctx, hooks.url()); err != nil {
		return err
	}
	fmt.Printf("%s, %d claims, %d kills over %s, seed %d\n", s.kind, o.claims, o.kills, o.span, o.seed)
	accepted, err := storm(ctx, s, o)
	if err == nil {
		err = verdict(ctx, s, o, accepted, hooks)
	}
	if err != nil {
		s.showLogs(os.Stderr)
	}
	return err
}

// storm posts all claims while processes die, and gives claim ids by idempotency key.
func storm(ctx context.Context, s *system, o options) (map[string]string, error) {
	calm := make(chan struct{})
	go func() {
		defer close(calm)
		s.torment(ctx, rand.New(rand.NewPCG(o.seed, 1)))
	}()
	accepted, err := post(ctx, s, o)
	<-calm
	return accepted, err
}

// post sends every claim until it is accepted, two at a time and twice each, as a careful
// client that never saw an answer would.
func post(ctx context.Context, s *system, o options) (map[string]string, error) {
	accepted := map[string]string{}
	var mu sync.Mutex
	var firstErr error
	work := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range work {
				key := fmt.Sprintf("chaos-%d", n)
				id, err := s.post(ctx, key, n)
				if err == nil && n%7 == 0 { // the answer got lost: the client tries again
					var again string
					if again, err = s.post(ctx, key, n); err == nil && again != id {
						err = fmt.Errorf("key %s gave %s, then %s", key, id, again)
					}
				}
				mu.Lock()
				if err != nil && firstErr == nil {
					firstErr = err
				}
				accepted[key] = id
				mu.Unlock()
			}
		})
	}
	pause := o.span / time.Duration(o.claims)
	for n := range o.claims {
		work <- n
		time.Sleep(pause)
	}
	close(work)
	wg.Wait()
	return accepted, firstErr
}

// verdict waits for the queue to drain and counts.
func verdict(ctx context.Context, s *system, o options, accepted map[string]string, hooks *ear) error {
	if err := s.ready(ctx); err != nil {
		return err
	}
	began := time.Now()
	var states map[string]string
	for {
		var err error
		if states, err = s.states(ctx); err != nil {
			return err
		}
		if count(states, "queued") == 0 && hooks.heard() >= len(states) || time.Since(began) > o.patience {
			break
		}
		time.Sleep(time.Second)
	}
	lost, ids := 0, map[string]bool{}
	for _, id := range accepted {
		if states[id] == "" {
			lost++
		}
		ids[id] = true
	}
	twice := hooks.twice()
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "kills of server and worker\t%d\n", s.killed)
	fmt.Fprintf(t, "restarts of the database\t%d\n", s.restarted)
	fmt.Fprintf(t, "posts that had to be repeated\t%d\n", s.repeated.Load())
	fmt.Fprintf(t, "claims accepted (distinct keys)\t%d\n", len(accepted))
	fmt.Fprintf(t, "claims stored\t%d\n", len(states))
	fmt.Fprintf(t, "done\t%d\n", count(states, "done"))
	fmt.Fprintf(t, "accepted and lost\t%d\n", lost)
	fmt.Fprintf(t, "outcomes announced\t%d\n", hooks.heard())
	fmt.Fprintf(t, "outcomes announced more than once\t%d\n", len(twice))
	fmt.Fprintf(t, "drained after\t%s\n", time.Since(began).Round(time.Second))
	if err := t.Flush(); err != nil {
		return err
	}
	switch {
	case lost > 0, len(states) != len(ids), len(ids) != o.claims, count(states, "done") != o.claims:
		return fmt.Errorf("not every accepted claim was classified exactly once")
	case len(twice) > 0, hooks.heard() != o.claims:
		return fmt.Errorf("not every outcome was announced as one message: %v", twice)
	}
	fmt.Println("every accepted claim was classified exactly once")
	return nil
}

func count(states map[string]string, want string) int {
	n := 0
	for _, s := range states {
		if s == want {
			n++
		}
	}
	return n
}
