package detection

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/pattern/watch"
)

// caseRow is a line of cases.jsonl.
type caseRow struct {
	ID        string `json:"case_id"`
	Label     string `json:"label"`
	Make      string `json:"make"`
	Model     string `json:"model"`
	Years     []int  `json:"model_years"`
	Component string `json:"component_group"`
	Recall    *struct {
		Date string `json:"date"`
	} `json:"recall"`
	Last       string `json:"last_date"`
	Ambiguous  bool   `json:"ambiguous_negative"`
	Split      string `json:"split"`
	Complaints []struct {
		Filed string `json:"filed_est"`
		Year  int    `json:"model_year"`
	} `json:"complaints"`
}

const labelRecall = "recall"

func (r caseRow) parse() (Case, error) {
	c := Case{ID: r.ID, Split: r.Split, Years: r.Years, Ambiguous: r.Ambiguous, Recalled: r.Label == labelRecall}
	c.Stream = watch.Stream{Make: r.Make, Model: r.Model, Component: r.Component}
	var err error
	if c.Last, err = day(r.Last); err != nil {
		return c, err
	}
	if c.Recalled {
		if r.Recall == nil {
			return c, fmt.Errorf("case %s is labelled recall and has none", r.ID)
		}
		if c.Announced, err = day(r.Recall.Date); err != nil {
			return c, err
		}
	}
	for _, k := range r.Complaints {
		filed, err := day(k.Filed)
		if err != nil {
			return c, err
		}
		c.Stream.Reports = append(c.Stream.Reports, watch.Report{Filed: filed, Year: k.Year})
	}
	slices.SortStableFunc(c.Stream.Reports, func(a, b watch.Report) int { return int(a.Filed - b.Filed) })
	return c, nil
}

// complaintRow is a line of complaints.jsonl.
type complaintRow struct {
	Filed      string   `json:"filed_est"`
	Make       string   `json:"make"`
	Model      string   `json:"model"`
	Year       int      `json:"model_year"`
	Components []string `json:"component_groups"`
}

func (r complaintRow) parse() (Complaint, error) {
	filed, err := day(r.Filed)
	return Complaint{Car: watch.Car{Make: r.Make, Model: r.Model, Year: r.Year}, Filed: filed, Components: r.Components}, err
}

// recallRow is a line of recalls.jsonl; a vehicle is [make, model, year].
type recallRow struct {
	Campaign  string               `json:"campaign"`
	Date      string               `json:"date"`
	Component string               `json:"group"`
	Vehicles  [][3]json.RawMessage `json:"vehicles"`
}

func (r recallRow) parse() (watch.Recall, error) {
	announced, err := day(r.Date)
	out := watch.Recall{Campaign: r.Campaign, Announced: announced, Component: r.Component}
	if err != nil {
		return out, err
	}
	for _, v := range r.Vehicles {
		var car watch.Car
		for i, field := range []any{&car.Make, &car.Model, &car.Year} {
			if err := json.Unmarshal(v[i], field); err != nil {
				return out, fmt.Errorf("vehicle %d: %w", i, err)
			}
		}
		out.Cars = append(out.Cars, car)
	}
	return out, nil
}
