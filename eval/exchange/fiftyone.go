package exchange

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"strings"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// Fields of FiftyOne samples. With several axes the axis follows: predictions_severity.
const (
	truthField      = "ground_truth"
	predictionField = "predictions"
)

// foLabel is a FiftyOne Classification. Abstained and Probabilities are attributes of ours,
// which FiftyOne keeps.
type foLabel struct {
	Cls           string             `json:"_cls"`
	Label         string             `json:"label"`
	Confidence    *float64           `json:"confidence,omitempty"`
	Abstained     bool               `json:"abstained,omitempty"`
	Probabilities map[string]float64 `json:"probabilities,omitempty"`
}

// ReadFiftyOne reads predictions from a FiftyOne samples.json: the Classification fields
// "predictions" (on o's axis), "predictions_AXIS" (or "prediction..."), and every other one
// that has a confidence, whose name is its axis. The claim is named by "claim_id", else by
// "filepath" as it is written; samples of the same claim (several photos) must agree.
// Faults name their place, as in samples[3].predictions, all at once up to 20.
func ReadFiftyOne(r io.Reader, o Options) (*Predictions, error) {
	in, err := unpacked(r)
	if err != nil {
		return nil, err
	}
	p, f, last := NewPredictions(), faults{}, claim.Prediction{}
	err = eachElement(in, "samples", func(n int, raw json.RawMessage) bool {
		one, whole, err := o.sample(raw)
		if err == nil && one.ID == last.ID && reflect.DeepEqual(one, last) {
			return true // another photo of the same claim
		}
		last = one
		if err == nil {
			err = p.addAll(one, whole)
		}
		if err != nil {
			return f.add(fmt.Errorf("samples[%d]%w", n, err))
		}
		return true
	})
	if err := errors.Join(f.err(), err); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Predictions) addAll(one claim.Prediction, whole map[string]map[string]float64) error {
	if _, twice := p.at[one.ID]; twice {
		return fmt.Errorf(": claim %q stands in an earlier sample with other predictions", one.ID)
	}
	p.row(one.ID)
	for _, axis := range sortedKeys(one.Axes) {
		if err := p.Add(one.ID, axis, one.Axes[axis], whole[axis]); err != nil {
			return fmt.Errorf(": %w", err)
		}
	}
	return nil
}

func (o *Options) sample(raw json.RawMessage) (one claim.Prediction, whole map[string]map[string]float64, err error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return one, nil, fmt.Errorf(": not a sample: %w", err)
	}
	one.ID, one.Axes, whole = scalarText(fields["claim_id"]), map[string]claim.AxisPrediction{}, map[string]map[string]float64{}
	if one.ID == "" {
		one.ID = scalarText(fields["filepath"])
	}
	if one.ID == "" {
		return one, nil, errors.New(`: neither "claim_id" nor "filepath" names the claim`)
	}
	for _, name := range sortedKeys(fields) {
		var l foLabel
		if json.Unmarshal(fields[name], &l) != nil || l.Cls != "Classification" || l.Label == "" {
			continue
		}
		axis := o.predicted(name, &l)
		if axis == "" || !o.wants(axis) {
			continue
		}
		if _, twice := one.Axes[axis]; twice {
			return one, nil, fmt.Errorf(".%s: a second prediction on axis %q", name, axis)
		}
		a := claim.AxisPrediction{Label: o.label(axis, l.Label), Abstained: l.Abstained}
		if l.Confidence != nil {
			a.Probability = *l.Confidence
		}
		if !(a.Probability >= 0 && a.Probability <= 1) {
			return one, nil, fmt.Errorf(".%s: confidence %v is not within 0..1", name, a.Probability)
		}
		one.Axes[axis] = a
		if l.Probabilities != nil {
			whole[axis] = l.Probabilities
		}
	}
	return one, whole, nil
}

// predicted gives the axis that a field predicts, "" when it is a truth.
func (o *Options) predicted(field string, l *foLabel) string {
	for _, name := range []string{predictionField, "prediction"} {
		if rest, ok := strings.CutPrefix(field, name); ok && rest == "" {
			return o.axis()
		} else if rest, under := strings.CutPrefix(rest, "_"); ok && under {
			return rest
		}
	}
	if l.Confidence == nil || strings.HasPrefix(field, truthField) {
		return ""
	}
	return field
}

// WriteFiftyOne writes the items as samples.json, one sample a photo: filepath, tags (the
// split), the claim's facts, labels as ground_truth and predictions as predictions, both
// with _AXIS when the taxonomy has several axes. FiftyOne imports the folder it lies in as
// its type FiftyOneDataset of old (LegacyFiftyOneDataset); filepath is relative to it.
// Claims without photos cannot be samples; their number is left.
func (e *Export) WriteFiftyOne(w io.Writer, items iter.Seq2[Item, error]) (left int, err error) {
	buf := bufio.NewWriter(w)
	separator := "{\"samples\": [\n"
	for item, err := range items {
		if err != nil {
			return left, err
		}
		if len(item.Claim.Photos) == 0 {
			left++
		}
		for _, photo := range item.Claim.Photos {
			line, err := json.Marshal(e.foSample(&item, photo))
			if err != nil {
				return left, fmt.Errorf("claim %q: %w", item.Claim.ID, err)
			}
			_, _ = buf.WriteString(separator) // the writer keeps its error until Flush
			_, _ = buf.Write(line)
			separator = ",\n"
		}
	}
	if separator != ",\n" {
		_, _ = buf.WriteString(separator)
	}
	_, _ = buf.WriteString("\n]}\n")
	return left, buf.Flush()
}

func (e *Export) foSample(item *Item, photo string) map[string]any {
	c := &item.Claim
	s := map[string]any{"filepath": e.relative(photo), "tags": []string{}, "metadata": nil, "claim_id": c.ID}
	if c.Split != "" {
		s["tags"] = []string{c.Split}
	}
	for name, v := range map[string]string{"text": c.Text, "product": c.Product, "sku": c.SKU, "serial": c.Serial, "lang": c.Lang, "group": c.Group} {
		if v != "" {
			s[name] = v
		}
	}
	if !c.ReceivedAt.IsZero() {
		s["received_at"] = c.ReceivedAt
	}
	if len(c.Context) > 0 {
		s["context"] = c.Context
	}
	for i := range e.Taxonomy.Axes {
		e.foAxis(s, item, &e.Taxonomy.Axes[i])
	}
	return s
}

func (e *Export) foAxis(s map[string]any, item *Item, axis *taxonomy.Axis) {
	ending := ""
	if len(e.Taxonomy.Axes) > 1 {
		ending = "_" + axis.ID
	}
	if label := item.Claim.Labels[axis.ID]; label != "" {
		s[truthField+ending] = foLabel{Cls: "Classification", Label: label}
	}
	if item.Prediction == nil {
		return
	}
	one := item.Prediction.Axes[axis.ID]
	if one.Label == "" {
		return
	}
	s[predictionField+ending] = foLabel{
		Cls: "Classification", Label: one.Label, Confidence: &one.Probability, Abstained: one.Abstained, Probabilities: e.whole(axis.ID, &one),
	}
}
