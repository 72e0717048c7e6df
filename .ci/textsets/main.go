// Command textsets measures what the built-in text encoder is worth: macro-F1 with n-grams
// alone, with its vectors alone and with both, on the text sets under shared/data. Run it
// with `make text-sets`.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"text/tabwriter"
)

// set is one data set; baseline is TF-IDF + logistic regression, from the data's README.
type set struct {
	data, root, axis string
	baseline         float64
}

var sets = []set{
	{"fda-device-recalls", "fda-device-recalls", "defect_type", 0.396},
	{"nhtsa-severity", "nhtsa-hk-complaints", "severity", 0.645},
	{"laptop-component", "laptop-acos", "component", 0.736},
	{"cn-component", "cn-auto-complaints", "component", 0.472},
	{"maude-severity", "fda-maude-cardiac", "severity", 0.619},
}

// variants are the flags of `defekt train`, in the order of the columns.
var variants = [][]string{
	{"--text", "none"},
	{"--text", "builtin", "--no-ngrams"},
	{"--text", "builtin"},
}

func main() {
	program := flag.String("program", "bin/defekt", "the program under test")
	shared := flag.String("shared", "../shared", "folder with the data")
	flag.Parse()
	if err := run(*program, *shared); err != nil {
		fmt.Fprintln(os.Stderr, "textsets:", err)
		os.Exit(1)
	}
}

func run(program, shared string) error {
	tmp, err := os.MkdirTemp("", "defekt-textsets-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // a temporary folder
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "macro-F1 on test\tn-grams\tvectors\tvectors within .04\tboth\tTF-IDF + LR\tboth ahead by .03\t")
	var errs []error
	for _, s := range sets {
		if err := s.row(t, program, shared, tmp); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.data, err))
		}
	}
	return errors.Join(append(errs, t.Flush())...)
}

func (s set) row(t *tabwriter.Writer, program, shared, tmp string) error {
	var f1 [3]float64
	for i, flags := range variants {
		var err error
		if f1[i], err = s.measure(program, filepath.Join(shared, "data", "text", s.root), filepath.Join(tmp, fmt.Sprint(s.data, i)), flags); err != nil && i != 1 {
			return err
		}
	}
	fmt.Fprintf(t, "%s\t%.3f\t%.3f\t%v\t%.3f\t%.3f\t%v\t\n", s.data, f1[0], f1[1], f1[1] >= f1[0]-0.04, f1[2], s.baseline, f1[2] >= s.baseline+0.03)
	return t.Flush()
}

// measure trains and scores; 0 when nothing could be trained, as with vectors alone of a
// script that they do not read.
func (s set) measure(program, root, out string, flags []string) (float64, error) {
	train := append([]string{"train", "--data", s.data, "--root", root, "--axes", s.axis, "--out", out}, flags...)
	if output, err := exec.Command(program, train...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, output)
	}
	if output, err := exec.Command(program, "eval", "--data", s.data, "--root", root, "--model", out, "--json", out+".json").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, output)
	}
	data, err := os.ReadFile(out + ".json")
	if err != nil {
		return 0, err
	}
	var r struct {
		Axes map[string]struct {
			MacroF1 float64 `json:"macro_f1"`
		} `json:"axes"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return 0, err
	}
	return r.Axes[s.axis].MacroF1, nil
}
