package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/defekt/defekt/models/onnx"
)

// TestMain lets the test binary stand for the program: in the scripts, "defekt" calls run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"learnlab": func() { os.Exit(learnlab()) },
		"defekt":   func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv)) },
	})
}

// TestScripts runs each testdata/script/*.txtar, which specify the command line. Beside
// the usual commands of testscript they have
//   - exits CODE defekt ...: the command must end with this exit code,
//   - the condition [shared]: the folder ../shared lies beside the repository; the
//     variable $SHARED then leads to it,
//   - the condition [onnx]: the ONNX Runtime library was found; DEFEKT_ONNXRUNTIME then
//     leads the program to it, since the scripts have no home folder; so does $LIBRARY,
//     for scripts that hide it first.
func TestScripts(t *testing.T) {
	shared, err := filepath.Abs(filepath.Join("..", "..", "..", "shared"))
	if err != nil {
		t.Fatal(err)
	}
	_, missing := os.Stat(shared)
	if missing != nil && os.Getenv("CI") == "true" {
		t.Fatalf("needed on CI: %v", missing)
	}
	library, noLibrary := onnx.Find(onnx.DefaultSearch(os.Getenv))
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SHARED", shared)
			if noLibrary == nil {
				env.Setenv(onnx.EnvLibrary, library.Path)
				env.Setenv("LIBRARY", library.Path)
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "shared":
				return missing == nil, nil
			case "onnx":
				return noLibrary == nil, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){"exits": exits},
	})
}

// exits runs a command and compares its exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
