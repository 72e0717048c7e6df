// Command accuracy trains and scores a model on each real data set under shared/data and
// prints asked against measured. It looks at the test splits once a run; nothing is tuned
// here. Run it with `make accuracy`.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"
)

// set is one data set with the flags that its figures are measured with.
type set struct {
	data, root, axis string
	train            []string
	asked            map[string]float64
}

// vision gives the flags for photo sets.
func vision(shared, views string, backbones ...string) []string {
	args := []string{"--views", views}
	for _, b := range backbones {
		args = append(args, "--vision", filepath.Join(shared, "models", b))
	}
	return args
}

func sets(shared string) []set {
	const v, t = "data/vision/", "data/text/"
	mobile, resnet := "mobilenetv2", "resnet50v2-stage3"
	return []set{
		{"steel-surface", v + "steel-surface", "symptom", vision(shared, "flip", mobile), map[string]float64{"accuracy": 0.995}},
		{"magnetic-tile", v + "magnetic-tile", "symptom", append(vision(shared, "grid", mobile, resnet), "--objective", "balanced_accuracy"), map[string]float64{"balanced_accuracy": 0.70}},
		{"car-damage", v + "car-damage", "severity", vision(shared, "crops", mobile, resnet), map[string]float64{"macro_f1": 0.76}},
		{"car-damage", v + "car-damage", "component", vision(shared, "crops", mobile), map[string]float64{"accuracy": 0.87}},
		{"parcel-damage", v + "parcel-damage", "condition", vision(shared, "crops", mobile, resnet), map[string]float64{"accuracy": 0.84}},
		{"fda-device-recalls", t + "fda-device-recalls", "defect_type", []string{"--text", "none"}, map[string]float64{"macro_f1": 0.43, "accuracy": 0.55}},
		{"nhtsa-severity", t + "nhtsa-hk-complaints", "severity", []string{"--text", "none"}, map[string]float64{"macro_f1": 0.68}},
		{"laptop-component", t + "laptop-acos", "component", nil, map[string]float64{"macro_f1": 0.77}},
		{"cn-component", t + "cn-auto-complaints", "component", nil, map[string]float64{"macro_f1": 0.50}},
	}
}

func main() {
	program := flag.String("program", "bin/defekt", "the program under test")
	shared := flag.String("shared", "../shared", "folder with data and models")
	only := flag.String("only", "", "run sets whose name has this in it")
	out := flag.String("out", "", "folder for models and results; default: a temporary one")
	flag.Parse()
	if err := run(*program, *shared, *only, *out); err != nil {
		fmt.Fprintln(os.Stderr, "accuracy:", err)
		os.Exit(1)
	}
}

func run(program, shared, only, out string) error {
	if _, err := os.Stat(filepath.Join(shared, "data")); err != nil {
		return fmt.Errorf("the real data sets are not here: %w", err)
	}
	if out == "" {
		tmp, err := os.MkdirTemp("", "defekt-accuracy-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp) //nolint:errcheck // scratch
		out = tmp
	}
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "set\taxis\tn\tasked\tmeasured\tmet\tECE\t<= 0.05\taccuracy\t80 % surest\t+3 points\tseconds")
	var errs []error
	for _, s := range sets(shared) {
		if !strings.Contains(s.data, only) {
			continue
		}
		if err := s.measure(t, program, shared, out); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", s.data, s.axis, err))
		}
	}
	return errors.Join(append(errs, t.Flush())...)
}

// figures is the part of `defekt eval --json` that is read here.
type figures struct {
	Axes map[string]map[string]any `json:"axes"`
}

func (s set) measure(t *tabwriter.Writer, program, shared, out string) error {
	began := time.Now()
	model := filepath.Join(out, s.data+"."+s.axis)
	root := filepath.Join(shared, s.root)
	train := append([]string{"train", "--data", s.data, "--root", root, "--axes", s.axis, "--out", model}, s.train...)
	if err := execute(program, train...); err != nil {
		return err
	}
	file := model + ".json"
	if err := execute(program, "eval", "--data", s.data, "--root", root, "--model", model, "--json", file); err != nil {
		return err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var f figures
	if err := json.Unmarshal(data, &f); err != nil {
		return err
	}
	a := f.Axes[s.axis]
	get := func(name string) float64 { v, _ := a[name].(float64); return v }
	for name, asked := range s.asked {
		fmt.Fprintf(t, "%s\t%s\t%.0f\t%s %.3f\t%.3f\t%s\t%.3f\t%s\t%.3f\t%.3f\t%s\t%.0f\n", s.data, s.axis, get("n"),
			name, asked, get(name), yes(get(name) >= asked), get("ece"), yes(get("ece") <= 0.05),
			get("accuracy"), get("accuracy_80"), yes(get("accuracy") >= 0.95 || get("accuracy_80") >= get("accuracy")+0.03),
			time.Since(began).Seconds())
	}
	return t.Flush()
}

func yes(ok bool) string {
	if ok {
		return "yes"
	}
	return "NO"
}

func execute(program string, args ...string) error {
	cmd := exec.Command(program, args...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(args, " "), err, output.String())
	}
	return nil
}
