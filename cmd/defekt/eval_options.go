package main

import (
	"fmt"
	"os"

	"github.com/goccy/go-yaml"

	"github.com/defekt/defekt/eval"
)

// options turns flags into settings.
func (f scoreFlags) options() (eval.Options, error) {
	o := eval.DefaultOptions()
	o.Draws, o.Seed, o.Risk, o.Watch = f.Draws, f.Seed, f.Risk, f.Watch
	if f.Costs != "" {
		data, err := os.ReadFile(f.Costs)
		if err != nil {
			return o, err
		}
		if err := yaml.UnmarshalWithOptions(data, &o.Costs, yaml.Strict()); err != nil {
			return o, fmt.Errorf("%s: %w", f.Costs, err)
		}
	}
	if err := o.Validate(); err != nil {
		return o, usageError(err)
	}
	return o, nil
}
