package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// photoKinds is the number of different photos; each claim's has a trailer of its own, so
// that every blob is written.
const photoKinds = 96

// ingest measures claims a second from the first post to the last outcome, beside the pipeline
// alone. Machines are shared and their speed drifts, so that each round lies between two
// measures of the pipeline, and the median of the rounds' shares counts.
//
// The server reads no codes from photos: it does so after the answer, for claims without a serial
// as these are, and would take processor time from the rounds and measures that follow.
func ingest(ctx context.Context, o options, dir string, texts []string) error {
	list, photos, err := draw(o, dir, texts)
	if err != nil {
		return err
	}
	s, err := start(ctx, o, dir, "--codes", "never")
	if err != nil {
		return err
	}
	defer s.stop()
	if err := send(ctx, s, o, texts, photos, 50); err != nil { // warm up
		return err
	}
	before, err := pipelineAlone(o, dir, list)
	if err != nil {
		return err
	}
	shares := make([]float64, o.rounds)
	fmt.Println("server with --codes never: photos are classified, not read for codes, as the pipeline alone does")
	fmt.Println("claims/s: pipeline alone (text and one 500-pixel photo), accepted, classified and stored; share; processor time of the server")
	for i := range shares {
		r, err := ingestRound(ctx, s, o, texts, photos)
		if err != nil {
			return err
		}
		after, err := pipelineAlone(o, dir, list)
		if err != nil {
			return err
		}
		alone := 2 / (1/before + 1/after)
		shares[i] = r.stored / alone
		fmt.Printf("  %7.1f %7.1f %7.1f   %.3f   %.2f ms a claim\n", alone, r.accepted, r.stored, shares[i], 1000*r.cpu)
		before = after
	}
	slices.Sort(shares)
	fmt.Printf("share of the pipeline  %.3f (median of %d, from %.3f to %.3f; asked: 0.60)\n", shares[len(shares)/2], len(shares), shares[0], shares[len(shares)-1])
	return nil
}

// round is what one round of ingest gave: claims a second, and seconds of the server's
// processor time a claim.
type round struct{ accepted, stored, cpu float64 }

func ingestRound(ctx context.Context, s *server, o options, texts []string, photos [][]byte) (r round, err error) {
	cpu := s.metric(ctx, "process_cpu_seconds_total")
	began := time.Now()
	if err := send(ctx, s, o, texts, photos, o.claims); err != nil {
		return r, err
	}
	n := float64(o.claims)
	r.accepted = n / time.Since(began).Seconds()
	for s.metric(ctx, "defekt_queue_depth") > 0 {
		time.Sleep(20 * time.Millisecond)
	}
	r.stored = n / time.Since(began).Seconds()
	r.cpu = (s.metric(ctx, "process_cpu_seconds_total") - cpu) / n
	return r, nil
}

// draw draws photos, and writes a list of claims with them.
func draw(o options, dir string, texts []string) (file string, photos [][]byte, err error) {
	drawn := filepath.Join(dir, "drawn")
	if out, err := exec.Command(o.program, "datasets", "draw", "--out", drawn, "--count", fmt.Sprint(photoKinds)).CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("draw: %w: %s", err, out)
	}
	names, err := filepath.Glob(filepath.Join(drawn, "images", "*"))
	if err != nil {
		return "", nil, err
	}
	photos = make([][]byte, len(names))
	list, err := os.Create(filepath.Join(drawn, "with-text.jsonl"))
	if err != nil {
		return "", nil, err
	}
	enc := json.NewEncoder(list)
	for i, name := range names {
		if photos[i], err = os.ReadFile(name); err != nil {
			return "", nil, err
		}
		row := map[string]any{"id": fmt.Sprint(i), "text": texts[i%len(texts)], "photos": []string{"images/" + filepath.Base(name)}}
		if err := enc.Encode(row); err != nil {
			return "", nil, err
		}
	}
	return list.Name(), photos, list.Close()
}

// pipelineAlone runs `defekt bench pipeline` and gives its claims a second.
func pipelineAlone(o options, dir, list string) (float64, error) {
	result := filepath.Join(dir, "pipeline.json")
	if out, err := exec.Command(o.program, "bench", "pipeline", "--data", list, "--claims", "600", "--json", result).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("bench pipeline: %w: %s", err, out)
	}
	data, err := os.ReadFile(result)
	if err != nil {
		return 0, err
	}
	var r struct {
		Claims int `json:"claims"`
		Whole  struct {
			Seconds float64 `json:"seconds"`
		} `json:"whole"`
	}
	if err := json.Unmarshal(data, &r); err != nil {
		return 0, err
	}
	if r.Whole.Seconds == 0 {
		return 0, fmt.Errorf("no time of the pipeline in %s", data)
	}
	return float64(r.Claims) / r.Whole.Seconds, nil
}

func send(ctx context.Context, s *server, o options, texts []string, photos [][]byte, n int) error {
	var next atomic.Int64
	var wg sync.WaitGroup
	failed := make(chan error, o.senders)
	for range o.senders {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				photo := append(append([]byte(nil), photos[i%len(photos)]...), fmt.Sprint(time.Now().UnixNano(), i)...)
				if err := accept(ctx, s, texts[i%len(texts)], photo); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(failed)
	return <-failed
}

// accept posts a claim as multipart, as systems that have photos do, until there is room.
func accept(ctx context.Context, s *server, text string, photo []byte) error {
	claim, err := json.Marshal(map[string]any{"text": text})
	if err != nil {
		return err
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part := func(name, file, kind string, data []byte) {
		h := textproto.MIMEHeader{"Content-Type": {kind}, "Content-Disposition": {fmt.Sprintf("form-data; name=%q%s", name, file)}}
		if w, e := form.CreatePart(h); e == nil {
			_, _ = w.Write(data) // a buffer takes everything
		}
	}
	part("claim", "", "application/json", claim)
	part("photo", `; filename="a.jpg"`, "image/jpeg", photo)
	if err := form.Close(); err != nil {
		return err
	}
	header := map[string]string{"Content-Type": form.FormDataContentType()}
	for {
		status, answer, err := s.do(ctx, "POST", "/v1/claims", header, body.Bytes())
		switch {
		case err != nil:
			return err
		case status == 429 || status == 503:
			time.Sleep(20 * time.Millisecond)
		case status >= 300:
			return fmt.Errorf("status %d: %s", status, answer)
		default:
			return nil
		}
	}
}
