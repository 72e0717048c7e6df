package main

import (
	"fmt"
	"os"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/taxonomy"
)

// planner makes what says which claims come to people, of --review-rules or the defaults.
func (f *serviceFlags) planner(t *taxonomy.Taxonomy) (*review.Planner, error) {
	if f.ReviewRules == "" {
		return review.NewPlanner(review.DefaultPlan(t))
	}
	data, err := os.ReadFile(f.ReviewRules)
	if err != nil {
		return nil, err
	}
	plan, err := review.ReadPlan(data, t)
	if err != nil {
		return nil, usageError(fmt.Errorf("%s: %w", f.ReviewRules, err))
	}
	return review.NewPlanner(plan)
}
