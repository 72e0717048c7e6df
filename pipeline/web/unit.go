package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/intake"
	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/trace"
	"github.com/defekt/defekt/pipeline/web/site"
)

// unitView is the part of a claim's page about the unit.
type unitView struct {
	Failed bool
	// State is a sentence about the serial, Open says that a person should look at it.
	State    string
	Open     bool
	Serial   string
	Href     string // everything about the serial
	Conflict string
	// Nearest are known serials that it may stand for.
	Nearest  []nearest
	Facts    []fact
	Warranty *warrantyView
	Repeats  []repeatView
	More     int // further repeats
	Issues   []issueView
	Codes    []codeView
}

type nearest struct{ Serial, Href string }

type warrantyView struct {
	Word, Why string
	Open      bool
	Notes     []string
}

type repeatView struct {
	Href, Title string
	At          site.Moment
}

type issueView struct{ About, Text, Resolution string }

type codeView struct{ Where, Kind, Text, Says, Doubt string }

// maxRepeats is how many earlier claims are listed.
const maxRepeats = 10

// unit tells what is known of the claim's unit; nil when there is nothing to tell.
func (s *Server) unit(ctx context.Context, c store.Claim) *unitView {
	if s.cfg.Units == nil {
		return nil
	}
	u, err := s.cfg.Units(ctx, "", c)
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "unit not looked up", slog.String("claim", c.ID), slog.Any("error", err))
		return &unitView{Failed: true}
	}
	if u.Status == "" && u.Readings == nil {
		return nil
	}
	out := &unitView{Serial: look.Clean(u.Serial), Facts: knownFacts(u)}
	if out.Serial != "" && s.cfg.UnitPages != "" && u.Check.Unit != nil {
		out.Href = s.unitHref(u.Serial)
	}
	out.State, out.Open = serialWords(u)
	for _, n := range u.Suggestions {
		out.Nearest = append(out.Nearest, nearest{look.Clean(n.Serial), s.unitHref(n.Serial)})
	}
	if w := u.Check.Warranty; w != nil {
		out.Warranty = &warrantyView{Word: look.Sentence(string(w.Standing)), Why: w.Why, Notes: w.Notes, Open: w.Standing != trace.Covered}
	}
	s.repeats(out, u.Check.Repeats)
	for _, i := range u.Check.Issues {
		out.Issues = append(out.Issues, issueView{About: look.Clean(i.Group.String()), Text: look.Clean(i.Text), Resolution: look.Clean(i.Resolution)})
	}
	if r := u.Readings; r != nil {
		out.Conflict = look.Clean(r.Conflict)
		out.Codes = codeViews(r.Codes)
	}
	return out
}

// unitHref leads to everything about a serial; empty where there are no such pages.
func (s *Server) unitHref(serial string) string {
	if s.cfg.UnitPages == "" {
		return ""
	}
	return s.cfg.UnitPages + url.PathEscape(serial)
}

// serialWords says in a sentence what became of the serial, and whether somebody should look.
func serialWords(u intake.Unit) (string, bool) {
	from := "The serial was typed"
	if r := u.Readings; r != nil && r.Adopted {
		from = "The serial was read from a photo"
	} else if r != nil && r.Serial != "" && r.Conflict == "" && u.Status != "" {
		from = "The serial was typed, and a photo shows it"
	} else if u.Typed != "" {
		from = "The serial was typed as " + look.Clean(u.Typed)
	}
	switch u.Status {
	case intake.StatusKnown:
		return from + ". The unit is known.", false
	case intake.StatusSeveral:
		return from + ". Units of several products have it; the SKU would tell which.", true
	case intake.StatusUnknown:
		return from + ". No unit with it is known.", len(u.Suggestions) > 0
	case intake.StatusFaulty:
		return from + ". No unit can have it: " + look.Clean(u.Fault.Message) + ".", true
	}
	return "No serial was typed, and the codes on the photos name none for certain.", false
}

// knownFacts are those of the unit that a claim is judged by.
func knownFacts(u intake.Unit) []fact {
	k := u.Check.Unit
	if k == nil {
		return nil
	}
	var out []fact
	add := func(name, value string) {
		if value = look.Clean(value); value != "" {
			out = append(out, fact{Name: name, Value: value})
		}
	}
	day := func(name string, t time.Time) {
		if !t.IsZero() {
			out = append(out, fact{Name: name, Value: t.UTC().Format("2 Jan 2006")})
		}
	}
	add("Product", k.SKU)
	add("Batch", k.Batch)
	add("Plant", k.Plant)
	day("Made", k.MadeAt)
	day("Sold", k.SoldAt)
	day("Registered", k.RegisteredAt)
	for _, l := range k.Lots {
		add("Lot", store.Group{Kind: store.GroupLot, Name: l.Name()}.String())
	}
	add("Replaced by", k.ReplacedBy)
	var before []string
	for _, r := range u.Check.Chain {
		before = append(before, r.Serial)
	}
	add("Replaces", strings.Join(before, ", "))
	return out
}

func (s *Server) repeats(out *unitView, list []trace.Repeat) {
	for _, r := range list[:min(len(list), maxRepeats)] {
		var words []string
		for _, axis := range look.AxisOrder(r.Labels) {
			words = append(words, s.names().Label(axis, r.Labels[axis]))
		}
		title := strings.Join(words, ", ")
		if title == "" {
			title = "A claim without labels"
		}
		out.Repeats = append(out.Repeats, repeatView{Href: s.names().Href(r.Claim), Title: title, At: site.NewMoment(r.At)})
	}
	out.More = max(len(list)-maxRepeats, 0)
}

func codeViews(list []store.Reading) []codeView {
	var out []codeView
	for _, c := range list {
		v := codeView{Where: fmt.Sprintf("Photo %d", c.Photo+1), Kind: symbology(c.Symbology), Text: look.Clean(strings.ReplaceAll(c.Text, "\x1d", " ")), Doubt: look.Clean(c.Doubt)}
		for _, part := range []struct{ name, value string }{{"serial", c.Serial}, {"GTIN", c.GTIN}, {"lot", c.Lot}} {
			if part.value != "" {
				v.Says += ", " + part.name + " " + look.Clean(part.value)
			}
		}
		v.Says = strings.TrimPrefix(v.Says, ", ")
		out = append(out, v)
	}
	return out
}

// symbology is a code's name for people.
func symbology(id string) string {
	if name, ok := map[string]string{
		"qr": "QR", "datamatrix": "Data Matrix", "code128": "Code 128", "ean13": "EAN-13", "ean8": "EAN-8", "upca": "UPC-A", "upce": "UPC-E",
	}[id]; ok {
		return name
	}
	return look.Clean(id)
}
