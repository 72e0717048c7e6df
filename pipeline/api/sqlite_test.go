package api

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/pipeline/store/sqlite"
)

// folderBlobs reads as a source of photos must, and keeps them in a folder.
type folderBlobs struct {
	blob.Store
	source blob.Source
	used   func(ctx context.Context, digest string) (bool, error)
}

func (b folderBlobs) Discard(ctx context.Context, digest string) error {
	return blob.Discard(ctx, b.Store, digest, MaxPhotoBytes, b.used)
}

func (b folderBlobs) Read(ctx context.Context, digest string, limit int64) ([]byte, error) {
	return b.source.Read(ctx, digest, limit)
}

// onSQLite starts a server on the default store and a folder of photos.
func onSQLite(t *testing.T, change func(*Config)) (*running, *sqlite.Store, string) {
	t.Helper()
	dir := t.TempDir()
	db, err := sqlite.OpenDB(t.Context(), filepath.Join(dir, "defekt.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	s := sqlite.New(db, sqlite.Config{Enqueue: func(context.Context, *sql.Tx, []store.Job) error { return nil }})
	photos := filepath.Join(dir, "photos")
	folder, err := blob.NewFolder(photos, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), folder.Close()); err != nil {
			t.Error(err)
		}
	})
	r := start(t, func(c *Config) {
		c.Claims, c.Vectors, c.Clusters, c.Keys, c.Webhooks = s, s, s, s, s
		c.Blobs = folderBlobs{folder, blob.Source{Blobs: folder}, s.HasBlob}
		if change != nil {
			change(c)
		}
	})
	return r, s, photos
}

func TestOnSQLite(t *testing.T) {
	r, s, photos := onSQLite(t, nil)
	as := func(id string, scopes ...string) *client.Client {
		secret, hash := NewKey()
		if err := s.AddKey(t.Context(), store.Key{ID: id, Name: id, Hash: hash, Scopes: scopes, PerMinute: 1_000_000, CreatedAt: time.Now()}); err != nil {
			t.Fatal(err)
		}
		return &client.Client{URL: r.url, Key: secret, HTTP: r.http}
	}
	a, b := as("a", ScopeIngest, ScopeRead), as("b", ScopeIngest, ScopeRead)

	t.Run("a claim goes in once and comes out with its result", func(t *testing.T) {
		in := wire.ClaimRequest{ID: "r", Text: "crack", Photos: []wire.Photo{{Data: picture(1)}}, Context: map[string]any{"batch": "B", "n": 2.5}}
		o := client.Options{IdempotencyKey: "k", Wait: 2 * time.Second}
		first := must[wire.Claim](t)(a.Send(t.Context(), in, o))
		if again := must[wire.Claim](t)(a.Send(t.Context(), in, o)); again.ID != first.ID || first.State != "done" {
			t.Errorf("%+v %+v", first, again)
		}
		got := must[wire.Claim](t)(a.Claim(t.Context(), first.ID))
		if got.Prediction == nil || got.Context["n"] != 2.5 || got.Reference != "r" {
			t.Errorf("%+v", got)
		}
		in.Text = "another"
		if _, err := a.Send(t.Context(), in, o); code(err) != string(codeConflict) {
			t.Errorf("%v", err)
		}
		if data := must[[]byte](t)(a.Photo(t.Context(), first.ID, 0)); string(data) != string(picture(1)) {
			t.Errorf("%d bytes", len(data))
		}
	})
	t.Run("neighbours are the owner's own", func(t *testing.T) {
		mine := send(t, a, "a crack")
		send(t, b, "b crack")
		got := must[wire.Similar](t)(a.Similar(t.Context(), mine.ID, 0, "text", wire.Filter{}))
		if len(got.Hits) != 1 || got.Hits[0].Claim.Text != "crack" || !got.Exact || got.Truncated {
			t.Errorf("%+v", got)
		}
		found := must[wire.Similar](t)(b.Search(t.Context(), wire.SearchRequest{Text: "crack", Filter: wire.Filter{Labels: []string{"severity=major"}}}))
		if len(found.Hits) != 1 || found.Hits[0].Claim.Text != "b crack" {
			t.Errorf("%+v", found)
		}
		if _, err := b.Claim(t.Context(), mine.ID); code(err) != string(codeNotFound) {
			t.Errorf("%v", err)
		}
	})
	t.Run("pages", func(t *testing.T) {
		var lines []wire.BatchLine
		for i := range 120 {
			lines = append(lines, wire.BatchLine{ClaimRequest: wire.ClaimRequest{ID: fmt.Sprint(i), Text: "batch", Product: "paged"}})
		}
		if err := a.Batch(t.Context(), "paged", slices.Values(lines), func(w wire.BatchResult) error {
			if w.Status != 202 {
				return w.Problem
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for c, err := range a.Claims(t.Context(), wire.Filter{Product: "paged"}) {
			if err != nil {
				t.Fatal(err)
			}
			seen[c.Reference] = true
		}
		if len(seen) != len(lines) {
			t.Errorf("%d of %d", len(seen), len(lines))
		}
		if _, err := a.Page(t.Context(), wire.Filter{}, 0, "nonsense"); code(err) != string(codeCursor) {
			t.Errorf("%v", err)
		}
	})
	t.Run("erased with the photo", func(t *testing.T) {
		got := must[wire.Claim](t)(a.Send(t.Context(), wire.ClaimRequest{Photos: []wire.Photo{{Data: picture(99)}}}, client.Options{}))
		before := files(t, photos)
		if err := a.Erase(t.Context(), got.ID); err != nil {
			t.Fatal(err)
		}
		if after := files(t, photos); after != before-1 {
			t.Errorf("%d files before, %d after", before, after)
		}
		if _, err := a.Claim(t.Context(), got.ID); code(err) != string(codeNotFound) {
			t.Errorf("%v", err)
		}
		trail, err := s.Trail(t.Context(), got.ID)
		if err != nil || len(trail) == 0 || trail[len(trail)-1].By != "a" {
			t.Errorf("%v %+v", err, trail)
		}
	})
	t.Run("webhooks", func(t *testing.T) {
		made := must[wire.Webhook](t)(a.AddWebhook(t.Context(), wire.WebhookRequest{URL: "https://example.com/"}))
		send(t, a, "announced")
		got := must[wire.DeliveryList](t)(a.Deliveries(t.Context(), made.ID))
		if len(got.Deliveries) != 1 {
			t.Fatalf("%+v", got)
		}
		if err := a.Replay(t.Context(), made.ID, got.Deliveries[0].ID); err != nil {
			t.Error(err)
		}
		if err := a.DeleteWebhook(t.Context(), made.ID); err != nil {
			t.Error(err)
		}
	})
}

func files(t *testing.T, dir string) (n int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
