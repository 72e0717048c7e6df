package exchange

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// ReadLabelStudio reads tasks as Label Studio exports them as JSON: a list of tasks with
// "data", "annotations" and "predictions". The controls Choices and Taxonomy are read, each
// one being the axis of its name; others are left out. Choices count by alias or value
// where they are ids of the taxonomy, else by the label's name. Faults name their place, as
// in [3].annotations[0].result[1], all at once up to 20.
func ReadLabelStudio(r io.Reader, o Options) (Tasks, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	var out Tasks
	var f faults
	seen := map[string]bool{}
	err = eachElement(in, "", func(n int, raw json.RawMessage) bool {
		task, err := o.task(n, raw)
		if err == nil && seen[task.ID] {
			err = fmt.Errorf("claim %q stands in an earlier task", task.ID)
		}
		if err != nil {
			return f.add(fmt.Errorf("[%d]%w", n, err))
		}
		seen[task.ID] = true
		out = append(out, task)
		return true
	})
	if err := errors.Join(f.err(), err); err != nil {
		return nil, err
	}
	return out, nil
}

func (o *Options) task(n int, raw json.RawMessage) (Task, error) {
	var ls lsTask
	if err := json.Unmarshal(raw, &ls); err != nil {
		return Task{}, fmt.Errorf(": not a task: %w", err)
	}
	if ls.Data == nil {
		return Task{}, errors.New(`: there is no "data"; export as JSON (JSON_MIN and CSV do not have the annotators)`)
	}
	t := Task{ID: ls.claimID(n)}
	for i, a := range ls.Annotations {
		labels, _, _, err := o.results(a.Result)
		if err != nil {
			return t, fmt.Errorf(".annotations[%d]%w", i, err)
		}
		t.Annotations = append(t.Annotations, Annotation{Rater: rater(a.CompletedBy), Labels: labels, At: instant(cmp.Or(a.UpdatedAt, a.CreatedAt)),
			Seconds: a.LeadTime, Standard: a.GroundTruth, Skipped: a.WasCancelled})
	}
	for i, p := range ls.Predictions {
		_, axes, whole, err := o.results(p.Result)
		if err != nil {
			return t, fmt.Errorf(".predictions[%d]%w", i, err)
		}
		if len(axes) == 1 && p.Score != nil { // the score of the whole is that of its only part
			for axis, one := range axes {
				if one.Probability == 0 && *p.Score >= 0 && *p.Score <= 1 {
					one.Probability = *p.Score
					axes[axis] = one
				}
			}
		}
		t.Answers = append(t.Answers, Answer{Model: p.ModelVersion, Axes: axes, Distributions: whole})
	}
	return t, nil
}

// results reads the controls of one annotation or prediction.
func (o *Options) results(list []lsResult) (labels map[string]string, axes map[string]claim.AxisPrediction, whole map[string]map[string]float64, err error) {
	labels, axes, whole = map[string]string{}, map[string]claim.AxisPrediction{}, map[string]map[string]float64{}
	for i, r := range list {
		written, err := r.label()
		if err != nil {
			return nil, nil, nil, fmt.Errorf(".result[%d]: %w", i, err)
		}
		if written == "" || !o.wants(r.FromName) {
			continue
		}
		if _, twice := labels[r.FromName]; twice {
			return nil, nil, nil, fmt.Errorf(".result[%d]: a second answer of %q", i, r.FromName)
		}
		one := claim.AxisPrediction{Label: o.label(r.FromName, written), Abstained: r.Abstained}
		if r.Score != nil {
			one.Probability = *r.Score
		}
		if !(one.Probability >= 0 && one.Probability <= 1) {
			return nil, nil, nil, fmt.Errorf(".result[%d]: score %v is not within 0..1", i, one.Probability)
		}
		labels[r.FromName], axes[r.FromName] = one.Label, one
		if r.Probabilities != nil {
			whole[r.FromName] = r.Probabilities
		}
	}
	return labels, axes, whole, nil
}

// instant reads Label Studio's times; what cannot be read is not known.
func instant(s string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return time.Time{}
	}
	return at
}

// eachElement gives the elements of a JSON list one by one: of the file itself, or, with a
// key, of that member of the object that the file is. next says whether to go on.
func eachElement(r io.Reader, key string, next func(n int, raw json.RawMessage) bool) error {
	dec := json.NewDecoder(r)
	if err := enter(dec, key); err != nil {
		return err
	}
	for n := 0; dec.More(); n++ {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return fmt.Errorf("[%d], at byte %d: %w", n, dec.InputOffset(), err)
		}
		if !next(n, bytes.Clone(raw)) {
			return nil
		}
	}
	if _, err := dec.Token(); err != nil {
		return fmt.Errorf("the list does not end: %w", err)
	}
	return nil
}

// enter goes to the beginning of the list.
func enter(dec *json.Decoder, key string) error {
	start, err := dec.Token()
	if err != nil {
		return fmt.Errorf("not JSON: %w", err)
	}
	if key == "" {
		if start != json.Delim('[') {
			return errors.New("a list of tasks ([...]) is needed")
		}
		return nil
	}
	if start != json.Delim('{') {
		return fmt.Errorf("an object with a list %q is needed", key)
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return fmt.Errorf("not JSON: %w", err)
		}
		if name == key {
			if start, err := dec.Token(); err != nil || start != json.Delim('[') {
				return fmt.Errorf("%q is not a list", key)
			}
			return nil
		}
		var skipped json.RawMessage
		if err := dec.Decode(&skipped); err != nil {
			return fmt.Errorf("%v: %w", name, err)
		}
	}
	return fmt.Errorf("there is no list %q in the object", key)
}
