// Command load measures a running service on this machine.
//
//	go run ./.ci/load --program bin/defekt --db URL ingest     claims a second, text and one photo, beside the pipeline alone
//	go run ./.ci/load --program bin/defekt --db URL overload   four times the possible rate for a minute
//
// `make bench-service` runs both, on Postgres.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

type options struct {
	program, db, starter string
	claims, senders      int
	rounds               int
	span                 time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.program, "program", "bin/defekt", "the program under test")
	flag.StringVar(&o.db, "db", "", "a postgres:// URL of an empty database; default: SQLite in a temporary folder")
	flag.StringVar(&o.starter, "starter", "datasets/starter/claims.jsonl", "where texts come from")
	flag.IntVar(&o.claims, "claims", 1500, "claims of ingest")
	flag.IntVar(&o.rounds, "rounds", 5, "rounds of ingest")
	flag.IntVar(&o.senders, "senders", 8, "claims that are being sent at once")
	flag.DurationVar(&o.span, "span", time.Minute, "time of overload")
	flag.Parse()
	if err := run(context.Background(), o, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, what string) error {
	dir, err := os.MkdirTemp("", "defekt-load-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	if o.program, err = filepath.Abs(o.program); err != nil {
		return err
	}
	texts, err := readTexts(o.starter)
	if err != nil {
		return err
	}
	switch what {
	case "ingest":
		return ingest(ctx, o, dir, texts)
	case "overload":
		return overload(ctx, o, dir, texts)
	default:
		return errors.New("say ingest or overload")
	}
}
