package telemetry_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/telemetry"
)

func TestCountsByClosedSets(t *testing.T) {
	reg := prometheus.NewRegistry()
	m := telemetry.New(reg)
	m.Predicted(claim.Prediction{
		Axes:     map[string]claim.AxisPrediction{"severity": {Abstained: true}, "symptom": {}},
		Problems: []claim.Problem{{Code: claim.CodeEmpty}},
	})
	m.Classified(time.Second, time.Millisecond, nil)
	m.Classified(time.Second, time.Millisecond, errors.New("no"))
	m.Answered("GET /v1/claims/{id}", "GET", 418, time.Millisecond)
	m.Answered("GET /v1/claims/{id}", "GET", 418, time.Millisecond)
	m.Answered("", "BREW", 404, time.Millisecond)
	m.Batched(2, "full")
	m.Batched(1, "idle")
	m.Batched(1, "idle")
	want := `
# HELP defekt_abstentions_total Answers handed to a person, by axis.
# TYPE defekt_abstentions_total counter
defekt_abstentions_total{axis="severity"} 1
# HELP defekt_classifications_total Tries to classify a stored claim, by result (ok, error).
# TYPE defekt_classifications_total counter
defekt_classifications_total{result="error"} 1
defekt_classifications_total{result="ok"} 1
# HELP defekt_http_requests_total HTTP requests, by route, method and status.
# TYPE defekt_http_requests_total counter
defekt_http_requests_total{method="GET",route="GET /v1/claims/{id}",status="418"} 2
defekt_http_requests_total{method="other",route="none",status="404"} 1
# HELP defekt_problems_total Bad inputs, by code.
# TYPE defekt_problems_total counter
defekt_problems_total{code="claim_empty"} 1
`
	m.Typed("known")
	m.Read("none")
	m.Read("none")
	m.Read("conflict")
	if n := testutil.CollectAndCount(reg, "defekt_serials_total", "defekt_photo_codes_total"); n != 3 {
		t.Errorf("%d series of serials and codes, want 3", n)
	}
	m.Staged("decode", time.Millisecond)
	m.Staged("decode", time.Millisecond)
	if n := testutil.CollectAndCount(reg, "defekt_stage_seconds"); n != 1 {
		t.Errorf("%d series of stages, want one for each stage", n)
	}
	if n := testutil.CollectAndCount(reg, "defekt_photo_batch_size"); n != 2 {
		t.Errorf("%d series of batch sizes, want one for each reason", n)
	}
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "defekt_abstentions_total", "defekt_classifications_total", "defekt_http_requests_total", "defekt_problems_total"); err != nil {
		t.Error(err)
	}
}

func TestQueueIsAskedAtEachScrape(t *testing.T) {
	reg := prometheus.NewRegistry()
	depth := 0
	err := telemetry.WatchQueue(reg, func(context.Context) (int, time.Duration, error) {
		if depth++; depth > 2 {
			return 0, 0, errors.New("database gone")
		}
		return depth, time.Duration(depth) * time.Second, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		got, err := reg.Gather()
		if err != nil || len(got) != 2 || got[0].GetMetric()[0].GetGauge().GetValue() != float64(n) {
			t.Errorf("scrape %d: %v, %v", n, got, err)
		}
	}
	if _, err := reg.Gather(); err == nil {
		t.Error("a database that is gone reports a queue")
	}
}
