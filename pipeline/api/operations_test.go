package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/defekt/defekt/pipeline/api/client"
	"github.com/defekt/defekt/pipeline/api/wire"
	"github.com/defekt/defekt/pipeline/store"
)

// exercise does what one operation is for and checks that it was done.
type exercise func(t *testing.T, r *running, c *client.Client)

func send(t *testing.T, c *client.Client, text string) wire.Claim {
	t.Helper()
	got, err := c.Send(t.Context(), wire.ClaimRequest{Text: text, Photos: []wire.Photo{{Data: picture(7)}}}, client.Options{Wait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func operations() map[string]exercise {
	ops := map[string]exercise{
		"accept-claim": func(t *testing.T, r *running, c *client.Client) {
			got := must[wire.Claim](t)(c.Send(t.Context(), wire.ClaimRequest{ID: "r1", Text: "torn", SKU: "s"}, client.Options{}))
			if got.State != "queued" || got.Reference != "r1" || got.SKU != "s" {
				t.Errorf("got %+v", got)
			}
		},
		"accept-batch": func(t *testing.T, r *running, c *client.Client) {
			n := 0
			err := c.Batch(t.Context(), "", slices.Values([]wire.BatchLine{{ClaimRequest: wire.ClaimRequest{Text: "a"}}, {}}), func(b wire.BatchResult) error {
				if n++; b.Line != n || (n == 1) != (b.Status == 202) || (n == 2) != (b.Problem != nil) {
					t.Errorf("line %d: %+v", n, b)
				}
				return nil
			})
			if err != nil || n != 2 {
				t.Errorf("%d lines, %v", n, err)
			}
		},
		"list-claims": func(t *testing.T, r *running, c *client.Client) {
			want := send(t, c, "listed")
			for got, err := range c.Claims(t.Context(), wire.Filter{Text: "listed"}) {
				if err != nil || got.ID != want.ID {
					t.Errorf("got %s, %v", got.ID, err)
				}
			}
		},
		"get-claim": func(t *testing.T, r *running, c *client.Client) {
			want := send(t, c, "x")
			got := must[wire.Claim](t)(c.Claim(t.Context(), want.ID))
			if got.State != "done" || got.Prediction == nil || got.Prediction.ID != want.ID || len(got.Photos) != 1 {
				t.Errorf("got %+v", got)
			}
		},
		"erase-claim": func(t *testing.T, r *running, c *client.Client) {
			got := send(t, c, "x")
			if err := c.Erase(t.Context(), got.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Claim(t.Context(), got.ID); err == nil || len(r.blobs) != 0 {
				t.Errorf("still there: %v, %d photos", err, len(r.blobs))
			}
		},
		"get-photo": func(t *testing.T, r *running, c *client.Client) {
			got := must[[]byte](t)(c.Photo(t.Context(), send(t, c, "x").ID, 0))
			if string(got) != string(picture(7)) {
				t.Errorf("%d bytes", len(got))
			}
		},
		"classify": func(t *testing.T, r *running, c *client.Client) {
			got := must[wire.Classification](t)(c.Classify(t.Context(), wire.ClaimRequest{Text: "torn", Photos: []wire.Photo{{Data: picture(1)}}}))
			if got.Prediction.Axes["severity"].Label != "major" || len(r.claims) != 0 || len(r.blobs) != 0 {
				t.Errorf("got %+v; %d claims, %d photos kept", got, len(r.claims), len(r.blobs))
			}
		},
		"similar-claims": func(t *testing.T, r *running, c *client.Client) {
			a, b, d := send(t, c, "crack"), send(t, c, "a crack"), send(t, c, "dent")
			r.twins[a.ID] = []store.Twin{{Photo: "p", Other: "o", Claim: b.ID, Distance: 2}, {Claim: uuid.NewString()}}
			got := must[wire.Similar](t)(c.Similar(t.Context(), a.ID, 5, "text", wire.Filter{}))
			if len(got.Hits) != 2 || got.Hits[0].Claim.ID != b.ID || got.Hits[1].Claim.ID != d.ID || !got.Exact || got.Truncated || len(got.Twins) != 1 {
				t.Errorf("got %+v", got)
			}
		},
		"search": func(t *testing.T, r *running, c *client.Client) {
			send(t, c, "crack")
			d := send(t, c, "dent")
			got := must[wire.Similar](t)(c.Search(t.Context(), wire.SearchRequest{Text: "a dent", K: 1}))
			if len(got.Hits) != 1 || got.Hits[0].Claim.ID != d.ID || len(got.Hits[0].Scores) != 1 {
				t.Errorf("got %+v", got)
			}
		},
		"list-taxonomies": func(t *testing.T, r *running, c *client.Client) {
			got := must[wire.TaxonomyList](t)(c.Taxonomies(t.Context()))
			if len(got.Taxonomies) != 1 || len(got.Taxonomies[0].Axes) != 5 {
				t.Errorf("got %+v", got)
			}
		},
		"list-models": func(t *testing.T, r *running, c *client.Client) {
			got := must[wire.ModelList](t)(c.Models(t.Context()))
			if len(got.Models) != 1 || got.Models[0].Digest != "sha256:m" || got.Models[0].Axes[0] != "severity" {
				t.Errorf("got %+v", got)
			}
		},
		"dead-jobs": func(t *testing.T, r *running, c *client.Client) {
			r.dead = []DeadJob{{ID: "7", Kind: store.Classify, Failure: "no"}}
			if got := must[wire.JobList](t)(c.DeadJobs(t.Context())); len(got.Jobs) != 1 || got.Jobs[0].Kind != "classify" {
				t.Errorf("got %+v", got)
			}
		},
		"requeue-job": func(t *testing.T, r *running, c *client.Client) {
			r.dead = []DeadJob{{ID: "7"}}
			if err := c.Requeue(t.Context(), "7"); err != nil {
				t.Error(err)
			}
			if err := c.Requeue(t.Context(), "8"); err == nil {
				t.Error("a job that is not there was requeued")
			}
		},
	}
	addClusterOperations(ops)
	addWebhookOperations(ops)
	addDocumentOperations(ops)
	return ops
}

func addClusterOperations(ops map[string]exercise) {
	id := uuid.Must(uuid.NewV7()).String()
	ops["list-clusters"] = func(t *testing.T, r *running, c *client.Client) {
		r.clusters = []store.Cluster{{ID: id, Terms: []string{"torn"}, Size: 2}}
		if got := must[wire.ClusterList](t)(c.Clusters(t.Context())); len(got.Clusters) != 1 || got.Clusters[0].Size != 2 {
			t.Errorf("got %+v", got)
		}
	}
	pages := ops["list-clusters"]
	ops["list-clusters"] = func(t *testing.T, r *running, c *client.Client) {
		pages(t, r, c)
		r.clusters = nil
		for i := range 5 {
			r.clusters = append(r.clusters, store.Cluster{ID: fmt.Sprint("c", i), Size: 9 - i/2})
		}
		var ids []string
		for after := ""; ; {
			page := must[wire.ClusterList](t)(c.ClusterPage(t.Context(), 2, after))
			for _, one := range page.Clusters {
				ids = append(ids, one.ID)
			}
			if after = page.Next; page.Truncated != (after != "") {
				t.Errorf("got %+v", page)
			}
			if after == "" {
				break
			}
		}
		if strings.Join(ids, " ") != "c0 c1 c2 c3 c4" {
			t.Errorf("pages: %v", ids)
		}
		if _, err := c.ClusterPage(t.Context(), 0, "gone"); code(err) != string(codeCursor) {
			t.Errorf("a cursor that has gone: %v", err)
		}
	}
	ops["get-cluster"] = func(t *testing.T, r *running, c *client.Client) {
		r.clusters = []store.Cluster{{ID: id, Size: 2, Central: []string{"x"}}}
		if got := must[wire.Cluster](t)(c.Cluster(t.Context(), id)); got.ID != id || len(got.Central) != 1 {
			t.Errorf("got %+v", got)
		}
	}
}

func addWebhookOperations(ops map[string]exercise) {
	hook := func(t *testing.T, c *client.Client) wire.Webhook {
		return must[wire.Webhook](t)(c.AddWebhook(t.Context(), wire.WebhookRequest{URL: "https://example.com/hook"}))
	}
	ops["add-webhook"] = func(t *testing.T, r *running, c *client.Client) {
		if got := hook(t, c); !strings.HasPrefix(got.Secret, "whsec_") || r.hooks[0].Secret != got.Secret || r.hooks[0].Owner == "" {
			t.Errorf("got %+v", got)
		}
	}
	ops["list-webhooks"] = func(t *testing.T, r *running, c *client.Client) {
		made := hook(t, c)
		if got := must[wire.WebhookList](t)(c.Webhooks(t.Context())); len(got.Webhooks) != 1 || got.Webhooks[0].ID != made.ID || got.Webhooks[0].Secret != "" {
			t.Errorf("got %+v", got)
		}
	}
	ops["delete-webhook"] = func(t *testing.T, r *running, c *client.Client) {
		if err := c.DeleteWebhook(t.Context(), hook(t, c).ID); err != nil || len(r.hooks) != 0 {
			t.Errorf("%v, %d left", err, len(r.hooks))
		}
	}
	ops["list-deliveries"] = func(t *testing.T, r *running, c *client.Client) {
		w := hook(t, c)
		r.deliveries = []store.Delivery{{ID: "d1", Webhook: w.ID, Type: "claim.done"}, {ID: "d2", Webhook: "other"}}
		if got := must[wire.DeliveryList](t)(c.Deliveries(t.Context(), w.ID)); len(got.Deliveries) != 1 || got.Deliveries[0].ID != "d1" {
			t.Errorf("got %+v", got)
		}
	}
	ops["list-claim-deliveries"] = func(t *testing.T, r *running, c *client.Client) {
		w := hook(t, c)
		sent := send(t, c, "x")
		r.deliveries = []store.Delivery{{ID: "d1", Webhook: w.ID, Claim: sent.ID}, {ID: "d2", Webhook: "gone", Claim: sent.ID}, {ID: "d3", Webhook: w.ID, Claim: "other"}}
		if got := must[wire.DeliveryList](t)(c.ClaimDeliveries(t.Context(), sent.ID)); len(got.Deliveries) != 1 || got.Deliveries[0].ID != "d1" || got.Deliveries[0].Webhook != w.ID {
			t.Errorf("got %+v", got)
		}
	}
	ops["replay-delivery"] = func(t *testing.T, r *running, c *client.Client) {
		w := hook(t, c)
		r.deliveries = []store.Delivery{{ID: "d1", Webhook: w.ID}, {ID: "d2", Webhook: "other"}}
		if err := c.Replay(t.Context(), w.ID, "d1"); err != nil || len(r.replayed) != 1 {
			t.Errorf("%v, %v", err, r.replayed)
		}
		if err := c.Replay(t.Context(), w.ID, "d2"); err == nil {
			t.Error("another webhook's delivery was replayed")
		}
	}
}

func addDocumentOperations(ops map[string]exercise) {
	for kind, path := range map[string]string{"openapi-json": "/openapi.json", "openapi-yaml": "/openapi.yaml"} {
		ops[kind] = func(t *testing.T, r *running, _ *client.Client) {
			got := r.ask(t, http.MethodGet, path, nil)
			if got.StatusCode != 200 || !strings.Contains(string(got.body), "3.1.0") {
				t.Errorf("%d %.200s", got.StatusCode, got.body)
			}
		}
	}
}

func TestEveryOperation(t *testing.T) {
	ops, onDesk := operations(), reviewOperations()
	maps.Copy(onDesk, qualityOperations())
	maps.Copy(onDesk, promotionOperations())
	var documented []string
	for pattern, id := range documentedOperations(t, start(t, open).server) {
		documented = append(documented, id)
		t.Run(id, func(t *testing.T) {
			var r *running
			switch {
			case onDesk[id] != nil:
				d := newDesk(t, nil)
				r = d.running
				onDesk[id](t, d)
			case ops[id] != nil:
				r = start(t, nil)
				ops[id](t, r, r.as("admin", ScopeAdmin))
			default:
				t.Fatalf("%s is documented and no test exercises it", pattern)
			}
			// The last answer may be here before its handler has ended.
			for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
				if _, ok := r.hits.Load(pattern); ok {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("%s was not answered well", pattern)
				}
			}
		})
	}
	if n := len(ops) + len(onDesk); len(documented) != n {
		t.Errorf("%d operations are documented, %d exercised", len(documented), n)
	}
}

// documentedOperations gives operation ids by pattern, as the served document has them.
func documentedOperations(t *testing.T, s *Server) map[string]string {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(s.OpenAPI(), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for path, item := range doc.Paths {
		for method, op := range item {
			out[strings.ToUpper(method)+" "+path] = op.OperationID
		}
	}
	return out
}
