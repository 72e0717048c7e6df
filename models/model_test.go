package models_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/defekt/defekt/models"
	"github.com/defekt/defekt/models/feature"
	"github.com/defekt/defekt/models/head"
	"github.com/defekt/defekt/models/text/ngram"
	"github.com/defekt/defekt/models/vision"
	"github.com/defekt/defekt/models/vision/raster"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/taxonomy"
)

// small fits a model on texts of two severities.
func small(t *testing.T) *models.Model {
	t.Helper()
	var texts []string
	d := head.Data{Axis: "severity", Classes: []string{"critical", "cosmetic"}, Ordinal: true}
	for i := range 24 {
		texts = append(texts, fmt.Sprintf("%s case %d", []string{"caught fire", "small scratch"}[i%2], i))
		d.Labels, d.Groups = append(d.Labels, i%2), append(d.Groups, "")
	}
	grams, err := ngram.Fit(slices.Values(texts), ngram.WordConfig())
	if err != nil {
		t.Fatal(err)
	}
	m := &models.Model{Taxonomy: taxonomy.Starter(), Encoders: models.Encoders{&models.Words{Field: models.FieldText, Name: "text.words", Grams: grams}}, Code: "test"}
	d.Layout = m.Encoders.Layout()
	for _, text := range texts {
		d.Examples = append(d.Examples, feature.Example{grams.Encode(text)})
	}
	cfg := head.DefaultConfig()
	cfg.Strengths, cfg.Balances, cfg.Smoothings = []float64{1, 10}, []float64{0}, []float64{0}
	h, err := head.Fit(context.Background(), d, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Heads = []*head.Head{h}
	return m
}

func predict(t *testing.T, m *models.Model, text string) claim.Prediction {
	t.Helper()
	c := claim.Claim{ID: "c", Text: text}
	e, err := m.Encoders.Features(context.Background(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Predict(c, e, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	m.Explain(c, e, &p)
	return p
}

func TestSaveAndLoad(t *testing.T) {
	m, dir := small(t), filepath.Join(t.TempDir(), "model")
	if err := m.Save(dir); err != nil {
		t.Fatal(err)
	}
	back, err := models.Loader{Code: "test"}.Load(context.Background(), os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	want, got := predict(t, m, "it caught fire"), predict(t, back, "it caught fire")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-saved +loaded:\n%s", diff)
	}
	if a := got.Axes["severity"]; a.Label != "critical" || len(a.Evidence) == 0 || a.Evidence[0].Weight <= 0 {
		t.Errorf("severity %+v", a)
	}
	if err := m.Save(dir); err != nil {
		t.Errorf("a model may be replaced: %v", err)
	}
}

func TestDamageIsFound(t *testing.T) {
	cases := map[string]func(dir string) error{
		"changed head":     func(dir string) error { return appendTo(filepath.Join(dir, "heads", "severity.head")) },
		"changed taxonomy": func(dir string) error { return appendTo(filepath.Join(dir, "taxonomy.yaml")) },
		"missing grams":    func(dir string) error { return os.RemoveAll(filepath.Join(dir, "text")) },
		"changed manifest": func(dir string) error { return appendTo(filepath.Join(dir, models.ManifestFile)) },
		"no manifest":      func(dir string) error { return os.Remove(filepath.Join(dir, models.ManifestFile)) },
	}
	for name, damage := range cases {
		t.Run(name, func(t *testing.T) {
			m, dir := small(t), filepath.Join(t.TempDir(), "model")
			if err := errors.Join(m.Save(dir), damage(dir)); err != nil {
				t.Fatal(err)
			}
			back, err := models.Loader{}.Load(context.Background(), os.DirFS(dir))
			if name == "changed manifest" { // white space at the end: another digest, the same model
				if err != nil || back.Digest == m.Digest {
					t.Errorf("error %v, same digest %v", err, back.Digest == m.Digest)
				}
				return
			}
			if !errors.Is(err, models.ErrModel) {
				t.Errorf("error %v, want ErrModel", err)
			}
		})
	}
}

func appendTo(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}

func TestSaveLeavesOtherFoldersAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("years"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := small(t).Save(dir); !errors.Is(err, models.ErrExists) {
		t.Errorf("error %v, want ErrExists", err)
	}
}

// counting gives, for each view, its number and its doubled negative.
type counting struct{}

func (counting) Name() string                 { return "count" }
func (counting) Outputs() []vision.OutputSpec { return []vision.OutputSpec{{Name: "a", Dim: 2}} }
func (counting) ShortSide([]vision.View) int  { return 32 }
func (counting) Encode(_ context.Context, img *raster.Image, views []vision.View) ([][][]float32, error) {
	var out [][][]float32
	for v := range views {
		out = append(out, [][]float32{{float32(v + img.W), float32(-2 * v)}})
	}
	return out, nil
}

func TestRecipesPoolViewsAndPhotos(t *testing.T) {
	recipe, err := models.RecipeByName(models.ViewsGrid)
	if err != nil {
		t.Fatal(err)
	}
	p := &models.Photos{Of: counting{}, Recipe: recipe}
	photos := []*raster.Image{raster.New(10, 10), raster.New(20, 10)}
	got, err := p.Encode(context.Background(), models.Input{Photos: photos})
	if err != nil {
		t.Fatal(err)
	}
	// Views 0 and 1 are the whole photo and its mirror image, 2 to 5 the tiles.
	want := [][]float32{{15.5, -1}, {18.5, -7}, {25, -4}}
	for b := range want {
		if diff := cmp.Diff(want[b], got[b].Dense); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.Specs()[b].Name, diff)
		}
	}
	none, err := p.Encode(context.Background(), models.Input{})
	if err != nil || len(none) != len(p.Specs()) || none[0].Present {
		t.Errorf("a claim without photos: %+v, %v", none, err)
	}
	for _, name := range models.RecipeNames() {
		if r, err := models.RecipeByName(name); err != nil || r.Name != name {
			t.Errorf("recipe %s: %v", name, err)
		}
	}
	if _, err := models.RecipeByName("microscope"); err == nil {
		t.Error("an unknown recipe is accepted")
	}
}
