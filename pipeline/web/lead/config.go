package lead

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/defekt/defekt/pipeline/review"
	"github.com/defekt/defekt/pipeline/review/insight"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/session"
	"github.com/defekt/defekt/pipeline/web/site"
)

// Claims is the part of [store.Claims] that finds one.
type Claims interface {
	Claim(ctx context.Context, id string) (store.Claim, error)
}

// Config puts the pages together. Fields are required unless they say otherwise.
type Config struct {
	// Insight reads the figures; the API should have the same one.
	Insight   *insight.Reader
	Reviews   store.Reviews
	Reviewers insight.Reviewers
	Claims    Claims
	Sessions  *session.Keeper
	// Know lets a settled claim measure reviewers; review.Queue.Know does.
	Know func(ctx context.Context, by store.Reviewer, claim, why string) (store.Review, error)

	// Candidates lists the registered models. Optional: without it there is no page of them.
	Candidates Candidates

	// Base is where the pages are mounted. Optional: empty is "/review/lead".
	Base string
	// Desk is where the reviewers' pages are, which sign people in and show photos. Optional:
	// empty is "/review".
	Desk string
	// Nav is the navigation. Optional: nil is the desk and these pages, whose section is "lead".
	Nav []site.Entry
	// Secure says that browsers come by HTTPS also where this process sees none.
	Secure bool
	// Origins are further origins whose pages may send forms. Optional.
	Origins []string
	// Timeout bounds the making of one page. 0 means 30 s.
	Timeout time.Duration
	// Log is optional; nil is slog's default.
	Log *slog.Logger
	// Now is the clock, optional.
	Now func() time.Time
}

// Validate says what is missing or out of range.
func (c Config) Validate() error {
	var errs []error
	if c.Insight == nil || c.Reviews == nil || c.Reviewers == nil || c.Claims == nil || c.Sessions == nil || c.Know == nil {
		errs = append(errs, errors.New("lead: Insight, Reviews, Reviewers, Claims, Sessions and Know are needed"))
	}
	if c.Timeout < 0 {
		errs = append(errs, errors.New("lead: Timeout must not be negative"))
	}
	return errors.Join(errs...)
}

func (c Config) withDefaults() Config {
	if c.Base == "" {
		c.Base = "/review/lead"
	}
	if c.Desk == "" {
		c.Desk = "/review"
	}
	if c.Nav == nil {
		c.Nav = []site.Entry{{Section: "review", Text: "Review", Href: c.Desk + "/"}, {Section: section, Text: "Lead", Href: c.Base + "/", For: session.Only(review.Adjudicates)}}
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
