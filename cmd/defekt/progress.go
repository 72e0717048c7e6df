package main

import (
	"io"
	"os"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/cwriter"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows how far long work is. It is silent when it does not write to a terminal.
type progress struct {
	all *mpb.Progress
	bar *mpb.Bar
}

// newProgress begins a line named name on w. total is the number of steps; 0 means
// unknown, and then only the steps done are counted.
func newProgress(w io.Writer, name string, total int64) *progress {
	f, ok := w.(*os.File)
	if !ok || !cwriter.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	all := mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))
	label := mpb.PrependDecorators(decor.Name(name + " "))
	if total <= 0 {
		return &progress{all, all.AddSpinner(0, label, mpb.AppendDecorators(decor.CurrentNoUnit("%d")), mpb.BarRemoveOnComplete())}
	}
	return &progress{all, all.AddBar(total, label, mpb.BarRemoveOnComplete(),
		mpb.AppendDecorators(decor.CountersNoUnit("%d/%d "), decor.AverageETA(decor.ET_STYLE_GO)))}
}

// Add notes n further steps. It may be called by several goroutines.
func (p *progress) Add(n int64) {
	if p.bar != nil {
		p.bar.IncrInt64(n)
	}
}

// Done takes the line away. Calling it again does nothing.
func (p *progress) Done() {
	if p.bar == nil {
		return
	}
	p.bar.Abort(true)
	p.all.Wait()
	p.bar = nil
}
