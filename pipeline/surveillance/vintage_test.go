package surveillance

import (
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/pattern"
	"github.com/defekt/defekt/pipeline/store"
)

func TestWindowOfVintages(t *testing.T) {
	on := func(text string) pattern.Day {
		at, err := time.Parse(time.DateOnly, text)
		if err != nil {
			t.Fatal(err)
		}
		return pattern.DayOf(at)
	}
	made := map[string]pattern.Day{"B1": on("2024-01-10"), "B2": on("2024-04-20"), "B3": on("2024-05-02"), "B4": on("2024-07-01")}
	f := newFleet(store.BasisUnits, func(groups []store.Group) pattern.Day { return made[groups[1].Name] })
	for _, b := range []string{"B1", "B2", "B3", "B4"} {
		set := f.set([]store.Group{{Kind: store.GroupSKU, Name: "S"}, {Kind: store.GroupBatch, Name: b}})
		f.add(set, store.StageField, true, made[b]+30, 10)
	}
	f.settle()
	st := &state{fleet: f}
	r := &report{set: 1, groups: f.sets[1]}
	st.reports = []*report{r}
	group := func(name string) int32 {
		id, ok := f.ids[store.Group{Kind: store.GroupSKU, Name: name}]
		if !ok {
			t.Fatalf("no group %q", name)
		}
		return id
	}
	for _, c := range []struct {
		vintages []string
		name     string
		units    int
	}{
		{[]string{"S, spring 2024"}, "S, made from 2024-04-20 to 2024-05-02", 20},
		{[]string{"S, summer 2024", "S, spring 2024"}, "S, made since 2024-04-20", 30},
		{[]string{"S, winter 2024", "S, summer 2024"}, "S", 40},
	} {
		var list []int32
		for _, v := range c.vintages {
			list = append(list, group(v))
		}
		id := st.cut(f.windowOf(list))
		if f.names[id].Name != c.name || f.units[id].Field != c.units || f.inService(id) != float64(c.units) {
			t.Errorf("%v: %q with %+v, want %q with %d", c.vintages, f.names[id].Name, f.units[id], c.name, c.units)
		}
		if f.wholes[id] != group("S") {
			t.Errorf("%v is a part of group %d", c.vintages, f.wholes[id])
		}
		if st.cut(f.windowOf(list)) != id {
			t.Errorf("%v is cut twice", c.vintages)
		}
	}
	if len(r.groups) != len(f.sets[1]) {
		t.Error("a report does not know the windows of its unit")
	}
}
