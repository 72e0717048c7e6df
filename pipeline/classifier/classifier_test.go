package classifier_test

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"strings"
	"testing"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/builtin"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/pipeline"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/classifier"
	"github.com/defekt/defekt/pipeline/photo"
)

// blind stands for the photo encoder where no runtime library is needed: it has its blocks
// and sees nothing.
type blind struct{ specs []feature.Spec }

func (b blind) Specs() []feature.Spec { return b.specs }
func (b blind) Encode(context.Context, models.Input) ([]feature.Block, error) {
	return make([]feature.Block, len(b.specs)), nil
}

// load opens the built-in model without its photo encoder.
func load(t *testing.T) *models.Model {
	t.Helper()
	specs := []feature.Spec{
		{Name: "photo.builtin-vision.features.whole.mean", Kind: feature.Dense, Dim: 800, Source: "photos"},
		{Name: "photo.builtin-vision.features_mid.whole.mean", Kind: feature.Dense, Dim: 288, Source: "photos"},
	}
	loader := models.Loader{Openers: map[string]models.Opener{models.KindPhotos: func(context.Context, fs.FS, models.EncoderRef) (models.Encoder, error) {
		return blind{specs}, nil
	}}}
	m, err := loader.Load(t.Context(), builtin.FS())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func open(t *testing.T, m *models.Model) *classifier.Classifier {
	t.Helper()
	decoder, err := photo.New(photo.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { decoder.Close() })
	c, err := classifier.New(pipeline.New(pipeline.Config{}, pipeline.Files{}, decoder), m, builtin.Text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// nothing has no photo.
type nothing struct{ err error }

func (n nothing) Read(context.Context, string, int64) ([]byte, error) { return nil, n.err }

func TestOutcomeHasAnswerEvidenceAndUnitVector(t *testing.T) {
	c := open(t, load(t))
	out, err := c.Classify(t.Context(), claim.Claim{ID: "c", Text: "The hinge snapped off after two weeks", Product: "cabinet"}, nothing{})
	if err != nil {
		t.Fatal(err)
	}
	if a := out.Prediction.Axes["symptom"]; a.Label != "crack_break" || len(a.Evidence) == 0 {
		t.Errorf("symptom %+v", a)
	}
	if len(out.Vectors) != 1 || out.Vectors[0].Space != c.Spaces()[0] {
		t.Fatalf("vectors %d of spaces %v, want the text's only", len(out.Vectors), c.Spaces())
	}
	sum := 0.0
	for _, x := range out.Vectors[0].Values {
		sum += float64(x) * float64(x)
	}
	if math.Abs(sum-1) > 1e-5 {
		t.Errorf("the vector's squared length is %g", sum)
	}
}

func TestBadInputIsAnAnswer(t *testing.T) {
	c := open(t, load(t))
	missing := claim.Problem{Code: claim.CodePhotoMissing, Message: "gone"}
	out, err := c.Classify(t.Context(), claim.Claim{ID: "c", Photos: []string{"sha256:gone"}}, nothing{missing})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Prediction.Axes) != 0 || len(out.Vectors) != 0 || len(out.Photos) != 0 || len(out.Prediction.Problems) == 0 {
		t.Errorf("outcome of a claim without anything: %+v", out)
	}
}

func TestCancelledIsAnError(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, load(t)).Classify(ctx, claim.Claim{ID: "c", Text: "x"}, nothing{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// A model without vectors of the text gets the built-in ones.
func TestTextVectorsWithoutAnEncoderOfTheModel(t *testing.T) {
	m := load(t)
	bare := *m
	bare.Encoders, bare.Heads = models.Encoders{}, nil
	for _, e := range m.Encoders {
		if _, ok := e.(*models.Vectors); !ok {
			bare.Encoders = append(bare.Encoders, e)
		}
	}
	c := open(t, &bare)
	out, err := c.Classify(t.Context(), claim.Claim{ID: "c", Text: "The hinge snapped off"}, nothing{})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Vectors) != 1 || out.Vectors[0].Space != c.Spaces()[0] || !strings.HasPrefix(out.Vectors[0].Space, "text.static@") {
		t.Errorf("vectors %d of %v", len(out.Vectors), c.Spaces())
	}
}

// Claims stay comparable as long as the encoder's bytes are the same.
func TestSpacesNameTheEncodersBytes(t *testing.T) {
	m := load(t)
	before := open(t, m).Spaces()
	if len(before) != 2 || !strings.HasPrefix(before[0], "text.static@") || !strings.HasPrefix(before[1], "photo.builtin-vision.") {
		t.Fatalf("spaces %v", before)
	}
	if again := open(t, load(t)).Spaces(); again[0] != before[0] || again[1] != before[1] {
		t.Errorf("the same model has spaces %v, then %v", before, again)
	}
	for path := range m.Manifest.Files {
		m.Manifest.Files[path] = strings.Repeat("0", 64)
	}
	if other := open(t, m).Spaces(); other[0] == before[0] || other[1] == before[1] {
		t.Errorf("other bytes, same spaces: %v", other)
	}
}
