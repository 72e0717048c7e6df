package datasets

import (
	"context"
	"iter"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
)

// labelStudioRows reads Label Studio's tasks (its export as JSON) as claims. Of a task's data,
// the keys of our own format are taken as such; photos may also stand under image, images,
// photo or img, and without a key "text" the only other text is it. A label is the one
// marked as ground truth, else what most annotators chose; where they are evenly split
// the label is left out and the claim says so. Each control Choices or Taxonomy is an axis.
func labelStudioRows(in source, root string) source {
	return func(ctx context.Context) iter.Seq2[rawRow, error] {
		return func(yield func(rawRow, error) bool) {
			n := 0
			for raw, err := range in(ctx) {
				if err == nil && raw.rec != nil {
					raw = labelStudioRow(raw, n, root)
				}
				n++
				if !yield(raw, err) {
					return
				}
			}
		}
	}
}

func labelStudioRow(raw rawRow, n int, root string) rawRow {
	data, ok := raw.rec.value("data").(map[string]any)
	if !ok {
		return badRow(raw.line, claim.CodeRowMalformed, "the task has no \"data\"; export as JSON (JSON_MIN and CSV do not have the annotators)")
	}
	values := maps.Clone(data)
	values["id"] = taskID(data, raw.rec.value("id"), n)
	var photos []any
	for _, key := range []string{"photos", "images", "image", "photo", "img"} {
		for _, ref := range listOf(data[key]) {
			photos = append(photos, localPhoto(ref, root))
		}
		delete(values, key)
	}
	values["photos"] = photos
	if _, ok := values["text"]; !ok {
		values["text"] = onlyText(data)
	}
	labels, notes := votes(raw.rec.value("annotations"))
	values["labels"] = labels
	return rawRow{line: raw.line, rec: &objectRecord{values, raw.rec.dirty("")}, notes: notes}
}

// taskID is the same rule as package exchange has for predictions and ratings.
func taskID(data map[string]any, number any, n int) string {
	for _, key := range []string{"claim_id", "id"} {
		if id, _ := scalar(data[key]); id != "" {
			return id
		}
	}
	if id, _ := scalar(number); id != "" {
		return "task-" + id
	}
	return "task-" + strconv.Itoa(n)
}

func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// localPhoto turns the address that Label Studio serves a file under into its path: of local
// storage (/data/local-files/?d=PATH) the path, of an upload (/data/upload/1/x.jpg) the
// place in Label Studio's own media folder.
func localPhoto(ref any, root string) any {
	s, ok := ref.(string)
	if !ok {
		return ref
	}
	if _, query, found := strings.Cut(s, "/data/local-files/?"); found {
		if values, err := url.ParseQuery(query); err == nil && values.Get("d") != "" {
			return values.Get("d")
		}
	}
	if rest, found := strings.CutPrefix(s, "/data/upload/"); found {
		return "upload/" + rest
	}
	return underRoot(s, root)
}

// underRoot makes an absolute path inside of the root relative to it.
func underRoot(path, root string) string {
	abs, err := filepath.Abs(root)
	if err != nil || !filepath.IsAbs(path) {
		return path
	}
	if rel, err := filepath.Rel(abs, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}

// onlyText is the one string of the data that is neither a fact of ours nor a photo.
func onlyText(data map[string]any) any {
	known := []string{"id", "claim_id", "photos", "images", "image", "photo", "img", "product", "sku", "serial", "received_at", "lang", "split", "group"}
	var found []string
	for key, v := range data {
		if s, ok := v.(string); ok && s != "" && !slices.Contains(known, key) {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}
