package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"

	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
)

type classifyCmd struct {
	dataFlags `embed:""`
	Split     string `help:"Split to classify. Default: all claims."`
	Model     string `placeholder:"DIR" help:"Model. Default: the built-in one."`
	Out       string `placeholder:"FILE" help:"Write predictions as JSON Lines, one a claim, in order ('-' for standard output). Default: a table on standard output."`
	Report    string `placeholder:"FILE" help:"Also write an HTML page."`
	Evidence  bool   `default:"true" negatable:"" help:"Say what moved each answer (slower)."`
}

// Help is shown by `defekt classify --help`.
func (classifyCmd) Help() string {
	return `Classifies claims. Every claim that comes in goes out, in order: with labels and calibrated probabilities,
with an abstention that says why a person should look, or with the coded problem that kept it from being read.

Examples:
  defekt classify --data claims.jsonl
  defekt classify --data claims.jsonl --out predictions.jsonl --report report.html`
}

// Run classifies.
func (c *classifyCmd) Run(a *app) (err error) {
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	set, err := c.open(c.Split)
	if err != nil {
		return err
	}
	m, err := p.model(c.Model)
	if err != nil {
		return err
	}
	engine, err := p.engine()
	if err != nil {
		return err
	}
	sinks, err := c.sinks(a, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sinks.Close()) }()
	bar := newProgress(a.stderr, "classifying", 0)
	defer bar.Done()
	count := summary{problems: map[claim.Code]int{}}
	err = engine.Classify(a.ctx, m, pipeline.ClassifyOptions{Evidence: c.Evidence}, set.Claims(a.ctx), func(out pipeline.Classified) error {
		bar.Add(1)
		count.add(out.Prediction)
		return sinks.add(out)
	})
	if err != nil {
		return err
	}
	count.write(a.stderr)
	return nil
}

// summary is what is said at the end of a run.
type summary struct {
	claims, unread int
	problems       map[claim.Code]int
}

func (s *summary) add(p claim.Prediction) {
	s.claims++
	if len(p.Axes) == 0 {
		s.unread++
	}
	for _, problem := range p.Problems {
		s.problems[problem.Code]++
	}
}

func (s *summary) write(w io.Writer) {
	fmt.Fprintf(w, "%d claims, %d could not be classified", s.claims, s.unread)
	codes := make([]string, 0, len(s.problems))
	for c := range s.problems {
		codes = append(codes, string(c))
	}
	sort.Strings(codes)
	for i, c := range codes {
		separator := "; problems: "
		if i > 0 {
			separator = ", "
		}
		fmt.Fprintf(w, "%s%s %d", separator, c, s.problems[claim.Code(c)])
	}
	fmt.Fprintln(w)
}

// sink takes predictions as they come.
type sink interface {
	add(out pipeline.Classified) error
	io.Closer
}

// sinkList gives each prediction to several sinks.
type sinkList []sink

func (l sinkList) add(out pipeline.Classified) error {
	for _, s := range l {
		if err := s.add(out); err != nil {
			return err
		}
	}
	return nil
}

// Close closes all.
func (l sinkList) Close() error {
	var errs []error
	for _, s := range l {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// jsonLines writes one prediction a line.
type jsonLines struct {
	buf  *bufio.Writer
	file io.Closer
}

func (j *jsonLines) add(out pipeline.Classified) error {
	return json.NewEncoder(j.buf).Encode(out.Prediction)
}

// Close flushes and closes.
func (j *jsonLines) Close() error { return errors.Join(j.buf.Flush(), j.file.Close()) }

// create opens an output file; "-" is standard output, which stays open.
func create(a *app, path string) (io.Writer, io.Closer, error) {
	if path == "-" {
		return a.stdout, io.NopCloser(nil), nil
	}
	f, err := os.Create(path)
	return f, f, err
}
