package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/defekt/defekt/pipeline/api/wire"
)

// route is what the table of routes says of one operation.
type route struct {
	method, path string
	id, summary  string
	tag          string
	scope        string // empty: no key needed
	heavy        bool   // passes the bounded admission
	status       int    // of the good answer; 0 for 200, or 204 without a body
	body         map[string]reflect.Type
}

// routes registers every operation. What is not here does not exist.
func (s *Server) routes() {
	get, post, del := http.MethodGet, http.MethodPost, http.MethodDelete
	claimBody := map[string]reflect.Type{typeJSON: reflect.TypeFor[wire.ClaimRequest](), typeMultipart: reflect.TypeFor[wire.ClaimRequest]()}

	add(s, route{method: post, path: "/v1/claims", id: "accept-claim", summary: "Accept a claim", tag: "claims", scope: ScopeIngest, heavy: true, status: http.StatusAccepted, body: claimBody}, s.acceptClaim)
	add(s, route{method: post, path: "/v1/claims:batch", id: "accept-batch", summary: "Accept many claims, one a line", tag: "claims", scope: ScopeIngest, heavy: true, body: map[string]reflect.Type{typeNDJSON: reflect.TypeFor[wire.BatchLine]()}}, s.acceptBatch)
	add(s, route{method: get, path: "/v1/claims", id: "list-claims", summary: "List claims, newest first", tag: "claims", scope: ScopeRead}, s.listClaims)
	add(s, route{method: get, path: "/v1/claims/{id}", id: "get-claim", summary: "One claim with all that is known of it", tag: "claims", scope: ScopeRead}, s.getClaim)
	add(s, route{method: del, path: "/v1/claims/{id}", id: "erase-claim", summary: "Erase a claim with photos and derived data", tag: "claims", scope: ScopeIngest, status: http.StatusNoContent}, s.eraseClaim)
	add(s, route{method: get, path: "/v1/claims/{id}/deliveries", id: "list-claim-deliveries", summary: "What was sent of a claim, newest first", tag: "webhooks", scope: ScopeRead}, s.claimDeliveries)
	add(s, route{method: get, path: "/v1/claims/{id}/photos/{n}", id: "get-photo", summary: "A photo of a claim as it came", tag: "claims", scope: ScopeRead}, s.getPhoto)

	add(s, route{method: post, path: "/v1/classify", id: "classify", summary: "Classify a claim without keeping it", tag: "classify", scope: ScopeRead, heavy: true, body: claimBody}, s.classify)
	add(s, route{method: get, path: "/v1/claims/{id}/similar", id: "similar-claims", summary: "Claims like this one", tag: "similar", scope: ScopeRead, heavy: true}, s.similarClaims)
	add(s, route{method: post, path: "/v1/search", id: "search", summary: "Claims like a text or photo", tag: "similar", scope: ScopeRead, heavy: true, body: map[string]reflect.Type{typeJSON: reflect.TypeFor[wire.SearchRequest]()}}, s.search)
	add(s, route{method: get, path: "/v1/clusters", id: "list-clusters", summary: "Clusters, largest first", tag: "similar", scope: ScopeRead}, s.listClusters)
	add(s, route{method: get, path: "/v1/clusters/{id}", id: "get-cluster", summary: "One cluster", tag: "similar", scope: ScopeRead}, s.getCluster)

	add(s, route{method: get, path: "/v1/taxonomies", id: "list-taxonomies", summary: "The taxonomies in use", tag: "models", scope: ScopeRead}, s.listTaxonomies)
	add(s, route{method: get, path: "/v1/models", id: "list-models", summary: "The models in use", tag: "models", scope: ScopeRead}, s.listModels)

	add(s, route{method: get, path: "/v1/jobs/dead", id: "dead-jobs", summary: "Jobs that were given up", tag: "jobs", scope: ScopeAdmin}, s.deadJobs)
	add(s, route{method: post, path: "/v1/jobs/{id}/requeue", id: "requeue-job", summary: "Try a job again", tag: "jobs", scope: ScopeAdmin, status: http.StatusNoContent}, s.requeueJob)

	add(s, route{method: post, path: "/v1/webhooks", id: "add-webhook", summary: "Ask for messages to an address", tag: "webhooks", scope: ScopeIngest, status: http.StatusCreated, body: map[string]reflect.Type{typeJSON: reflect.TypeFor[wire.WebhookRequest]()}}, s.addWebhook)
	add(s, route{method: get, path: "/v1/webhooks", id: "list-webhooks", summary: "The addresses that hear of outcomes", tag: "webhooks", scope: ScopeRead}, s.listWebhooks)
	add(s, route{method: del, path: "/v1/webhooks/{id}", id: "delete-webhook", summary: "Forget an address and its deliveries", tag: "webhooks", scope: ScopeIngest, status: http.StatusNoContent}, s.deleteWebhook)
	add(s, route{method: get, path: "/v1/webhooks/{id}/deliveries", id: "list-deliveries", summary: "What was sent to an address, newest first", tag: "webhooks", scope: ScopeRead}, s.listDeliveries)
	add(s, route{method: post, path: "/v1/webhooks/{id}/deliveries/{delivery}/replay", id: "replay-delivery", summary: "Send a message again", tag: "webhooks", scope: ScopeIngest, status: http.StatusAccepted}, s.replay)

	s.reviewRoutes()
	s.qualityRoutes()
	s.leadRoutes()
	s.promotionRoutes()

	add(s, route{method: get, path: "/openapi.json", id: "openapi-json", summary: "This document", tag: "meta"}, s.openapiJSON)
	add(s, route{method: get, path: "/openapi.yaml", id: "openapi-yaml", summary: "This document as YAML", tag: "meta"}, s.openapiYAML)
}

// add registers an operation: huma parses its parameters, access and admission go before it,
// and every error comes out of the one table.
func add[I, O any](s *Server, rt route, handle func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		Method: rt.method, Path: rt.path, OperationID: rt.id, Summary: rt.summary, Tags: []string{rt.tag},
		DefaultStatus: rt.status, Responses: map[string]*huma.Response{"default": s.problemResponse()},
		RejectUnknownQueryParameters: true,
		Middlewares:                  huma.Middlewares{s.gate(rt)},
	}
	if rt.scope != "" {
		op.Security = []map[string][]string{{securityKey: {rt.scope}}}
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handle(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
	s.describeBody(rt)
}

// gate lets a request through to its operation: admission, key, rate, scope.
func (s *Server) gate(rt route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		c := callOf(ctx.Context())
		leave, err := s.admit.enter()
		if err != nil {
			s.refuse(c.w, c.r, err)
			return
		}
		defer leave()
		if rt.scope != "" {
			c.who, err = s.access.enter(ctx.Context(), ctx.Header("Authorization"), rt.scope)
			if err != nil {
				s.refuse(c.w, c.r, err)
				return
			}
		}
		if rt.heavy {
			leave, err := s.admit.enterHeavy(c.who)
			if err != nil {
				s.refuse(c.w, c.r, err)
				return
			}
			defer leave()
		}
		next(ctx)
	}
}
