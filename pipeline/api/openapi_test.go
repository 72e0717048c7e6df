package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

func updateGolden() bool { return flag.Lookup("update").Value.String() == "true" }

var _ = flag.Bool("update", false, "write testdata/openapi.json anew")

func TestOpenAPIIsTheOneInTestdata(t *testing.T) {
	golden := filepath.Join("testdata", "openapi.json")
	got := append(bytes.Clone(start(t, open).server.OpenAPI()), '\n')
	if updateGolden() {
		if err := os.WriteFile(golden, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("the document has changed; if it should, run go test ./pipeline/api -update\n%s", diff)
	}
}

func TestEveryRouteIsDocumented(t *testing.T) {
	s := start(t, open).server
	documented := documentedOperations(t, s)
	for _, pattern := range s.mux.patterns {
		if documented[pattern] == "" {
			t.Errorf("%s is registered and not documented", pattern)
		}
	}
	if len(s.mux.patterns) != len(documented) {
		t.Errorf("%d routes, %d documented: %v", len(s.mux.patterns), len(documented), documented)
	}
}

// TestOpenAPIHoldsTogether checks what generators stumble over: references that lead
// nowhere, operations without a name of their own, parameters of the path that are missing,
// operations without a good answer and a problem.
func TestOpenAPIHoldsTogether(t *testing.T) {
	s := start(t, open).server
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name, In string }
			Responses   map[string]json.RawMessage
			Security    []map[string][]string
		}
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(s.OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Errorf("version %q", doc.OpenAPI)
	}
	for ref := range refs(t, s.OpenAPI()) {
		name, ok := strings.CutPrefix(ref, "#/components/schemas/")
		if !ok || doc.Components.Schemas[name] == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	}
	seen := map[string]bool{}
	for path, item := range doc.Paths {
		for method, op := range item {
			if op.OperationID == "" || seen[op.OperationID] {
				t.Errorf("%s %s: operation id %q", method, path, op.OperationID)
			}
			seen[op.OperationID] = true
			for _, part := range strings.Split(path, "/") {
				name := strings.Trim(part, "{}")
				if name != part && !slices.ContainsFunc(op.Parameters, func(p struct{ Name, In string }) bool { return p.Name == name && p.In == "path" }) {
					t.Errorf("%s %s: no parameter %s", method, path, name)
				}
			}
			if op.Responses["default"] == nil || len(op.Responses) < 2 {
				t.Errorf("%s %s: answers %v", method, path, op.Responses)
			}
			if strings.HasPrefix(path, "/v1/") && len(op.Security) != 1 {
				t.Errorf("%s %s: no scope", method, path)
			}
		}
	}
}

// refs gives all references of a document.
func refs(t *testing.T, document []byte) map[string]bool {
	t.Helper()
	var v any
	if err := json.Unmarshal(document, &v); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				out[ref] = true
			}
			for _, child := range v {
				walk(child)
			}
		case []any:
			for _, child := range v {
				walk(child)
			}
		}
	}
	walk(v)
	return out
}

func TestOpenAPIYAMLSaysTheSame(t *testing.T) {
	s := start(t, open).server
	var asJSON, asYAML any
	if err := json.Unmarshal(s.json, &asJSON); err != nil {
		t.Fatal(err)
	}
	converted, err := yaml.YAMLToJSON(s.yaml)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(converted, &asYAML); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asJSON, asYAML); diff != "" {
		t.Error(diff)
	}
}
