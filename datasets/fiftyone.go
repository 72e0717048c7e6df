package datasets

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
)

// splitWords are names of parts that tags and folders of other tools use.
var splitWords = []string{"train", "training", "validation", "valid", "val", "dev", "test", "testing", "eval", "evaluation"}

// fiftyOneRows reads FiftyOne's samples (samples.json) as claims: the photo from filepath, the
// split from the first tag that is one, the keys of our own format as such, and labels from
// Classification fields: ground_truth (axis "label"), ground_truth_AXIS, and any other
// without a confidence, by its own name. Predictions are not labels. Samples that follow
// each other with the same claim_id are one claim with several photos.
func fiftyOneRows(in source, root string) source {
	return func(ctx context.Context) iter.Seq2[rawRow, error] {
		return func(yield func(rawRow, error) bool) {
			var held rawRow // waits for the claim's other photos
			flush := func() bool {
				row := held
				held = rawRow{}
				return row.rec == nil || yield(row, nil)
			}
			for raw, err := range in(ctx) {
				if err != nil || raw.rec == nil {
					if !flush() || !yield(raw, err) {
						return
					}
					continue
				}
				row, named := fiftyOneRow(raw, root)
				if named && held.rec != nil && held.rec.value("id") == row.rec.value("id") {
					values := held.rec.(*objectRecord).values //nolint:forcetypeassert // made by fiftyOneRow
					values["photos"] = append(values["photos"].([]any), row.rec.value("photos").([]any)...)
					continue
				}
				if !flush() {
					return
				}
				held = row
			}
			flush()
		}
	}
}

// fiftyOneRow is one sample; named says that it has a claim_id.
func fiftyOneRow(raw rawRow, root string) (row rawRow, named bool) {
	values := valuesOf(raw.rec)
	path, _ := values["filepath"].(string)
	id, _ := scalar(values["claim_id"])
	named = id != ""
	if !named {
		id = path
	}
	values["id"], values["photos"] = id, []any{underRoot(path, root)}
	for _, tag := range listOf(values["tags"]) {
		if s, ok := tag.(string); ok && values["split"] == nil && slices.Contains(splitWords, strings.ToLower(s)) {
			values["split"] = s
		}
	}
	labels := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		if axis, label := fiftyOneLabel(key, values[key]); label != "" {
			labels[axis] = label
		}
	}
	values["labels"] = labels
	return rawRow{line: raw.line, rec: &objectRecord{values, raw.rec.dirty("")}}, named
}

// fiftyOneLabel gives axis and label of a field that is a truth.
func fiftyOneLabel(field string, v any) (axis, label string) {
	l, ok := v.(map[string]any)
	if !ok || l["_cls"] != "Classification" {
		return "", ""
	}
	label, _ = scalar(l["label"])
	truth, isTruth := strings.CutPrefix(field, "ground_truth")
	switch {
	case isTruth && truth == "":
		return "label", label
	case isTruth:
		return strings.TrimPrefix(truth, "_"), label
	case l["confidence"] != nil || strings.HasPrefix(field, "prediction"):
		return "", ""
	}
	return field, label
}
