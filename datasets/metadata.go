package datasets

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/defekt/defekt/taxonomy"
)

// metadataFiles finds the metadata of a Hugging Face image folder: metadata.jsonl or
// metadata.csv in dir itself or in its sub-folders (train/metadata.jsonl), as paths
// relative to dir with slashes.
func metadataFiles(dir string) ([]string, error) {
	var found []string
	for _, pattern := range []string{"metadata", "*/metadata"} {
		for _, ending := range []string{".jsonl", ".csv"} {
			files, err := filepath.Glob(filepath.Join(globQuoted(dir), filepath.FromSlash(pattern)+ending))
			if err != nil {
				return nil, err
			}
			for _, file := range files {
				rel, err := filepath.Rel(dir, file)
				if err != nil {
					return nil, err
				}
				if isMetadata(file) {
					found = append(found, filepath.ToSlash(rel))
				}
			}
		}
	}
	slices.Sort(found)
	if len(found) == 0 {
		if _, err := os.Stat(filepath.Join(dir, "metadata.parquet")); err == nil {
			return nil, fmt.Errorf("%s: metadata.parquet is not read; write metadata.jsonl or metadata.csv instead", dir)
		}
	}
	return found, nil
}

// isMetadata says whether the first row of a file called metadata names files: others keep
// metadata too.
func isMetadata(file string) bool {
	for raw, err := range readerOf(file)(context.Background()) {
		if err != nil {
			return false
		}
		if raw.rec != nil {
			return slices.ContainsFunc(columnsOf(raw.rec), namesFiles)
		}
	}
	return false
}

func readerOf(file string) source {
	if strings.HasSuffix(file, ".csv") {
		return csvTable(file)
	}
	return jsonLines(file)
}

// globQuoted takes the meaning from the letters of a path that Glob gives one.
func globQuoted(dir string) string {
	return strings.NewReplacer("*", "[*]", "?", "[?]", "[", "[[]").Replace(dir)
}

// metadataDescriptor is that of an image folder with metadata: our own format, and photos in
// file_name or file_names.
func metadataDescriptor(name, file string) *Descriptor {
	d := nativeDescriptor(name, file)
	d.Taxonomy = "infer"
	return d
}

// metadataRows streams the rows of the metadata under dir. The names of files are relative to
// the metadata's own folder; a row without a split has that of the folder that it or
// its photo lies in, one without an id is named by its first photo. Label columns are
// "label", those named like an axis of the starter taxonomy, and "labels" as in our own
// format. Photos that no row names are no claims, as Hugging Face has it.
func metadataRows(dir string, files []string) source {
	return func(ctx context.Context) iter.Seq2[rawRow, error] {
		return func(yield func(rawRow, error) bool) {
			axes, n := append(taxonomy.Starter().AxisIDs(), "label"), 0
			for _, file := range files {
				for raw, err := range readerOf(filepath.Join(dir, filepath.FromSlash(file)))(ctx) {
					n++
					raw.line = n // several files: their lines would say nothing
					if err == nil && raw.rec != nil {
						raw.rec = metadataRecord(raw.rec, path.Dir(file), axes)
					}
					if !yield(raw, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

func metadataRecord(rec record, folder string, axes []string) record {
	values := valuesOf(rec)
	labels, _ := values["labels"].(map[string]any)
	if labels == nil {
		labels = map[string]any{}
	}
	contextual, _ := values["context"].(map[string]any)
	if contextual == nil {
		contextual = map[string]any{}
	}
	var photos []any
	for _, key := range columnsOf(rec) {
		axis, isAxis := strings.CutPrefix(key, "labels.")
		fact, isFact := strings.CutPrefix(key, "context.")
		switch {
		case isAxis || slices.Contains(axes, key):
			labels[axis] = values[key]
		case isFact:
			contextual[fact] = values[key]
		case namesFiles(key):
			for _, name := range listOf(values[key]) {
				photos = append(photos, inFolder(folder, name))
			}
		}
	}
	values["labels"], values["context"], values["photos"] = labels, contextual, photos
	first := ""
	if len(photos) > 0 {
		first, _ = photos[0].(string)
	}
	if values["id"] == nil && first != "" {
		values["id"] = first
	}
	if values["split"] == nil {
		values["split"] = splitOfFolder(folder, first)
	}
	return &objectRecord{values, rec.dirty("")}
}

// namesFiles says whether a column of metadata holds names of files.
func namesFiles(column string) bool {
	return strings.HasSuffix("_"+column, "_file_name") || strings.HasSuffix("_"+column, "_file_names")
}

func columnsOf(rec record) []string {
	switch rec := rec.(type) {
	case *csvRecord:
		return rec.header.names
	case *jsonRecord:
		names := make([]string, 0, len(rec.raw))
		for key := range rec.raw {
			names = append(names, key)
		}
		slices.Sort(names)
		return names
	}
	return nil
}

// valuesOf gives all that a record has, by column.
func valuesOf(rec record) map[string]any {
	values := map[string]any{}
	for _, key := range columnsOf(rec) {
		values[key] = rec.value(key)
	}
	return values
}

func inFolder(folder string, name any) any {
	s, ok := name.(string)
	if !ok || s == "" || path.IsAbs(s) {
		return name
	}
	return path.Join(folder, s)
}

// splitOfFolder is the metadata's folder, or the photo's first folder when it is called like
// a part; nil when neither says.
func splitOfFolder(folder, photo string) any {
	if first, _, _ := strings.Cut(folder, "/"); first != "." {
		return first
	}
	if first, _, under := strings.Cut(photo, "/"); under && slices.Contains(splitWords, strings.ToLower(first)) {
		return first
	}
	return nil
}
