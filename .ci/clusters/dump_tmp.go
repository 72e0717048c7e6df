package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"os"

	"github.com/defekt/defekt/datasets"
	"github.com/defekt/defekt/models/builtin"
)

func main() {
	enc, err := builtin.Text()
	if err != nil { panic(err) }
	for _, s := range [][3]string{{"fda-specialty", "../shared/data/text/fda-device-recalls", "specialty"}, {"laptop-component", "../shared/data/text/laptop-acos", "component"}, {"laptop-component-complaints", "../shared/data/text/laptop-acos", "component"}} {
		set, err := datasets.Open(s[0], datasets.Options{Root: s[1]})
		if err != nil { panic(err) }
		f, _ := os.Create("/tmp/cl/" + s[0] + ".jsonl")
		v, _ := os.Create("/tmp/cl/" + s[0] + ".f32")
		for c, err := range set.Claims(context.Background()) {
			if err != nil { panic(err) }
			json.NewEncoder(f).Encode(map[string]any{"id": c.ID, "text": c.Text, "label": c.Labels[s[2]], "at": c.ReceivedAt, "split": c.Split, "product": c.Product})
			e := enc.Encode(c.Text)
			if e == nil { e = make([]float32, enc.Dim()) }
			binary.Write(v, binary.LittleEndian, e)
		}
		f.Close(); v.Close()
	}
}
