package datasets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/defekt/defekt/taxonomy"
)

// Options for [Open]; the zero value takes everything as it stands.
type Options struct {
	// Root is the folder that the descriptor's file and all photo references are relative
	// to. Empty: the folder of the file that was opened.
	Root string
	// Split keeps rows of these splits only, separated by commas. Empty: all.
	Split string
	// Taxonomy replaces the descriptor's: "infer", "starter" or the path of a file.
	Taxonomy string
}

// Open makes path ready for reading. path is
//   - a .jsonl, .ndjson or .csv file, also with .gz: the project's own format,
//   - a .json file, also with .gz: a list of claims in that format, Label Studio's export as
//     JSON, or FiftyOne's samples.json,
//   - a descriptor (.yaml, .yml), or the name of one in the catalog,
//   - a folder: claims.jsonl in it, else FiftyOne's samples.json, else the metadata.jsonl or
//     metadata.csv of a Hugging Face image folder (there or in its sub-folders, the splits),
//     else photos as label/photo.jpg or split/label/photo.jpg.
//
// Data without descriptor is checked against the starter taxonomy, a folder of photos
// and a descriptor that does not say otherwise have theirs inferred; that reads the data
// once. The error is a [taxonomy.Errors] when a YAML file has mistakes.
func Open(path string, opts Options) (*Set, error) {
	t, err := find(path, opts.Root)
	if err != nil {
		return nil, err
	}
	if opts.Taxonomy != "" {
		own := *t.descriptor
		own.Taxonomy = opts.Taxonomy
		t.descriptor, t.base = &own, ""
	}
	s := &Set{Name: t.descriptor.Name, Root: t.root, Source: t.source, Descriptor: t.descriptor}
	for one := range strings.SplitSeq(opts.Split, ",") {
		if one = strings.TrimSpace(one); one != "" {
			s.splits = append(s.splits, one)
		}
	}
	if s.rows = t.rows; s.rows == nil {
		if s.rows, err = openSource(s.Source); err != nil {
			return nil, err
		}
	}
	return s, s.loadTaxonomy(t.base)
}

// target is what a path given by a user leads to.
type target struct {
	descriptor *Descriptor
	root       string // of the photos
	base       string // folder that the descriptor's own paths are relative to
	source     string // the file or folder with the rows
	rows       source // how to read it; nil = as its name says
}

func find(path, root string) (target, error) {
	info, err := os.Stat(path)
	if err != nil {
		return findInCatalog(path, root, err)
	}
	base := filepath.Dir(path)
	if info.IsDir() {
		base = path
	}
	if root == "" {
		root = base
	}
	switch format := formatOf(path); {
	case info.IsDir():
		return findInFolder(path, root)
	case format == "json":
		return jsonTarget(path, root)
	case format == "yaml":
		data, err := os.ReadFile(path)
		if err != nil {
			return target{}, err
		}
		d, err := ParseDescriptor(data)
		if err != nil {
			return target{}, fmt.Errorf("%s: %w", path, err)
		}
		return described(d, path, root, base)
	case format != "":
		return target{descriptor: nativeDescriptor(setName(path), filepath.Base(path)), root: root, base: base, source: path}, nil
	}
	return target{}, fmt.Errorf("%s: not a kind of data that is read: .jsonl, .ndjson, .csv, .json (also .gz), .yaml or a folder", path)
}

// findInFolder takes what a folder holds.
func findInFolder(path, root string) (target, error) {
	file, native, err := dataFile(path)
	if err == nil && native {
		if formatOf(file) == "json" {
			t, err := jsonTarget(filepath.Join(path, file), root)
			t.descriptor.Name = setName(path)
			return t, err
		}
		return target{descriptor: nativeDescriptor(setName(path), file), root: root, base: path, source: filepath.Join(path, file)}, nil
	}
	metadata, metaErr := metadataFiles(path)
	if metaErr != nil || len(metadata) > 0 {
		return target{descriptor: metadataDescriptor(setName(path), "."), root: root, base: path, source: path, rows: metadataRows(path, metadata)}, metaErr
	}
	return target{descriptor: folderDescriptor(setName(path), file), root: root, base: path, source: filepath.Join(path, file)}, err
}

// jsonTarget takes a JSON file for what its first elements say it is.
func jsonTarget(path, root string) (target, error) {
	d, adapt, err := foreignJSON(path)
	if err != nil {
		return target{descriptor: &Descriptor{}}, err
	}
	t := target{descriptor: d, root: root, base: filepath.Dir(path), source: path}
	d.File = filepath.Base(path)
	if adapt != nil {
		t.rows = adapt(jsonList(path), root)
	}
	return t, nil
}

// findInCatalog takes path for the name of an embedded descriptor; notFound says why it
// is no file.
func findInCatalog(path, root string, notFound error) (target, error) {
	data, err := CatalogFile(path)
	switch {
	case err != nil:
		return target{}, fmt.Errorf("%w (nor is it one of the catalog: %s)", notFound, strings.Join(CatalogNames(), ", "))
	case root == "":
		return target{}, fmt.Errorf("%s is a descriptor of the catalog; --root DIR must say where its data is", path)
	}
	d, err := ParseDescriptor(data)
	if err != nil {
		return target{}, err
	}
	return described(d, path, root, "")
}

// described places the file of a descriptor under the root.
func described(d *Descriptor, path, root, base string) (target, error) {
	file := filepath.FromSlash(d.File)
	if !filepath.IsLocal(file) {
		return target{}, fmt.Errorf("%s: file %q leads out of the data folder", path, d.File)
	}
	return target{descriptor: d, root: root, base: base, source: filepath.Join(root, file)}, nil
}

// formatOf tells jsonl, csv and yaml by the name's ending; "" when it is none of them.
func formatOf(path string) string {
	name := strings.TrimSuffix(strings.ToLower(path), ".gz")
	switch filepath.Ext(name) {
	case ".jsonl", ".ndjson":
		return "jsonl"
	case ".csv", ".tsv":
		return "csv"
	case ".json":
		return "json"
	case ".yaml", ".yml":
		return "yaml"
	}
	return ""
}

func setName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	name := filepath.Base(path)
	for _, ending := range []string{".gz", ".jsonl", ".ndjson", ".json", ".csv", ".tsv"} {
		name = strings.TrimSuffix(name, ending)
	}
	return name
}

func openSource(path string) (source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%w (--root DIR says where a descriptor's data is)", err)
	}
	if info.IsDir() {
		return photoFolder(path), nil
	}
	switch formatOf(path) {
	case "jsonl":
		return jsonLines(path), nil
	case "csv":
		return csvTable(path), nil
	case "json":
		return jsonList(path), nil
	}
	return nil, fmt.Errorf("%s: rows are read from .jsonl, .ndjson, .csv, .json (also .gz) or a folder of photos", path)
}

// loadTaxonomy sets taxonomy and rules as the descriptor says; paths are relative to
// base.
func (s *Set) loadTaxonomy(base string) error {
	switch from := s.Descriptor.Taxonomy; from {
	case "starter":
		s.taxonomy = taxonomy.Starter()
	case "infer":
		s.rules = openRules(s.Descriptor)
		return s.infer()
	default:
		if !filepath.IsAbs(from) {
			from = filepath.Join(base, from)
		}
		data, err := os.ReadFile(from)
		if err != nil {
			return fmt.Errorf("taxonomy: %w", err)
		}
		if s.taxonomy, err = taxonomy.Parse(data); err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
	}
	s.rules = rulesOf(s.taxonomy)
	return nil
}

// infer reads the labels of all splits once.
func (s *Set) infer() error {
	values, seen := map[string][]string{}, map[[2]string]bool{}
	var ordinal []string
	for _, spec := range s.Descriptor.Labels {
		if len(spec.Order) > 0 {
			ordinal, values[spec.Axis] = append(ordinal, spec.Axis), slices.Clone(spec.Order)
		}
	}
	for raw, err := range s.rows(context.Background()) {
		if err != nil {
			return err
		}
		if raw.rec == nil || !keeps(s.Descriptor.Where, raw.rec) {
			continue
		}
		for axis, label := range s.Descriptor.labels(raw.rec) {
			if key := [2]string{axis, label}; !seen[key] && s.rules.check(axis, label) == nil {
				seen[key] = true
				values[axis] = append(values[axis], label)
			}
		}
	}
	s.taxonomy = taxonomy.Infer(s.Name, values, ordinal...)
	return nil
}
