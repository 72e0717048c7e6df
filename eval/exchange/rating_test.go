package exchange_test

import (
	"strings"
	"testing"

	"github.com/defekt/defekt/eval/exchange"
)

func TestReadRatings(t *testing.T) {
	got, err := exchange.ReadRatings(strings.NewReader("\n"+`{"claim":"a","axis":"severity","rater":"kim","label":"minor"}`+"\n\n"+`{"claim":"a","axis":"severity","rater":"standard","label":"major","standard":true}`), exchange.Options{})
	if err != nil || len(got) != 2 || got[0].Rater != "kim" || !got[1].Standard {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = exchange.ReadRatings(strings.NewReader(`{"claim":"a"}`+"\n"+`{"claim":`), exchange.Options{})
	if err == nil || !strings.Contains(err.Error(), "line 1: claim, axis, rater and label") || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("faults are not named: %v", err)
	}
	marked := "\ufeff" + `{"claim":"a","axis":"severity","rater":"kim","label":"minor"}`
	if got, err := exchange.ReadRatings(strings.NewReader(marked), exchange.Options{}); err != nil || len(got) != 1 {
		t.Errorf("behind a byte order mark: %+v, %v", got, err)
	}
	if _, err := exchange.ReadRatings(strings.NewReader("  "), exchange.Options{}); err == nil {
		t.Error("an empty file has ratings")
	}
}
