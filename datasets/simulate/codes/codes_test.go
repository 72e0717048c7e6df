package codes

import (
	"image"
	"image/color"
	"testing"
)

func pixels(t *testing.T, img image.Image) []uint8 {
	t.Helper()
	g, ok := img.(*image.Gray)
	if !ok {
		t.Fatalf("the photo is a %T", img)
	}
	return g.Pix
}

func TestDrawIsRepeatable(t *testing.T) {
	a, err := Draw(5, QR, Middle)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Draw(5, QR, Middle)
	c, _ := Draw(6, QR, Middle)
	if string(pixels(t, a.Image)) != string(pixels(t, b.Image)) || a.Text != b.Text {
		t.Error("the same seed gives two photos")
	}
	if string(pixels(t, a.Image)) == string(pixels(t, c.Image)) {
		t.Error("two seeds give one photo")
	}
	if a.Image.Bounds() != image.Rect(0, 0, Width, Height) {
		t.Errorf("the photo has %v", a.Image.Bounds())
	}
}

// TestGradesGetHarder compares each grade's ranges with the one before.
func TestGradesGetHarder(t *testing.T) {
	all := Grades()
	for i := 1; i < len(all); i++ {
		a, b := all[i-1].conditions(), all[i].conditions()
		for name, pair := range map[string][2]span{
			"tilt": {a.tilt, b.tilt}, "blur": {a.blur, b.blur}, "motion": {a.motion, b.motion}, "uneven": {a.uneven, b.uneven}, "noise": {a.noise, b.noise},
			"module": {b.module, a.module}, "light": {b.light, a.light}, "contrast": {b.contrast, a.contrast}, "quality": {b.quality, a.quality},
		} {
			if pair[0].lo > pair[1].lo || pair[0].hi > pair[1].hi {
				t.Errorf("%s of %s is not harder than of %s: %v, %v", name, all[i], all[i-1], pair[0], pair[1])
			}
		}
	}
	if Grade(0).String() != "unknown" || Severe.String() != "severe" {
		t.Error("names of grades")
	}
}

func TestEveryKindHasContent(t *testing.T) {
	for _, k := range Kinds() {
		s, err := Draw(1, k, Clean)
		if err != nil || s.Text == "" || s.Kind != k || s.Module < 1 {
			t.Errorf("%s: %+v, %v", k, s, err)
		}
	}
	if _, err := Draw(1, "aztec", Clean); err == nil {
		t.Error("an unknown kind is drawn")
	}
	d, err := Decoy(1, Clean)
	if err != nil || d.Text != "" || d.Kind != "" {
		t.Errorf("a decoy says %q, %v", d.Text, err)
	}
	dark, light := 255, 0
	for _, v := range pixels(t, d.Image) {
		dark, light = min(dark, int(v)), max(light, int(v))
	}
	if light-dark < 80 {
		t.Errorf("a clean decoy goes from %d to %d", dark, light)
	}
	if _, ok := d.Image.At(0, 0).(color.Gray); !ok {
		t.Error("the photo is not grey")
	}
}

func TestWithCheck(t *testing.T) {
	if got := withCheck("952123454321"); got != "9521234543213" {
		t.Errorf("check digit: %s", got)
	}
}
