// Command defekt turns warranty claims into structured defect data.
//
// This package only wires: each command has a file of its own that reads flags, puts the
// rooms together and prints. It is the one place that knows every implementation.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}
