package exchange

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Item is a claim on its way to another tool, with what is known about it.
type Item struct {
	Claim claim.Claim
	// Prediction is a model's, or nil; its axes must be of the export's taxonomy.
	Prediction *claim.Prediction
	// Annotations are people's answers; the claim's own labels are not repeated here.
	Annotations []Annotation
}

// Export says how claims are written.
type Export struct {
	// Taxonomy gives the axes; needed.
	Taxonomy *taxonomy.Taxonomy
	// Root is the folder that photos are written relative to. "": as they stand.
	Root string
	// PhotoURL gives the address under which the tool finds a photo, for Label Studio only.
	// nil: its local file storage, /data/local-files/?d=PATH (see its "local storage").
	PhotoURL func(path string) string
	// Classes gives the labels of a prediction's Probabilities by axis, nil = not known.
	Classes map[string][]string
	// Labels also writes the claims' labels: as annotations of the ground truth in Label
	// Studio, where a reviewer would see them.
	Labels bool
}

// WriteLabelStudio writes the items as a list of tasks with pre-annotations, to be imported
// into a project with the configuration that [Export.LabelStudioConfig] gives. A task's
// data has the whole claim, so that importing brings it back.
func (e *Export) WriteLabelStudio(w io.Writer, items iter.Seq2[Item, error]) error {
	buf := bufio.NewWriter(w)
	separator := "[\n"
	for item, err := range items {
		if err != nil {
			return err
		}
		task, err := e.lsTask(&item)
		if err != nil {
			return err
		}
		line, err := json.Marshal(task)
		if err != nil {
			return fmt.Errorf("claim %q: %w", item.Claim.ID, err)
		}
		_, _ = buf.WriteString(separator) // the writer keeps its error until Flush
		_, _ = buf.Write(line)
		separator = ",\n"
	}
	if separator == "[\n" {
		_, _ = buf.WriteString("[")
	}
	_, _ = buf.WriteString("\n]\n")
	return buf.Flush()
}

func (e *Export) lsTask(item *Item) (*lsTask, error) {
	data, err := e.data(&item.Claim)
	if err != nil {
		return nil, fmt.Errorf("claim %q: %w", item.Claim.ID, err)
	}
	t := &lsTask{Data: data}
	if e.Labels && len(item.Claim.Labels) > 0 {
		t.Annotations = append(t.Annotations, lsAnnotation{Result: e.labelResults(item.Claim.ID, "truth", item.Claim.Labels), GroundTruth: true})
	}
	for i, a := range item.Annotations {
		t.Annotations = append(t.Annotations, e.annotation(item.Claim.ID, i, &a))
	}
	if p := item.Prediction; p != nil && len(p.Axes) > 0 {
		t.Predictions = []lsPrediction{e.prediction(item.Claim.ID, p)}
	}
	return t, nil
}

// data is the claim as JSON, its id as claim_id and its photos as addresses; text and photos
// are always there, since the configuration names them.
func (e *Export) data(c *claim.Claim) (map[string]json.RawMessage, error) {
	own := *c
	own.Labels, own.Problems, own.Photos = nil, nil, nil
	raw, err := json.Marshal(own)
	if err != nil {
		return nil, err
	}
	data := map[string]json.RawMessage{}
	if err := json.Unmarshal(raw, &data); err != nil {
		return nil, err
	}
	data["claim_id"] = data["id"]
	delete(data, "id")
	photos := make([]string, len(c.Photos))
	for i, path := range c.Photos {
		photos[i] = e.photoURL(e.relative(path))
	}
	if data["photos"], err = json.Marshal(photos); err != nil {
		return nil, err
	}
	if data["text"] == nil {
		data["text"] = json.RawMessage(`""`)
	}
	return data, nil
}

func (e *Export) relative(path string) string {
	if rel, err := filepath.Rel(e.Root, path); e.Root != "" && err == nil {
		path = rel
	}
	return filepath.ToSlash(path)
}

// localFiles is where Label Studio serves files of its local storage.
const localFiles = "/data/local-files/?d="

func (e *Export) photoURL(path string) string {
	if e.PhotoURL != nil {
		return e.PhotoURL(path)
	}
	parts := strings.Split(path, "/")
	for i := range parts {
		parts[i] = url.QueryEscape(parts[i])
	}
	return localFiles + strings.Join(parts, "/")
}

func (e *Export) annotation(id string, n int, a *Annotation) lsAnnotation {
	out := lsAnnotation{Result: e.labelResults(id, strconv.Itoa(n), a.Labels), WasCancelled: a.Skipped, GroundTruth: a.Standard, LeadTime: a.Seconds}
	if !a.At.IsZero() {
		out.CreatedAt = a.At.Format(time.RFC3339Nano)
		out.UpdatedAt = out.CreatedAt
	}
	// Label Studio's import takes a number of a user or {"email": ...}.
	if number, err := strconv.Atoi(a.Rater); err == nil {
		out.CompletedBy = number
	} else if a.Rater != "" {
		out.CompletedBy = map[string]string{"email": a.Rater}
	}
	return out
}

func (e *Export) labelResults(id, source string, labels map[string]string) []lsResult {
	out := []lsResult{}
	for i := range e.Taxonomy.Axes {
		if label := labels[e.Taxonomy.Axes[i].ID]; label != "" {
			out = append(out, e.result(id, source, &e.Taxonomy.Axes[i], label))
		}
	}
	return out
}

func (e *Export) prediction(id string, p *claim.Prediction) lsPrediction {
	out, lowest := lsPrediction{ModelVersion: p.Model, Result: []lsResult{}}, 1.0
	for i := range e.Taxonomy.Axes {
		axis := &e.Taxonomy.Axes[i]
		one := p.Axes[axis.ID]
		if one.Label == "" {
			continue
		}
		r := e.result(id, "model "+p.Model, axis, one.Label)
		r.Score, r.Abstained, r.Probabilities = &one.Probability, one.Abstained, e.whole(axis.ID, &one)
		lowest = min(lowest, one.Probability)
		out.Result = append(out.Result, r)
	}
	out.Score = &lowest // the list of tasks is sorted by it: the least sure first
	return out
}

// whole is an answer's distribution by label, nil when it is not known.
func (e *Export) whole(axis string, one *claim.AxisPrediction) map[string]float64 {
	classes := e.Classes[axis]
	if len(classes) == 0 || len(classes) != len(one.Probabilities) {
		return nil
	}
	out := make(map[string]float64, len(classes))
	for k, label := range classes {
		out[label] = one.Probabilities[k]
	}
	return out
}

// result is one control's answer. Its id must be unique and, so that a second export gives
// the same file, comes from what it belongs to.
func (e *Export) result(id, source string, axis *taxonomy.Axis, label string) lsResult {
	sum := sha256.Sum256([]byte(id + "\x00" + source + "\x00" + axis.ID))
	r := lsResult{ID: hex.EncodeToString(sum[:5]), FromName: axis.ID, ToName: textObject}
	if !isTree(axis) {
		r.Type, r.Value.Choices = "choices", []string{label}
		return r
	}
	path := []string{label}
	for _, up := range axis.Ancestors(label) {
		path = append([]string{up}, path...)
	}
	r.Type, r.Value.Taxonomy = "taxonomy", [][]string{path}
	return r
}

// isTree says whether labels of the axis have children.
func isTree(axis *taxonomy.Axis) bool {
	for i := range axis.Labels {
		if len(axis.Labels[i].Children) > 0 {
			return true
		}
	}
	return false
}

// Items joins claims with predictions, in the order of the claims.
func Items(claims iter.Seq2[claim.Claim, error], p *Predictions) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for c, err := range claims {
			item := Item{Claim: c}
			if p != nil && err == nil {
				if one := p.For(c.ID); len(one.Axes) > 0 {
					item.Prediction = &one
				}
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

// ItemsOf gives items as WriteLabelStudio takes them.
func ItemsOf(items ...Item) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for _, item := range items {
			if !yield(item, nil) {
				return
			}
		}
	}
}
