package main

import (
	"fmt"

	"github.com/defekt/defekt/models/onnx"
)

type modelsRuntimeCmd struct {
	Install string `placeholder:"FILE" help:"Take the library out of onnxruntime-node-1.27.0.tgz (npm pack onnxruntime-node@1.27.0) into the cache folder."`
	JSON    bool   `name:"json" help:"Print JSON."`
}

// Help is shown below the flags.
func (modelsRuntimeCmd) Help() string {
	return `Photo and sentence encoders need the ONNX Runtime library. It is looked for at
DEFEKT_ONNXRUNTIME (a file or folder), in the cache folder, beside the program and where the
system keeps libraries. --install compares archive and library with pinned sha256 sums.`
}

// Run shows the library in use, after installing it where asked.
func (c modelsRuntimeCmd) Run(a *app) error {
	search := onnx.DefaultSearch(a.getenv)
	if c.Install != "" {
		path, err := onnx.Install(a.ctx, c.Install, search.CacheDir)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintln(a.stderr, "installed", path)
	}
	lib, err := onnx.Find(search)
	if err != nil {
		return err
	}
	if c.JSON {
		return writeIndented(a.stdout, map[string]string{"path": lib.Path, "version": lib.Version, "origin": lib.Origin})
	}
	_, err = fmt.Fprintf(a.stdout, "ONNX Runtime %s from %s (%s)\n", lib.Version, lib.Path, lib.Origin)
	return err
}
