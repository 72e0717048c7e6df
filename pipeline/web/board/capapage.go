package board

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// capaView is the page of one corrective action.
type capaView struct {
	page
	ID, Action string
	Version    int64
	State      cell
	Open       bool
	Group      link
	Label      string
	Why        string
	Facts      []fact
	Clock      []fact
	Steps      []stepView
	Firings    table
	Checks     table
	Pattern    []link
	Log        table
	// Blocked says why it cannot be closed yet; empty when it can.
	Blocked   []string
	Checkable bool
	Scope     string
	Splits    []choice
	Edit      editForm
	Fault     *fault
	// Text is what D8 or dropping says, where that was not done.
	Text   string
	Charge chargeForm
}

// stepView is one of the eight disciplines.
type stepView struct {
	ID, Title, Due, DueISO, Text, By string
	Done, Late, Fix                  bool
	Evidence                         []link
	EvidenceText, FixedAt            string
	At                               site.Moment
	Now                              bool // the next one to do
}

// choice is an option of a field.
type choice struct {
	Value, Text string
	Selected    bool
}

// editForm changes an action's own fields.
type editForm struct{ Title, Owner, Severity, Supplier, SKU string }

func (s *Server) capaPage(r *http.Request) (site.View, error) {
	c, err := s.cfg.Store.CAPA(r.Context(), r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	return s.capaView(r, c, nil, nil)
}

// capaView shows an action; written is a form that was not done, for the reason f.
func (s *Server) capaView(r *http.Request, c store.CAPA, written *capaForm, f *fault) (site.View, error) {
	now := s.now()
	v := capaView{page: s.page(r, "/capas", look.Clean(c.Title)), ID: c.ID, Action: s.capaHref(c.ID), Version: c.Version, Open: c.State == store.CAPAOpen, Group: s.group(groupOf(c.Cause)), Label: s.label(c.Cause.Label),
		State: cell{Text: look.Sentence(string(c.State)), Class: map[store.CAPAState]string{store.CAPAOpen: "open", store.CAPAClosed: "good"}[c.State]}, Why: look.Clean(c.Why), Fault: f}
	v.Facts = s.capaFacts(c)
	v.Clock = actionClock(capa.ClockOf(c, now))
	v.Steps = stepViews(c, now)
	v.Firings = table{ID: "firings", Caption: "Why it was opened, and what came to it", Columns: heads("Day", "Rule", "What"), Empty: "Nothing."}
	for _, one := range slices.Backward(c.Firings) {
		v.Firings.Rows = append(v.Firings.Rows, row{{Text: onDay(one.At)}, {Text: look.Clean(one.Rule)}, {Text: sentence(one.What)}})
	}
	v.Checks = s.checkTable(c)
	v.Edit = editForm{c.Title, c.Owner, c.Severity, c.Supplier, c.SKU}
	v.Checkable = v.Open && !c.FixedAt.IsZero()
	v.Scope = capa.Describe(capa.Scope(c))
	v.Splits = splits("")
	v.Charge = chargeForm{Action: s.site.Href("/chargebacks"), Supplier: c.Supplier, Label: c.Cause.Label, LabelText: s.label(c.Cause.Label), CAPA: c.ID}
	if g := groupOf(c.Cause); g.Kind == store.GroupLot {
		v.Charge.Lot, v.Charge.Component = g.Parts()[0], g.Parts()[1]
	}
	if undone := slices.DeleteFunc(capa.Undone(c), func(step string) bool { return step == lastStep }); len(undone) > 0 {
		v.Blocked = append(v.Blocked, "Steps are not done: "+strings.Join(undone, ", ")+".")
	}
	if why := capa.Unproven(c); why != "" {
		v.Blocked = append(v.Blocked, sentence(why))
	}
	if written != nil {
		written.restore(&v)
	}
	if err := s.capaAround(r, &v, c); err != nil {
		return site.View{}, err
	}
	return site.View{Name: "capa", Data: v, Status: statusOf(f)}, nil
}

// lastStep is done by closing.
const lastStep = "D8"

func splits(selected string) []choice {
	out := []choice{{capa.ByMade, "by the day of production", false}, {capa.BySold, "by the start of service", false}, {capa.ByReport, "all units, by the day of the claim (a fix in the field)", false}}
	for i := range out {
		out[i].Selected = out[i].Value == selected
	}
	return out
}

func (s *Server) capaFacts(c store.CAPA) []fact {
	out := facts(
		fact{Name: "Owner", Value: cmp.Or(look.Clean(c.Owner), "nobody yet")},
		fact{Name: "Severity", Value: look.Clean(c.Severity)},
		fact{Name: "Supplier", Value: look.Clean(c.Supplier), Href: s.groupHref(store.Group{Kind: store.GroupSupplier, Name: c.Supplier})},
		fact{Name: "Product", Value: look.Clean(c.SKU), Href: s.groupHref(store.Group{Kind: store.GroupSKU, Name: c.SKU})},
		fact{Name: "Opened", Value: onDay(c.OpenedAt)},
		fact{Name: "Fix holds from", Value: onDay(c.FixedAt)},
		fact{Name: "Ended", Value: onDay(c.ClosedAt)},
	)
	return out
}

func actionClock(k capa.Clock) []fact {
	phase := func(name, note string, p capa.Phase) fact {
		f := fact{Name: name, Value: "not begun", Note: note}
		if p.Began {
			f.Value = days(p.Took)
			if !p.Done {
				f.Value += " so far"
			}
		}
		return f
	}
	out := []fact{phase("To contain", "opening to D3", k.Contain), phase("To fix", "D3 to D6", k.Fix), phase("To prove", "D6 to the end", k.Prove), phase("In all", "opening to the end", k.Total)}
	for _, l := range k.Overdue {
		out = append(out, fact{Name: "Overdue", Value: l.Step + " " + capa.Title(l.Step), Note: "by " + days(l.By)})
	}
	return out
}

func stepViews(c store.CAPA, now time.Time) []stepView {
	var out []stepView
	next := true
	for _, step := range c.Steps {
		v := stepView{ID: step.Step, Title: capa.Title(step.Step), Due: onDay(step.Due), Text: look.Clean(step.Text), By: look.Clean(step.Who), Done: !step.At.IsZero(), At: site.NewMoment(step.At), Fix: step.Step == "D6", EvidenceText: strings.Join(step.Evidence, "\n")}
		if !step.Due.IsZero() {
			v.DueISO = step.Due.UTC().Format(time.DateOnly)
		}
		v.Late = !v.Done && c.State == store.CAPAOpen && !step.Due.IsZero() && step.Due.Before(now)
		if v.Fix && !c.FixedAt.IsZero() {
			v.FixedAt = c.FixedAt.UTC().Format(time.DateOnly)
		}
		if !v.Done && next && c.State == store.CAPAOpen {
			v.Now, next = true, false
		}
		for _, e := range step.Evidence {
			l := link{Text: look.Clean(e)}
			if strings.HasPrefix(e, "https://") || strings.HasPrefix(e, "http://") || site.Local(e, "") != "" {
				l.Href = e
			}
			v.Evidence = append(v.Evidence, l)
		}
		out = append(out, v)
	}
	return out
}

func (s *Server) checkTable(c store.CAPA) table {
	t := table{ID: "checks", Caption: "Looks at whether the fix works, newest first", Columns: heads("Verdict", "When", "#Before", "#After", "#Expected", "#Ratio", "Compared", "By"), Empty: "Nobody looked yet."}
	for _, k := range slices.Backward(c.Checks) {
		verdict := cell{Text: look.Sentence(k.Verdict), Note: sentence(k.Reason), Class: map[string]string{capa.Effective: "good", capa.NotShown: "bad", capa.TooEarly: "open"}[k.Verdict]}
		t.Rows = append(t.Rows, row{verdict, {At: site.NewMoment(k.At)}, {Text: site.Counted(k.ClaimsBefore, "claim"), Note: number(k.UnitDaysBefore, 0) + " unit-days"}, {Text: site.Counted(k.ClaimsAfter, "claim"), Note: number(k.UnitDaysAfter, 0) + " unit-days"},
			{Text: number(k.Expected, 1)}, {Text: number(k.Ratio, 2), Note: interval(k.Low, k.High, 2)}, {Text: capa.Describe(k.Scope), Note: "by " + k.Split}, {Text: look.Clean(k.Who)}})
	}
	return t
}

// capaAround adds what leads to and from the action: its patterns and its log.
func (s *Server) capaAround(r *http.Request, v *capaView, c store.CAPA) error {
	alarms, err := s.cfg.Store.Alarms(r.Context(), store.AlarmFilter{Kind: c.Cause.Kind, Name: c.Cause.Name, Label: c.Cause.Label, Limit: s.cfg.PageSize})
	if err != nil {
		return err
	}
	for _, a := range alarms {
		v.Pattern = append(v.Pattern, link{s.label(a.Cause.Label) + ", " + s.group(groupOf(a.Cause)).Text + " (" + string(a.State) + ")", s.patternHref(a.ID)})
	}
	log, err := s.cfg.Store.QualityLog(r.Context(), c.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	v.Log = logTable(log)
	return nil
}

func logTable(log []store.QualityEvent) table {
	t := table{ID: "log", Caption: "What happened, newest first", Columns: heads("What", "When", "By", "Detail"), Empty: "Nothing yet."}
	slices.Reverse(log)
	for _, e := range log[:min(len(log), maxTrail)] {
		t.Rows = append(t.Rows, row{{Text: look.Clean(e.What)}, {At: site.NewMoment(e.At)}, {Text: look.Clean(e.Who)}, {Text: look.Clean(e.Detail)}})
	}
	if len(log) > maxTrail {
		t.Note = fmt.Sprintf("The newest %d of %d.", maxTrail, len(log))
	}
	return t
}
