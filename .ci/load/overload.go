package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"
)

// answerTally counts answers of one phase.
type answerTally struct {
	mu       sync.Mutex
	accepted []time.Duration // of answers with a result
	refused  []time.Duration // of 429 and 503
	other    int
}

func (t *answerTally) note(status int, err error, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case err == nil && (status == 200 || status == 201):
		t.accepted = append(t.accepted, took)
	case err == nil && (status == 429 || status == 503):
		t.refused = append(t.refused, took)
	default:
		t.other++
	}
}

// overload finds the possible rate of synchronous text-only claims, sends four times as
// many for a minute, and looks at memory, refusals, latency and recovery.
func overload(ctx context.Context, o options, dir string, texts []string) error {
	s, err := start(ctx, o, dir, "--per-minute", "10000000")
	if err != nil {
		return err
	}
	defer s.stop()
	possible := closedLoop(ctx, s, texts, 8, 8*time.Second)
	fmt.Printf("possible               %7.1f claims/s, 8 senders that wait\n", possible)
	before := s.metric(ctx, "process_resident_memory_bytes") / 1e6
	storm, peak := openLoop(ctx, s, texts, 4*possible, o.span)
	fmt.Printf("sent                   %7.1f claims/s for %s\n", 4*possible, o.span)
	fmt.Printf("answered with a result %7d, p50 %s, p99 %s (asked: under 2 s)\n", len(storm.accepted), quantile(storm.accepted, .5), quantile(storm.accepted, .99))
	fmt.Printf("refused (429, 503)     %7d, p50 %s, p99 %s\n", len(storm.refused), quantile(storm.refused, .5), quantile(storm.refused, .99))
	fmt.Printf("other answers          %7d\n", storm.other)
	fmt.Printf("resident memory        %7.0f MB before, %.0f MB at most\n", before, peak/1e6)
	for began := time.Now(); s.metric(ctx, "defekt_queue_depth") > 0 && time.Since(began) < time.Minute; {
		time.Sleep(100 * time.Millisecond)
	}
	after := closedLoop(ctx, s, texts, 8, 8*time.Second)
	fmt.Printf("possible afterwards    %7.1f claims/s (%.2f of before)\n", after, after/possible)
	return nil
}

// post sends one text and waits for its labels.
func post(ctx context.Context, s *server, text string) (int, error) {
	body, err := json.Marshal(map[string]any{"text": text})
	if err != nil {
		return 0, err
	}
	status, _, err := s.do(ctx, "POST", "/v1/claims", map[string]string{"Prefer": "wait=10"}, body)
	return status, err
}

// closedLoop gives the rate that senders who wait for their answer reach.
func closedLoop(ctx context.Context, s *server, texts []string, senders int, span time.Duration) float64 {
	var t answerTally
	var wg sync.WaitGroup
	until := time.Now().Add(span)
	for n := range senders {
		wg.Go(func() {
			for i := n; time.Now().Before(until); i += senders {
				began := time.Now()
				status, err := post(ctx, s, texts[i%len(texts)])
				t.note(status, err, time.Since(began))
			}
		})
	}
	wg.Wait()
	return float64(len(t.accepted)) / span.Seconds()
}

// maxOpen is how many requests the sender itself keeps open; beyond, it does not send.
const maxOpen = 400

// openLoop sends at a fixed rate, whatever comes back, and samples memory.
func openLoop(ctx context.Context, s *server, texts []string, rate float64, span time.Duration) (*answerTally, float64) {
	t := &answerTally{}
	var wg sync.WaitGroup
	slots := make(chan struct{}, maxOpen)
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	peak, sampled := 0.0, time.Now()
	i := 0
	for began := time.Now(); time.Since(began) < span; {
		<-tick.C
		if time.Since(sampled) > 2*time.Second {
			peak, sampled = max(peak, s.metric(ctx, "process_resident_memory_bytes")), time.Now()
		}
		select {
		case slots <- struct{}{}:
		default:
			continue
		}
		text := texts[i%len(texts)]
		i++
		wg.Go(func() {
			defer func() { <-slots }()
			began := time.Now()
			status, err := post(ctx, s, text)
			t.note(status, err, time.Since(began))
		})
	}
	wg.Wait()
	return t, max(peak, s.metric(ctx, "process_resident_memory_bytes"))
}

func quantile(of []time.Duration, q float64) time.Duration {
	if len(of) == 0 {
		return 0
	}
	slices.Sort(of)
	return of[int(q*float64(len(of)-1))].Round(time.Millisecond)
}
