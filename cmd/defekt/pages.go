package main

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/web"
	"github.com/defekt/defekt/pipeline/web/board"
	"github.com/defekt/defekt/pipeline/web/desk"
	"github.com/defekt/defekt/pipeline/web/lead"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/site"
)

// nav is the navigation of all pages.
func nav() []site.Entry {
	return []site.Entry{
		{Section: "claims", Text: "Claims", Href: "/"},
		{Section: "clusters", Text: "Clusters", Href: "/clusters"},
		{Section: "review", Text: "Review", Href: "/review/"},
		{Section: "lead", Text: "Lead", Href: "/review/lead/", For: session.Only(review.Adjudicates)},
		{Section: "quality", Text: "Quality", Href: "/quality/"},
	}
}

// pages makes the pages for people. Claims are for admins' keys and for reviewers who answer for
// others, since they show every owner's, or for everybody on this machine where there is no key;
// the review desk has its own sign-in.
func (c *serveCmd) pages(s *service, r *reviewing, open bool, log *slog.Logger) (http.Handler, error) {
	decoder, err := s.parts.a.decoder()
	if err != nil {
		return nil, err
	}
	s.parts.closeLater(func() error { decoder.Close(); return nil })
	providers, err := c.providers(s.parts.a.ctx, s, s.parts.a.getenv, log)
	if err != nil {
		return nil, err
	}
	reviewing, err := desk.New(desk.Config{
		Queue: r.queue, Versions: r.versions, Accounts: r.accounts, Sessions: r.sessions, Reviews: s.db.store, Reviewers: s.db.store,
		Claims: s.db.store, Nearest: s.db.store, Probes: s.db.store.VectorsOf, Spaces: s.spaces, Blobs: s.blobs, Decoder: decoder,
		Units: s.db.store, Providers: providers, NoPasswords: c.OIDCOnly, Nav: nav(), Secure: c.secure(), Log: log,
	})
	if err != nil {
		return nil, err
	}
	guard := r.insiders(s.guard(open, log))
	claims, err := web.New(web.Config{
		Claims: s.db.store, Nearest: s.db.store, Clusters: s.db.store, Webhooks: s.db.store, Audit: s.db.store,
		Blobs: s.blobs, Probes: s.db.store.VectorsOf, Spaces: s.spaces, Decoder: decoder, Guard: guard, Nav: nav(),
		Units: s.units.intake.Unit, UnitPages: "/quality/units/",
		Open: func(context.Context) bool { return open }, Taxonomy: s.taxonomy, Log: log,
	})
	if err != nil {
		return nil, err
	}
	leading, err := lead.New(lead.Config{
		Insight: r.insight, Reviews: s.db.store, Reviewers: s.db.store, Claims: s.db.store, Sessions: r.sessions, Know: r.queue.Know, Candidates: s.office, Nav: nav(), Secure: c.secure(), Log: log,
	})
	if err != nil {
		return nil, err
	}
	s.board, err = board.New(board.Config{
		Store: s.db.store, Watch: s.watch, Units: s.units.tracer, Blobs: s.blobs, Decoder: decoder, Rules: s.rules, Nav: nav(),
		Guard:    board.Admit(board.Admission{Keys: s.guard(open, log), Sessions: r.sessions}),
		Taxonomy: s.taxonomy, Secure: c.secure(), Log: log,
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/quality/", signedIn(s.board, open))
	mux.Handle("/review/", signedIn(reviewing, open))
	mux.Handle("/review/lead/", signedIn(leading, open))
	mux.Handle("/", claims)
	return mux, nil
}

// signedIn is for pages that have their own sign-in; where there is no key, they too are for this
// machine only.
func signedIn(h http.Handler, open bool) http.Handler {
	if open {
		return web.Loopback(h)
	}
	return h
}

// spaces names the vector spaces for people.
func (s *service) spaces() []web.Space {
	names := []string{"text", "photos"}
	var out []web.Space
	for i, id := range s.models.live.Spaces() {
		out = append(out, web.Space{ID: id, Name: names[min(i, len(names)-1)]})
	}
	return out
}
