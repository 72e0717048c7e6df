package intake

import (
	"context"
	"fmt"
	"slices"

	"github.com/defekt/defekt/pipeline/serial"
	"github.com/defekt/defekt/pipeline/serial/suggest"
	"github.com/defekt/defekt/pipeline/store"
)

// decide says which unit the photos show and whether that contradicts the claim's serial.
//
// Photos show all kinds of codes: tracking numbers, addresses, a component's label. So a code
// counts only when a unit with its serial is known, or when it is written in a form for serials
// (GS1, EPC, a brand's rule); and unknown ones give way to known ones. Agreement with what was
// typed outweighs everything else on the photos.
func (r *Reader) decide(ctx context.Context, typed string, seen []serial.Identity, out *store.PhotoReadings) (Result, error) {
	seen = slices.DeleteFunc(seen, func(id serial.Identity) bool {
		return suggest.Key(id.Serial) == "" || len(id.Serial) > store.MaxUnitText
	})
	if len(seen) == 0 {
		return ResultNone, nil
	}
	if key := suggest.Key(typed); key != "" && slices.ContainsFunc(seen, func(id serial.Identity) bool { return suggest.Key(id.Serial) == key }) {
		out.Serial = typed
		return ResultConfirmed, nil
	}
	shown, err := r.shown(ctx, seen)
	if err != nil || len(shown) == 0 {
		return ResultNone, err
	}
	if len(shown) == 1 {
		out.Serial = shown[0].Serial
	}
	first, second := serial.Identity{Serial: typed, From: "the form"}, shown[0]
	if typed == "" && len(shown) > 1 {
		first, second = shown[0], shown[1]
	}
	if p, ok := serial.Conflict(first, second); ok {
		out.Conflict = p.Message
		return ResultConflict, nil
	}
	return ResultNone, nil // who stores it says that the serial was taken
}

// shown gives the units that the photos show, each once, in the spelling of the known one.
func (r *Reader) shown(ctx context.Context, seen []serial.Identity) ([]serial.Identity, error) {
	keys := make([]string, 0, len(seen))
	for _, id := range seen {
		if key := suggest.Key(id.Serial); !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	known, err := r.cfg.Units.Existing(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("intake: %w", err)
	}
	var sure, formal []serial.Identity
	for _, key := range keys {
		// Of several texts with one serial, the one whose form says most.
		at := slices.IndexFunc(seen, func(id serial.Identity) bool { return suggest.Key(id.Serial) == key && id.Form != serial.FormPlain })
		if at < 0 {
			at = slices.IndexFunc(seen, func(id serial.Identity) bool { return suggest.Key(id.Serial) == key })
		}
		id := seen[at]
		switch stored := known[key]; {
		case stored != "":
			id.Serial = stored
			sure = append(sure, id)
		case id.Form != serial.FormPlain:
			formal = append(formal, id)
		}
	}
	if len(sure) > 0 {
		return sure, nil
	}
	return formal, nil
}
