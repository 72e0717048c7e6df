package board

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/surveillance"
	"github.com/defekt/defekt/pipeline/web/site"
)

// actForm is what a person does with a pattern. Version is the one that he saw.
type actForm struct {
	Action  string
	Version int64
	Why     string
	// Text and Resolution are of a known issue.
	Text, Resolution string
	Fault            *fault
	// May... say which buttons there are.
	MayTake, MayDismiss, MayClose, HasIssue bool
}

// maxWhy is the longest reason, in bytes.
const maxWhy = 4000

// patternForms prepares the forms; what was written stays where a form was not done.
func (s *Server) patternForms(ctx context.Context, v *patternView, a store.Alarm, act actForm, open openForm, f *fault) error {
	act.Action, act.Version, act.HasIssue = s.patternHref(a.ID), a.Version, a.Known != nil
	act.MayTake = a.State == store.AlarmOpen || a.State == store.AlarmDismissed
	act.MayDismiss = a.State == store.AlarmOpen || a.State == store.AlarmAcknowledged
	act.MayClose = a.State != store.AlarmClosed
	act.Fault = f
	if act.Text == "" && act.Resolution == "" && a.Known != nil {
		act.Text, act.Resolution = a.Known.Text, a.Known.Resolution
	}
	v.Act = act
	open.Action, open.Kind, open.Name, open.Label, open.Alarm, open.Version = s.patternHref(a.ID), a.Cause.Kind, a.Cause.Name, a.Cause.Label, a.ID, a.Version
	if open.Why == "" {
		open.Why = a.Facts.Explanation
	}
	if open.Owner == "" {
		open.Owner = s.cfg.Rules.Owner
	}
	v.Open = open
	g := groupOf(a.Cause)
	v.Recall = recallForm{Action: s.site.Href("/recalls"), Alarm: a.ID}
	supplier, _, err := s.leadsTo(ctx, g)
	if err != nil {
		return err
	}
	charge := chargeForm{Action: s.site.Href("/chargebacks"), Supplier: supplier, Label: a.Cause.Label, LabelText: s.label(a.Cause.Label), CAPA: v.Charge.CAPA, Findings: a.Facts.Explanation}
	if g.Kind == store.GroupLot {
		parts := g.Parts()
		charge.Lot, charge.Component = parts[0], parts[1]
	}
	v.Charge = charge
	return nil
}

// actOnPattern does what the pressed button says.
func (s *Server) actOnPattern(r *http.Request) (site.View, error) {
	ctx, form := r.Context(), r.PostForm
	a, err := s.cfg.Store.Alarm(ctx, r.PathValue("id"))
	if err != nil {
		return site.View{}, err
	}
	version, err := versionIn(form)
	if err != nil {
		return site.View{}, err
	}
	act := actForm{Why: form.Get("why"), Text: form.Get("text"), Resolution: form.Get("resolution")}
	open := openForm{}
	if form.Get("do") == "capa" {
		open = readOpenForm(form)
		open.Kind, open.Name, open.Label, open.Alarm = a.Cause.Kind, a.Cause.Name, a.Cause.Label, a.ID
		act = actForm{}
		c, created, err := s.openAction(ctx, open)
		if err == nil {
			return s.opened(c, created), nil
		}
		return s.patternAgain(r, a.ID, act, open, err)
	}
	said, err := s.act(ctx, a, form.Get("do"), version, act)
	if err != nil {
		return s.patternAgain(r, a.ID, act, open, err)
	}
	return site.View{Goto: s.patternHref(a.ID), Notice: site.Notice{Text: said}}, nil
}

// patternAgain shows the pattern as it stands now, with why the form was not done.
func (s *Server) patternAgain(r *http.Request, id string, act actForm, open openForm, err error) (site.View, error) {
	f, ok := faultOf(err)
	if !ok {
		return site.View{}, err
	}
	a, err := s.cfg.Store.Alarm(r.Context(), id)
	if err != nil {
		return site.View{}, err
	}
	return s.patternView(r, a, act, open, f)
}

// act changes an alarm and says in words what was done.
func (s *Server) act(ctx context.Context, a store.Alarm, do string, version int64, form actForm) (string, error) {
	if len(form.Why) > maxWhy || len(form.Text) > maxWhy || len(form.Resolution) > maxWhy {
		return "", site.BadRequest("A text has at most " + strconv.Itoa(maxWhy) + " bytes.")
	}
	c := surveillance.Change{ID: a.ID, Who: s.cfg.Actor(ctx), Why: strings.TrimSpace(form.Why), Version: version}
	var said string
	var err error
	switch do {
	case "acknowledge":
		said = "You are at work on it."
		_, err = s.alarms.Acknowledge(ctx, c)
	case "dismiss":
		said = "Dismissed. It opens again by itself if it gets clearly worse."
		_, err = s.alarms.Dismiss(ctx, c)
	case "close":
		said = "Closed. What comes back later is a new pattern."
		_, err = s.alarms.Close(ctx, c)
	case "issue":
		issue := &store.KnownIssue{Text: strings.TrimSpace(form.Text), Resolution: strings.TrimSpace(form.Resolution)}
		said = "The known issue is attached: claims of these units show it."
		_, err = s.alarms.Attach(ctx, c, issue)
	case "no-issue":
		said = "The known issue is taken away."
		_, err = s.alarms.Attach(ctx, c, nil)
	default:
		err = site.BadRequest("There is no such button.")
	}
	return said, err
}

// versionIn reads the version that the person saw.
func versionIn(form url.Values) (int64, error) {
	n, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil || n < 1 {
		return 0, site.BadRequest("The form does not say which version of the page it belongs to. Open the page again.")
	}
	return n, nil
}
