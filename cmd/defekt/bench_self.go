package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
)

// self runs this program again with its own environment; it may draw on the terminal.
func (a *app) self(ctx context.Context, args ...string) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program's file: %w", err)
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Stdout, cmd.Stderr = a.stdout, a.stderr
	return cmd.Run()
}
