package chargeback

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/look/looktest"
	"github.com/defekt/defekt/pipeline/quality/cases"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/store/blob"
)

// shelf keeps blobs in memory.
type shelf map[string][]byte

func (s shelf) put(data []byte) string {
	d := blob.Digest(data)
	s[d] = data
	return d
}

func (s shelf) Read(_ context.Context, digest string, limit int64) ([]byte, error) {
	data, ok := s[digest]
	switch {
	case !ok:
		return nil, blob.ErrMissing
	case int64(len(data)) > limit:
		return nil, blob.ErrTooLarge
	}
	return data, nil
}

var at = time.Date(2026, 3, 5, 12, 30, 15, 999, time.FixedZone("", 3600))

func sample(s shelf) Package {
	one := s.put([]byte("\xff\xd8\xff\xe0 one"))
	shared := s.put([]byte("no picture"))
	unit := &store.Unit{Serial: "=SN1", SKU: "K-1", Batch: "B-1", Lots: []store.LotRef{{Component: "hinge", Code: "L-17", Supplier: "ACME"}},
		MadeAt: at.AddDate(0, -6, 0), SoldAt: at.AddDate(0, -2, 0)}
	return Package{
		Reference: "CB-1", Issuer: "Brand <1>", Supplier: "ACME", Lots: []string{"lot L-17 (hinge, ACME)"}, CAPA: "capa-1", Currency: "EUR",
		Findings: []string{"The hinge breaks <script>alert(1)</script>"},
		Lines: []Line{
			{Claim: "c2", Reference: "@r2", Serial: "SN2", SKU: "K-1", At: at, Photos: []string{shared, blob.Digest([]byte("lost"))},
				Labels: map[string]cases.Label{"symptom": {Label: "crack", Probability: 0.9}},
				Costs:  []store.Cost{{ID: "k3", At: at, Kind: "part", Amount: store.Money{Minor: 999, Currency: "USD"}}}},
			{Claim: "c1", Reference: "r1", Serial: "=SN1", SKU: "K-1", At: at.AddDate(0, 0, -1), Unit: unit, Photos: []string{one, shared, shared},
				Labels: map[string]cases.Label{"symptom": {Label: "crack", Probability: 0.75, Reviewer: "anna", At: at}, "component": {Label: "hinge", Reviewer: "anna", At: at}},
				Costs: []store.Cost{{ID: "k2", At: at, Kind: "freight", Amount: store.Money{Minor: 450, Currency: "EUR"}, Note: "+cmd"},
					{ID: "k1", At: at, Kind: "repair", Amount: store.Money{Minor: 10000, Currency: "EUR"}}}},
		},
	}
}

func write(t *testing.T, p Package, s shelf) ([]byte, Result) {
	t.Helper()
	var out bytes.Buffer
	r, err := Write(t.Context(), &out, p, s)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), r
}

func unzip(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		if !f.Modified.Equal(at.UTC().Truncate(time.Second)) {
			t.Errorf("%s has the time %v", f.Name, f.Modified)
		}
	}
	return out
}

// The same claims give the same bytes, in whatever order they come and in whatever zone the machine is.
func TestSameInputSameBytes(t *testing.T) {
	s := shelf{}
	one, r1 := write(t, sample(s), s)
	p := sample(s)
	slices.Reverse(p.Lines)
	slices.Reverse(p.Lines[0].Costs)
	for i := range p.Lines {
		p.Lines[i].At = p.Lines[i].At.UTC()
	}
	two, r2 := write(t, p, s)
	if !bytes.Equal(one, two) || r1.Digest != r2.Digest {
		t.Error("a second run gave other bytes")
	}
	sum := sha256.Sum256(one)
	if r1.Digest != hex.EncodeToString(sum[:]) || r1.Bytes != int64(len(one)) {
		t.Errorf("digest %s of %d bytes", r1.Digest, r1.Bytes)
	}
	if p.Lines[0].Claim != "c1" || p.Lines[0].Costs[0].ID != "k1" {
		t.Error("Write changed its input")
	}
}

// Lists that change must change the format's name, since programs read them. The cover is for
// people and follows the style of all pages.
func TestListsStayAsTheyAre(t *testing.T) {
	s := shelf{}
	data, _ := write(t, sample(s), s)
	files := unzip(t, data)
	h := sha256.New()
	for _, l := range lists() {
		h.Write(files[l.name])
	}
	if got, want := hex.EncodeToString(h.Sum(nil)), "190340f5104d6416ba461f2d446b814ee4fe72ef55be0b034b91a10066690621"; got != want || Format != "defekt-chargeback/1" {
		t.Errorf("the lists of %s have the digest %s, want %s", Format, got, want)
	}
}

func TestHashesMatch(t *testing.T) {
	s := shelf{}
	data, r := write(t, sample(s), s)
	files := unzip(t, data)
	var m manifest
	if err := json.Unmarshal(files["manifest.json"], &m); err != nil {
		t.Fatal(err)
	}
	if m.Totals.Photos != 3 || len(m.MissingPhotos) != 1 || m.MissingPhotos[0].Reason != "not kept" || len(r.Missing) != 1 {
		t.Errorf("manifest %+v", m)
	}
	photos := 0
	for _, f := range m.Files {
		sum := sha256.Sum256(files[f.Name])
		if hex.EncodeToString(sum[:]) != f.SHA256 || len(files[f.Name]) != f.Bytes {
			t.Errorf("%s is not what the manifest says", f.Name)
		}
		if name, ok := strings.CutPrefix(f.Name, "photos/"); ok {
			photos++
			if !strings.HasPrefix(name, f.SHA256+".") || s["sha256:"+f.SHA256] == nil {
				t.Errorf("photo %s", f.Name)
			}
		}
	}
	if photos != 2 || len(m.Files)+2 != len(files) {
		t.Errorf("%d photos, %d files of %d", photos, len(m.Files), len(files))
	}
	lines := strings.Split(strings.TrimSuffix(string(files["SHA256SUMS"]), "\n"), "\n")
	if len(lines) != len(files)-1 {
		t.Errorf("%d hashes of %d files", len(lines), len(files))
	}
	for _, l := range lines {
		want, name, _ := strings.Cut(l, "  ")
		if sum := sha256.Sum256(files[name]); hex.EncodeToString(sum[:]) != want {
			t.Errorf("SHA256SUMS: %s", l)
		}
	}
}

// A supplier's own program must be content as well.
func TestUnzipTakesIt(t *testing.T) {
	tool, err := exec.LookPath("unzip")
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("needed on CI: %v", err)
	}
	if err != nil {
		t.Skip("there is no unzip on this machine; archive/zip alone has read it")
	}
	s := shelf{}
	data, _ := write(t, sample(s), s)
	name := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), tool, "-t", name).CombinedOutput(); err != nil {
		t.Errorf("unzip -t: %v\n%s", err, out)
	}
}

func TestLists(t *testing.T) {
	s := shelf{}
	data, _ := write(t, sample(s), s)
	files := unzip(t, data)
	for name, want := range map[string][][]string{
		"serials.csv": {{"serial", "sku", "batch", "lots", "made_at", "sold_at", "claims"}, {"'=SN1", "K-1", "B-1", "L-17|hinge|ACME", "2025-09-05", "2026-01-05", "1"}, {"SN2", "K-1", "", "", "", "", "1"}},
		"claims.csv": {{"claim", "reference", "serial", "sku", "claimed_at", "days_in_service", "photos", "cost_eur", "labels"},
			{"c1", "r1", "'=SN1", "K-1", "2026-03-04T11:30:15Z", "58", "3", "104.50", "component=hinge symptom=crack"}, {"c2", "'@r2", "SN2", "K-1", "2026-03-05T11:30:15Z", "", "2", "0.00", "symptom=crack"}},
		"labels.csv": {{"claim", "axis", "label", "confidence", "source", "reviewer", "decided_at"}, {"c1", "component", "hinge", "", "person", "anna", "2026-03-05T11:30:15Z"},
			{"c1", "symptom", "crack", "0.7500", "person", "anna", "2026-03-05T11:30:15Z"}, {"c2", "symptom", "crack", "0.9000", "model", "", ""}},
		"costs.csv": {{"cost", "claim", "serial", "date", "kind", "amount", "currency", "charged", "note"}, {"k1", "c1", "'=SN1", "2026-03-05", "repair", "100.00", "EUR", "yes", ""},
			{"k2", "c1", "'=SN1", "2026-03-05", "freight", "4.50", "EUR", "yes", "'+cmd"}, {"k3", "c2", "SN2", "2026-03-05", "part", "9.99", "USD", "no", ""}},
	} {
		got, err := csv.NewReader(bytes.NewReader(files[name])).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	}
	all := looktest.Elements(t, string(files["cover.html"]))
	if n := len(looktest.Find(all, "script", "")); n != 0 {
		t.Errorf("%d scripts on the cover", n)
	}
	for _, n := range all {
		if n.Attrs["id"] == "total" && n.Text != "104.50\u00a0EUR for 2 claims on 2 units" {
			t.Errorf("the cover says %q", n.Text)
		}
	}
}

func TestWhatIsNoPackage(t *testing.T) {
	s := shelf{}
	for name, change := range map[string]struct {
		code claim.Code
		do   func(p *Package)
	}{
		"no claim":     {CodeEmpty, func(p *Package) { p.Lines = nil }},
		"too many":     {CodeLines, func(p *Package) { p.Lines = make([]Line, MaxLines+1) }},
		"no currency":  {CodeCurrency, func(p *Package) { p.Currency = "eur" }},
		"no reference": {CodeText, func(p *Package) { p.Reference = " " }},
		"long finding": {CodeText, func(p *Package) { p.Findings = []string{strings.Repeat("x", MaxText+1)} }},
		"huge sum": {CodeTotal, func(p *Package) {
			for i := range p.Lines {
				p.Lines[i].Costs = []store.Cost{{ID: "a", Amount: store.Money{Minor: 1 << 62, Currency: "EUR"}}, {ID: "b", Amount: store.Money{Minor: 1 << 62, Currency: "EUR"}}}
			}
		}},
	} {
		p := sample(s)
		change.do(&p)
		_, err := Write(t.Context(), io.Discard, p, s)
		var problem claim.Problem
		if !errors.As(err, &problem) || problem.Code != change.code {
			t.Errorf("%s: error %v, want %s", name, err, change.code)
		}
	}
	s2 := shelf{}
	p := sample(s2)
	for d := range s2 {
		s2[d] = []byte("other bytes")
	}
	if _, err := Write(t.Context(), io.Discard, p, s2); !errors.Is(err, blob.ErrDamaged) {
		t.Errorf("photos that are others: %v", err)
	}
}

// Memory must not grow with the photos: two hundred of 2 MB take less than ten at once would.
func TestPhotosAreStreamed(t *testing.T) {
	p := sample(shelf{})
	p.Lines[0].Photos = nil
	m := &made{sizes: map[string]uint64{}}
	for i := range uint64(200) {
		p.Lines[0].Photos = append(p.Lines[0].Photos, m.add(i))
	}
	p.Lines[1].Photos = nil
	r, err := Write(t.Context(), io.Discard, p, m)
	if err != nil {
		t.Fatal(err)
	}
	if r.Bytes < 200*madeBytes || m.peak > 20*madeBytes {
		t.Errorf("%d bytes written with up to %d bytes of memory", r.Bytes, m.peak)
	}
}

const madeBytes = 2 << 20

// made makes photos when asked, and watches the heap.
type made struct {
	sizes map[string]uint64
	peak  uint64
}

func (m *made) photo(seed uint64) []byte {
	data := make([]byte, madeBytes)
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := 0; i < len(data); i += 4096 {
		data[i] = byte(rng.Uint32())
	}
	return data
}

func (m *made) add(seed uint64) string {
	d := blob.Digest(m.photo(seed))
	m.sizes[d] = seed
	return d
}

func (m *made) Read(_ context.Context, digest string, _ int64) ([]byte, error) {
	seed := m.sizes[digest]
	if seed%20 == 0 {
		var stat runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&stat)
		m.peak = max(m.peak, stat.HeapAlloc)
	}
	return m.photo(seed), nil
}
