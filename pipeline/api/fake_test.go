package api

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
	"github.com/defekt/defekt/taxonomy"
)

// world fakes all roles in memory. It keeps the stores' contracts as far as the API can see.
type world struct {
	mu         sync.Mutex
	claims     []store.Claim // by arrival
	accepted   map[string]accepted
	outcomes   map[string]store.Outcome
	clusters   []store.Cluster
	members    map[string]string
	keys       map[string]store.Key
	lookups    int
	hooks      []store.Webhook
	deliveries []store.Delivery
	replayed   []string
	dead       []DeadJob
	blobs      map[string][]byte
	twins      map[string][]store.Twin

	fail      error // what every call of the store fails with
	slow      chan struct{}
	classify  func(ctx context.Context, c claim.Claim) error
	fetched   []string
	fetchable map[string][]byte
}

type accepted struct{ digest, id string }

func newWorld() *world {
	return &world{
		accepted: map[string]accepted{}, outcomes: map[string]store.Outcome{}, keys: map[string]store.Key{},
		blobs: map[string][]byte{}, members: map[string]string{}, twins: map[string][]store.Twin{}, fetchable: map[string][]byte{},
	}
}

func (w *world) Accept(_ context.Context, n store.New) (store.Claim, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return store.Claim{}, false, w.fail
	}
	if n.IdempotencyKey != "" {
		if c, err := w.known(n.Owner, n.IdempotencyKey, n.Digest); !errors.Is(err, store.ErrNotFound) {
			return c, false, err
		}
	}
	c := store.Claim{ID: uuid.Must(uuid.NewV7()).String(), Claim: n.Claim, Owner: n.Owner, State: store.Queued, CreatedAt: time.Now().UTC()}
	if n.Outcome != nil {
		c.State, c.Prediction, c.FinishedAt = store.Done, &n.Outcome.Prediction, c.CreatedAt
		w.outcomes[c.ID] = *n.Outcome
	}
	if n.IdempotencyKey != "" {
		w.accepted[n.Owner+"\x00"+n.IdempotencyKey] = accepted{n.Digest, c.ID}
	}
	w.claims = append(w.claims, c)
	return c, true, nil
}

func (w *world) Known(_ context.Context, owner, key, digest string) (store.Claim, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known(owner, key, digest)
}

func (w *world) known(owner, key, digest string) (store.Claim, error) {
	old, ok := w.accepted[owner+"\x00"+key]
	switch {
	case !ok:
		return store.Claim{}, store.ErrNotFound
	case old.digest != digest:
		return store.Claim{}, fmt.Errorf("accept: %w", store.ErrConflict)
	}
	return *w.find(old.id), nil
}

func (w *world) find(id string) *store.Claim {
	for i := range w.claims {
		if w.claims[i].ID == id {
			return &w.claims[i]
		}
	}
	return nil
}

func (w *world) Claim(_ context.Context, id string) (store.Claim, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return store.Claim{}, w.fail
	}
	if c := w.find(id); c != nil {
		return *c, nil
	}
	return store.Claim{}, store.ErrNotFound
}

// finish is what a worker does.
func (w *world) finish(id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(id)
	out := outcome(c.Claim)
	c.State, c.Prediction, c.FinishedAt = store.Done, &out.Prediction, time.Now().UTC()
	w.outcomes[id] = out
}

func (w *world) keeps(f store.Filter, c store.Claim) bool {
	return (f.Owner == "" || f.Owner == c.Owner) && (f.State == "" || f.State == c.State) &&
		(f.Product == "" || f.Product == c.Claim.Product) && (f.Reference == "" || f.Reference == c.Claim.ID) &&
		(f.Text == "" || strings.Contains(c.Claim.Text, f.Text)) && (f.Cluster == "" || w.members[c.ID] == f.Cluster)
}

func (w *world) List(_ context.Context, f store.Filter, p store.Page) ([]store.Claim, string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil {
		return nil, "", w.fail
	}
	if p.After != "" && !isUUID(p.After) {
		return nil, "", store.ErrCursor
	}
	var out []store.Claim
	for _, c := range slices.Backward(w.claims) {
		if !w.keeps(f, c) || p.After != "" && c.ID >= p.After {
			continue
		}
		if len(out) == p.Limit {
			return out, out[len(out)-1].ID, nil
		}
		out = append(out, c)
	}
	return out, "", nil
}

func (w *world) Count(_ context.Context, f store.Filter) (n int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.claims {
		if w.keeps(f, c) {
			n++
		}
	}
	return n, w.fail
}

func (w *world) Erase(_ context.Context, id, _ string) ([]string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(id)
	if c == nil {
		return nil, store.ErrNotFound
	}
	orphans := c.Claim.Photos
	w.claims = slices.DeleteFunc(w.claims, func(c store.Claim) bool { return c.ID == id })
	return orphans, nil
}

func (w *world) Twins(_ context.Context, id string, _ int) ([]store.Twin, error) {
	return w.twins[id], nil
}

func (w *world) Nearest(_ context.Context, q store.Near) (store.Neighbours, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := store.Neighbours{Exact: true}
	for _, c := range w.claims {
		if c.ID == q.Except || !w.keeps(q.Filter, c) {
			continue
		}
		best, found := -2.0, false
		for _, v := range w.outcomes[c.ID].Vectors {
			if v.Space == q.Space {
				found, best = true, max(best, float64(v.Values[0]*q.Vector[0]+v.Values[1]*q.Vector[1]))
			}
		}
		if found {
			out.Hits = append(out.Hits, store.Neighbour{ID: c.ID, Score: best})
		}
	}
	slices.SortFunc(out.Hits, func(a, b store.Neighbour) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	out.Hits = out.Hits[:min(len(out.Hits), q.K)]
	return out, nil
}

func (w *world) VectorsOf(_ context.Context, id string) ([]store.Vector, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.outcomes[id].Vectors, nil
}

func (w *world) Clusters(context.Context, string) ([]store.Cluster, error) { return w.clusters, nil }

func (w *world) Cluster(_ context.Context, id string) (store.Cluster, error) {
	for _, c := range w.clusters {
		if c.ID == id {
			return c, nil
		}
	}
	return store.Cluster{}, store.ErrNotFound
}

func (w *world) KeyByHash(_ context.Context, hash string) (store.Key, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lookups++
	if k, ok := w.keys[hash]; ok {
		return k, nil
	}
	return store.Key{}, store.ErrNotFound
}

// key makes a key with these scopes and gives its secret.
func (w *world) key(id string, perMinute int, scopes ...string) string {
	secret, hash := NewKey()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys[hash] = store.Key{ID: id, Name: id, Hash: hash, Scopes: scopes, PerMinute: perMinute}
	return secret
}

func (w *world) AddWebhook(_ context.Context, h store.Webhook) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks = append(w.hooks, h)
	return nil
}

func (w *world) Webhook(_ context.Context, id string) (store.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.hooks {
		if h.ID == id {
			return h, nil
		}
	}
	return store.Webhook{}, store.ErrNotFound
}

func (w *world) Webhooks(context.Context) ([]store.Webhook, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.hooks), nil
}

func (w *world) DeleteWebhook(_ context.Context, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hooks = slices.DeleteFunc(w.hooks, func(h store.Webhook) bool { return h.ID == id })
	return nil
}

func (w *world) Delivery(_ context.Context, id string) (store.Delivery, error) {
	for _, d := range w.deliveries {
		if d.ID == id {
			return d, nil
		}
	}
	return store.Delivery{}, store.ErrNotFound
}

func (w *world) Deliveries(_ context.Context, id string, limit int) ([]store.Delivery, error) {
	var out []store.Delivery
	for _, d := range w.deliveries {
		if d.Webhook == id && len(out) < limit {
			out = append(out, d)
		}
	}
	return out, nil
}

func (w *world) DeliveriesOf(_ context.Context, claim string, limit int) ([]store.Delivery, error) {
	var out []store.Delivery
	for _, d := range w.deliveries {
		if d.Claim == claim && len(out) < limit {
			out = append(out, d)
		}
	}
	return out, nil
}

func (w *world) Replay(_ context.Context, id string) error {
	w.replayed = append(w.replayed, id)
	return nil
}

// Classify gives the same outcome for the same text.
func (w *world) Classify(ctx context.Context, c claim.Claim, photos pipeline.Source) (store.Outcome, error) {
	if w.slow != nil {
		select {
		case <-w.slow:
		case <-ctx.Done():
			return store.Outcome{}, ctx.Err()
		}
	}
	if w.classify != nil {
		if err := w.classify(ctx, c); err != nil {
			return store.Outcome{}, err
		}
	}
	for _, ref := range c.Photos {
		if _, err := photos.Read(ctx, ref, MaxPhotoBytes); err != nil {
			return store.Outcome{}, err
		}
	}
	return outcome(c), nil
}

func outcome(c claim.Claim) store.Outcome {
	out := store.Outcome{Prediction: claim.Prediction{
		ID: c.ID, Model: "sha256:m", Taxonomy: "starter@1",
		Axes: map[string]claim.AxisPrediction{"severity": {Label: "major", Probability: 0.9}},
	}}
	if c.Text != "" {
		v := []float32{1, 0}
		if strings.Contains(c.Text, "dent") {
			v = []float32{0.6, 0.8}
		}
		out.Vectors = append(out.Vectors, store.Vector{Space: "text.fake@1", Values: v})
	}
	for range c.Photos {
		out.Vectors = append(out.Vectors, store.Vector{Space: "photos.fake@1", Values: []float32{0, 1}})
	}
	return out
}

func (w *world) Dead(_ context.Context, limit int) ([]DeadJob, error) {
	return w.dead[:min(len(w.dead), limit)], nil
}

func (w *world) Requeue(_ context.Context, id string) error {
	for _, j := range w.dead {
		if j.ID == id {
			return nil
		}
	}
	return store.ErrNotFound
}

// memoryBlobs keeps photos in memory.
type memoryBlobs struct{ *world }

func (b memoryBlobs) Put(_ context.Context, data []byte) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d := blob.Digest(data)
	b.blobs[d] = bytes.Clone(data)
	return d, nil
}

func (b memoryBlobs) Read(_ context.Context, digest string, _ int64) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if data, ok := b.blobs[digest]; ok {
		return data, nil
	}
	return nil, claim.Problem{Code: claim.CodePhotoMissing}
}

func (b memoryBlobs) Discard(_ context.Context, digest string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.blobs, digest)
	return nil
}

// tableFetcher knows the photos of world.fetchable only.
type tableFetcher struct{ *world }

func (f tableFetcher) Check(string) error { return nil }

func (f tableFetcher) Read(_ context.Context, url string, _ int64) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fetched = append(f.fetched, url)
	if data, ok := f.fetchable[url]; ok {
		return data, nil
	}
	return nil, claim.Problem{Code: claim.CodePhotoURLAddress, Message: "not public"}
}

// fixedModels is a model that does not exist.
type fixedModels struct{}

func (fixedModels) Current() (models.Manifest, string) {
	return models.Manifest{
		Name: "built-in", Taxonomy: "starter@1", Heads: []models.HeadRef{{Axis: "severity"}},
		Encoders: []models.EncoderRef{{Kind: models.KindWords, Name: "text"}}, Trained: models.Trained{Data: "starter", Claims: 3},
	}, "sha256:m"
}

func (fixedModels) Taxonomy() *taxonomy.Taxonomy { return taxonomy.Starter() }
func (fixedModels) ClusterSpace() string         { return "text.fake@1" }

// picture is a PNG of one pixel; shade makes pictures differ.
func picture(shade uint8) []byte {
	img := image.NewGray(image.Rect(0, 0, 1, 1))
	img.Pix[0] = shade
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

var errDisk = errors.New("disk on fire at /secret/path")
