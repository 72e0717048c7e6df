package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/defekt/defekt/models"
)

// Exit codes that scripts may rely on.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitGate   = 3 // a gate was missed
)

// app is what every command gets: the run's context and streams. No command touches the
// process's own.
type app struct {
	ctx            context.Context //nolint:containedctx // kong hands one value to Run
	args           []string        // as typed, without the program's name
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
}

// commandLine is what was typed, for people to repeat.
func (a *app) commandLine() string {
	words := []string{"defekt"}
	for _, w := range a.args {
		if w == "" || strings.ContainsAny(w, " \t\n'\"$&|;<>()*?[]#~\\") {
			w = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// commands is the command line; kong reads the tags.
type commands struct {
	Classify   classifyCmd   `cmd:"" help:"Classify claims: labels with calibrated probabilities, or abstentions with reasons."`
	Train      trainCmd      `cmd:"" help:"Fit heads on labelled claims and write a model."`
	Learn      learnCmd      `cmd:"" help:"Learn from what people decided: export, fit, judge, register, and promote within limits."`
	Eval       evalCmd       `cmd:"" help:"Score a model, or anyone's predictions, against labels."`
	Datasets   datasetsCmd   `cmd:"" help:"Describe, check and split labelled claims."`
	Models     modelsCmd     `cmd:"" help:"List, show, add and verify the models that photos and texts are encoded with."`
	Bench      benchCmd      `cmd:"" help:"Measure speed and memory, beside another program or against the parts."`
	Units      unitsCmd      `cmd:"" help:"Keep what is known of units: where they come from, where they went, which lots they hold."`
	Patterns   patternsCmd   `cmd:"" help:"Find what fails too often: which lot, batch, supplier or warehouse is behind it, and what it will cost."`
	Serve      serveCmd      `cmd:"" help:"Take claims over HTTP, classify and remember them, find what is alike."`
	Worker     workerCmd     `cmd:"" help:"Classify claims that servers have taken in (Postgres)."`
	Migrate    migrateCmd    `cmd:"" help:"Make or update the tables."`
	Keys       keysCmd       `cmd:"" help:"Make, list and revoke API keys."`
	People     reviewerCmd   `cmd:"" name:"reviewers" help:"Add, list and change the people who correct labels."`
	Suppliers  suppliersCmd  `cmd:"" help:"Compare suppliers."`
	CAPA       capaCmd       `cmd:"" name:"capa" help:"Corrective and preventive action: what opens it, its eight steps, and the proof that it worked."`
	Chargeback chargebackCmd `cmd:"" help:"Write the package that a supplier is charged with."`
	Credits    creditsCmd    `cmd:"" help:"Keep what is asked back from suppliers, and what came."`
	Recall     recallCmd     `cmd:"" help:"List the units of a targeted recall, and what it saves."`
	Report     reportCmd     `cmd:"" help:"Write the weekly or monthly report."`
	ERP        erpCmd        `cmd:"" name:"erp" help:"Export credits, corrective actions and costs for other systems."`
	Backup     backupCmd     `cmd:"" help:"Copy an SQLite database, also while a server runs."`
	Restore    restoreCmd    `cmd:"" help:"Put a copy made by 'defekt backup' in place."`
	Settings   configCmd     `cmd:"" name:"config" help:"Check the settings of a server."`
	Version    versionCmd    `cmd:"" help:"Print version, Go version and platform."`

	Config kong.ConfigFlag `env:"DEFEKT_CONFIG" placeholder:"FILE" help:"YAML file with flags, such as 'listen: 127.0.0.1:8080'."`
}

// exitError carries an exit code other than exitFailed.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string { return e.err.Error() }
func (e exitError) Unwrap() error { return e.err }

// usageError marks err as wrong use (exit code 2).
func usageError(err error) error { return exitError{exitUsage, err} }

// hint is an error that says what to try next; it prints as a "Try:" line.
type hint struct {
	err error
	try string
}

func (h hint) Error() string { return h.err.Error() }
func (h hint) Unwrap() error { return h.err }

// withHint adds what to do next to err.
func withHint(err error, format string, args ...any) error {
	return hint{err, fmt.Sprintf(format, args...)}
}

// run is the whole program but for the process: it parses args, runs one command and
// returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	exited := -1
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("defekt"),
		kong.Description("Warranty claims in, structured defect data out: defect type, symptom, severity, component, root cause."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.Vars{"views": models.ViewsCrops, "views_enum": strings.Join(models.RecipeNames(), ",")},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.UsageOnError(),
		kong.Configuration(readConfig),
	)
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "defekt:", err)
		return exitFailed
	}
	kctx, err := parser.Parse(args)
	if exited >= 0 { // --help
		return exited
	}
	if err != nil {
		_, _ = fmt.Fprintln(stderr, "defekt:", err)
		_, _ = fmt.Fprintln(stderr, "Try: defekt --help, or defekt COMMAND --help")
		return exitUsage
	}
	return conclude(stderr, kctx.Run(&app{ctx, args, stdin, stdout, stderr, getenv}))
}

// conclude prints err with its hint and gives the exit code.
func conclude(stderr io.Writer, err error) int {
	if err == nil {
		return exitOK
	}
	_, _ = fmt.Fprintln(stderr, "defekt:", err)
	if h, ok := errors.AsType[hint](err); ok {
		_, _ = fmt.Fprintln(stderr, "Try:", h.try)
	}
	if e, ok := errors.AsType[exitError](err); ok {
		return e.code
	}
	return exitFailed
}
