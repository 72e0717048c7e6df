package datasets_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/datasets"
)

// counts are the labelled rows of train and test, from the sets' own descriptions.
var catalogCounts = []struct {
	name, data, axis string
	train, test      int
	classes          int
}{
	{"car-damage", "vision/car-damage", "severity", 1609, 390, 3},
	{"car-damage", "vision/car-damage", "component", 674, 215, 6},
	{"car-damage", "vision/car-damage", "damage_type", 674, 215, 5},
	{"parcel-damage", "vision/parcel-damage", "condition", 248, 93, 2},
	{"steel-surface", "vision/steel-surface", "symptom", 732, 322, 6},
	{"magnetic-tile", "vision/magnetic-tile", "symptom", 1035, 309, 6},
	{"fda-device-recalls", "text/fda-device-recalls", "defect_type", 3757, 1664, 5},
	{"fda-specialty", "text/fda-device-recalls", "specialty", 4912, 2131, 19},
	{"nhtsa-severity", "text/nhtsa-hk-complaints", "severity", 907, 390, 3},
	{"nhtsa-crash-or-injury", "text/nhtsa-hk-complaints", "crash_or_injury", 907, 390, 2},
	{"nhtsa-fire", "text/nhtsa-hk-complaints", "fire", 907, 390, 2},
	{"laptop-component", "text/laptop-acos", "component", 822, 332, 14},
	{"laptop-component-complaints", "text/laptop-acos", "component", 416, 151, 14},
	{"laptop-complaint", "text/laptop-acos", "complaint", 2000, 834, 2},
	{"cn-component", "text/cn-auto-complaints", "component", 2041, 866, 13},
	{"cn-component-defects", "text/cn-auto-complaints", "component", 1559, 729, 12},
	{"maude-severity", "text/fda-maude-cardiac", "severity", 761, 326, 3},
	{"maude-device-problem", "text/fda-maude-cardiac", "device_problem", 315, 209, 8},
}

func TestCatalogCounts(t *testing.T) {
	for _, tc := range catalogCounts {
		t.Run(tc.name+"/"+tc.axis, func(t *testing.T) {
			set, err := datasets.Open(tc.name, datasets.Options{Root: shared(t, "data", tc.data)})
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for c, err := range set.Claims(t.Context()) {
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range c.Problems {
					if p.Code != "id_duplicate" { // the recalls have one
						t.Errorf("%s: %v", c.ID, p)
					}
				}
				if c.Labels[tc.axis] != "" {
					got[c.Split]++
				}
			}
			if diff := cmp.Diff(map[string]int{"train": tc.train, "test": tc.test}, got); diff != "" {
				t.Error(diff)
			}
			if n := len(set.Taxonomy().Axis(tc.axis).Labels); n != tc.classes {
				t.Errorf("%d classes, want %d: %v", n, tc.classes, set.Taxonomy().Axis(tc.axis).IDs())
			}
		})
	}
}

// The comment of each descriptor must state the counts that the test above proves.
func TestCatalogCommentsStateTheCounts(t *testing.T) {
	for _, tc := range catalogCounts {
		text, err := datasets.CatalogFile(tc.name)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%s %d/%d", tc.axis, tc.train, tc.test); !strings.Contains(string(text), want) {
			t.Errorf("%s.yaml does not say %q", tc.name, want)
		}
	}
}

// Columns that give the label away must not be read as input.
func TestCatalogReadsNoGiveaways(t *testing.T) {
	for name, d := range datasets.Catalog() {
		if name != d.Name {
			t.Errorf("%s.yaml is named %s", name, d.Name)
		}
		inputs := append(slices.Clone(d.Text), d.Photo...)
		inputs = append(inputs, d.Product, d.SKU, d.Serial)
		for _, c := range d.Context {
			inputs = append(inputs, c.Column)
		}
		for _, column := range inputs {
			root, _, _ := strings.Cut(column, ".")
			if slices.Contains([]string{"labels", "flags", "query", "orig_file", "orig_w", "orig_h", "group", "mask", "boxes", "selection", "severity", "good", "defect_area_frac"}, root) {
				t.Errorf("%s reads %s", name, column)
			}
			for _, l := range d.Labels {
				if column != "" && column == l.Column {
					t.Errorf("%s: %s is label and input", name, column)
				}
			}
		}
	}
}
