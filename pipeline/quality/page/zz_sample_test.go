package page

import (
	"bytes"
	"image/jpeg"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/datasets/simulate/photos"
	"github.com/defekt/defekt/pipeline/claim"
)

func TestZZ(t *testing.T) {
	shot := func(p photos.Product, s string, seed uint64) []byte {
		var b bytes.Buffer
		jpeg.Encode(&b, photos.Draw(photos.Spec{Seed: seed, Product: p, Symptom: s, Severity: .8, Size: 280}), nil)
		return b.Bytes()
	}
	ax := func(l string, p float64, ab bool, why string, ev ...claim.Evidence) claim.AxisPrediction {
		return claim.AxisPrediction{Label: l, Probability: p, Abstained: ab, Reason: why, Evidence: ev, Alternatives: []claim.Alternative{{Label: "scratch_abrasion", Probability: .07}, {Label: "dent_deformation", Probability: .04}}}
	}
	ev := func(w string, x float64) claim.Evidence { return claim.Evidence{Source: "text", What: w, Weight: x} }
	a := Item{Claim: claim.Claim{ID: "furn-0042", Lang: "en", Product: "garden chair, folding", SKU: "GC-2210", Serial: "SN00912B7", ReceivedAt: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Text: "The front leg snapped when my father sat down. He is fine, but the wood has a long crack, not just a scratch. We only had it for two weeks and it never stood outside.", Context: map[string]any{"drawn": true, "days_since_delivery": 14.0}, Labels: map[string]string{"severity": "critical"}},
		Prediction: claim.Prediction{Model: "sha256:3f9a1c", Taxonomy: "starter@1", Code: "0.1.0", Photos: []claim.PhotoReport{{Used: true}, {Used: true}},
			Axes: map[string]claim.AxisPrediction{"symptom": ax("crack_break", .94, false, "", ev("snapped", 2), ev("crack", 1), ev("not just a scratch", -.4)), "severity": ax("critical", .61, false, "", ev("sat down", .6), ev("He is fine", -.5)), "defect_type": ax("material", .47, true, "two answers are almost equally likely", ev("two weeks", .3)), "component": ax("frame", .88, false, "", ev("leg", 1)), "root_cause": ax("supplier_quality", .33, true, "the probability is below the model's threshold")}},
		Photos: [][]byte{shot(photos.Chair, photos.Crack, 4), shot(photos.Board, photos.Crack, 3)}}
	b := Item{Claim: claim.Claim{ID: "warehouse-import-2026-03-01-000000000000000000000000000017-duplicate", Lang: "de", Product: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtenstuhl", Text: "Karton zerdrückt, Ecke eingedrückt. Gerät läuft aberaberaberaberaberaberaberaberaberaberaberaberaberaberaberaberaberaberaber nicht.", Context: map[string]any{"drawn": true, "days_since_delivery": 1.0}},
		Prediction: claim.Prediction{Photos: []claim.PhotoReport{{Used: true}, {Problem: &claim.Problem{Code: "photo_truncated", Message: "The file ends early; ask for the photo again."}}}, Axes: map[string]claim.AxisPrediction{"symptom": ax("dent_deformation", .97, false, "", ev("zerdrückt", 2), ev("eingedrückt", 2)), "severity": ax("minor", .71, false, ""), "defect_type": ax("shipping_damage", .99, false, "", ev("Karton", 1), claim.Evidence{Source: "context", What: "days_since_delivery", Weight: .4})},
			Problems: []claim.Problem{{Code: "photo_truncated", Where: "photos[1]", Message: "The file ends early; ask for the photo again."}, {Code: "label_unknown", Where: "labels.severity", Message: "The taxonomy has no label \"terrible\"."}}},
		Photos: [][]byte{shot(photos.Parcel, photos.Dent, 9), nil}}
	c := Item{Claim: claim.Claim{ID: "c-7", Lang: "fr", Product: "cafetière", Text: "Elle fuit par le dessous, sans arrêt."}, Prediction: claim.Prediction{Axes: map[string]claim.AxisPrediction{"symptom": ax("leak", .9, false, "", ev("fuit", 2)), "severity": ax("major", .5, true, "the words and the photo disagree")}}}
	d := Item{Claim: claim.Claim{ID: "line-19"}, Prediction: claim.Prediction{Problems: []claim.Problem{{Code: "row_malformed", Where: "row", Message: "The row is no valid JSON object: unexpected end."}}}}
	e := Item{Claim: claim.Claim{ID: "photo-only", Product: "smartphone", Context: map[string]any{"drawn": true}}, Prediction: claim.Prediction{Photos: []claim.PhotoReport{{Used: true}}, Axes: map[string]claim.AxisPrediction{"symptom": ax("crack_break", .99, false, ""), "component": ax("display", .96, false, "")}}, Photos: [][]byte{shot(photos.Phone, photos.Crack, 12)}}
	f, _ := os.Create(os.Getenv("PAGE"))
	defer f.Close()
	if err := Write(f, "Claims of March, first look", slices.Values([]Item{a, b, c, d, e})); err != nil {
		t.Fatal(err)
	}
}
