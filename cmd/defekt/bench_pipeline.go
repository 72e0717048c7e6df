package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"text/tabwriter"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/pipeline/bench"
	"github.com/defekt/defekt/pipeline/claim"
)

type benchPipelineCmd struct {
	Data   string `placeholder:"CLAIMS" help:"Claims with photos, as for 'defekt classify'."`
	Root   string `placeholder:"DIR" help:"Folder that the descriptor's file and all photos are relative to."`
	Photos string `placeholder:"DIR" help:"Instead of --data: a folder of photos, each a claim without text. Default: drawn ones of --size."`
	Size   string `default:"500" enum:"500,2mp,12mp" help:"What is drawn without --data and --photos: ${enum}."`
	Model  string `placeholder:"DIR" help:"Model that classifies the claims. Default: the built-in one."`
	Vision string `placeholder:"BUNDLE" help:"Instead of --model: encode with this photo encoder alone."`
	Views  string `default:"${views}" enum:"${views_enum}" help:"With --vision, how a photo is looked at: ${enum}."`
	Claims int    `default:"96" help:"Number of claims; fewer are taken over again."`
	Repeat int    `default:"3" help:"Rounds; in each, all parts are measured one after the other."`
	JSON   string `placeholder:"FILE" help:"Also write the result as JSON ('-' for standard output instead of the table)."`
}

// Help is shown by `defekt bench pipeline --help`.
func (benchPipelineCmd) Help() string {
	return `Measures three things in turn, each with all cores at work: (a) decoding and resizing the photos of the claims
into tensors, (b) running the encoders on as many tensors, and (c) the whole pipeline over the same claims,
heads included. The pipeline does all that (a) and (b) do, so with the cores full it cannot take less than a + b;
only where one of them leaves cores idle (a graph on a GPU, say) can it come near the larger. Both ratios are printed.

Examples:
  defekt bench pipeline --vision mobilenetv2 --size 12mp --views whole
  defekt bench pipeline --data car-damage --root ../photos --model model`
}

// pipelineReport is the result in JSON. Times are medians over the rounds, in seconds;
// ratios are medians of each round's.
type pipelineReport struct {
	Claims  int          `json:"claims"`
	Photos  int          `json:"photos"`
	Tensors int          `json:"tensors"`
	Cores   int          `json:"cores"`
	Code    string       `json:"code"`
	Decode  cost         `json:"decode"`
	Infer   cost         `json:"infer"`
	Whole   cost         `json:"whole"`
	ToMax   float64      `json:"whole_to_max"`
	ToSum   float64      `json:"whole_to_sum"`
	CPU     float64      `json:"whole_to_sum_cpu"`
	Rounds  []roundTimes `json:"rounds"`
}

// roundTimes is what each part took in one round.
type roundTimes struct {
	Decode cost `json:"decode"`
	Infer  cost `json:"infer"`
	Whole  cost `json:"whole"`
}

// cost is a time by the clock and in processor time of this process. On a machine with other
// work the second is the one to trust.
type cost struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu_seconds"`
}

// Run measures.
func (c *benchPipelineCmd) Run(a *app) error {
	if c.Repeat < 1 || c.Claims < 1 {
		return usageError(errors.New("--repeat and --claims must be at least 1"))
	}
	if (c.Data != "" && c.Photos != "") || (c.Model != "" && c.Vision != "") {
		return usageError(errors.New("--data and --photos exclude each other, and so do --model and --vision"))
	}
	claims, err := c.claims(a)
	if err != nil {
		return err
	}
	p := newParts(a)
	defer p.Close() //nolint:errcheck // nothing is written through it
	s, err := c.subject(a, p, claims)
	if err != nil {
		return err
	}
	r := pipelineReport{Claims: len(claims), Photos: len(s.photos), Tensors: len(s.photos) * s.views(), Cores: runtime.GOMAXPROCS(0), Code: codeVersion()}
	bar := newProgress(a.stderr, "measuring", int64(3*(c.Repeat+1)))
	defer bar.Done()
	for round := range c.Repeat + 1 {
		times, err := s.round(a.ctx, func() { bar.Add(1) })
		if err != nil {
			return err
		}
		if round > 0 { // the first one warms up
			r.Rounds = append(r.Rounds, times)
		}
	}
	bar.Done()
	r.sum()
	return writeReport(a, c.JSON, r, r.table)
}

// claims lists as many claims as asked for.
func (c *benchPipelineCmd) claims(a *app) ([]claim.Claim, error) {
	var found []claim.Claim
	var err error
	if c.Data != "" {
		found, err = c.read(a)
	} else {
		found, err = c.folder(a)
	}
	if err != nil {
		return nil, err
	}
	out := make([]claim.Claim, c.Claims)
	for i := range out {
		out[i] = found[i%len(found)]
	}
	return out, nil
}

func (c *benchPipelineCmd) read(a *app) ([]claim.Claim, error) {
	set, err := datasets.Open(c.Data, datasets.Options{Root: c.Root})
	if err != nil {
		return nil, err
	}
	var out []claim.Claim
	for cl, err := range set.Claims(a.ctx) {
		if err != nil {
			return nil, err
		}
		if len(cl.Photos) > 0 {
			out = append(out, cl)
		}
		if len(out) == c.Claims {
			return out, nil
		}
	}
	if len(out) == 0 {
		return nil, usageError(fmt.Errorf("no claim of %s has a photo", c.Data))
	}
	return out, nil
}

func (c *benchPipelineCmd) folder(a *app) ([]claim.Claim, error) {
	dir := c.Photos
	if dir == "" {
		var err error
		if dir, err = a.drawn(a.ctx, c.Size); err != nil {
			return nil, err
		}
	}
	files, err := bench.Files(dir)
	if err != nil {
		return nil, err
	}
	out := make([]claim.Claim, len(files))
	for i, f := range files {
		out[i] = claim.Claim{ID: f, Photos: []string{f}}
	}
	return out, nil
}

// sum fills in the medians.
func (r *pipelineReport) sum() {
	median := func(of func(roundTimes) float64) float64 {
		values := make([]float64, len(r.Rounds))
		for i, t := range r.Rounds {
			values[i] = of(t)
		}
		return bench.Median(values)
	}
	stage := func(of func(roundTimes) cost) cost {
		return cost{
			median(func(t roundTimes) float64 { return of(t).Seconds }),
			median(func(t roundTimes) float64 { return of(t).CPU }),
		}
	}
	r.Decode = stage(func(t roundTimes) cost { return t.Decode })
	r.Infer = stage(func(t roundTimes) cost { return t.Infer })
	r.Whole = stage(func(t roundTimes) cost { return t.Whole })
	r.ToMax = median(func(t roundTimes) float64 {
		return bench.Ratio(t.Whole.Seconds, max(t.Decode.Seconds, t.Infer.Seconds))
	})
	r.ToSum = median(func(t roundTimes) float64 { return bench.Ratio(t.Whole.Seconds, t.Decode.Seconds+t.Infer.Seconds) })
	r.CPU = median(func(t roundTimes) float64 { return bench.Ratio(t.Whole.CPU, t.Decode.CPU+t.Infer.CPU) })
}

// table prints for people.
func (r pipelineReport) table(out io.Writer) error {
	fmt.Fprintf(out, "%d claims, %d photos, %d tensors, %d cores, %d rounds\n\n", r.Claims, r.Photos, r.Tensors, r.Cores, len(r.Rounds))
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tseconds\tms a photo\tCPU ms a photo\t")
	line := func(name string, c cost) {
		n := float64(r.Photos) / 1000
		fmt.Fprintf(t, "%s\t%.3f\t%.2f\t%.2f\t\n", name, c.Seconds, c.Seconds/n, c.CPU/n)
	}
	line("a: decode and resize alone", r.Decode)
	line("b: inference alone", r.Infer)
	line("c: the pipeline", r.Whole)
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(out, "\nc : max(a, b) = %.3f, c : (a + b) = %.3f, in processor time %.3f\n", r.ToMax, r.ToSum, r.CPU)
	return err
}
