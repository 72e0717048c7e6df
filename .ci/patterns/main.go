// Command patterns scores pattern finding on simulated worlds (datasets/simulate/world): false
// alarms on healthy years, planted defects found, how soon beside two simpler rules at the same
// rate of false alarms, whether the right cause is named first, and times. Run it from the
// repository's root:
//
//	go run ./.ci/patterns
//
// The baseline is learned from the first year of the same world, in which no defect begins, and
// learned again every four weeks from what was reported so far; the truth is for scoring alone.
// These are the statistics alone (pattern.Rolling). What the service runs (surveillance.Watch, on
// units and claims in a store) is scored on smaller worlds, alarm by alarm as it keeps them, without
// rows to meet: see service.go, and -service or -statistics for one of them alone. At the full size a
// world takes it minutes; -service -service-units 2000000 -rescan 0 goes through each in one scan.
// Seeds from the defaults on were not used to improve the method; smaller ones were. Times are
// processor times. It fails when a row is missed.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/defekt/defekt/datasets/simulate/world"
)

// job is what the flags say.
type job struct {
	healthy, worlds, defects, units int
	seed                            uint64
	json                            string
	margin                          float64
	verbose                         bool
	// service scores only what the service runs, statistics leaves that out; rescan and held are how.
	service      bool
	statistics   bool
	rescan, held int
}

// setLevel is the false alarms a year that are asked for: the default of package pattern.
const setLevel = 1.0

func main() {
	var j job
	flag.IntVar(&j.healthy, "healthy", 10, "worlds without defects, of two watched years each")
	flag.IntVar(&j.worlds, "worlds", 3, "worlds with defects")
	flag.IntVar(&j.defects, "defects", 30, "defects in each")
	flag.IntVar(&j.units, "units", 2_000_000, "units of a world; batches, lots and SKUs go with them")
	flag.Uint64Var(&j.seed, "seed", 9000, "first seed; worlds with defects take those from 100 on after it")
	flag.StringVar(&j.json, "json", "", "file for the figures")
	flag.Float64Var(&j.margin, "margin", 0, "margin of the watch, when not the default; for tuning")
	flag.BoolVar(&j.verbose, "v", false, "list every planted defect and false alarm")
	flag.BoolVar(&j.service, "service", false, "score the service's watch only")
	flag.BoolVar(&j.statistics, "statistics", false, "score the statistics only")
	flag.IntVar(&j.rescan, "rescan", 28, "days between scans of the service's watch, which tends on the others; 0 for one scan at the end")
	flag.IntVar(&j.held, "service-units", 150_000, "units of the worlds that the service watches")
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
	Healthy  *healthy  `json:"healthy"`
	Seeds    []uint64  `json:"planted_seeds"`
	Planted  []planted `json:"planted"`
	Patterns int       `json:"patterns"`
	Alarms   int       `json:"alarms"`
	Speed    speed     `json:"speed"`
	Service  *service  `json:"service"`
	Rows     []row     `json:"rows"`
}

func (j job) run(out io.Writer) error {
	var r report
	var err error
	var seeds []uint64
	for i := range j.healthy {
		seeds = append(seeds, j.seed+uint64(i))
	}
	if j.service {
		r.Service, err = j.serve(seeds, out)
		if err != nil {
			return err
		}
		return write(j.json, r)
	}
	if j.healthy > 0 {
		r.Healthy, err = runHealthy(seeds, j, setLevel)
	}
	if err != nil {
		return err
	}
	r.Healthy.print(out, j.verbose)
	for i := range j.worlds {
		seed := j.seed + 100 + uint64(i)
		defects, w, err := runPlanted(seed, j, r.Healthy)
		if err != nil {
			return err
		}
		r.Seeds = append(r.Seeds, seed)
		r.Planted = append(r.Planted, defects...)
		r.Patterns += w.patterns
		r.Alarms += len(w.alarms)
	}
	r.printPlanted(out, j.verbose)
	if r.Speed, err = measure(j.sized(j.seed+100, j.defects)); err != nil {
		return err
	}
	r.Speed.print(out)
	if !j.statistics {
		if r.Service, err = j.serve(seeds, out); err != nil {
			return err
		}
	}
	r.judge()
	r.printRows(out)
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

// serve scores the service's watch, on smaller worlds of the same seeds.
func (j job) serve(seeds []uint64, out io.Writer) (*service, error) {
	var planted []uint64
	for i := range j.worlds {
		planted = append(planted, j.seed+100+uint64(i))
	}
	j.units = j.held
	s := &service{Units: j.units, Rescan: j.rescan}
	if err := s.run(j, seeds, planted); err != nil {
		return nil, err
	}
	s.print(out, j.verbose)
	return s, nil
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
