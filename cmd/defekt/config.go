package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml"
)

// fileResolver answers flags from the YAML file of --config: "listen: 0.0.0.0:8080", or, for
// one command only, "serve: {listen: ...}". The command line wins over the environment, the
// environment over the file.
type fileResolver struct{ values map[string]any }

// readConfig is kong's loader of the file.
func readConfig(r io.Reader) (kong.Resolver, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	f := &fileResolver{values: map[string]any{}}
	if err := yaml.Unmarshal(data, &f.values); err != nil {
		return nil, fmt.Errorf("config file: %w", err)
	}
	return f, nil
}

// Validate refuses keys that no command has: a slip of the pen must not pass for a default.
func (r *fileResolver) Validate(app *kong.Application) error {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		switch n := node.(type) {
		case *kong.Node:
			known[n.Name] = known[n.Name] || n.Type == kong.CommandNode
			for _, f := range n.Flags {
				known[f.Name], known[n.Name+"."+f.Name] = true, true
			}
		case *kong.Application:
			for _, f := range n.Flags {
				known[f.Name] = true
			}
		}
		return next(nil)
	})
	var errs []error
	check := func(key string) {
		if !known[key] {
			errs = append(errs, fmt.Errorf("config file: there is no setting %q", key))
		}
	}
	for key, value := range r.values {
		check(key)
		if inner, ok := value.(map[string]any); ok {
			for name := range inner {
				check(key + "." + name)
			}
		}
	}
	return errors.Join(errs...)
}

// Resolve finds a flag's value. What it gives would win over the environment, so it gives
// nothing for a flag that the environment sets; kong reads the process's environment, too.
func (r *fileResolver) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	if parent.Command != nil {
		if inner, ok := r.values[parent.Command.Name].(map[string]any); ok {
			if v, ok := inner[flag.Name]; ok {
				return scalar(v), nil
			}
		}
	}
	if v, ok := r.values[flag.Name]; ok {
		return scalar(v), nil
	}
	return nil, nil
}

// scalar makes what kong's mappers take.
func scalar(v any) any {
	switch v := v.(type) {
	case []any:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = fmt.Sprint(p)
		}
		return strings.Join(parts, ",")
	case string, bool:
		return v
	default:
		return fmt.Sprint(v)
	}
}

type configCmd struct {
	Check configCheckCmd `cmd:"" help:"Show what 'defekt serve' would run with, and whether it is valid."`
}

type configCheckCmd struct {
	serveCmd `embed:""`
}

// Help is shown by `defekt config check --help`.
func (configCheckCmd) Help() string {
	return `Reads --config, the environment and the flags as 'defekt serve' does and prints each setting as it then holds. A setting
that no command has, or a value that does not parse, is an error. Nothing is opened.`
}

// Run prints the settings.
func (c *configCheckCmd) Run(a *app, kctx *kong.Context) error {
	return printSettings(a.stdout, kctx)
}

func printSettings(w io.Writer, kctx *kong.Context) error {
	for _, f := range kctx.Flags() {
		if f.Name == "help" || f.Name == "config" {
			continue
		}
		value := kctx.FlagValue(f)
		if db, ok := value.(string); ok && f.Name == "db" {
			value = redacted(db)
		}
		if _, err := fmt.Fprintf(w, "%s: %v\n", f.Name, value); err != nil {
			return err
		}
	}
	return nil
}
