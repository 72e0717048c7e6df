package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/quality/page"
)

// sinks opens the outputs that the flags ask for.
func (c *classifyCmd) sinks(a *app, m *models.Model) (sinkList, error) {
	var list sinkList
	if c.Out == "" {
		list = append(list, newTable(a.stdout, m))
	} else {
		w, closer, err := create(a, c.Out)
		if err != nil {
			return nil, err
		}
		list = append(list, &jsonLines{bufio.NewWriter(w), closer})
	}
	if c.Report != "" {
		w, closer, err := create(a, c.Report)
		if err != nil {
			return nil, errors.Join(err, list.Close())
		}
		s, err := newPage(a, w, closer, "Claims of "+c.Data)
		if err != nil {
			return nil, errors.Join(err, list.Close())
		}
		list = append(list, s)
	}
	return list, nil
}

// snippet is the number of characters of a claim's text in the table.
const snippet = 44

// tableSink prints predictions for a person.
type tableSink struct {
	out  io.Writer
	t    *tabwriter.Writer
	axes []string
}

func newTable(w io.Writer, m *models.Model) *tableSink {
	s := &tableSink{out: w, t: tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)}
	fmt.Fprint(s.t, "claim\ttext")
	for _, h := range m.Heads {
		s.axes = append(s.axes, h.Axis)
		fmt.Fprintf(s.t, "\t%s", h.Axis)
	}
	fmt.Fprintln(s.t)
	return s
}

func (s *tableSink) add(out pipeline.Classified) error {
	text := strings.Join(strings.Fields(out.Claim.Text), " ")
	if runes := []rune(text); len(runes) > snippet {
		text = string(runes[:snippet-1]) + "…"
	}
	if text == "" && len(out.Claim.Photos) > 0 {
		text = fmt.Sprintf("(%d photo)", len(out.Claim.Photos))
	}
	fmt.Fprintf(s.t, "%s\t%s", out.Claim.ID, text)
	for _, axis := range s.axes {
		a, ok := out.Prediction.Axes[axis]
		switch {
		case !ok:
			fmt.Fprint(s.t, "\t-")
		case a.Abstained:
			fmt.Fprintf(s.t, "\t? %s %.2f", a.Label, a.Probability)
		default:
			fmt.Fprintf(s.t, "\t%s %.2f", a.Label, a.Probability)
		}
	}
	for _, p := range out.Prediction.Problems {
		fmt.Fprintf(s.t, "\t%s", p.Code)
	}
	_, err := fmt.Fprintln(s.t)
	return err
}

// Close prints the table: its columns are as wide as the widest entry.
func (s *tableSink) Close() error {
	if err := s.t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(s.out, "\n? = below the model's threshold: a person should decide; the label is a suggestion")
	return err
}

// pageSink feeds the page's writer, which pulls, from a run, which pushes.
type pageSink struct {
	items  chan page.Item
	done   chan error
	closer io.Closer
	ctx    context.Context //nolint:containedctx // the sink lives as long as its run
	thumbs thumbnails
}

func newPage(a *app, w io.Writer, closer io.Closer, title string) (*pageSink, error) {
	thumbs, err := newThumbnails(a)
	if err != nil {
		return nil, err
	}
	s := &pageSink{items: make(chan page.Item), done: make(chan error, 1), closer: closer, ctx: a.ctx, thumbs: thumbs}
	go func() {
		err := page.Write(w, title, func(yield func(page.Item) bool) {
			for item := range s.items {
				if !yield(item) {
					return
				}
			}
		})
		s.done <- err
		for range s.items {
			continue // a failed writer must not block the run
		}
	}()
	return s, nil
}

func (s *pageSink) add(out pipeline.Classified) error {
	item := page.Item{Claim: out.Claim, Prediction: out.Prediction}
	for _, p := range out.Prediction.Photos {
		var jpeg []byte
		if p.Used {
			jpeg = s.thumbs.make(s.ctx, p.Ref)
		}
		item.Photos = append(item.Photos, jpeg)
	}
	s.items <- item
	return nil
}

// Close ends the page.
func (s *pageSink) Close() error {
	close(s.items)
	err := errors.Join(<-s.done, s.closer.Close())
	s.thumbs.Close()
	return err
}
