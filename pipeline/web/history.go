package web

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"

	"github.com/defekt/defekt/pipeline/look"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/web/site"
)

// maxDeliveries is how many of the newest webhook deliveries are looked through for those
// of one claim.
const maxDeliveries = 500

// history is what happened to a claim after it came.
type history struct {
	Deliveries []delivery
	Trail      []entry
	Failed     bool
	// Searched is the number of deliveries looked through, when older ones may exist.
	Searched int
}

type delivery struct {
	ID, Type, To, State, Failure string
	Attempts                     int
	At, Done                     site.Moment
}

type entry struct {
	At               site.Moment
	By, What, Detail string
}

func (s *Server) history(ctx context.Context, id string) history {
	var out history
	err := errors.Join(s.deliveries(ctx, id, &out), s.trail(ctx, id, &out))
	if err != nil {
		s.cfg.Log.WarnContext(ctx, "history not read", slog.String("claim", id), slog.Any("error", err))
		out.Failed = true
	}
	return out
}

// deliveries keeps those of the claim.
func (s *Server) deliveries(ctx context.Context, id string, out *history) error {
	hooks, err := s.cfg.Webhooks.Webhooks(ctx)
	if err != nil {
		return err
	}
	if len(hooks) == 0 {
		return nil
	}
	all, err := s.cfg.Webhooks.Deliveries(ctx, "", maxDeliveries)
	if err != nil {
		return err
	}
	if len(all) == maxDeliveries {
		out.Searched = maxDeliveries
	}
	for _, d := range all {
		i := slices.IndexFunc(hooks, func(h store.Webhook) bool { return h.ID == d.Webhook })
		if d.Claim != id {
			continue
		}
		one := delivery{
			ID: d.ID, Type: look.Clean(d.Type), To: "an address that was deleted", State: "waiting",
			Failure: look.Clean(d.Failure), Attempts: d.Attempts, At: site.NewMoment(d.CreatedAt), Done: site.NewMoment(d.DeliveredAt),
		}
		if i >= 0 {
			one.To = host(hooks[i].URL)
		}
		switch {
		case !d.DeliveredAt.IsZero():
			one.State = "delivered"
		case d.Failure != "":
			one.State = "failed so far"
		}
		out.Deliveries = append(out.Deliveries, one)
	}
	return nil
}

// host is what of an address is shown: its path and query may hold secrets.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "an unreadable address"
	}
	return look.Clean(u.Scheme + "://" + u.Host)
}

func (s *Server) trail(ctx context.Context, id string, out *history) error {
	all, err := s.cfg.Audit.Trail(ctx, id)
	for _, e := range all {
		out.Trail = append(out.Trail, entry{site.NewMoment(e.At), look.Clean(e.By), look.Clean(e.What), look.Clean(e.Detail)})
	}
	return err
}
