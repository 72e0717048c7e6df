package main

import (
	"fmt"

	"github.com/defekt/defekt/datasets/simulate/photos"
)

type datasetsDrawCmd struct {
	Out   string `required:"" placeholder:"DIR" help:"Folder for images/ and claims.jsonl."`
	Count int    `default:"100" help:"Number of photos."`
	Seed  uint64 `default:"1" help:"Same seed and count, same files."`
}

// Help is shown by `defekt datasets draw --help`.
func (datasetsDrawCmd) Help() string {
	return `Draws photos of damaged products by program, with labels for symptom, component and severity, as a data set.
Every claim says so (context drawn = true). They serve demonstrations, tests and the built-in model; a figure
measured on drawings says nothing about photos.`
}

// Run draws.
func (c *datasetsDrawCmd) Run(a *app) error {
	if err := photos.WriteSet(a.ctx, c.Out, c.Count, c.Seed); err != nil {
		return err
	}
	_, err := fmt.Fprintf(a.stdout, "%d drawn photos and claims.jsonl in %s\n", c.Count, c.Out)
	return err
}
