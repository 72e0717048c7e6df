// Command codes measures how many codes are read on drawn photos of five grades, beside
// plain gozxing on the same photos, and whether a wrong text is ever accepted. Labels without
// codes are among the photos: whatever is read on them is wrong. Run it from the repository's
// root:
//
//	go run ./.ci/codes
//
// Times are processor times, so that other work on the machine does not count. It fails when a
// wrong text is accepted, or when the reader has less than 1.5 times the codes of the better of
// gozxing's two ways on the middle grade. Seeds from the default on were not used for tuning;
// smaller ones were.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/datasets/simulate/codes"
	"github.com/defekt/defekt/pipeline/bench"
	reader "github.com/defekt/defekt/pipeline/serial/codes"
)

// asked is how many times plain gozxing's codes the reader must have on the middle grade.
const asked = 1.5

// job is what the flags say.
type job struct {
	photos, decoys int
	seed           uint64
	budget         time.Duration
	plain          bool
}

func main() {
	var j job
	flag.IntVar(&j.photos, "photos", 300, "photos with codes, over all grades and kinds")
	flag.IntVar(&j.decoys, "decoys", 50, "photos of labels without codes")
	flag.Uint64Var(&j.seed, "seed", 500_000, "first photo's seed")
	flag.DurationVar(&j.budget, "budget", reader.DefaultBudget, "processor time for one photo")
	flag.BoolVar(&j.plain, "plain", true, "also run plain gozxing")
	flag.Parse()
	if err := j.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "codes:", err)
		os.Exit(1)
	}
}

func (j job) run(ctx context.Context) error {
	clock := func() time.Time { return time.Unix(0, int64(bench.CPU())) }
	r, err := reader.New(reader.Config{Budget: j.budget, Now: clock})
	if err != nil {
		return err
	}
	head()
	var wrong int
	var middle result
	for _, g := range codes.Grades() {
		var sum result
		for i, k := range codes.Kinds() {
			one := result{name: fmt.Sprintf("%s %s", g, k)}
			for n := range j.photos / (len(codes.Grades()) * len(codes.Kinds())) {
				s, err := codes.Draw(j.seed+uint64(100_000*i+n), k, g)
				if err != nil {
					return err
				}
				if err := j.measure(ctx, r, s, &one); err != nil {
					return err
				}
			}
			one.print()
			sum.add(one)
		}
		for n := range j.decoys / len(codes.Grades()) {
			s, err := codes.Decoy(j.seed+uint64(n), g)
			if err != nil {
				return err
			}
			if err := j.measure(ctx, r, s, &sum); err != nil {
				return err
			}
		}
		sum.name = strings.ToUpper(g.String()) + " all"
		sum.print()
		wrong += sum.wrong
		if g == codes.Middle {
			middle = sum
		}
	}
	return j.judge(middle, wrong)
}

func (j job) judge(middle result, wrong int) error {
	if wrong > 0 {
		return fmt.Errorf("%d wrong texts were accepted", wrong)
	}
	best := max(middle.plain, middle.harder)
	if !j.plain {
		return nil
	}
	fmt.Printf("middle grade: %d read, plain gozxing %d: %.1f times as many (asked: %.1f)\n", middle.read, best, float64(middle.read)/float64(best), asked)
	if float64(middle.read) < asked*float64(best) || middle.read == 0 {
		return errors.New("the middle grade's rate is below what was asked")
	}
	return nil
}

// result counts over some photos.
type result struct {
	name                              string
	codes, read, wrong, doubtful, cut int
	plain, harder, plainWrong         int
	times                             []time.Duration
}

func (r *result) add(o result) {
	r.codes += o.codes
	r.read += o.read
	r.wrong += o.wrong
	r.doubtful += o.doubtful
	r.cut += o.cut
	r.plain += o.plain
	r.harder += o.harder
	r.plainWrong += o.plainWrong
	r.times = append(r.times, o.times...)
}

func head() {
	fmt.Printf("%-20s %5s  %-12s %5s %8s %4s  %-12s %-12s %5s  %7s %7s\n", "grade and kind", "codes", "read", "wrong", "doubtful", "cut", "plain", "try harder", "wrong", "p50", "p95")
}

func (r *result) print() {
	rate := func(n int) string { return fmt.Sprintf("%d (%.0f %%)", n, 100*float64(n)/float64(max(r.codes, 1))) }
	slices.Sort(r.times)
	at := func(q float64) time.Duration {
		if len(r.times) == 0 {
			return 0
		}
		return r.times[int(q*float64(len(r.times)-1))].Round(time.Millisecond)
	}
	fmt.Printf("%-20s %5d  %-12s %5d %8d %4d  %-12s %-12s %5d  %7v %7v\n", r.name, r.codes, rate(r.read), r.wrong, r.doubtful, r.cut,
		rate(r.plain), rate(r.harder), r.plainWrong, at(.5), at(.95))
}

// measure reads one photo all three ways.
func (j job) measure(ctx context.Context, r *reader.Reader, s codes.Sample, sum *result) error {
	start := bench.CPU()
	got, err := r.Read(ctx, s.Image)
	if err != nil {
		return err
	}
	sum.times = append(sum.times, bench.CPU()-start)
	if s.Text != "" {
		sum.codes++
	}
	var texts []string
	for _, c := range got.Codes {
		texts = append(texts, c.Text)
	}
	read, wrong := score(s, texts)
	sum.read += read
	sum.wrong += wrong
	if wrong > 0 {
		fmt.Printf("WRONG: %q accepted, the label says %q\n", texts, s.Text)
	}
	sum.doubtful += len(got.Doubtful)
	if got.Cut {
		sum.cut++
	}
	if !j.plain {
		return nil
	}
	read, wrong = score(s, plain(s.Image, false))
	sum.plain += read
	sum.plainWrong += wrong
	read, wrong = score(s, plain(s.Image, true))
	sum.harder += read
	sum.plainWrong += wrong
	return nil
}

// score says whether the label's text is among the texts, and how many others there are. A
// UPC-A with a zero before it is the same number as EAN-13.
func score(s codes.Sample, texts []string) (read, wrong int) {
	same := func(t string) string {
		t = strings.TrimPrefix(t, "]C1")
		if len(t) == 12 && (s.Kind == codes.EAN13 || s.Kind == codes.UPCA) {
			return "0" + t
		}
		return t
	}
	for _, t := range texts {
		if s.Text != "" && same(t) == same(s.Text) {
			read = 1
		} else {
			wrong++
		}
	}
	return read, wrong
}
