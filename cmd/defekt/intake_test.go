package main

import (
	"bytes"
	"encoding/base64"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disintegration/imaging"

	"github.com/defekt/defekt/datasets/simulate/codes"
	"github.com/defekt/defekt/models/onnx"
	"github.com/defekt/defekt/pipeline/claim"
	"github.com/defekt/defekt/pipeline/store/postgres/postgrestest"
)

// claimed is what the tests look at of a claim and its unit.
type claimed struct {
	ID, State, Serial string
	Context           map[string]any
	Unit              *struct {
		Serial, Typed, Status, Conflict, Batch string
		FromPhoto                              bool `json:"from_photo"`
		Fault                                  struct{ Code string }
		Suggestions                            []struct{ Serial string }
		Warranty                               struct{ Standing, Why string }
		Repeats                                []struct{ Claim string }
		Codes                                  []struct{ Text, Symbology string }
	}
}

// unitSerial is a known unit's; the code of the drawn photo says it too.
const unitSerial = "CW2615-934059"

// codePhoto draws a label with the serial in a QR code, small, since the race detector makes
// reading ten times slower.
func codePhoto(t *testing.T) map[string]any {
	t.Helper()
	s, err := codes.Draw(1, codes.QR, codes.Clean)
	if err != nil || s.Text != unitSerial {
		t.Fatalf("the photo says %q, %v; the test needs %s", s.Text, err, unitSerial)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, imaging.Fit(s.Image, 480, 480, imaging.Lanczos)); err != nil {
		t.Fatal(err)
	}
	return map[string]any{"data": base64.StdEncoding.EncodeToString(b.Bytes())}
}

// importUnits writes what is known of units, imports it, and gives the file of serial rules.
func importUnits(t *testing.T, dir, db string) (rules string) {
	t.Helper()
	files := map[string]string{
		"units.csv":   "serial,sku,batch,made_at,sold_at\n" + unitSerial + ",CB-1,B-12,2026-01-10," + time.Now().AddDate(0, 0, -30).Format(time.DateOnly) + "\n",
		"terms.csv":   "terms,months\ndefault,24\n",
		"serials.yml": "brands:\n  - name: Acme\n    skus: [\"AC-*\"]\n    serials:\n      - pattern: '(?P<number>\\d{8})(?P<check>\\d)'\n        check: {scheme: luhn}\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, said := command(t, "units", "import", filepath.Join(dir, "units.csv"), filepath.Join(dir, "terms.csv"), "--db", db); code != exitOK {
		t.Fatalf("units import: %d %s", code, said)
	}
	return filepath.Join(dir, "serials.yml")
}

func TestClaimsAreTiedToUnits(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		dir, flags := storage(t)
		tiedToUnits(t, dir, flags)
	})
	t.Run("postgres", func(t *testing.T) {
		dir := t.TempDir()
		tiedToUnits(t, dir, []string{"--db", postgrestest.Database(t), "--blobs", filepath.Join(dir, "blobs")})
	})
}

func tiedToUnits(t *testing.T, dir string, flags []string) {
	library, err := onnx.Find(onnx.DefaultSearch(os.Getenv))
	if err != nil && os.Getenv("CI") == "true" {
		t.Fatalf("needed on CI: %v", err)
	}
	if err != nil {
		t.Skipf("photos cannot be classified: %v", err)
	}
	getenv := func(name string) string { return map[string]string{onnx.EnvLibrary: library.Path}[name] }
	rules := importUnits(t, dir, flags[1])
	s := serveIn(t, getenv, append(flags, "--serial-rules", rules, "--codes", "always", "--codes-budget", "15s")...) // the race detector is slow
	wait := map[string]string{"Prefer": "wait=10"}
	post := func(body map[string]any) (c claimed) {
		t.Helper()
		header := wait
		if body["photos"] != nil {
			header = nil // whoever sends photos need not wait for codes
		}
		if status := ask(t, "POST", s.url+"/v1/claims", header, body, &c); status/100 != 2 {
			t.Fatalf("%v: status %d, %+v", body["text"], status, c)
		}
		return c
	}
	typo := post(map[string]any{"text": "hinge broke", "serial": "CW2615-93405"})
	if u := typo.Unit; u == nil || u.Status != "unknown" || len(u.Suggestions) != 1 || u.Suggestions[0].Serial != unitSerial || typo.Serial != "CW2615-93405" {
		t.Errorf("typo: %+v %+v", typo, u)
	}
	faulty := post(map[string]any{"text": "hinge broke", "sku": "AC-1", "serial": "123456789"})
	if u := faulty.Unit; u == nil || u.Status != "faulty" || u.Fault.Code != "serial_check_digit" {
		t.Errorf("faulty: %+v", faulty)
	}
	known := post(map[string]any{"text": "hinge broke", "serial": "cw2615 934059"})
	if u := known.Unit; known.Serial != unitSerial || u == nil || u.Status != "known" || u.Typed != "cw2615 934059" || u.Batch != "B-12" || u.Warranty.Standing != "covered" {
		t.Errorf("known: %+v", known)
	}
	if known.Context["batch"] != "B-12" || known.Context["warranty"] != "covered" || known.Context["days_since_delivery"] != 30.0 {
		t.Errorf("facts: %v", known.Context)
	}
	plain := post(map[string]any{"text": "the screen stays black"})
	if plain.Unit != nil || len(plain.Context) > 0 {
		t.Errorf("plain: %+v", plain)
	}

	// Codes on photos are read afterwards.
	shown := post(map[string]any{"text": "hinge broke again", "photos": []any{codePhoto(t)}})
	other := post(map[string]any{"text": "hinge broke", "serial": "CW2615-934050", "photos": []any{codePhoto(t)}})
	for n := 0; shown.Unit == nil || len(other.Unit.Codes) == 0; n++ {
		if n == 1200 {
			t.Fatalf("the photos are not read: %+v %+v, %+v %+v", shown, shown.Unit, other, other.Unit)
		}
		time.Sleep(50 * time.Millisecond)
		ask(t, "GET", s.url+"/v1/claims/"+shown.ID, nil, nil, &shown)
		ask(t, "GET", s.url+"/v1/claims/"+other.ID, nil, nil, &other)
	}
	if u := shown.Unit; shown.Serial != unitSerial || !u.FromPhoto || u.Status != "known" || u.Warranty.Standing != "covered" || len(u.Repeats) != 1 || u.Repeats[0].Claim != known.ID {
		t.Errorf("shown: %+v %+v", shown, u)
	}
	if u := other.Unit; other.Serial != "CW2615-934050" || !strings.Contains(u.Conflict, "photo 1 shows "+unitSerial) {
		t.Errorf("conflict: %+v %+v", other, u)
	}
	var list struct{ Claims []claimed }
	if ask(t, "GET", s.url+"/v1/claims?serial="+unitSerial, nil, nil, &list); len(list.Claims) != 2 {
		t.Errorf("%d claims of the serial, want 2", len(list.Claims))
	}
	for path, want := range map[string][]string{
		"/claims/" + shown.ID: {"The serial was read from a photo. The unit is known.", `href="/quality/units/` + unitSerial + `"`, "Warranty: Covered</b>: within its term", "/claims/" + known.ID},
		"/claims/" + other.ID: {"The photos contradict the serial", "Known serials near it", "QR"},
		"/metrics":            {`defekt_photo_codes_total{result="adopted"} 1`, `defekt_photo_codes_total{result="conflict"} 1`, `defekt_serials_total{status="faulty"} 1`},
	} {
		resp, err := http.Get(s.url + path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range want {
			if !strings.Contains(string(page), text) {
				t.Errorf("%s lacks %q", path, text)
			}
		}
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestFaultySerialRulesAreNamed(t *testing.T) {
	dir, flags := storage(t)
	file := filepath.Join(dir, "serials.yml")
	if err := os.WriteFile(file, []byte("brands: [{name: Acme, serials: [{pattern: '('}]}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, said := command(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--serial-rules", file}, flags...)...)
	if code != exitUsage || !strings.Contains(said, "serials.yml") || !strings.Contains(said, `brand "Acme"`) {
		t.Errorf("exit %d: %s", code, said)
	}
}

func TestWhosePhotosAreRead(t *testing.T) {
	for _, tc := range []struct {
		mode codesMode
		c    claim.Claim
		want bool
	}{
		{codesMissing, claim.Claim{Text: "x"}, false},
		{codesAlways, claim.Claim{Text: "x"}, false},
		{codesMissing, claim.Claim{Photos: []string{"p"}}, true},
		{codesMissing, claim.Claim{Photos: []string{"p"}, Serial: "S"}, false},
		{codesAlways, claim.Claim{Photos: []string{"p"}, Serial: "S"}, true},
		{codesNever, claim.Claim{Photos: []string{"p"}}, false},
	} {
		if got := tc.mode.wants(tc.c); got != tc.want {
			t.Errorf("%s, %d photos, serial %q: %t", tc.mode, len(tc.c.Photos), tc.c.Serial, got)
		}
	}
	if (units{codes: codesNever}).codeReader() != nil {
		t.Error("codes are read although nobody wants it")
	}
}
