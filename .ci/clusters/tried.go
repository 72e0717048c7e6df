package main

import (
	"fmt"
	"io"

	"github.com/defekt/defekt/pipeline/similar"
)

// printTried prints what other settings come to.
func printTried(w io.Writer, d *data) error {
	fmt.Fprintln(w, "setting\tAMI\tclusters\tnoise")
	for _, v := range []struct {
		name string
		cfg  similar.Config
	}{
		{"default", similar.Config{}},
		{"words only", similar.Config{Lexical: 1}},
		{"3/4 words", similar.Config{Lexical: 0.75}},
		{"1/4 words", similar.Config{Lexical: 0.25}},
		{"vectors only", similar.Config{Lexical: -1}},
		{"10 neighbours", similar.Config{Neighbours: 10}},
		{"25 neighbours", similar.Config{Neighbours: 25}},
		{"resolution 1", similar.Config{Resolution: 1}},
		{"resolution 4", similar.Config{Resolution: 4}},
		{"similarity from 0.25", similar.Config{MinSimilarity: 0.25}},
		{"similarity from 0.3", similar.Config{MinSimilarity: 0.3}},
		{"similarity from 0.4", similar.Config{MinSimilarity: 0.4}},
		{"one start", similar.Config{Starts: 1}},
	} {
		b, err := grouped(d, v.cfg)
		if err != nil {
			return err
		}
		members := b.Members()
		ami := d.ami(func(id string) string { return members[id] })
		fmt.Fprintf(w, "%s\t%.3f\t%d\t%.1f %%\n", v.name, ami, len(b.Clusters()), 100*share(members))
	}
	return nil
}
