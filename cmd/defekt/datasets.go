package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/defekt/defekt/datasets"
)

// datasetsCmd are the commands about labelled claims on disk.
type datasetsCmd struct {
	Describe datasetsDescribeCmd `cmd:"" help:"Count rows, labels, texts and photos of a set."`
	Check    datasetsCheckCmd    `cmd:"" help:"Look for bad rows, unreadable photos, unknown and rare labels, duplicates within and across splits. Exit code 1 when there are errors."`
	Split    datasetsSplitCmd    `cmd:"" help:"Divide a set into parts by group, time or hash; groups and near-duplicates stay together."`
	Export   datasetsExportCmd   `cmd:"" help:"Write what people decided as a version of the data set."`
	Draw     datasetsDrawCmd     `cmd:"" help:"Draw photos of damaged products by program, with labels."`
	Simulate datasetsSimulateCmd `cmd:"" help:"Simulate three years of units and claims with planted defects, and the truth about them."`
	Catalog  datasetsCatalogCmd  `cmd:"" help:"List the built-in descriptors of known sets, or print one."`
}

type datasetsDescribeCmd struct {
	dataFlags
	Split string `placeholder:"A,B" help:"Count these splits only."`
	JSON  string `name:"json" placeholder:"FILE" help:"Write the counts as JSON to FILE (- for standard output)."`
}

// Run prints what is in the set.
func (c *datasetsDescribeCmd) Run(a *app) error {
	set, err := c.open(c.Split)
	if err != nil {
		return err
	}
	sum, err := datasets.Describe(a.ctx, set)
	if err != nil {
		return err
	}
	if only, err := a.writeJSON(c.JSON, sum); only || err != nil {
		return err
	}
	printSummary(a.stdout, sum)
	return nil
}

type datasetsCatalogCmd struct {
	Name string `arg:"" optional:"" help:"Print this descriptor; it may be saved and changed."`
}

// Run lists the catalog or prints one descriptor.
func (c *datasetsCatalogCmd) Run(a *app) error {
	if c.Name != "" {
		text, err := datasets.CatalogFile(c.Name)
		if err != nil {
			return withHint(usageError(fmt.Errorf("no descriptor is named %q", c.Name)), "defekt datasets catalog")
		}
		_, err = a.stdout.Write(text)
		return err
	}
	known := datasets.Catalog()
	return table(a.stdout, func(row func(cells ...any)) {
		row("NAME", "FILE", "AXES", "WHAT")
		for _, name := range datasets.CatalogNames() {
			d := known[name]
			var axes []string
			for _, l := range d.Labels {
				axes = append(axes, l.Axis)
			}
			row(name, d.File, strings.Join(axes, ","), d.Description)
		}
	})
}

// table prints aligned columns; fill calls row once a line.
func table(w io.Writer, fill func(row func(cells ...any))) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fill(func(cells ...any) {
		for i, c := range cells {
			if i > 0 {
				_, _ = fmt.Fprint(t, "\t")
			}
			_, _ = fmt.Fprint(t, c)
		}
		_, _ = fmt.Fprintln(t)
	})
	return t.Flush()
}
