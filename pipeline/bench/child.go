package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"
)

// Result is what a side prints as one line of JSON: the format of peer_photos.mjs.
type Result struct {
	Photos          int     `json:"photos"`
	Seconds         float64 `json:"seconds"`
	PhotosPerSecond float64 `json:"photos_per_second"`
}

// Run is one child process, measured from outside.
type Run struct {
	Result
	// CPUSeconds is the processor time of the whole process: start, warm-up and measured
	// passes. On a machine with other work it says more than the clock.
	CPUSeconds float64 `json:"cpu_seconds"`
	// PeakBytes is the largest resident set; 0 where the system does not tell.
	PeakBytes int64 `json:"peak_rss_bytes"`
}

// stopTime is how long a child may take to end after ctx did.
const stopTime = 5 * time.Second

// Child runs a command in dir to its end and reads its result: the last line of standard
// output that is JSON. What the command wrote to standard error stands in the error.
func Child(ctx context.Context, dir, name string, args ...string) (Run, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.WaitDelay = dir, stopTime
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return Run{}, cause
		}
		return Run{}, fmt.Errorf("%s: %w\n%s", name, err, tail(errs.String()))
	}
	result, err := lastJSON(out.String())
	if err != nil {
		return Run{}, fmt.Errorf("%s: %w", name, err)
	}
	return Run{
		Result:     result,
		CPUSeconds: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(),
		PeakBytes:  peak(cmd.ProcessState),
	}, nil
}

func lastJSON(out string) (Result, error) {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		var r Result
		if json.Unmarshal([]byte(lines[i]), &r) == nil && r.PhotosPerSecond > 0 {
			return r, nil
		}
	}
	return Result{}, fmt.Errorf("printed no line of JSON with photos_per_second: %q", tail(out))
}

// tail keeps the last 2,000 bytes, where the reason usually stands.
func tail(s string) string {
	s = strings.TrimSpace(s)
	return s[max(len(s)-2000, 0):]
}
