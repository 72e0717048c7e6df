// Command patterns scores what the service runs ([surveillance.Watch]) on simulated worlds
// (datasets/simulate/world), looking every day as the service does: false alarms in healthy years,
// planted defects found, how soon beside two simpler rules at the same rate of false alarms, whether
// the right cause is named first, and times. Run it from the repository's root:
//
//	go run ./.ci/patterns
//
// No defect begins in a world's first year, which teaches what is usual; from then on the watch
// learns as it goes, of the past alone. The truth is for scoring. An alarm counts for the defect that
// brought most of the claims that it has too many, on the day on which it was opened, under the name
// that it had then. Seeds from the defaults on were not used to improve the method; smaller ones
// were. It takes about four minutes a world and core, and fails when a row is missed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"github.com/sourcegraph/conc/iter"

	"github.com/defekt/defekt/datasets/simulate/world"
)

// job is what the flags say.
type job struct {
	healthy, worlds, defects, units, rescan int
	seed                                    uint64
	json                                    string
	verbose                                 bool
}

// setLevel is the false alarms a year that are asked for: the default of package pattern.
const setLevel = 1.0

func main() {
	var j job
	flag.IntVar(&j.healthy, "healthy", 10, "worlds without defects, of two watched years each")
	flag.IntVar(&j.worlds, "worlds", 3, "worlds with defects")
	flag.IntVar(&j.defects, "defects", 30, "defects in each")
	flag.IntVar(&j.units, "units", 2_000_000, "units of a world; batches, lots and SKUs go with them")
	flag.IntVar(&j.rescan, "rescan", 28, "days between scans, with looks at new claims (Tend) on the others; 0 for one scan at the end that replays all")
	flag.Uint64Var(&j.seed, "seed", 9000, "first seed; worlds with defects take those from 100 on after it")
	flag.StringVar(&j.json, "json", "", "file for the figures")
	flag.BoolVar(&j.verbose, "v", false, "list every alarm and planted defect")
	flag.Parse()
	if err := j.run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "patterns:", err)
		os.Exit(1) //nolint:forbidigo // this is a main
	}
}

// sized gives a world; smaller ones have fewer groups, not smaller ones.
func (j job) sized(seed uint64, defects int) world.Config {
	share := float64(j.units) / 2_000_000
	return world.Config{Seed: seed, Defects: defects, Units: j.units, SKUs: max(12, int(200*share)),
		Batches: max(100, int(5000*share)), Suppliers: max(10, int(40*share))}
}

// report is all figures.
type report struct {
	Units   int     `json:"units"`
	Rescan  int     `json:"scan_every_days"` // 0: one scan at the end
	Healthy healthy `json:"healthy"`
	Planted planted `json:"planted"`
	Speed   *speed  `json:"speed,omitempty"`
	Rows    []row   `json:"rows"`
}

func (j job) run(out io.Writer) error {
	r := report{Units: j.units, Rescan: j.rescan}
	worlds, err := each(j, j.seed, j.healthy, j.watchHealthy)
	if err != nil {
		return err
	}
	r.Healthy = sum(worlds)
	defects, err := each(j, j.seed+100, j.worlds, func(seed uint64) (*scored, error) { return j.watchPlanted(seed, &r.Healthy) })
	if err != nil {
		return err
	}
	r.Planted = together(defects)
	if j.worlds > 0 {
		if r.Speed, err = measure(j.sized(j.seed+100, j.defects)); err != nil {
			return err
		}
	}
	r.judge()
	r.print(out, j.verbose)
	if err := write(j.json, r); err != nil {
		return err
	}
	missed := 0
	for _, row := range r.Rows {
		if !row.Met {
			missed++
		}
	}
	if missed > 0 {
		return fmt.Errorf("%d of %d rows are missed", missed, len(r.Rows))
	}
	return nil
}

// each does worlds from a seed on, one on each core, and says on standard error how far it is.
func each[T any](j job, first uint64, n int, do func(seed uint64) (T, error)) ([]T, error) {
	seeds := make([]uint64, n)
	for i := range seeds {
		seeds[i] = first + uint64(i)
	}
	mapper := iter.Mapper[uint64, T]{MaxGoroutines: runtime.GOMAXPROCS(0)}
	return mapper.MapErr(seeds, func(seed *uint64) (T, error) {
		began := time.Now()
		out, err := do(*seed)
		fmt.Fprintf(os.Stderr, "world %d of %d units watched in %s\n", *seed, j.units, time.Since(began).Round(time.Second))
		return out, err
	})
}

func write(file string, r report) error {
	if file == "" {
		return nil
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(data, '\n'), 0o644)
}
