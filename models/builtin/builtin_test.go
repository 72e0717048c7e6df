package builtin_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/bundle"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// blind stands for the photo encoder, which needs a runtime library: it has its blocks
// and sees no photo.
type blind struct{ specs []feature.Spec }

func (b blind) Specs() []feature.Spec { return b.specs }

func (b blind) Encode(context.Context, models.Input) ([]feature.Block, error) {
	return make([]feature.Block, len(b.specs)), nil
}

// openBlind makes the blocks of the bundle in the model's folder.
func openBlind(_ context.Context, fsys fs.FS, ref models.EncoderRef) (models.Encoder, error) {
	data, err := fs.ReadFile(fsys, ref.Path+"/"+bundle.ManifestName)
	if err != nil {
		return nil, err
	}
	m, err := bundle.Parse(data)
	if err != nil {
		return nil, err
	}
	var b blind
	for _, o := range m.Outputs {
		name := "photo." + m.Name + "." + o.Name + ".whole.mean"
		b.specs = append(b.specs, feature.Spec{Name: name, Kind: feature.Dense, Dim: o.Dim, Source: "photos"})
	}
	return b, nil
}

func load(t *testing.T) *models.Model {
	t.Helper()
	loader := models.Loader{Openers: map[string]models.Opener{models.KindPhotos: openBlind}}
	m, err := loader.Load(context.Background(), builtin.FS())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAnswersAllAxesOfTheStarterTaxonomy(t *testing.T) {
	m := load(t)
	if got, want := m.Taxonomy.Digest(), taxonomy.Starter().Digest(); got != want {
		t.Errorf("the model's taxonomy is not the starter's: %s, %s; make builtin", got, want)
	}
	if len(m.Heads) != len(m.Taxonomy.Axes) {
		t.Errorf("%d heads for %d axes", len(m.Heads), len(m.Taxonomy.Axes))
	}
	c := claim.Claim{ID: "c", Text: "the zip of the tent tore open after two nights", Product: "tent", Context: map[string]any{"days_since_delivery": 30.0}}
	e, err := m.Encoders.Features(context.Background(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Predict(c, e, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Axes["symptom"].Label; got != "tear_seam" {
		t.Errorf("a zip that tore open is %q", got)
	}
	m.Explain(c, e, &p)
	if len(p.Axes["symptom"].Evidence) == 0 {
		t.Error("no evidence")
	}
}

// TestCardIsOfThisModel keeps card and weights together.
func TestCardIsOfThisModel(t *testing.T) {
	card, err := os.ReadFile("CARD.md")
	if err != nil {
		t.Fatal(err)
	}
	if digest := load(t).Digest; !strings.Contains(string(card), digest) {
		t.Errorf("CARD.md does not name the model's digest %s: measure again and say so there", digest)
	}
	for name, file := range map[string]string{"VISION.md": builtin.VisionPath + "/encoder.onnx", "TEXT.md": builtin.TextPath} {
		card, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		encoder, err := fs.ReadFile(builtin.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		if sum := fmt.Sprintf("%x", sha256.Sum256(encoder)); !strings.Contains(string(card), sum) {
			t.Errorf("%s does not name the encoder's sha256 %s", name, sum)
		}
		if len(encoder) > maxEncoder {
			t.Errorf("%s has %d bytes, at most %d may ship", file, len(encoder), maxEncoder)
		}
	}
}

// What may ship: 6 MB an encoder, 15 MB in all.
const (
	maxEncoder = 6_000_000
	maxModel   = 15_000_000
)

func TestModelStaysSmall(t *testing.T) {
	total := int64(0)
	err := fs.WalkDir(builtin.FS(), ".", func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		total += info.Size()
		return err
	})
	if err != nil || total > maxModel {
		t.Errorf("the model has %d bytes, at most %d may ship; %v", total, maxModel, err)
	}
}

// BenchmarkColdStart opens the model as a command does before its first claim.
func BenchmarkColdStart(b *testing.B) {
	loader := models.Loader{Openers: map[string]models.Opener{models.KindPhotos: openBlind}}
	for b.Loop() {
		if _, err := loader.Load(b.Context(), builtin.FS()); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSamplesAreReadable keeps the demo's file in shape.
func TestSamplesAreReadable(t *testing.T) {
	data, err := os.ReadFile("../../datasets/starter/demo.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) < 12 {
		t.Errorf("%d samples, the demo promises a dozen", len(lines))
	}
	for _, line := range lines {
		var c claim.Claim
		if err := json.Unmarshal([]byte(line), &c); err != nil || c.ID == "" {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// BenchmarkExplain names the evidence of a claim of usual length on all axes.
func BenchmarkExplain(b *testing.B) {
	loader := models.Loader{Openers: map[string]models.Opener{models.KindPhotos: openBlind}}
	m, err := loader.Load(b.Context(), builtin.FS())
	if err != nil {
		b.Fatal(err)
	}
	c := claim.Claim{ID: "c", Product: "tent", Context: map[string]any{"days_since_delivery": 30.0},
		Text: "The zip of the tent tore open after two nights, then rain came in at the seam and soaked our sleeping bags; the shop said that the coil is worn but we used it twice."}
	e, err := m.Encoders.Features(b.Context(), c, nil)
	if err != nil {
		b.Fatal(err)
	}
	p, err := m.Predict(c, e, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Explain(c, e, &p)
	}
}
