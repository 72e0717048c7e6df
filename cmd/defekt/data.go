package main

import "github.com/defekt/defekt/datasets"

// dataFlags choose the claims that a command reads.
type dataFlags struct {
	Data     string `required:"" placeholder:"CLAIMS" help:"Claims: .jsonl or .csv (also .gz), a folder of photos, a descriptor .yaml, or a descriptor's name in the catalog (defekt datasets catalog)."`
	Root     string `placeholder:"DIR" help:"Folder that the descriptor's file and all photos are relative to. Default: the folder of CLAIMS."`
	Taxonomy string `placeholder:"FILE" help:"Taxonomy: 'starter', 'infer' or a file. Default: what the descriptor says."`
}

// open makes the claims of a split ready.
func (f dataFlags) open(split string) (*datasets.Set, error) {
	return datasets.Open(f.Data, datasets.Options{Root: f.Root, Split: split, Taxonomy: f.Taxonomy})
}
