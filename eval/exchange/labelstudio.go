package exchange

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
)

// Task is one task of Label Studio: a claim as people and models answered it. The claim's own
// text and photos are read by package datasets.
type Task struct {
	// ID is the claim's: "claim_id" or "id" of the task's data, else "task-" and Label
	// Studio's number.
	ID string
	// Annotations are people's answers in the order of the file, skipped ones included.
	Annotations []Annotation
	// Answers are the models' (Label Studio calls them predictions).
	Answers []Answer
}

// Annotation is what one person said about one claim.
type Annotation struct {
	// Rater is the e-mail address where the file has one, else the user's number.
	Rater string
	// Labels are the label ids by axis.
	Labels map[string]string
	// At is when it was written, zero = not known; Seconds how long it took, 0 = not known.
	At      time.Time
	Seconds float64
	// Standard says that it was marked as the ground truth, Skipped that the person passed.
	Standard, Skipped bool
}

// Answer is what one model said about one claim.
type Answer struct {
	Model string
	Axes  map[string]claim.AxisPrediction
	// Distributions are whole distributions by axis and label, where known.
	Distributions map[string]map[string]float64
}

// Tasks are what a file holds.
type Tasks []Task

// Ratings gives every label that a person gave, claim by claim; skipped tasks give none.
func (t Tasks) Ratings() []Rating {
	var out []Rating
	for _, task := range t {
		for _, a := range task.Annotations {
			if a.Skipped {
				continue
			}
			for _, axis := range sortedKeys(a.Labels) {
				out = append(out, Rating{Claim: task.ID, Axis: axis, Rater: a.Rater, Label: a.Labels[axis], At: a.At, Seconds: a.Seconds, Standard: a.Standard})
			}
		}
	}
	return out
}

// Models are the names of the models that answered, sorted.
func (t Tasks) Models() []string {
	seen := map[string]bool{}
	for _, task := range t {
		for _, a := range task.Answers {
			seen[a.Model] = true
		}
	}
	return sortedKeys(seen)
}

// Predictions gives the answers of one model; "" is the only one there is. Of several answers
// of one model to a task the last counts, as Label Studio shows it.
func (t Tasks) Predictions(model string) (*Predictions, error) {
	models := t.Models()
	switch {
	case len(models) == 0:
		return nil, fmt.Errorf("no task has predictions; export with predictions, or take the annotations as labels")
	case model == "" && len(models) > 1:
		return nil, fmt.Errorf("the tasks have predictions of %d models (%s); name one", len(models), strings.Join(models, ", "))
	case model == "":
		model = models[0]
	case !slices.Contains(models, model):
		return nil, fmt.Errorf("no task has predictions of model %q; there are %s", model, strings.Join(models, ", "))
	}
	p := NewPredictions()
	p.Model = model
	for _, task := range t {
		var last *Answer
		for i := range task.Answers {
			if task.Answers[i].Model == model {
				last = &task.Answers[i]
			}
		}
		if last == nil {
			continue
		}
		for _, axis := range sortedKeys(last.Axes) {
			if err := p.Add(task.ID, axis, last.Axes[axis], last.Distributions[axis]); err != nil {
				return nil, fmt.Errorf("task %s: %w", task.ID, err)
			}
		}
	}
	return p, nil
}

// The shape of the file, after Label Studio's "task format".
type lsTask struct {
	ID          json.RawMessage            `json:"id,omitempty"`
	Data        map[string]json.RawMessage `json:"data"`
	Annotations []lsAnnotation             `json:"annotations,omitempty"`
	Predictions []lsPrediction             `json:"predictions,omitempty"`
}

type lsAnnotation struct {
	CompletedBy  any        `json:"completed_by,omitempty"`
	Result       []lsResult `json:"result"`
	WasCancelled bool       `json:"was_cancelled"`
	GroundTruth  bool       `json:"ground_truth"`
	CreatedAt    string     `json:"created_at,omitempty"`
	UpdatedAt    string     `json:"updated_at,omitempty"`
	LeadTime     float64    `json:"lead_time,omitempty"`
}

type lsPrediction struct {
	ModelVersion string     `json:"model_version,omitempty"`
	Score        *float64   `json:"score,omitempty"`
	Result       []lsResult `json:"result"`
}

// lsResult is one control's answer. Abstained and Probabilities are ours; Label Studio keeps
// what it does not know.
type lsResult struct {
	ID            string             `json:"id,omitempty"`
	FromName      string             `json:"from_name"`
	ToName        string             `json:"to_name"`
	Type          string             `json:"type"`
	Value         lsValue            `json:"value"`
	Score         *float64           `json:"score,omitempty"`
	Abstained     bool               `json:"abstained,omitempty"`
	Probabilities map[string]float64 `json:"probabilities,omitempty"`
}

type lsValue struct {
	Choices  []string   `json:"choices,omitempty"`
	Taxonomy [][]string `json:"taxonomy,omitempty"`
}

// label gives what was chosen: "" for controls that choose nothing (boxes, texts).
func (r *lsResult) label() (string, error) {
	chosen := r.Value.Choices
	for _, path := range r.Value.Taxonomy {
		if len(path) > 0 {
			chosen = append(chosen, path[len(path)-1])
		}
	}
	if len(chosen) > 1 {
		return "", fmt.Errorf("%q has %d choices (%s); an axis takes one: set choice=\"single\", or maxUsages=\"1\" for a Taxonomy",
			r.FromName, len(chosen), strings.Join(chosen, ", "))
	}
	if len(chosen) == 0 {
		return "", nil
	}
	return chosen[0], nil
}

// claimID is the same rule as package datasets has for these files.
func (t *lsTask) claimID(n int) string {
	for _, key := range []string{"claim_id", "id"} {
		if id := scalarText(t.Data[key]); id != "" {
			return id
		}
	}
	if id := scalarText(t.ID); id != "" {
		return "task-" + id
	}
	return "task-" + strconv.Itoa(n)
}

// scalarText is a string or number of JSON without its quotes.
func scalarText(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return strings.TrimSpace(s)
	}
	var n json.Number
	if json.Unmarshal(raw, &n) == nil {
		return n.String()
	}
	return ""
}

// rater names a user: {"id":1,"email":"a@b.c"}, or a bare number.
func rater(by any) string {
	switch by := by.(type) {
	case map[string]any:
		for _, key := range []string{"email", "username", "id"} {
			if s := rater(by[key]); s != "" {
				return s
			}
		}
	case string:
		return by
	case float64:
		return strconv.FormatFloat(by, 'f', -1, 64)
	}
	return ""
}
