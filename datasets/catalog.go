package datasets

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

//go:embed catalog/*.yaml
var catalogFiles embed.FS

// Catalog gives the embedded descriptors of known sets by name. They hold no data;
// [Options].Root says where it is. Each call gives copies of its own.
func Catalog() map[string]*Descriptor {
	out := map[string]*Descriptor{}
	for _, name := range CatalogNames() {
		data, err := CatalogFile(name)
		if err != nil {
			panic(err) // the names come from the same embedded folder
		}
		d, err := ParseDescriptor(data)
		if err != nil { // embedded and tested
			panic(fmt.Sprintf("datasets: catalog/%s.yaml: %v", name, err))
		}
		out[name] = d
	}
	return out
}

// CatalogNames gives the names of the embedded descriptors, sorted.
func CatalogNames() []string {
	entries, err := catalogFiles.ReadDir("catalog")
	if err != nil {
		panic(err) // the folder is embedded
	}
	names := map[string]bool{}
	for _, e := range entries {
		names[strings.TrimSuffix(e.Name(), ".yaml")] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// CatalogFile gives the text of one descriptor with its comments.
func CatalogFile(name string) ([]byte, error) {
	return catalogFiles.ReadFile(path.Join("catalog", name+".yaml"))
}
