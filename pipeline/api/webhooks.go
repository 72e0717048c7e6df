package api

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
	"github.com/defekt/defekt/pipeline/webhook"
)

type webhookOut struct {
	Location string `header:"Location"`
	Body     wire.Webhook
}

// addWebhook registers an address and shows its secret, this once.
func (s *Server) addWebhook(ctx context.Context, _ *struct{}) (*webhookOut, error) {
	var in wire.WebhookRequest
	release, err := s.readJSON(ctx, MaxSmallBody, &in)
	if err != nil {
		return nil, err
	}
	release()
	if err := webAddress(in.URL); err != nil {
		return nil, fault(codeWebhookURL, "url", err.Error())
	}
	if s.cfg.CheckURL != nil {
		if err := s.cfg.CheckURL(in.URL); err != nil {
			return nil, fault(codeWebhookURL, "url", "this address may not be used; a server may allow private ones (--webhook-private)")
		}
	}
	who := callOf(ctx).who
	if in.All && !who.admin {
		return nil, fault(codeScope, "all", "hearing of all owners' claims needs the scope "+ScopeAdmin)
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("webhook id: %w", err)
	}
	w := store.Webhook{ID: id.String(), URL: in.URL, Secret: webhook.NewSecret(), Owner: who.id, CreatedAt: s.cfg.Now().UTC()}
	if in.All {
		w.Owner = ""
	}
	if err := s.cfg.Webhooks.AddWebhook(ctx, w); err != nil {
		return nil, err
	}
	shown := webhookShown(w)
	shown.Secret = w.Secret
	return &webhookOut{"/v1/webhooks/" + w.ID, shown}, nil
}

func webhookShown(w store.Webhook) wire.Webhook {
	return wire.Webhook{ID: w.ID, URL: w.URL, All: w.Owner == "", CreatedAt: w.CreatedAt}
}

type webhooksOut struct{ Body wire.WebhookList }

func (s *Server) listWebhooks(ctx context.Context, _ *struct{}) (*webhooksOut, error) {
	all, err := s.cfg.Webhooks.Webhooks(ctx)
	if err != nil {
		return nil, err
	}
	out := &webhooksOut{wire.WebhookList{Webhooks: []wire.Webhook{}}}
	for _, w := range all {
		if s.mine(ctx, w.Owner) {
			out.Body.Webhooks = append(out.Body.Webhooks, webhookShown(w))
		}
	}
	return out, nil
}

// webhook gives a webhook if the one who asks may see it.
func (s *Server) webhook(ctx context.Context, id string) (store.Webhook, error) {
	if !isName(id) {
		return store.Webhook{}, store.ErrNotFound
	}
	w, err := s.cfg.Webhooks.Webhook(ctx, id)
	if err == nil && !s.mine(ctx, w.Owner) {
		err = store.ErrNotFound
	}
	return w, err
}

func (s *Server) deleteWebhook(ctx context.Context, in *idIn) (*struct{}, error) {
	if _, err := s.webhook(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.cfg.Webhooks.DeleteWebhook(ctx, in.ID)
}

type deliveriesIn struct {
	ID    string `path:"id"`
	Limit int    `query:"limit" minimum:"1" maximum:"500" doc:"100 unless told."`
}

type deliveriesOut struct{ Body wire.DeliveryList }

func (s *Server) listDeliveries(ctx context.Context, in *deliveriesIn) (*deliveriesOut, error) {
	if _, err := s.webhook(ctx, in.ID); err != nil {
		return nil, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = 100
	}
	list, err := s.cfg.Webhooks.Deliveries(ctx, in.ID, limit)
	if err != nil {
		return nil, err
	}
	out := &deliveriesOut{wire.DeliveryList{Deliveries: []wire.Delivery{}}}
	for _, d := range list {
		out.Body.Deliveries = append(out.Body.Deliveries, deliveryShown(d))
	}
	return out, nil
}

func deliveryShown(d store.Delivery) wire.Delivery {
	return wire.Delivery{
		ID: d.ID, Webhook: d.Webhook, Claim: d.Claim, Type: d.Type, Attempts: d.Attempts,
		CreatedAt: d.CreatedAt, DeliveredAt: d.DeliveredAt, Failure: d.Failure,
	}
}

// claimDeliveries is GET /v1/claims/{id}/deliveries: what was sent of a claim, to the
// addresses that the key may see.
func (s *Server) claimDeliveries(ctx context.Context, in *deliveriesIn) (*deliveriesOut, error) {
	if _, err := s.seen(ctx, in.ID); err != nil {
		return nil, err
	}
	limit := in.Limit
	if limit == 0 {
		limit = 100
	}
	// All webhooks hear of a claim at most a few times, so the newest are those of all.
	list, err := s.cfg.Webhooks.DeliveriesOf(ctx, in.ID, store.MaxPage)
	if err != nil {
		return nil, err
	}
	out := &deliveriesOut{wire.DeliveryList{Deliveries: []wire.Delivery{}}}
	visible := map[string]bool{}
	for _, d := range list {
		if _, asked := visible[d.Webhook]; !asked {
			_, err := s.webhook(ctx, d.Webhook)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return nil, err
			}
			visible[d.Webhook] = err == nil
		}
		if visible[d.Webhook] && len(out.Body.Deliveries) < limit {
			out.Body.Deliveries = append(out.Body.Deliveries, deliveryShown(d))
		}
	}
	return out, nil
}

type replayIn struct {
	ID       string `path:"id"`
	Delivery string `path:"delivery"`
}

// replay sends a delivery once more.
func (s *Server) replay(ctx context.Context, in *replayIn) (*struct{}, error) {
	if _, err := s.webhook(ctx, in.ID); err != nil {
		return nil, err
	}
	if !isName(in.Delivery) {
		return nil, store.ErrNotFound
	}
	d, err := s.cfg.Webhooks.Delivery(ctx, in.Delivery)
	if err != nil {
		return nil, err
	}
	if d.Webhook != in.ID {
		return nil, store.ErrNotFound
	}
	return nil, s.cfg.Webhooks.Replay(ctx, in.Delivery)
}
