package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/defekt/defekt/eval"
	"github.com/defekt/defekt/eval/report"
	"github.com/defekt/defekt/eval/runs"
	"github.com/defekt/defekt/eval/sample"
)

// runsFlags say where runs are kept.
type runsFlags struct {
	RunsDir string `name:"runs" env:"DEFEKT_RUNS" placeholder:"DIR" help:"Folder that runs are kept in. Default: defekt-runs."`
}

func (f runsFlags) store(a *app) *runs.Store {
	if f.RunsDir != "" {
		return runs.Open(f.RunsDir)
	}
	return runs.Open(runs.DefaultDir(a.getenv))
}

// baseline is what a result is compared with.
type baseline struct {
	name   string
	result *eval.Result
	rows   *sample.Sample // nil when only figures are known
}

// readBaseline finds a kept run or reads a JSON result; a file wins.
func (c *evalScoreCmd) readBaseline(a *app, ref string) (b baseline, err error) {
	info, err := os.Stat(ref)
	switch {
	case err == nil && info.Mode().IsRegular():
		data, err := os.ReadFile(ref)
		if err != nil {
			return b, err
		}
		b.name = ref
		b.result, err = decode(data)
		return b, err
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return b, err
	}
	return c.load(a, ref)
}

// load fetches a kept run.
func (f runsFlags) load(a *app, ref string) (b baseline, err error) {
	store := f.store(a)
	run, err := store.Find(a.ctx, ref)
	if err != nil {
		return b, withHint(err, "defekt eval runs lists what was kept with --keep")
	}
	b.name = title(run)
	data, err := store.Result(run.ID)
	if err != nil {
		return b, err
	}
	if b.result, err = decode(data); err != nil {
		return b, err
	}
	if b.rows, err = store.Rows(run.ID); err != nil {
		return b, err
	}
	return b, nil
}

// title is what people call a run.
func title(r runs.Run) string {
	if r.Name != "" {
		return r.Name
	}
	return r.ID
}

type evalRunsCmd struct {
	runsFlags `embed:""`
	Data      string    `help:"Only runs on this data set (its name, or its digest's beginning)."`
	Model     string    `help:"Only runs of this model (its name, or its digest's beginning)."`
	Name      string    `help:"Only runs kept under this name."`
	Since     time.Time `format:"2006-01-02" placeholder:"DATE" help:"Only runs from this day on."`
	Remove    string    `placeholder:"RUN" help:"Delete a run instead of listing."`
}

// Run lists.
func (c *evalRunsCmd) Run(a *app) error {
	store := c.store(a)
	if c.Remove != "" {
		run, err := store.Find(a.ctx, c.Remove)
		if err != nil {
			return err
		}
		return store.Remove(run.ID)
	}
	list, err := store.List(a.ctx, runs.Filter{Data: c.Data, Model: c.Model, Name: c.Name, Since: c.Since})
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Fprintf(a.stderr, "no runs in %s; defekt eval --keep NAME makes one\n", store.Dir())
		return nil
	}
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "run\tname\tmodel\tdata\tclaims\taxis\taccuracy\tmacro-F1\tECE")
	for _, e := range list {
		if e.Problem != "" {
			fmt.Fprintf(t, "%s\t%s\tdamaged: %s\n", e.ID, e.Name, e.Problem)
			continue
		}
		lead := []string{e.ID, e.Name, e.Model.Name, dataName(e.Run), fmt.Sprint(e.Claims)}
		for _, axis := range e.Axes {
			f, ok := e.Figures[axis]
			if !ok {
				continue // without a labelled claim
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%.3f\t%.3f\t%.3f\n", lead[0], lead[1], lead[2], lead[3], lead[4], axis, f["accuracy"], f["macro_f1"], f["ece"])
			lead = []string{"", "", "", "", ""}
		}
	}
	return t.Flush()
}

func dataName(r runs.Run) string {
	if r.Data.Split == "" {
		return r.Data.Name
	}
	return r.Data.Name + " " + r.Data.Split
}

type evalShowCmd struct {
	runsFlags `embed:""`
	Ref       string `arg:"" default:"latest" help:"The run: its name, id, the beginning of its id, 'latest' or 'latest~1'."`
	HTML      string `name:"html" placeholder:"FILE" help:"Write the report that was kept with it."`
	JSON      string `placeholder:"FILE" help:"Write the result ('-' for standard output instead of the table)."`
}

// Run shows.
func (c *evalShowCmd) Run(a *app) error {
	store := c.store(a)
	run, err := store.Find(a.ctx, c.Ref)
	if err != nil {
		return withHint(err, "defekt eval runs lists what was kept")
	}
	data, err := store.Result(run.ID)
	if err != nil {
		return err
	}
	if c.HTML != "" {
		page, err := os.ReadFile(store.Path(run.ID, runs.ReportFile))
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.HTML, page, 0o644); err != nil {
			return err
		}
	}
	if c.JSON == "-" {
		_, err := a.stdout.Write(data)
		return err
	}
	if c.JSON != "" {
		if err := os.WriteFile(c.JSON, data, 0o644); err != nil {
			return err
		}
	}
	r, err := decode(data)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "%s  %s\n%s on %s, %d claims, %s\n\n", run.ID, run.Name, run.Model.Name, dataName(run), run.Claims, run.Time.UTC().Format(time.RFC3339))
	return r.WriteTable(a.stdout)
}

type evalBoardCmd struct {
	runsFlags `embed:""`
	HTML      string   `name:"html" default:"leaderboard.html" help:"File to write."`
	Title     string   `default:"Leaderboard" help:"Heading of the page."`
	Data      []string `help:"Only runs on these data sets."`
}

// Run writes the page.
func (c *evalBoardCmd) Run(a *app) error {
	store := c.store(a)
	list, err := store.List(a.ctx, runs.Filter{Sound: true})
	if err != nil {
		return err
	}
	board := &report.Leaderboard{Title: c.Title, Made: time.Now()}
	for _, e := range list {
		if len(c.Data) > 0 && !slices.Contains(c.Data, e.Data.Name) {
			continue
		}
		data, err := store.Result(e.ID)
		if err != nil {
			return err
		}
		r, err := decode(data)
		if err != nil {
			return fmt.Errorf("run %s: %w", e.ID, err)
		}
		board.Runs = append(board.Runs, report.Run{ID: e.ID, Time: e.Time, Model: title(e.Run), Digest: e.Model.Digest, Set: e.Data.Name, Split: e.Data.Split, Result: r})
	}
	if len(board.Runs) == 0 {
		return withHint(fmt.Errorf("no runs in %s", store.Dir()), "defekt eval --data CLAIMS --keep NAME makes one")
	}
	if err := toFile(c.HTML, board.WriteHTML); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "%d runs in %s\n", len(board.Runs), c.HTML)
	return nil
}
