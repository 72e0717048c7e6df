package board

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/quality/capa"
	"github.com/defekt/defekt/pipeline/web/site"
)

// capaForm is what was sent about an action.
type capaForm struct {
	do, step, text, evidence, fixed, split string
	edit                                   editForm
	due                                    map[string]string
}

func readCAPAForm(form url.Values) capaForm {
	f := capaForm{do: form.Get("do"), step: form.Get("step"), text: strings.TrimSpace(form.Get("text")), evidence: form.Get("evidence"), fixed: form.Get("fixed"), split: form.Get("split"), due: map[string]string{},
		edit: editForm{strings.TrimSpace(form.Get("title")), strings.TrimSpace(form.Get("owner")), strings.TrimSpace(form.Get("severity")), strings.TrimSpace(form.Get("supplier")), strings.TrimSpace(form.Get("sku"))}}
	for _, s := range capa.Steps() {
		if due := form.Get("due." + s.ID); due != "" {
			f.due[s.ID] = due
		}
	}
	return f
}

// restore puts what was written back where it stood.
func (f *capaForm) restore(v *capaView) {
	switch f.do {
	case "step":
		for i := range v.Steps {
			if v.Steps[i].ID == f.step {
				v.Steps[i].Text, v.Steps[i].EvidenceText, v.Steps[i].Now = look.Clean(f.text), look.Clean(f.evidence), true
				if f.fixed != "" {
					v.Steps[i].FixedAt = f.fixed
				}
			}
		}
	case "edit":
		v.Edit = f.edit
	case "check":
		v.Splits = splits(f.split)
	default:
		v.Text = look.Clean(f.text)
	}
}

// actOnCAPA does what the pressed button says.
func (s *Server) actOnCAPA(r *http.Request) (site.View, error) {
	ctx, id := r.Context(), r.PathValue("id")
	version, err := versionIn(r.PostForm)
	if err != nil {
		return site.View{}, err
	}
	form := readCAPAForm(r.PostForm)
	said, err := s.capaDo(ctx, id, version, form)
	if f, ok := faultOf(err); ok {
		c, err := s.cfg.Store.CAPA(ctx, id)
		if err != nil {
			return site.View{}, err
		}
		return s.capaView(r, c, &form, f)
	}
	if err != nil {
		return site.View{}, err
	}
	return site.View{Goto: s.capaHref(id), Notice: site.Notice{Text: said}}, nil
}

// capaDo changes an action and says in words what was done.
func (s *Server) capaDo(ctx context.Context, id string, version int64, f capaForm) (string, error) {
	who := s.cfg.Actor(ctx)
	switch f.do {
	case "step":
		done := capa.Done{Step: f.step, Text: f.text}
		for line := range strings.Lines(f.evidence) {
			if line = strings.TrimSpace(line); line != "" {
				done.Evidence = append(done.Evidence, line)
			}
		}
		var err error
		if done.FixedAt, err = dayIn(f.fixed); err != nil {
			return "", err
		}
		_, err = s.capas.Step(ctx, id, version, who, done)
		return f.step + " is noted.", err
	case "check":
		return s.check(ctx, id, version, who, f.split)
	case "close":
		_, err := s.capas.Close(ctx, id, version, who, f.text)
		return "The action is closed.", err
	case "drop":
		_, err := s.capas.Drop(ctx, id, version, who, f.text)
		return "The action is dropped.", err
	case "edit":
		e := capa.Edit{Title: &f.edit.Title, Owner: &f.edit.Owner, Severity: &f.edit.Severity, Supplier: &f.edit.Supplier, SKU: &f.edit.SKU, Due: map[string]time.Time{}}
		if err := s.changedDue(ctx, id, f.due, e.Due); err != nil {
			return "", err
		}
		_, err := s.capas.Edit(ctx, id, version, who, e)
		return "The changes are kept.", err
	}
	return "", site.BadRequest("There is no such button.")
}

// changedDue reads the dates that differ from those that stand.
func (s *Server) changedDue(ctx context.Context, id string, sent map[string]string, to map[string]time.Time) error {
	c, err := s.cfg.Store.CAPA(ctx, id)
	if err != nil {
		return err
	}
	for _, step := range c.Steps {
		day, err := dayIn(sent[step.Step])
		if err != nil {
			return err
		}
		if !day.IsZero() && day.Format(time.DateOnly) != step.Due.UTC().Format(time.DateOnly) {
			to[step.Step] = day
		}
	}
	return nil
}

// check looks whether the fix works. It reads the scope's units and claims, which may take long:
// then the page says so, and a command does it.
func (s *Server) check(ctx context.Context, id string, version int64, who, split string) (string, error) {
	c, err := s.capas.Check(ctx, id, version, who, capa.Evidence{Cases: s.cases}, s.cfg.Rules.Check, capa.Question{Split: split})
	if ctx.Err() != nil {
		return "", site.BadRequest("There is too much to compare within the time of a page. On the server, 'defekt capa check " + id + "' does it.")
	}
	if err != nil {
		return "", err
	}
	k := c.Checks[len(c.Checks)-1]
	return "The check says: " + k.Verdict + ".", nil
}
