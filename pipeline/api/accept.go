package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/store"
)

type acceptIn struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"255" doc:"Visible ASCII. A repetition with the same key and claim finds the first one's claim."`
	Prefer         string `header:"Prefer" example:"wait=10" doc:"wait=N asks for the result within N seconds, at most 30."`
}

type acceptOut struct {
	Status            int
	Location          string `header:"Location"`
	PreferenceApplied string `header:"Preference-Applied"`
	Body              wire.Claim
}

// acceptClaim is POST /v1/claims.
func (s *Server) acceptClaim(ctx context.Context, in *acceptIn) (*acceptOut, error) {
	if err := checkKey(in.IdempotencyKey); err != nil {
		return nil, err
	}
	if err := s.backlog.check(ctx); err != nil {
		return nil, err
	}
	wait := preferredWait(in.Prefer)
	until := time.Now().Add(wait)
	c, created, found, err := s.take(ctx, in.IdempotencyKey, wait)
	if err != nil {
		return nil, err
	}
	if c.State == store.Queued && wait > 0 {
		// The claim is taken in whatever becomes of the waiting; only erasure makes it gone.
		if now, err := s.await(ctx, c, time.Until(until)); err == nil {
			c = now
		} else if errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
	}
	out := &acceptOut{Status: status(c, created), Location: "/v1/claims/" + c.ID, Body: claimOut(c)}
	out.Body.Unit = s.unit(ctx, c, found, wait > 0)
	if wait > 0 {
		out.PreferenceApplied = "wait=" + strconv.Itoa(int(wait/time.Second))
	}
	return out, nil
}

// take reads the claim of a request and stores it. found is what is known of its unit, nil when
// nothing was looked up.
func (s *Server) take(ctx context.Context, key string, wait time.Duration) (c store.Claim, created bool, found *intake.Unit, err error) {
	got, err := s.readBody(ctx)
	defer func() {
		if got.release != nil {
			got.release()
		}
	}()
	if err != nil {
		return c, false, nil, err
	}
	c, created, err = s.takeChecked(ctx, &got, key, wait)
	return c, created, got.unit, err
}

// takeChecked collects the photos of a checked claim and stores it. The photos of a repetition
// are not fetched again: it is answered with the first one's claim.
func (s *Server) takeChecked(ctx context.Context, got *incoming, key string, wait time.Duration) (c store.Claim, created bool, err error) {
	if key != "" && slices.ContainsFunc(got.request.Photos, func(p wire.Photo) bool { return p.URL != "" }) {
		c, err = s.cfg.Claims.Known(ctx, callOf(ctx).who.id, key, digest(*got))
		if !errors.Is(err, store.ErrNotFound) {
			return c, false, taken(err)
		}
	}
	if err := s.collect(ctx, got); err != nil {
		return c, false, err
	}
	return s.keep(ctx, got, key, wait)
}

// taken says what a conflict over an idempotency key means.
func taken(err error) error {
	if err != nil && codeOf(err).Code == codeTaken {
		return fault(codeConflict, "header.Idempotency-Key", "the first claim with this key was another one")
	}
	return err
}

// status tells a result from a promise, and a new claim from a known one.
func status(c store.Claim, created bool) int {
	switch {
	case c.State == store.Queued:
		return http.StatusAccepted
	case created:
		return http.StatusCreated
	}
	return http.StatusOK
}

// keep stores photos and claim. A sender who waits gets the claim classified here and now if
// that works in time; the claim is stored with its outcome then, and without it otherwise.
func (s *Server) keep(ctx context.Context, in *incoming, key string, wait time.Duration) (store.Claim, bool, error) {
	who := callOf(ctx).who
	n := store.New{Owner: who.id, IdempotencyKey: key, Digest: digest(*in)}
	n.Claim, in.unit = s.prepare(ctx, domain(in.request))
	photos := memory{}
	for _, data := range in.photos {
		ref, err := s.cfg.Blobs.Put(ctx, data)
		if err != nil {
			return store.Claim{}, false, fmt.Errorf("keep photo: %w", err)
		}
		photos[ref] = data
		n.Claim.Photos = append(n.Claim.Photos, ref)
	}
	if wait > 0 {
		n.Outcome = s.tryNow(ctx, n.Claim, photos, wait)
	}
	c, created, err := s.cfg.Claims.Accept(ctx, n)
	if err != nil {
		return c, false, taken(err)
	}
	callOf(ctx).note(slog.String("claim", c.ID))
	if created {
		s.renew(ctx, in.photos, c.ID)
	} else {
		in.unit = nil // the first one's claim may have another
	}
	return c, created, nil
}

// renew puts the photos once more, which is cheap when they are there: an erasure of
// another claim with the same photo may have deleted it before this claim was stored. One that
// deletes it later than that sees this claim and puts the photo back.
func (s *Server) renew(ctx context.Context, photos [][]byte, id string) {
	for _, data := range photos {
		if _, err := s.cfg.Blobs.Put(context.WithoutCancel(ctx), data); err != nil {
			s.log.LogAttrs(ctx, slog.LevelError, "a photo could not be put again", slog.String("claim", id), slog.Any("error", err))
		}
	}
}

// tryNow classifies within wait, or gives nil: the queue then does it later.
func (s *Server) tryNow(ctx context.Context, c claim.Claim, photos memory, wait time.Duration) *store.Outcome {
	within, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	out, err := s.cfg.Classifier.Classify(within, c, photos)
	if err != nil {
		if within.Err() == nil {
			s.log.LogAttrs(ctx, slog.LevelError, "classifying at once failed; the claim is queued",
				slog.String("request", callOf(ctx).id), slog.Any("error", err))
		}
		return nil
	}
	return &out
}

// await asks the store until the claim is finished or the wait is over.
func (s *Server) await(ctx context.Context, c store.Claim, wait time.Duration) (store.Claim, error) {
	over := time.NewTimer(max(wait, 0))
	defer over.Stop()
	var done <-chan struct{}
	if s.cfg.Watcher != nil {
		ch, stop := s.cfg.Watcher.Watch(c.ID)
		defer stop()
		done = ch
	}
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 250*time.Millisecond) {
		select {
		case <-over.C:
			return c, nil
		case <-ctx.Done():
			return c, ctx.Err()
		case <-done:
			done = nil
		case <-time.After(pause):
		}
		now, err := s.cfg.Claims.Claim(ctx, c.ID)
		if err != nil || now.State != store.Queued {
			return now, err
		}
		c = now
	}
}

// domain is the claim as the store wants it, without photos.
func domain(r wire.ClaimRequest) claim.Claim {
	return claim.Claim{
		ID: r.ID, Text: r.Text, Product: r.Product, SKU: r.SKU, Serial: r.Serial,
		ReceivedAt: r.ReceivedAt, Lang: strings.ToLower(r.Lang), Context: r.Context,
	}
}

// digest names what was sent, whatever form it came in, to tell a repetition from a mistake.
// A photo that was sent as an address counts by its address.
func digest(in incoming) string {
	r := in.request
	r.Photos = nil
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(r); err != nil {
		panic(err) // numbers, booleans and strings always marshal
	}
	for _, p := range in.request.Photos {
		if p.URL != "" {
			fmt.Fprintf(h, "url %q\n", p.URL)
			continue
		}
		fmt.Fprintf(h, "data %x\n", sha256.Sum256(p.Data))
	}
	for _, data := range in.files {
		fmt.Fprintf(h, "data %x\n", sha256.Sum256(data))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// checkKey lets idempotency keys of visible ASCII through.
func checkKey(key string) error {
	if len(key) > MaxKey || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return fault(codeIdempotency, "header.Idempotency-Key", fmt.Sprintf("1 to %d visible ASCII characters", MaxKey))
	}
	return nil
}

// preferredWait reads wait=N of a Prefer header; what it does not understand it ignores, as
// RFC 7240 says.
func preferredWait(prefer string) time.Duration {
	for _, p := range strings.Split(prefer, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "wait") {
			continue
		}
		n, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 31)
		if err == nil {
			return min(time.Duration(n)*time.Second, MaxWait)
		}
	}
	return 0
}
