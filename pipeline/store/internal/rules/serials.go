package rules

import (
	"slices"

	"github.com/defekt/defekt/pipeline/store"
)

// AskSerials gives serials as databases know them, each once; too many are refused.
func AskSerials(serials []string) ([]string, error) {
	if err := checkChunk(len(serials)); err != nil {
		return nil, err
	}
	out := make([]string, len(serials))
	for i, s := range serials {
		out[i] = Text(s)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// BySerial parts units that stand by serial, under the serials as they were asked for.
func BySerial(serials []string, units []store.Unit) map[string][]store.Unit {
	known := make(map[string][]store.Unit, len(units))
	for from := 0; from < len(units); {
		to := from + 1
		for to < len(units) && units[to].Serial == units[from].Serial {
			to++
		}
		known[units[from].Serial] = units[from:to:to]
		from = to
	}
	out := make(map[string][]store.Unit, len(known))
	for _, s := range serials {
		if list, ok := known[Text(s)]; ok {
			out[s] = list
		}
	}
	return out
}
