package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline/bench"
)

// benchCmd groups the measurements that anyone can repeat.
type benchCmd struct {
	Photos    benchPhotosCmd    `cmd:"" help:"Photos per second and peak memory of decoding, resizing and the backbone, beside another program."`
	Pipeline  benchPipelineCmd  `cmd:"" help:"What the pipeline costs beyond its decoding and its inference."`
	Detection benchDetectionCmd `cmd:"" help:"How early recalls are flagged from complaints, beside count rules."`
	Worker    benchWorkerCmd    `cmd:"" hidden:"" help:"One measured pass in a process of its own."`
	Draw      benchDrawCmd      `cmd:"" hidden:"" help:"Draw photos into a folder."`
}

// benchDrawCmd draws in a process of its own: the kernel counts what a parent had resident
// as the least of its children's peak, so whoever measures must stay small.
type benchDrawCmd struct {
	Dir  string `arg:"" help:"Folder to fill."`
	Size string `default:"500" enum:"500,2mp,12mp" help:"One of ${enum}."`
}

// Run draws.
func (c *benchDrawCmd) Run(a *app) error {
	size, err := sizeByName(c.Size)
	if err != nil {
		return err
	}
	bar := newProgress(a.stderr, "drawing photos", int64(size.Distinct))
	defer bar.Done()
	return bench.Draw(a.ctx, c.Dir, size, func() { bar.Add(1) })
}

func sizeByName(name string) (bench.Size, error) {
	for _, s := range bench.Sizes() {
		if s.Name == name {
			return s, nil
		}
	}
	return bench.Size{}, usageError(errors.New("unknown size " + name))
}

// drawnVersion changes when bench.Draw draws other pictures.
const drawnVersion = "v1"

// drawn gives a folder of photos of a size, drawn once and kept in the user's cache.
func (a *app) drawn(ctx context.Context, size string) (string, error) {
	cache := onnx.UserCacheDir(a.getenv)
	if cache == "" {
		return "", usageError(errors.New("there is no cache folder for drawn photos; give --photos DIR"))
	}
	dir := filepath.Join(cache, "defekt", "bench", drawnVersion+"-"+size)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "drawing-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // renamed when all went well
	if err := a.self(ctx, "bench", "draw", "--size", size, tmp); err != nil {
		return "", err
	}
	return dir, os.Rename(tmp, dir)
}
