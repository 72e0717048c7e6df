package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"image/jpeg"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/datasets/simulate/photos"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/show"
)

// noon is the clock of the tests.
var noon = time.Date(2026, 3, 20, 12, 0, 0, 0, time.UTC)

const (
	textSpace   = "text.static@0123456789ab"
	photosSpace = "photo.small@ba9876543210"
)

// drawing is a photo of the product as the fixture's claims show it.
func drawing(t *testing.T, spec photos.Spec) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, photos.Draw(spec), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (f *fake) put(data []byte) string {
	sum := sha256.Sum256(data)
	digest := "sha256:" + hex.EncodeToString(sum[:])
	f.blobs[digest] = data
	return digest
}

func newFake() *fake {
	return &fake{
		vectors: map[string][]store.Vector{}, members: map[string]string{}, trail: map[string][]store.Entry{},
		twins: map[string][]store.Twin{}, blobs: map[string][]byte{}, fail: map[string]error{},
	}
}

func uuid(kind, n int) string {
	return fmt.Sprintf("0195b%03x-7a00-7000-8000-%012x", kind, 0xa3f0000+n*7919)
}

// world is a store as it may look after some weeks: what the built-in model said about
// claims of the starter set, in several batches, with drawn photos.
func world(t *testing.T) *fake { return worldOf(t, 64) }

// worldOf is a world whose photos have sides of this length, in pixels: drawing takes time.
func worldOf(t *testing.T, side int) *fake {
	t.Helper()
	data, err := os.ReadFile("testdata/claims.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	f := newFake()
	pictures := f.draw(t, side)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	for n := range 3 * len(lines) {
		var in struct {
			Claim      claim.Claim
			Prediction claim.Prediction
		}
		if err := json.Unmarshal([]byte(lines[n%len(lines)]), &in); err != nil {
			t.Fatal(err)
		}
		f.claims = append(f.claims, f.remember(n, pictures, in.Claim, in.Prediction))
	}
	f.unhappy(pictures)
	f.group()
	f.tell()
	return f
}

// draw keeps a few photos of damaged products and gives their digests.
func (f *fake) draw(t *testing.T, side int) []string {
	t.Helper()
	var out []string
	for i, of := range []struct {
		product photos.Product
		symptom string
	}{
		{photos.Board, photos.Crack}, {photos.Parcel, photos.Dent}, {photos.Chair, photos.Corrosion},
		{photos.Phone, photos.Crack}, {photos.Bottle, photos.Leak}, {photos.Bag, photos.Tear},
	} {
		out = append(out, f.put(drawing(t, photos.Spec{Seed: uint64(40 + i), Product: of.product, Symptom: of.symptom, Severity: .85, Size: side})))
	}
	return out
}

// remember makes claim number n of the world.
func (f *fake) remember(n int, pictures []string, c claim.Claim, p claim.Prediction) store.Claim {
	id := uuid(1, n)
	c.SKU, c.Serial = fmt.Sprintf("DF-%04d", 1200+n%9), fmt.Sprintf("SN26-%06d", 480000+n*37)
	if c.Context == nil {
		c.Context = map[string]any{}
	}
	c.Context["batch"], c.Context["supplier"] = fmt.Sprintf("B26-%02d", 7+n%4), []string{"Nordmetal", "Haru Plastics", "Tessuti Vela"}[n%3]
	c.Context["customer"] = fmt.Sprintf("C-%05d", 31000+n*13)
	if c.Context["drawn"] == true {
		for i := range 1 + n%4 {
			c.Photos = append(c.Photos, pictures[(n+i)%len(pictures)])
			p.Photos = append(p.Photos, claim.PhotoReport{Ref: c.Photos[i], Format: "jpeg", Width: 640, Height: 480, Used: true})
		}
		f.vectors[id] = append(f.vectors[id], store.Vector{Space: photosSpace, Values: bag(p.Axes["symptom"].Label)})
	}
	c.ReceivedAt = noon.Add(-time.Duration(n*n) * 40 * time.Minute).Add(-2 * time.Hour)
	p.ID = id
	f.vectors[id] = append(f.vectors[id], store.Vector{Space: textSpace, Values: bag(c.Text)})
	at := noon.Add(-time.Duration(n*n) * 40 * time.Minute).Add(-10 * time.Minute)
	return store.Claim{
		ID: id, Claim: c, Owner: "key-" + fmt.Sprint(1+n%2), Customer: show.Text(c.Context["customer"]), State: store.Done,
		CreatedAt: at, FinishedAt: at.Add(740 * time.Millisecond), Prediction: &p,
	}
}

// bag is a text as a small unit vector of hashed words.
func bag(s string) []float32 {
	v := make([]float32, 64)
	for _, w := range strings.Fields(strings.ToLower(s)) {
		h := fnv.New32a()
		_, _ = h.Write([]byte(w))
		v[h.Sum32()%64]++
	}
	var norm float64
	for _, x := range v {
		norm += float64(x) * float64(x)
	}
	for i := range v {
		v[i] /= float32(max(math.Sqrt(norm), 1e-9))
	}
	return v
}

// unhappy adds claims that wait, failed, or have photos that cannot be used.
func (f *fake) unhappy(pictures []string) {
	queued := store.Claim{ID: uuid(2, 1), State: store.Queued, CreatedAt: noon.Add(-time.Minute), Claim: claim.Claim{
		ID: "RMA-20981", Product: "espresso machine", Text: "Water runs out at the bottom as soon as I switch it on.", Lang: "en",
	}}
	failed := store.Claim{ID: uuid(2, 2), State: store.Failed, CreatedAt: noon.Add(-50 * time.Minute), Failure: "the model's library could not be loaded",
		Claim: claim.Claim{ID: "RMA-20977", Product: "desk lamp", Text: "flackert ständig", Lang: "de"}}
	full := &f.claims[6]
	full.Claim.Photos = append(full.Claim.Photos, pictures[0], f.put([]byte("cut off")))
	dark := claim.Problem{Code: claim.CodePhotoDark, Where: "photos[0]", Message: "the photo is too dark; take it again with more light"}
	broken := claim.Problem{Code: claim.CodePhotoTruncated, Where: "photos[1]", Message: "the JPEG file ends before the picture does; upload it again"}
	n := len(full.Claim.Photos)
	broken.Where = fmt.Sprintf("photos[%d]", n-1)
	full.Prediction.Photos = append(full.Prediction.Photos,
		claim.PhotoReport{Format: "jpeg", Width: 640, Height: 480, Used: true},
		claim.PhotoReport{Problem: &broken})
	full.Prediction.Photos[0].Problem = &dark
	full.Prediction.Problems = []claim.Problem{broken}
	full.Prediction.Axes["severity"] = claim.AxisPrediction{
		Label: "critical", Probability: .93, Alternatives: []claim.Alternative{{Label: "major", Probability: .06}},
		Evidence: []claim.Evidence{{Source: "text", What: "broken", Weight: 1.9}, {Source: "text", What: "it's", Weight: -.7}, {Source: "photos", What: "what the photos show", Weight: .8}},
	}
	f.claims = append(f.claims, queued, failed)
}

// group makes clusters of claims with one symptom.
func (f *fake) group() {
	terms := map[string][]string{
		"crack_break": {"snapped", "hinge", "split", "broken"}, "no_power": {"dead", "led off", "charger"},
		"noise_vibration": {"creaks", "screws", "night"}, "dent_deformation": {"carton", "corner", "crushed"},
	}
	for i, symptom := range []string{"crack_break", "no_power", "noise_vibration", "dent_deformation"} {
		c := store.Cluster{ID: uuid(3, i), Space: textSpace, Terms: terms[symptom], CreatedAt: noon.AddDate(0, 0, -9-20*i), UpdatedAt: noon.Add(-time.Hour), Emerging: i == 1}
		for _, one := range f.claims {
			if one.Prediction != nil && one.Prediction.Axes["symptom"].Label == symptom {
				f.members[one.ID] = c.ID
				c.Size++
				if len(c.Central) < 3 {
					c.Central = append(c.Central, one.ID)
				}
			}
		}
		f.clusters = append(f.clusters, c)
	}
	old := store.Cluster{ID: uuid(3, 9), Space: textSpace, Terms: []string{"hinge", "lid", "loose"}, CreatedAt: noon.AddDate(0, -2, 0), UpdatedAt: noon.AddDate(0, -1, 0), Into: f.clusters[0].ID}
	f.clusters[0].From = []string{old.ID}
	f.clusters = append(f.clusters, old)
}

// tell adds webhooks, deliveries, trail and twins of the claim that has everything.
func (f *fake) tell() {
	c := f.claims[6]
	f.hooks = []store.Webhook{{ID: "wh1", URL: "https://claims.example/hooks/defekt?token=secret"}}
	f.deliveries = []store.Delivery{
		{ID: "d2", Webhook: "wh1", Claim: c.ID, Type: "claim.done", Attempts: 2, CreatedAt: c.FinishedAt, DeliveredAt: c.FinishedAt.Add(9 * time.Second)},
		{ID: "d1", Webhook: "gone", Claim: c.ID, Type: "claim.done", Attempts: 5, CreatedAt: c.FinishedAt, Failure: "503 Service Unavailable"},
		{ID: "d0", Webhook: "wh1", Claim: "another", Type: "claim.done"},
	}
	f.trail[c.ID] = []store.Entry{
		{At: c.CreatedAt, By: "key-1", What: "claim.accepted", On: c.ID},
		{At: c.FinishedAt, By: "system", What: "claim.done", On: c.ID, Detail: "model 648830859"},
	}
	other := f.claims[8]
	f.twins[c.ID] = []store.Twin{{Photo: c.Claim.Photos[0], Other: other.Claim.Photos[0], Claim: other.ID, Distance: 3}}
}
